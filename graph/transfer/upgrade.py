"""Upgrading a store that an older version of this program made."""

from importlib import metadata

from graph.bolt.database import BoltDatabase
from graph.cypher.statements import statements
from graph.model.schema import VERSION, VERSION_KEY

# What each version's upgrade does, for the person who is asked.
CHANGES = {
    2: "constraints are added for the workers that share a crawl; the graph stays as "
    "it is",
}


def changes_since(version: int) -> tuple[str, ...]:
    """What an upgrade from `version` does, one part a version."""
    return tuple(CHANGES[number] for number in range(version + 1, VERSION + 1))


def upgrade(bolt: BoltDatabase) -> None:
    """Make the store one of this program's; again, after a kill, it does the same.

    The version is set last, and so vouches for the rest.
    """
    bolt.alter(statements("schema"))
    bolt.write(
        lambda transaction: transaction.run(
            "database/write_upgrade",
            name=VERSION_KEY,
            version=VERSION,
            program=metadata.version("genregraph"),
        )
    )
