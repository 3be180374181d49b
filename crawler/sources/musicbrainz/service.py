"""The entry of "musicbrainz", which requests MusicBrainz and ListenBrainz.

Limits: musicbrainz.org/doc/MusicBrainz_API/Rate_Limiting (one request a second), and
ListenBrainz' X-RateLimit headers.
"""

from crawler.http.service import HttpService
from crawler.sources.base import Capability, Terms
from crawler.sources.entry import GenreOrigin, ServiceEntry
from graph.model.music import ArtistId

NAME = "musicbrainz"
LISTENBRAINZ = "listenbrainz"

PAGES_PER_REQUEST = 100
ARTISTS_PER_PAGE = 100

SERVICE = ServiceEntry(
    name=NAME,
    title="MusicBrainz",
    adapter="crawler.sources.musicbrainz.source:MusicBrainzSource",
    capabilities={
        Capability.GENRES: PAGES_PER_REQUEST,
        Capability.BY_GENRE: ARTISTS_PER_PAGE,
    },
    terms=Terms(
        summary=(
            "MusicBrainz' core data are free (CC0). Its tags, and so the genres and every "
            "label made from them, are CC BY-NC-SA 3.0: name MusicBrainz, non-commercial, "
            "pass on under the same licence. ListenBrainz serves the same data."
        ),
        url="https://musicbrainz.org/doc/About/Data_License",
        accepting_means=(
            "I name MusicBrainz, use the labels non-commercially, and pass them on only "
            "under CC BY-NC-SA 3.0."
        ),
    ),
    http=(
        HttpService(
            NAME,
            "https://musicbrainz.org",
            requests=1,
            seconds=1,
            wants_contact=True,
            variable="GENREGRAPH_MUSICBRAINZ_URL",
            version_path="/ws/2",
        ),
        HttpService(
            LISTENBRAINZ,
            "https://api.listenbrainz.org",
            requests=30,
            seconds=10,
            variable="GENREGRAPH_LISTENBRAINZ_URL",
        ),
    ),
    known_artist=ArtistId(
        "deezer:27"
    ),  # Daft Punk, by a page that MusicBrainz links to
    answers_for_any_ids=True,
    counts_votes=True,
    genre_origin=GenreOrigin(
        name="MusicBrainz tags",
        details="with their votes, as ListenBrainz gives them",
        licence="CC BY-NC-SA 3.0 (https://creativecommons.org/licenses/by-nc-sa/3.0/)",
    ),
)
