"""The server that docker-compose.yml describes, without Docker.

The file's settings are translated like in the image's entry point: `NEO4J_` is removed,
`_` becomes `.`, and `__` becomes `_`. They are written to neo4j.conf, and the heap sizes
are passed to Java too. `neo4j-admin dbms set-initial-password` sets `NEO4J_AUTH`.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import yaml

from tests.support.neo4j.lines import LTS, NoServerError
from tests.support.neo4j.server import Server
from tests.support.project import ROOT

FILE = ROOT / "docker-compose.yml"
TEXT = FILE.read_text(encoding="utf-8")
PASSWORD = "at-least-8-characters"
HEAP = ("server.memory.heap.initial_size", "server.memory.heap.max_size")


def service(text: str = TEXT) -> dict:
    """The Neo4j service of the file, with the password inserted like by compose."""
    filled = re.sub(r"\$\{NEO4J_PASSWORD:\?[^}]+\}", PASSWORD, text)
    assert "$" not in filled
    found = yaml.safe_load(filled)["services"]["neo4j"]
    assert isinstance(found, dict)
    return found


def translated(environment: dict) -> dict[str, str]:
    """The settings that the image's entry point makes from the environment."""
    assert all(isinstance(value, str) for value in environment.values())
    names = {name.removeprefix("NEO4J_"): name for name in environment}
    return {
        name.replace("_", ".").replace("..", "_"): environment[whole]
        for name, whole in names.items()
        if name != "AUTH"
    }


@contextmanager
def composed(home: Path, text: str = TEXT) -> Iterator[Server]:
    """Run the server that the file describes, on its own ports.

    Raises:
        NoServerError: Java or Neo4j is missing.
        AssertionError: Neo4j refuses the settings.
    """
    environment = service(text)["environment"]
    settings = translated(environment)
    assert len({settings[name] for name in HEAP}) == 1
    lines = [f"{name}={value}" for name, value in settings.items()]
    server = Server(home, LTS, auth=True, settings=lines, heap=settings[HEAP[0]])
    user, _, password = environment["NEO4J_AUTH"].partition("/")
    assert user == "neo4j"
    done = server.admin("dbms", "set-initial-password", password)
    assert done.returncode == 0, done.stderr.partition("\n")[0]
    try:
        try:
            server.start()
        except NoServerError as error:
            raise AssertionError(error) from error
        yield server
    finally:
        server.kill()
