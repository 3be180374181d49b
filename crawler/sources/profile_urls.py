"""Pages on music services: those of artists are the bridge between ids and MBIDs. Pure."""

import re
from collections.abc import Mapping
from typing import NamedTuple

from graph.model.music import ArtistId, PlaylistId

# Deezer's "Various Artists": nobody's page.
_NOBODYS = ArtistId("deezer:5080")


class _Page(NamedTuple):
    written: str
    read: re.Pattern[str]


# Language paths ("/en/artist/27"), "http:" and a missing "www." occur in MusicBrainz.
_PAGES: Mapping[str, _Page] = {
    "deezer": _Page(
        "https://www.deezer.com/artist/{}",
        re.compile(
            r"https?://(?:www\.)?deezer\.com/(?:[a-z]{2}(?:-[a-z]{2})?/)?artist/([0-9]+)/?(?:[?#].*)?",
            re.IGNORECASE,
        ),
    ),
    "spotify": _Page(
        "https://open.spotify.com/artist/{}",
        re.compile(
            r"https?://open\.spotify\.com/(?:intl-[a-z]{2}/)?artist/([0-9A-Za-z]{22})/?(?:[?#].*)?"
        ),
    ),
}

_PLAYLIST_PAGES: Mapping[str, str] = {
    "deezer": "https://www.deezer.com/playlist/{}",
    "spotify": "https://open.spotify.com/playlist/{}",
}


def playlist_page_of(playlist: PlaylistId) -> str | None:
    """The playlist's page for people, or None for an unknown id space.

    >>> playlist_page_of(PlaylistId("deezer:1111"))
    'https://www.deezer.com/playlist/1111'
    """
    space, _, number = playlist.partition(":")
    page = _PLAYLIST_PAGES.get(space)
    return page.format(number) if page and number else None


def page_of(artist: ArtistId) -> str | None:
    """The artist's page as MusicBrainz writes it, or None for an unknown id space.

    >>> page_of(ArtistId("deezer:27"))
    'https://www.deezer.com/artist/27'
    """
    space, _, number = artist.partition(":")
    page = _PAGES.get(space)
    return page.written.format(number) if page and number else None


def artist_on(page: str, id_space: str) -> ArtistId | None:
    """The id that a page stands for, or None when it is no artist's page there.

    >>> artist_on("https://www.deezer.com/fr/artist/27", "deezer")
    'deezer:27'
    >>> artist_on("https://www.deezer.com/album/27", "deezer")
    """
    known = _PAGES.get(id_space)
    match = known.read.fullmatch(page) if known else None
    artist = ArtistId(f"{id_space}:{match[1]}") if match else None
    return None if artist == _NOBODYS else artist


def artist_on_any(page: str) -> ArtistId | None:
    """The id that a page stands for, whatever service it is on."""
    found = (artist_on(page, space) for space in _PAGES)
    return next((artist for artist in found if artist), None)
