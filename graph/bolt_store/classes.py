"""The classes of a recipe, and which genres belong to them."""

from collections.abc import Iterable, Mapping, Sequence

from graph.bolt.database import BoltDatabase, Transaction
from graph.bolt_store.lease import TRANSACTION_SECONDS, fence
from graph.model.properties import class_id


def class_row(
    recipe: str, name: str, position: int | None = None
) -> Mapping[str, object]:
    """A row for `classes/write_classes`; with None, a class keeps its position."""
    return {
        "id": class_id(recipe, name),
        "recipe": recipe,
        "name": name,
        "position": position,
    }


def in_class_row(recipe: str, genre: str, name: str) -> Mapping[str, object]:
    """A row for `classes/write_in_class`."""
    return {"genre": genre, "class": class_id(recipe, name)}


def genres(bolt: BoltDatabase) -> tuple[str, ...]:
    """See `CrawlStore.genres`."""
    rows = bolt.read(lambda transaction: transaction.run("music/read_genres"))
    return tuple(sorted(str(name) for (name,) in rows))


def sync_classes(
    bolt: BoltDatabase,
    recipe: str,
    classes: Sequence[str],
    in_class: Iterable[tuple[str, str]],
    token: int | None,
) -> None:
    """See `CrawlStore.sync_classes`."""
    nodes = [class_row(recipe, name, n) for n, name in enumerate(classes, start=1)]
    edges = [in_class_row(recipe, *pair) for pair in sorted(set(in_class))]
    ids = [node["id"] for node in nodes]

    def work(transaction: Transaction) -> None:
        if token is not None:
            fence(transaction, token)
        transaction.run("classes/write_other_classes", recipe=recipe, ids=ids)
        transaction.run("classes/write_no_in_class", recipe=recipe)
        transaction.run_rows("classes/write_classes", nodes)
        transaction.run_rows("classes/write_in_class", edges)

    if token is None:
        bolt.write(work)
    else:
        bolt.write_briefly(work, TRANSACTION_SECONDS)
