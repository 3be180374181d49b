"""Write the explorer page of a store."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from crawler.clock import Clock
from crawler.errors import SelectionError
from crawler.recipe.model import Recipe
from crawler.reports.report import write_page
from crawler.sources.base import Terms
from graph.store import Store
from graph.views.artists import ArtistGraph, artist_graph
from queries.explorer.content import read_legend
from queries.explorer.page import Page, PageSource, explorer_page

# A page with more artists is slow to draw, and too crowded to read.
MAX_ARTISTS = 10_000


@dataclass(frozen=True, slots=True)
class ExplorerOptions:
    """Which part of the graph the page shows.

    Attributes:
        recipe: The recipe with the classes and rules for the artists.
        named: Whether the user named that recipe.
        chosen: Whether to show only the artists of the selection.
    """

    recipe: Recipe
    named: bool = False
    chosen: bool = False
    max_artists: int = MAX_ARTISTS


def write_explorer(
    file: Path,
    store: Store,
    view: ExplorerOptions,
    terms: Mapping[str, Terms],
    clock: Clock,
) -> Page:
    """Write the page; an existing one is replaced when the new one is complete.

    Raises:
        SelectionError: There is nothing to show: no artist, no chosen artist, or the graph
            does not have the recipe's classes.
    """
    graph = _graph(store, view)
    sources = tuple((name, one.summary, one.url) for name, one in terms.items())
    page = explorer_page(
        graph,
        read_legend(store, view.recipe.name),
        PageSource(sources, clock.now()),
        max_artists=view.max_artists,
        chosen=view.chosen,
    )
    write_page(file, page.html)
    return page


def _graph(store: Store, view: ExplorerOptions) -> ArtistGraph:
    recipe, rules = view.recipe.name, view.recipe.labels
    graph = artist_graph(
        store,
        recipe=recipe,
        min_votes=rules.min_votes,
        min_share=rules.min_share,
        chosen=view.chosen,
    )
    if view.chosen and not graph.graph["selected"]:
        raise SelectionError(f'no artist is chosen for the recipe "{recipe}"')
    if view.named and view.recipe.classes and not graph.graph["class_names"]:
        raise SelectionError(f'the graph has no classes of the recipe "{recipe}"')
    if not len(graph):
        raise SelectionError(
            f"{store.where} holds no artist yet",
            hint="Run `genregraph crawl RECIPE` first.",
        )
    return graph


def describe_page(file: Path, page: Page) -> tuple[str, ...]:
    """Describe what was written and how to open it, one line each."""
    size = file.stat().st_size / 1e6
    here = f"{page.artists:,} artists and {page.relations:,} relations are in {file}"
    lines = (
        f"{here} ({size:.1f} MB)",
        page.left_out,
        f"open it in a browser: {file.resolve().as_uri()}",
    )
    return tuple(line for line in lines if line)
