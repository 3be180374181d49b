"""Whether a selection is as new as the graph and the recipe that it is used with."""

from enum import Enum, auto

from crawler.recipe.model import Recipe
from graph.model.crawl import Crawl
from graph.model.music import Selection
from graph.store import Store


class Staleness(Enum):
    """How a selection can be older than what it is used with."""

    GRAPH = auto()
    """Answers were written since."""
    POLICY = auto()
    """It was made by another policy than the recipe's."""
    LABELS = auto()
    """The recipe's classes or label rules were others."""


def staleness(
    selection: Selection, recipe: Recipe, crawl: Crawl | None
) -> tuple[Staleness, ...]:
    """Why `select` could choose something else now; empty where it could not. Pure."""
    found = []
    if crawl is not None and crawl.answers != selection.answers:
        found.append(Staleness.GRAPH)
    if selection.policy != recipe.labels.policy:
        found.append(Staleness.POLICY)
    elif selection.labels_digest != recipe.labels_digest():
        found.append(Staleness.LABELS)
    return tuple(found)


def selection_note(store: Store, recipe: Recipe) -> str | None:
    """Why the recipe's selection is stale, as a note for a person.

    None where it is not, and where nothing is selected.
    """
    selection = store.selection(recipe.name)
    if selection is None:
        return None
    words = {
        Staleness.GRAPH: "the crawl went on since",
        Staleness.POLICY: f"the recipe's policy is {recipe.labels.policy}",
        Staleness.LABELS: "the recipe's classes or label rules are others",
    }
    reasons = [words[one] for one in staleness(selection, recipe, store.crawl())]
    if not reasons:
        return None
    made = f"selected {selection.at:%Y-%m-%d %H:%M} UTC by {selection.policy}"
    again = "run `genregraph select RECIPE` again"
    return f"note: {made}; {' and '.join(reasons)}: {again}"
