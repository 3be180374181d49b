"""Checks whether each source does today what it declares: one cheap request each."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from crawler.errors import (
    BadCredentialsError,
    QuotaExhaustedError,
    SourceError,
    TransientError,
    UnsupportedError,
)
from crawler.http.client import HttpClient
from crawler.http.service import HttpService
from crawler.http.transport import proxy_for
from crawler.http.urls import is_loopback, shown
from crawler.recipe.model import Recipe
from crawler.sources.base import Capability, NotFound, Source
from crawler.sources.ranking import best_artists, best_playlists
from crawler.sources.registry import artist_page, service_entry
from graph.model.genres import fold
from graph.model.music import ArtistId, TrackId

COLUMNS = ("source", "question", "works", "why", "instead")


class ProbeStatus(StrEnum):
    """Whether a capability works; empty for a row that is not about a capability.

    `CLOSED` means that it works for others, but not for this account.
    """

    YES = "yes"
    NO = "no"
    CLOSED = "closed"
    NOT_OFFERED = "not offered"
    NOT_TESTED = ""


@dataclass(frozen=True, slots=True)
class ProbeResult:
    """One row of the probe's report."""

    source: str
    question: str
    works: ProbeStatus
    why: str
    instead: str = ""


_NOBODY = ArtistId("")


@dataclass(slots=True)
class Subject:
    """What the requests are about; the reply to one request leads to the next one.

    Attributes:
        artist: A known artist of the source, until a search finds one.
        found: `artist` was found by its name, so the source must know it.
    """

    text: str = "the"
    playlist: str = "metal"
    genre: str = "metal"
    artist: ArtistId = _NOBODY
    found: bool = False
    track: TrackId | None = None

    def begin(self, source: Source) -> None:
        """Take the source's known artist.

        A source without a search takes the artist that the source before it found, if
        that has a page by which it can be identified.
        """
        if Capability.SEARCH in source.capabilities or not artist_page(self.artist):
            self.artist = service_entry(source.name).known_artist
            self.found, self.track = False, None


class ProbeFailedError(Exception):
    """A reply that cannot be true."""


def subject_of(recipe: Recipe | None) -> Subject:
    """What to request: names and genres of the recipe, where it has any."""
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
    """The sources that a recipe names, or all of them."""
    return tuple(n for n in known if recipe is None or n in recipe.sources.names)


def probe(
    sources: Sequence[Source], client: HttpClient, contact: str | None, subject: Subject
) -> Iterator[ProbeResult]:
    """Probe each source, and yield each result as it comes.

    A source that does not answer one request is not sent the others. A source without a
    search is probed with the artist that the source before it found.
    """
    for source in sources:
        for service in service_entry(source.name).http:
            yield _address(source.name, client.service(service.name), contact)
        yield from _capabilities(source, sources, subject)
        yield _terms(source)


def anything_works(results: Sequence[ProbeResult]) -> bool:
    """Whether any capability works."""
    return any(result.works is ProbeStatus.YES for result in results)


def silent_sources(results: Sequence[ProbeResult]) -> tuple[str, ...]:
    """The sources without a working capability, in order."""
    answering = {result.source for result in results if result.works is ProbeStatus.YES}
    asked = dict.fromkeys(result.source for result in results)
    return tuple(name for name in asked if name not in answering)


def closed_roles(results: Sequence[ProbeResult], recipe: Recipe) -> tuple[str, ...]:
    """What the recipe needs and this account has no access to: one clause each."""
    roles = recipe.sources
    wanted = {
        (roles.related, Capability.RELATED),
        *((name, Capability.GENRES) for name in roles.genres),
        (roles.tracks, Capability.TRACKS),
        (roles.previews, Capability.PREVIEWS),
    }
    return tuple(
        f"{result.question} of {result.source}, closed to us"
        for result in results
        if result.works is ProbeStatus.CLOSED
        and (result.source, result.question) in wanted
    )


def _capabilities(
    source: Source, sources: Sequence[Source], subject: Subject
) -> Iterator[ProbeResult]:
    silent = False
    subject.begin(source)
    for capability in Capability:
        able = [one.name for one in sources if capability in one.capabilities]
        if source.name not in able:
            yield _not_offered(source.name, capability, able)
        elif silent:
            why = "not asked, because the request before it had no answer"
            yield ProbeResult(
                source.name, capability, ProbeStatus.NO, why, _others(able, source)
            )
        else:
            result, silent = _test(source, capability, subject, able)
            yield result


def _test(
    source: Source, capability: Capability, subject: Subject, able: Sequence[str]
) -> tuple[ProbeResult, bool]:
    """The result, and whether further requests are of no use."""
    instead = _others(able, source)
    try:
        why = _TESTS[capability](source, subject)
    except SourceError as error:
        hints = (_hint(error), "" if _has_alternative(error) else instead)
        hint = "; ".join(filter(None, hints))
        is_closed = isinstance(error, UnsupportedError)
        works = ProbeStatus.CLOSED if is_closed else ProbeStatus.NO
        result = ProbeResult(source.name, capability, works, str(error), hint)
        return result, isinstance(error, TransientError | BadCredentialsError)
    except ProbeFailedError as error:
        return ProbeResult(
            source.name, capability, ProbeStatus.NO, str(error), instead
        ), False
    per_request = source.capabilities[capability]
    why += f"; {per_request} artists a request" if per_request > 1 else ""
    return ProbeResult(source.name, capability, ProbeStatus.YES, why), False


