"""Spotify's lists: releases of an artist, the tracks on them, the tracks of a playlist.

Pages are asked by addresses of our own: `next` might lead the token elsewhere.
"""

from collections.abc import Iterator
from functools import partial
from urllib.parse import urlencode

from spotipy import Spotify

from crawler.errors import BadAnswerError
from crawler.sources.base import Tracks
from crawler.sources.json_reader import JsonObject
from crawler.sources.spotify.access import AccessPart
from crawler.sources.spotify.parsing import (
    SOURCE,
    all_tracks,
    entries_of,
    present,
    tracks_of,
)
from crawler.sources.spotify.session import SpotifySession

ALL_KINDS = "album,single,compilation"
OWN_KINDS = "album,single"
PLAYLIST_TRACKS_PER_PAGE = 50
MOST_PAGES = 200
# An app without top tracks reads those of so many releases: one request each, and such
# an app has about a thousand a day.
ALBUMS_READ = 5


def tracks_of_albums(talk: SpotifySession, own: str) -> Tracks | None:
    """The tracks of an artist's first releases; None for an artist nobody knows."""
    page = albums_page(talk, own, OWN_KINDS, 0)
    if page is None:
        return None
    market = talk.market
    parts: list[Tracks] = []
    for album in list(present(page, "items"))[:ALBUMS_READ]:
        name = album.text("id")
        where = f"/albums/{name}/tracks"
        call = partial(Spotify.album_tracks, album_id=name, market=market)
        got = talk.known(where, call)
        parts += [tracks_of(present(got, "items"), album)] if got else []
    return all_tracks(parts)


def albums_page(
    talk: SpotifySession, own: str, kinds: str, offset: int
) -> JsonObject | None:
    """A page of an artist's releases; None for an artist nobody knows."""
    market = talk.market
    return talk.paged(
        f"/artists/{own}/albums",
        talk.access.page,
        lambda s, limit: s.artist_albums(
            own, include_groups=kinds, country=market, limit=limit, offset=offset
        ),
    )


def playlist_entries(
    talk: SpotifySession, where: str, about: JsonObject
) -> Iterator[JsonObject]:
    """The tracks of a playlist: the first come with it, unless it is not ours."""
    page = about.maybe_row("tracks") or about.maybe_row("items")
    kind = "tracks" if about.maybe_row("tracks") else "items"
    count = 0
    for _ in range(MOST_PAGES):
        if page is None or "items" not in page.fields:
            page = _entries_page(talk, f"{where}/{kind}", count)
        yield from entries_of(page)
        listed = page.fields.get("items")
        count += len(listed) if isinstance(listed, list) else 0
        if page.maybe_text("next") is None:
            return
        page = None
    raise BadAnswerError(SOURCE, f"{where} has more than {MOST_PAGES} pages")


def _entries_page(talk: SpotifySession, where: str, offset: int) -> JsonObject:
    """One page, by an address of our own: `next` might lead the token elsewhere."""
    query = {
        "limit": PLAYLIST_TRACKS_PER_PAGE,
        "offset": offset,
        "market": talk.market,
    }
    url = f"{talk.address(where.lstrip('/'))}?{urlencode(query)}"
    got = talk.ask(where, lambda s: s.next({"next": url}))
    if isinstance(got, JsonObject):
        return got
    return talk.access.close(
        AccessPart.PLAYLISTS, f"{where} is answered with {got.status}"
    )
