"""What a folder for `neo4j-admin` says of itself: a script, and a text for people."""

from collections.abc import Iterable

SCRIPT, README, CONSTRAINTS = "import.sh", "README.txt", "constraints.cypher"

_SCRIPT = """\
#!/bin/sh
# Reads this folder into the database neo4j, or the one named: sh import.sh NAME
# The server must be stopped. What is in the database is lost.
# The same on Neo4j 5.26 and 2026.x; NEO4J_ADMIN names the program if it is not on PATH.
cd "$(dirname "$0")" || exit 1
"${NEO4J_ADMIN:-neo4j-admin}" database import full "${1:-neo4j}" \\
"""

_README = """\
A music graph for a bulk import into Neo4j 5.26 or 2026.x
=========================================================

1. Stop the server. The import makes the database anew: what is in it is lost.

2. On the server's machine, as the user that the server runs as:

       sh {folder}/import.sh

   import.sh holds the one command, `neo4j-admin database import full neo4j …`, with an
   option for each file. In Docker: mount this folder, and run it in the image with the
   same /data, for example

       docker compose run --rm -v "$PWD/{folder}:/{folder}" neo4j sh /{folder}/import.sh

3. Start the server, and let genregraph make its constraints:

       genregraph store init --store bolt://localhost:7687

   Or run constraints.cypher in Neo4j Browser or cypher-shell; every statement may be
   run twice. Until they are made the database is slow, and a crawl makes them first.

The version node is among the nodes (schema.csv), so that the database is a store of
genregraph at once: `genregraph status`, `query` and `select` work on it, and the crawl
goes on there.

The files: UTF-8, one header line with types, text in double quotes (a quote in it is
doubled), nothing at all where a value is absent, times in UTC, parts of a list divided
by the sign U+001F, line breaks inside text allowed.
"""

_OPTIONS = (
    "--overwrite-destination",
    "--multiline-fields=true",
    "--array-delimiter=U+001F",
)


def script(options: Iterable[str]) -> str:
    """The script that imports; `options` name the files."""
    return _SCRIPT + " \\\n".join(f"  {o}" for o in (*_OPTIONS, *options)) + "\n"


def readme(folder: str) -> str:
    """The text for people."""
    return _README.format(folder=folder)
