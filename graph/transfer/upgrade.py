"""Upgrading a store that an older version of this program made.

From schema 1 and 2 to 3: several crawlers shared a round, each held slices of it, and took
turns at the services. Now one crawler is active, by a lease. The slices become work items,
so that an open round goes on; who held them, and what they kept for others, is forgotten.
"""

from importlib import metadata

from graph.bolt.database import BoltDatabase, Transaction
from graph.cypher.statements import statements
from graph.model.schema import LEASE_KEY, VERSION, VERSION_KEY

# What only stores of older versions hold.
OLD_LABELS = frozenset({"Slice", "Turns", "Worker"})
OLD_PROPERTIES = frozenset({"alive_until", "beginner"})

# What each version's upgrade does, for the person at the keyboard.
CHANGES = {
    2: "constraints are added",
    3: "one crawler is active and others stand by, so the workers' own nodes go, and a "
    "lease comes; the graph stays as it is, and an open round goes on",
}


def changes_since(version: int) -> tuple[str, ...]:
    """What an upgrade from `version` does, one part a version."""
    return tuple(CHANGES[number] for number in range(version + 1, VERSION + 1))


def live_workers(bolt: BoltDatabase) -> tuple[str, ...]:
    """Who crawls into a store of schema 2 at the moment."""
    found = bolt.read(lambda transaction: transaction.run("upgrade/read_live_workers"))
    return tuple(str(name) for (name,) in found if name is not None)


def upgrade(bolt: BoltDatabase) -> None:
    """Make the store one of this program's; again, after a kill, it does the same.

    The version is set last, and so vouches for the rest.
    """
    bolt.alter(statements("schema"))
    while bolt.write(_some_slices_moved):
        continue
    bolt.write(lambda transaction: transaction.run("upgrade/write_no_workers"))
    bolt.alter(statements("upgrade/constraints"))
    bolt.write(_version_set)


def _some_slices_moved(transaction: Transaction) -> bool:
    """Make work items of some slices; whether there were any.

    A label cannot be changed on every store, so the nodes are made anew, and the old ones
    deleted in the same transaction. A slice of a round that was closed becomes nothing.
    """
    found = transaction.run_raw("upgrade/read_slices")
    rows = [
        {"id": key, "properties": {k: v for k, v in kept.items() if v is not None}}
        for key, kept in found
        if kept["state"] != "closed"
    ]
    transaction.run_rows("rounds/write_work", rows)
    if found:
        ids = [key for key, _ in found]
        transaction.run("upgrade/write_no_slices", ids=ids)
    return bool(found)


def _version_set(transaction: Transaction) -> None:
    transaction.run("upgrade/write_no_beginner", name=VERSION_KEY)
    transaction.run("database/write_lease", name=LEASE_KEY)
    transaction.run(
        "database/write_upgrade",
        name=VERSION_KEY,
        version=VERSION,
        program=metadata.version("genregraph"),
    )
