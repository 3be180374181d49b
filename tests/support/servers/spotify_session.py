"""A session with the stand-in's Spotify, and the schemas of its replies."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import requests
from jsonschema import Draft202012Validator

from crawler.standin.server import Standin, serve
from crawler.standin.services.spotify_accounts import CLIENT, App
from crawler.standin.world.world import World
from tests.support.project import SCHEMAS

GRANT = {"grant_type": "client_credentials"}


def validator(schema: str, part: str) -> Draft202012Validator:
    """A validator for one part of tests/fixtures/schemas/spotify-SCHEMA.json."""
    body = json.loads((SCHEMAS / f"spotify-{schema}.json").read_text())
    return Draft202012Validator({**body, "$ref": f"#/$defs/{part}"})


class SpotifySession:
    """A stand-in, and a client session that is signed in to its Spotify."""

    def __init__(self, standin: Standin) -> None:
        self.standin = standin
        self.session = requests.Session()
        self.session.trust_env = False
        self.session.headers["User-Agent"] = "tests (nobody@example.invalid)"
        self.sign_in()

    def sign_in(self) -> None:
        url = self.standin.spotify_token_url
        token = self.session.post(url, GRANT, auth=CLIENT).json()["access_token"]
        self.session.headers["Authorization"] = f"Bearer {token}"

    def get(self, path: str, **query: object) -> requests.Response:
        return self.session.get(self.standin.spotify_url + path, params=query)

    def all_of(self, path: str, key: str | None = None, **query: object) -> list[Any]:
        """The rows of all pages, following `next`."""
        found, body = [], self.get(path, **query).json()
        while True:
            page = body[key] if key else body
            found += page["items"]
            if page["next"] is None:
                return found
            body = self.session.get(page["next"]).json()


@contextmanager
def open_spotify(
    world: World, app: App | str = "extended", **options: Any
) -> Iterator[SpotifySession]:
    """Serve a world and sign in to its Spotify; without rate limits by default."""
    with serve(world, **{"limits": False, "spotify": app, **options}) as standin:
        spotify = SpotifySession(standin)
        with spotify.session:
            yield spotify
