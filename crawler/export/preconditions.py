"""What must hold before an export asks anybody for anything."""

from collections.abc import Iterable

from crawler.errors import DatasetError, SelectionError, TermsNotAcceptedError
from crawler.export.download.candidates import CandidateSet, read_candidates
from crawler.export.files.lock import Accepted
from crawler.recipe.model import Recipe
from crawler.sources.base import INVENTED_MUSIC, Source, Terms
from crawler.sources.terms import METADATA_TERMS
from graph.model.music import Selection
from graph.store import Store


def current_selection(store: Store, recipe: Recipe) -> Selection:
    """The recipe's selection, if it is as new as the graph and the recipe.

    Raises:
        SelectionError: There is none, it is older, or by another policy.
    """
    selection = store.selection(recipe.name)
    if selection is None:
        raise SelectionError(f'nothing is selected for "{recipe.name}"')
    if selection.policy != recipe.labels.policy:
        raise SelectionError(
            f"the selection was made by the policy {selection.policy}, and the recipe "
            f"says {recipe.labels.policy}",
            hint=(
                "Run `genregraph select RECIPE` without --policy, or write "
                f'policy = "{selection.policy}" under [labels] of the recipe.'
            ),
        )
    if selection.labels_digest != recipe.labels_digest():
        raise SelectionError(
            "the selection is older than the recipe: its classes or labels changed",
            hint="Run `genregraph select RECIPE` again.",
        )
    crawl = store.crawl()
    if crawl is not None and crawl.answers != selection.answers:
        raise SelectionError(
            f"the selection is older than the graph: made at {selection.answers} "
            f"answers, and there are {crawl.answers}",
            hint="Run `genregraph select RECIPE` again.",
        )
    return selection


def accepted_terms(previews: Source, recipe: Recipe) -> str | None:
    """What the recipe says by accepting the terms; None where there is nobody to ask.

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
    """The same for services that give no audio here, but metadata under such terms.

    Args:
        previews: Who gives the audio; where it is invented, so is everything.
        recipe: Who it names may have answered, also if the graph does not tell.
        sources: Who the graph says has answered.

    Raises:
        TermsNotAcceptedError: The recipe does not accept the terms of one.
    """
    if previews.terms == INVENTED_MUSIC:
        return ()
    roles = recipe.sources
    named = {*sources, roles.related, *roles.genres, roles.tracks} - {previews.name}
    return tuple(
        Accepted(name, terms, _accepted(name, terms, recipe))
        for name, terms in METADATA_TERMS.items()
        if name in named
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


def require_candidates(store: Store, recipe: Recipe) -> CandidateSet:
    """What can be exported.

    Raises:
        DatasetError: Nothing.
    """
    chosen = read_candidates(store, recipe.name, recipe.labels, recipe.export)
    if not chosen.artists:
        raise DatasetError(
            f"of {chosen.tracks} chosen tracks none has a preview and a labelled artist",
            hint="Crawl on, or loosen [labels]; `genregraph status RECIPE` says more.",
        )
    return chosen
