"""Does each source do today what it says it can? One cheap question for each."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from crawler.errors import (
    BadCredentialsError,
    QuotaExhaustedError,
    SourceError,
    TransientError,
    UnsupportedError,
)
from crawler.http.client import HttpClient, Service
from crawler.http.transport import proxy_for
from crawler.http.urls import is_loopback, shown
from crawler.recipe.model import Recipe
from crawler.sources.base import Capability, Source
from crawler.sources.probe_checks import ASK, ProbeFailedError, Subject
from crawler.sources.registry import SERVICES_OF
from graph.model.genres import fold

COLUMNS = ("source", "question", "works", "why", "instead")


class ProbeStatus(StrEnum):
    """Whether a source answers a question; empty where nothing was asked.

    `CLOSED`: it does for others, and not for these credentials.
    """

    YES = "yes"
    NO = "no"
    CLOSED = "closed"
    NOT_OFFERED = "not offered"
    UNASKED = ""


@dataclass(frozen=True, slots=True)
class ProbeResult:
    """One line of the probe's report."""

    source: str
    question: str
    works: ProbeStatus
    why: str
    instead: str = ""


def subject_of(recipe: Recipe | None) -> Subject:
    """What to ask about, taken from the recipe where it names something."""
    if recipe is None:
        return Subject()
    names = [name for name in recipe.seeds.artists if ":" not in name]
    plain = [
        pattern.lstrip("=")
        for rule in recipe.classes
        for pattern in rule.patterns
        if not pattern.startswith("!")
    ]
    genre = plain[0] if plain else "metal"
    playlist = recipe.seeds.playlists[0] if recipe.seeds.playlists else genre
    return Subject(names[0] if names else "the", playlist, fold(genre))


def sources_in(recipe: Recipe | None, known: Sequence[str]) -> tuple[str, ...]:
    """The sources a recipe names, or all there are."""
    if recipe is None:
        return tuple(known)
    roles = recipe.sources
    named = (roles.related, *roles.genres, roles.tracks, roles.previews)
    return tuple(name for name in known if name in named)


def probe(
    sources: Sequence[Source], client: HttpClient, contact: str | None, subject: Subject
) -> Iterator[ProbeResult]:
    """Ask each source; findings come as they are made.

    A source that does not answer is not asked the rest. The subject found by one
    source is what the next one is asked about.
    """
    for source in sources:
        for name in SERVICES_OF[source.name]:
            yield _address(source.name, client.service(name), contact)
        yield from _questions(source, sources, subject)
        yield _terms(source)


def anything_works(findings: Sequence[ProbeResult]) -> bool:
    """Whether any question was answered."""
    return any(finding.works is ProbeStatus.YES for finding in findings)


def mute_sources(findings: Sequence[ProbeResult]) -> tuple[str, ...]:
    """The sources that answered no question at all, in the order they were asked."""
    answering = {
        finding.source for finding in findings if finding.works is ProbeStatus.YES
    }
    asked = dict.fromkeys(finding.source for finding in findings)
    return tuple(name for name in asked if name not in answering)


def closed_roles(findings: Sequence[ProbeResult], recipe: Recipe) -> tuple[str, ...]:
    """What the recipe wants of sources that may not give it to us: one clause each."""
    roles = recipe.sources
    wanted = {
        (roles.related, Capability.RELATED),
        *((name, Capability.GENRES) for name in roles.genres),
        (roles.tracks, Capability.TRACKS),
        (roles.previews, Capability.PREVIEWS),
    }
    return tuple(
        f"{finding.question} of {finding.source}, closed to us"
        for finding in findings
        if finding.works is ProbeStatus.CLOSED
        and (finding.source, finding.question) in wanted
    )


def _questions(
    source: Source, sources: Sequence[Source], subject: Subject
) -> Iterator[ProbeResult]:
    silent = False
    subject.meet(source)
    for capability in Capability:
        able = [one.name for one in sources if capability in one.capabilities]
        if source.name not in able:
            yield _not_offered(source.name, capability, able)
        elif silent:
            why = "not asked, for the question before had no answer"
            yield ProbeResult(
                source.name, capability, ProbeStatus.NO, why, _others(able, source)
            )
        else:
            finding, silent = _ask(source, capability, subject, able)
            yield finding


def _ask(
    source: Source, capability: Capability, subject: Subject, able: Sequence[str]
) -> tuple[ProbeResult, bool]:
    """The finding, and whether it is of no use to ask on."""
    instead = _others(able, source)
    try:
        why = ASK[capability](source, subject)
    except SourceError as error:
        hints = (_hint(error), "" if _tells_instead(error) else instead)
        hint = "; ".join(filter(None, hints))
        is_closed = isinstance(error, UnsupportedError)
        works = ProbeStatus.CLOSED if is_closed else ProbeStatus.NO
        finding = ProbeResult(source.name, capability, works, str(error), hint)
        return finding, isinstance(error, TransientError | BadCredentialsError)
    except ProbeFailedError as error:
        return ProbeResult(
            source.name, capability, ProbeStatus.NO, str(error), instead
        ), False
    per_request = source.capabilities[capability]
    why += f"; {per_request} artists a request" if per_request > 1 else ""
    return ProbeResult(source.name, capability, ProbeStatus.YES, why), False


def _tells_instead(error: SourceError) -> bool:
    return isinstance(error, UnsupportedError | BadCredentialsError) and bool(
        error.hint
    )


def _hint(error: SourceError) -> str:
    """What to do next. Those of the errors are for a crawl, which goes on."""
    if isinstance(error, TransientError):
        return "check the connection, or probe again later"
    if isinstance(error, QuotaExhaustedError):
        return f"probe again after {error.until:%Y-%m-%d %H:%M} UTC"
    return error.hint


def _others(able: Sequence[str], source: Source) -> str:
    names = " or ".join(f'"{name}"' for name in able if name != source.name)
    return f"name {names} in the recipe" if names else ""


def _not_offered(
    source: str, capability: Capability, able: Sequence[str]
) -> ProbeResult:
    names = " or ".join(f'"{name}"' for name in able)
    instead = f"{names} does it" if names else "no source does it"
    return ProbeResult(source, capability, ProbeStatus.NOT_OFFERED, "", instead)


def _address(source: str, service: Service, contact: str | None) -> ProbeResult:
    proxy = proxy_for(service.base_url)
    plural = "" if service.requests == 1 else "s"
    pace = f"at most {service.requests} request{plural} in {service.seconds:g} s"
    why = ", ".join(
        (
            shown(service.base_url),
            pace if service.requests else "without a limit",
            f"by the proxy {proxy}" if proxy else "without a proxy",
        )
    )
    instead = ""
    if service.wants_contact and not contact and not is_loopback(service.base_url):
        instead = (
            f"set GENREGRAPH_CONTACT: {service.name} wants to know whom to write to"
        )
    return ProbeResult(
        source, f"address of {service.name}", ProbeStatus.UNASKED, why, instead
    )


def _terms(source: Source) -> ProbeResult:
    terms = source.terms
    audio = Capability.PREVIEWS in source.capabilities
    saying = f'accept_terms = ["{source.name}"]' if audio else "using it"
    means = f"{saying} says: {terms.accepting_means}"
    why = f"{terms.summary} ({terms.url})"
    return ProbeResult(source.name, "terms", ProbeStatus.UNASKED, why, means)
