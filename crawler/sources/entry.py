"""The entry of a music service: everything that the rest of the program knows about it.

Each folder `crawler/sources/<name>/` holds one, as `SERVICE` in its `service.py`. An
entry consists of light values: it only names its adapter, a `crawler.sources.base.Source`,
which `crawler.sources.registry.make_source` loads. The field reference below is what a new
service has to fill in; `tests/fixtures/toys/noisebox` is a complete small service.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from crawler.http.service import HttpService
from crawler.sources.base import Capability, Terms
from graph.model.music import ArtistId


@dataclass(frozen=True, slots=True)
class IdFormat:
    """How the service writes its own part of an id, "27" in "deezer:27".

    Attributes:
        pattern: A regular expression that matches the whole of it.
        description: What ids look like, as a sentence for people who mistype one.
    """

    pattern: str
    description: str


@dataclass(frozen=True, slots=True)
class Pages:
    """The service's pages for people; "{}" stands for its own part of an id.

    Attributes:
        artist_pattern: Matches an artist's page as other sites link to it; its first
            group is the service's own part of the id. MusicBrainz identifies artists by
            such links.
    """

    artist: str = ""
    playlist: str = ""
    track: str = ""
    artist_pattern: str = ""


@dataclass(frozen=True, slots=True)
class AccountSetting:
    """A setting that identifies us at the service, such as a client id.

    Attributes:
        key: Its key in the table `[<service>]` of the settings file, and in
            `HttpService.account`.
        variable: Its environment variable.
        default: Its value where it is not set; "" means that it is missing.
        parse: Checks and normalises a value that is set. It raises a `ValueError` of a
            clause and a hint for a wrong one: ("is not a country code", "Write …").
    """

    key: str
    variable: str
    secret: bool = False
    default: str = ""
    parse: Callable[[str], str] = str


@dataclass(frozen=True, slots=True)
class GenreOrigin:
    """Where genres come from, and the licence that every label made from them carries.

    Attributes:
        name: Such as "MusicBrainz tags".
        details: What follows the name in a sentence about them.
    """

    name: str
    details: str
    licence: str


@dataclass(frozen=True, slots=True)
class ServiceEntry:
    """One music service.

    Attributes:
        name: Its name in recipes, settings and ids; also the name of its folder.
        title: Its name in sentences.
        adapter: Its `Source`, as "module:Class"; the class takes an `HttpClient`.
        capabilities: What it can do, and how many artists one request takes. `related`,
            `genres`, `tracks` and `previews` are also the roles of a recipe's
            `[sources]` that it can fill.
        terms: What its terms mean for a data set.
        http: The services on the web that the adapter requests, the main one first.
        previews: The host of its previews, where that is not the main service.
        known_artist: A well-known artist for which the service lists relatives, genres and
            tracks, as far as it lists them at all: an empty answer about this artist
            means that the service is broken. It is identified by its MusicBrainz page
            where the service has no ids of its own.
        ids: How its ids look; None where the service gives artists no ids.
        pages: Where people find an artist, a playlist and a track.
        not_artists: Its ids that stand for nobody, such as "Various Artists".
        account: The settings of an account; empty where the service needs none.
        access_varies: Whether an account may lack capabilities that the entry declares.
        terms_cover_metadata: Whether the terms also cover names, genres and relations: a
            label is then the service's as much as a clip.
        answers_for_any_ids: Whether it identifies artists of other services by their
            pages, and so answers about any ids.
        counts_votes: Whether its genres come with votes.
        genre_origin: Where its genres come from, if they have a licence of their own.
    """

    name: str
    title: str
    adapter: str
    capabilities: Mapping[Capability, int]
    terms: Terms
    http: tuple[HttpService, ...]
    known_artist: ArtistId
    previews: HttpService | None = None
    ids: IdFormat | None = None
    pages: Pages = Pages()
    not_artists: frozenset[str] = frozenset()
    account: tuple[AccountSetting, ...] = ()
    access_varies: bool = False
    terms_cover_metadata: bool = False
    answers_for_any_ids: bool = False
    counts_votes: bool = False
    genre_origin: GenreOrigin | None = None

    @property
    def preview_service(self) -> HttpService:
        """The service on the web that serves its previews."""
        return self.previews or self.http[0]
