"""The Spotify source onto a stand-in, for tests."""

from crawler.http.client import Account
from crawler.sources.base import Source
from crawler.sources.registry import make_source
from crawler.standin.server import Standin
from crawler.standin.services.spotify_accounts import CLIENT
from graph.model.music import ArtistId
from tests.support.crawl_context import door_to

NOBODY = ArtistId("spotify:0000000000000000000000")


def spotify_of(
    standin: Standin,
    *,
    client: tuple[str | None, str | None] = CLIENT,
    market: str = "US",
) -> Source:
    """The source with the credentials of a client, by a clock whose waits are none."""
    client = door_to(
        standin.url,
        account=Account(*client, market),
        **{"spotify": standin.spotify_url, "spotify-token": standin.spotify_token_url},
    )
    return make_source("spotify", client)
