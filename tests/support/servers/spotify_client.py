"""The Spotify source on a stand-in, for tests."""

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
    credentials: tuple[str, str] = CLIENT,
    market: str = "US",
) -> Source:
    """The source with the credentials of an app, on a clock whose waits take no time."""
    client_id, client_secret = credentials
    account = {
        "client_id": client_id,
        "client_secret": client_secret,
        "market": market,
    }
    client = door_to(
        standin.url,
        accounts={"spotify": account},
        **{"spotify": standin.spotify_url, "spotify-token": standin.spotify_token_url},
    )
    return make_source("spotify", client)
