"""Upgrades a store that an older version of this program created.

In schema 1 and 2, several crawlers (workers) shared a round: each held slices of it, and
they coordinated their requests in the database. In schema 3, a lease makes one crawler
active. The upgrade turns the slices into work items, so that an open round continues, and
deletes the data of the workers.
"""

from importlib import metadata

from graph.bolt.database import BoltDatabase, Transaction
from graph.cypher.statements import statements
from graph.model.schema import LEASE_KEY, VERSION, VERSION_KEY

# Labels and properties that only stores of older versions have.
OLD_LABELS = frozenset({"Slice", "Turns", "Worker"})
OLD_PROPERTIES = frozenset({"alive_until", "beginner"})

# What the upgrade to each version does, for the user.
CHANGES = {
    2: "constraints are added",
    3: "one crawler is active and others stand by, so the workers' nodes are removed, and "
    "a lease is added; the graph stays as it is, and an open round continues",
}


def changes_since(version: int) -> tuple[str, ...]:
    """Describe what an upgrade from `version` does, one clause per version."""
    return tuple(CHANGES[number] for number in range(version + 1, VERSION + 1))


def live_workers(bolt: BoltDatabase) -> tuple[str, ...]:
    """Return the names of the crawlers that are active in a store of schema 2."""
    found = bolt.read(lambda transaction: transaction.run("upgrade/read_live_workers"))
    return tuple(str(name) for (name,) in found if name is not None)


def upgrade(bolt: BoltDatabase) -> None:
    """Upgrade a store to the present schema. Idempotent, also after a kill.

    The version is set last: if it is current, so is everything else.
    """
    bolt.alter(statements("schema"))
    while bolt.write(_some_slices_moved):
        continue
    bolt.write(lambda transaction: transaction.run("upgrade/write_no_workers"))
    bolt.alter(statements("upgrade/constraints"))
    bolt.write(_version_set)


def _some_slices_moved(transaction: Transaction) -> bool:
    """Turn some slices into work items; return whether there were any.

    The embedded store cannot change a node's label. So new nodes are created and the old
    ones deleted, in one transaction. Slices of closed rounds are only deleted.
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
