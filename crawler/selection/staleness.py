"""Whether a selection is as new as the graph and the recipe that it is shown with."""

from collections.abc import Iterator

from crawler.recipe.model import Recipe
from graph.model.music import Selection
from graph.store import Store


def selection_note(store: Store, recipe: Recipe) -> str | None:
    """Why the recipe's selection is not what `select` would choose now, as a note.

    None where it is, and where nothing is selected.
    """
    selection = store.selection(recipe.name)
    if selection is None:
        return None
    reasons = tuple(_reasons(selection, store, recipe))
    if not reasons:
        return None
    made = f"selected {selection.at:%Y-%m-%d %H:%M} UTC by {selection.policy}"
    again = "run `genregraph select RECIPE` again"
    return f"note: {made}; {' and '.join(reasons)}: {again}"


def _reasons(selection: Selection, store: Store, recipe: Recipe) -> Iterator[str]:
    crawl = store.crawl()
    if crawl is not None and crawl.answers != selection.answers:
        yield "the crawl went on since"
    if selection.policy != recipe.labels.policy:
        yield f"the recipe's policy is {recipe.labels.policy}"
    elif selection.labels_digest != recipe.labels_digest():
        yield "the recipe's classes or label rules are others"
