"""Where a data set comes from: what the export reads of the graph before it fetches."""

import threading
from collections.abc import Iterable, Iterator, Mapping
from importlib.metadata import version

from crawler.errors import StoppedError
from crawler.export.download.candidates import read_seeds
from crawler.export.files.lock import Provenance, digest_of, source_of
from crawler.export.preconditions import (
    accepted_metadata,
    accepted_terms,
    current_selection,
)
from crawler.recipe.model import Recipe
from crawler.sources.base import Source
from graph.store import Store


def raise_if_stopped(stop: threading.Event) -> None:
    """Raise StoppedError when the run is being stopped."""
    if stop.is_set():
        raise StoppedError("stopped while the graph was read; nothing was fetched")


def _unless_stopped(
    items: Iterable[Mapping[str, object]], stop: threading.Event
) -> Iterator[Mapping[str, object]]:
    """The items as they come: reading a big graph takes its time."""
    for item in items:
        raise_if_stopped(stop)
        yield item


def _noting_sources(
    items: Iterable[Mapping[str, object]], sources: set[str]
) -> Iterator[Mapping[str, object]]:
    """The items, and on the way who said them."""
    for item in items:
        if (source := source_of(item)) is not None:
            sources.add(source)
        yield item


def read_provenance(
    store: Store, recipe: Recipe, previews: Source, stop: threading.Event
) -> Provenance:
    """All that the lock says of where the clips come from; reads the whole graph."""
    sources: set[str] = set()
    return Provenance(
        tool=f"genregraph {version('genregraph')}",
        recipe=recipe,
        selection=current_selection(store, recipe),
        accepted=accepted_terms(previews, recipe),
        terms=previews.terms,
        seeds=read_seeds(store),
        graph_digest=digest_of(
            _noting_sources(_unless_stopped(store.items(), stop), sources)
        ),
        crawl_finished=store.open_plan() is None,
        # Once the whole graph was read.
        metadata=accepted_metadata(previews, recipe, sources),
    )
