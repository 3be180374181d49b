"""What an export checks and reads before its first request.

The selection must be current and the terms accepted. Reading the graph also gives the
provenance that the lock records.
"""

import threading
from collections.abc import Iterable, Iterator, Mapping
from importlib.metadata import version

from crawler.errors import (
    SelectionError,
    StoppedError,
    TermsNotAcceptedError,
)
from crawler.export.download.candidates import read_seeds
from crawler.export.files.lock import Accepted, Provenance, digest_of, source_of
from crawler.recipe.model import Recipe
from crawler.selection.staleness import Staleness, staleness
from crawler.sources.base import INVENTED_MUSIC, Source, Terms
from crawler.sources.registry import services
from graph.model.music import Selection
from graph.store import Store


def current_selection(store: Store, recipe: Recipe) -> Selection:
    """Return the recipe's selection, which must be as new as the graph and the recipe.

    Raises:
        SelectionError: It is missing, older, or made by another policy.
    """
    selection = store.selection(recipe.name)
    if selection is None:
        raise SelectionError(f'nothing is selected for "{recipe.name}"')
    crawl = store.crawl()
    stale = staleness(selection, recipe, crawl)
    if Staleness.POLICY in stale:
        raise SelectionError(
            f"the selection was made by the policy {selection.policy}, but the recipe "
            f"says {recipe.labels.policy}",
            hint=(
                "Run `genregraph select RECIPE` without --policy, or write "
                f'policy = "{selection.policy}" under [labels] of the recipe.'
            ),
        )
    if Staleness.LABELS in stale:
        raise SelectionError(
            "the selection is older than the recipe: its classes or labels changed",
            hint="Run `genregraph select RECIPE` again.",
        )
    if crawl is not None and Staleness.GRAPH in stale:
        raise SelectionError(
            f"the selection is older than the graph: made at {selection.answers} "
            f"answers, and there are {crawl.answers}",
            hint="Run `genregraph select RECIPE` again.",
        )
    return selection


def accepted_terms(previews: Source, recipe: Recipe) -> str | None:
    """The statement that the recipe makes by accepting the terms; None for invented music.

    Raises:
        TermsNotAcceptedError: It does not accept them.
    """
    terms, name = previews.terms, previews.name
    if terms == INVENTED_MUSIC:
        return None
    return _accepted(name, terms, recipe)


def accepted_metadata(
    previews: Source, recipe: Recipe, sources: Iterable[str]
) -> tuple[Accepted, ...]:
    """The same for services that provide metadata, not audio, under such terms.

    Args:
        previews: The source of the audio; if it is invented, so is everything else.
        recipe: The services it names may have contributed, even if the graph has no trace.
        sources: The sources named in the graph.

    Raises:
        TermsNotAcceptedError: The recipe does not accept the terms of one of them.
    """
    if previews.terms == INVENTED_MUSIC:
        return ()
    roles = recipe.sources
    named = {*sources, roles.related, *roles.genres, roles.tracks} - {previews.name}
    return tuple(
        Accepted(entry.name, entry.terms, _accepted(entry.name, entry.terms, recipe))
        for entry in services().values()
        if entry.terms_cover_metadata and entry.name in named
    )


def _accepted(name: str, terms: Terms, recipe: Recipe) -> str:
    if name in recipe.export.accept_terms:
        return terms.accepting_means
    names = ", ".join(f'"{n}"' for n in (*recipe.export.accept_terms, name))
    raise TermsNotAcceptedError(
        f"the recipe does not accept {name}'s terms. {terms.summary} ({terms.url})",
        hint=(
            f"If this holds for you, write accept_terms = [{names}] under [export]: "
            f'"{terms.accepting_means}"'
        ),
    )


def raise_if_stopped(stop: threading.Event) -> None:
    """Raise `StoppedError` if the run is being stopped."""
    if stop.is_set():
        raise StoppedError("stopped while reading the graph; nothing was fetched")


def _unless_stopped(
    items: Iterable[Mapping[str, object]], stop: threading.Event
) -> Iterator[Mapping[str, object]]:
    """Yield the items until the run is stopped: reading a large graph takes a while."""
    for item in items:
        raise_if_stopped(stop)
        yield item


def _collecting_sources(
    items: Iterable[Mapping[str, object]], sources: set[str]
) -> Iterator[Mapping[str, object]]:
    """Yield the items and add their sources to `sources`."""
    for item in items:
        if (source := source_of(item)) is not None:
            sources.add(source)
        yield item


def read_provenance(
    store: Store, recipe: Recipe, previews: Source, stop: threading.Event
) -> Provenance:
    """Read the provenance of the clips that the lock records; reads the whole graph."""
    sources: set[str] = set()
    return Provenance(
        tool=f"genregraph {version('genregraph')}",
        recipe=recipe,
        selection=current_selection(store, recipe),
        accepted=accepted_terms(previews, recipe),
        terms=previews.terms,
        seeds=read_seeds(store),
        graph_digest=digest_of(
            _collecting_sources(_unless_stopped(store.items(), stop), sources)
        ),
        crawl_finished=store.open_plan() is None,
        # Evaluated last: `sources` is complete only after the whole graph was read.
        metadata=accepted_metadata(previews, recipe, sources),
    )
