"""Deezer's entry. Its limit: developers.deezer.com/api, "50 requests / 5 seconds"."""

from crawler.http.service import HttpService
from crawler.sources.base import Capability, Terms
from crawler.sources.entry import IdFormat, Pages, ServiceEntry
from graph.model.music import ArtistId

NAME = "deezer"

# Deezer's page for compilations. It would join everything with everything, so it is
# never an artist of the graph.
VARIOUS_ARTISTS = 5080

SERVICE = ServiceEntry(
    name=NAME,
    title="Deezer",
    adapter="crawler.sources.deezer.source:DeezerSource",
    capabilities={
        Capability.SEARCH: 1,
        Capability.ARTIST: 1,
        Capability.RELATED: 1,
        Capability.TRACKS: 1,
        Capability.ALBUMS: 1,
        Capability.PLAYLISTS: 1,
        Capability.PREVIEWS: 1,
    },
    terms=Terms(
        summary=(
            "Deezer allows non-commercial, strictly private use. It forbids copying, so "
            "keeping its previews, also for machine learning, is not licensed."
        ),
        url="https://developers.deezer.com/termsofuse",
        accepting_means=(
            "I have read Deezer's terms; I have the right to keep these previews (a "
            "written permission, or an exception in my country's law), use them "
            "privately and non-commercially, and pass no audio on."
        ),
    ),
    http=(
        HttpService(
            NAME,
            "https://api.deezer.com",
            requests=50,
            seconds=5,
            variable="GENREGRAPH_DEEZER_URL",
        ),
    ),
    previews=HttpService(
        "deezer-previews",
        "https://cdnt-preview.dzcdn.net",
        requests=20,
        seconds=1,
        publishes_limit=False,
        previews_of=NAME,
    ),
    known_artist=ArtistId("deezer:27"),  # Daft Punk
    ids=IdFormat("[0-9]+", 'Deezer\'s ids are numbers, such as "deezer:27"'),
    pages=Pages(
        artist="https://www.deezer.com/artist/{}",
        playlist="https://www.deezer.com/playlist/{}",
        track="https://www.deezer.com/track/{}",
        # Language paths ("/en/artist/27"), "http:" and a missing "www." occur in
        # MusicBrainz.
        artist_pattern=(
            r"(?i:https?://(?:www\.)?deezer\.com/(?:[a-z]{2}(?:-[a-z]{2})?/)?"
            r"artist/([0-9]+)/?(?:[?#].*)?)"
        ),
    ),
    not_artists=frozenset({str(VARIOUS_ARTISTS)}),
)
