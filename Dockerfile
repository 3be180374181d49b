# genregraph in a container. docs/install.md shows how to build and use it.
# The maintainers have not built this image yet.
FROM python:3.12-slim AS build
WORKDIR /source
RUN python -m venv /opt/genregraph
COPY requirements.lock .
RUN /opt/genregraph/bin/pip install --no-cache-dir --require-hashes -r requirements.lock
COPY pyproject.toml README.md LICENSE ./
COPY crawler crawler
COPY graph graph
COPY queries queries
RUN /opt/genregraph/bin/pip install --no-cache-dir --no-deps .

FROM python:3.12-slim
COPY --from=build /opt/genregraph /opt/genregraph
RUN useradd --create-home genregraph && install --directory --owner=genregraph /data
ENV PATH=/opt/genregraph/bin:$PATH
USER genregraph
WORKDIR /data
ENTRYPOINT ["genregraph"]
CMD ["--help"]