def _has_alternative(error: SourceError) -> bool:
    return isinstance(error, UnsupportedError | BadCredentialsError) and bool(
        error.hint
    )


def _hint(error: SourceError) -> str:
    """What to do next; the hints of some errors are for a crawl, which goes on."""
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


def _address(source: str, service: HttpService, contact: str | None) -> ProbeResult:
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
        source, f"address of {service.name}", ProbeStatus.NOT_TESTED, why, instead
    )


def _terms(source: Source) -> ProbeResult:
    terms = source.terms
    audio = Capability.PREVIEWS in source.capabilities
    saying = f'accept_terms = ["{source.name}"]' if audio else "using it"
    means = f"{saying} says: {terms.accepting_means}"
    why = f"{terms.summary} ({terms.url})"
    return ProbeResult(source.name, "terms", ProbeStatus.NOT_TESTED, why, means)


# -- one cheap request per capability --------------------------------------------


def _search(source: Source, subject: Subject) -> str:
    found = source.find_artists(subject.text).value
    if found:
        subject.artist = best_artists(found, subject.text)[0].id
        subject.found = True
    return f'{len(found)} artists found for "{subject.text}"'


def _artist(source: Source, subject: Subject) -> str:
    answer = source.artist(subject.artist)
    if isinstance(answer, NotFound):
        return _unknown(subject)
    return f"{subject.artist} is {answer.value.name}"


def _related(source: Source, subject: Subject) -> str:
    answer = source.related(subject.artist)
    if isinstance(answer, NotFound):
        return _unknown(subject)
    return f"{len(answer.value.edges)} relatives of {subject.artist}"


def _genres(source: Source, subject: Subject) -> str:
    answer = source.genres([subject.artist]).value
    if not answer.identities and not answer.genres:
        return f"{subject.artist} has no identity there"
    return f"{len(answer.genres)} genres of {subject.artist}"


def _by_genre(source: Source, subject: Subject) -> str:
    known = source.genre_names().value
    space = subject.artist.partition(":")[0]
    found = source.artists_by_genre([subject.genre], count=1, id_space=space).value
    return f'{len(found.artists)} artist of "{subject.genre}" looked for among {len(known):,} genres'


def _tracks(source: Source, subject: Subject) -> str:
    answer = source.top_tracks(subject.artist)
    if isinstance(answer, NotFound):
        return _unknown(subject)
    tracks = answer.value.tracks
    with_preview = [track.id for track in tracks if track.has_preview]
    # An account without access to previews sees none, so one is requested all the same.
    offered = with_preview or [t.id for t in tracks if source.access_varies]
    subject.track = offered[0] if offered else None
    return (
        f"{len(tracks)} tracks of {subject.artist}, {len(with_preview)} with a preview"
    )


def _albums(source: Source, subject: Subject) -> str:
    answer = source.albums(subject.artist)
    if isinstance(answer, NotFound):
        return _unknown(subject)
    count = len(answer.value)
    releases = "1 release" if count == 1 else f"{count} releases"
    return f"{releases} of {subject.artist}"


def _playlists(source: Source, subject: Subject) -> str:
    found = source.find_playlists(subject.playlist).value
    result = f'{len(found)} playlists found for "{subject.playlist}"'
    # An account that can find playlists may be unable to read them.
    if found and source.access_varies:
        first = best_playlists(found, subject.playlist)[0].id
        opened = source.playlist(first)
        if isinstance(opened, NotFound):
            raise ProbeFailedError(f"{result}, and {first} cannot be read")
        result += f", {len(opened.value.tracks.tracks)} tracks on the first"
    return result


def _previews(source: Source, subject: Subject) -> str:
    if subject.track is None:
        raise ProbeFailedError("no track with a preview was found to ask about")
    answer = source.preview(subject.track)
    if isinstance(answer, NotFound) or answer.value.url is None:
        what = f"{subject.track} was listed with a preview and now has none"
        raise ProbeFailedError(what)
    return f"a fresh link to {subject.track}, not followed"


def _unknown(subject: Subject) -> str:
    if subject.found:
        what = f"{subject.artist} was found by its name and is now said not to exist"
        raise ProbeFailedError(what)
    return f"answered that it knows no {subject.artist}"


_TESTS: Mapping[Capability, Callable[[Source, Subject], str]] = {
    Capability.SEARCH: _search,
    Capability.ARTIST: _artist,
    Capability.RELATED: _related,
    Capability.GENRES: _genres,
    Capability.BY_GENRE: _by_genre,
    Capability.TRACKS: _tracks,
    Capability.ALBUMS: _albums,
    Capability.PLAYLISTS: _playlists,
    Capability.PREVIEWS: _previews,
}
