"""What a Spotify app has no access to: found out once in a run and then remembered.

Apps made since 2024-11-27 have neither related artists nor previews, those made since
2026-02-11 no genres, no top tracks, no batches, no playlists of others and pages of ten
(developer.spotify.com/documentation/web-api/references/changes). Nothing announces
this: Spotify answers 404, 403 or 400, or leaves fields out.
"""

import threading
from enum import StrEnum
from typing import NoReturn

from crawler.errors import UnsupportedError
from crawler.sources.spotify.service import NAME

# So many artists without a single genre (or tracks without a preview) are not chance:
# 13 to 27 % of real artists have no genre, and about as many top tracks no preview.
MIN_WITHOUT = 20

LARGEST_PAGE = 50
SMALL_PAGE = 10


class AccessPart(StrEnum):
    """A part of the API that an app may lack."""

    RELATED = "related artists"
    GENRES = "genres"
    PREVIEWS = "previews"
    PLAYLISTS = "tracks of playlists"
    TOP_TRACKS = "top tracks"
    BATCHES = "several artists at once"


_DEEZER = (
    'Name "deezer" as `related` in the recipe\'s [sources], and as `tracks` and '
    "`previews`: it needs no account."
)
INSTEAD = {
    AccessPart.RELATED: _DEEZER,
    AccessPart.GENRES: 'Name "musicbrainz" as `genres` in the recipe\'s [sources].',
    AccessPart.PREVIEWS: _DEEZER,
    AccessPart.PLAYLISTS: (
        'Name artists as seeds, or "deezer" as `related` in the recipe\'s [sources]: '
        "its playlists are open."
    ),
}


class Access:
    """What is known of an app's access; one for a run, shared by all threads.

    Attributes:
        page: The most rows on a page that this app may request.
    """

    def __init__(self) -> None:
        self.page = LARGEST_PAGE
        self._closed: dict[AccessPart, str] = {}
        self._open: set[AccessPart] = set()
        self._without: dict[AccessPart, int] = {}
        self._lock = threading.Lock()

    def check(self, part: AccessPart) -> None:
        """Do nothing, unless the part is known to be closed.

        Raises:
            UnsupportedError: It is closed.
        """
        with self._lock:
            evidence = self._closed.get(part)
        if evidence is not None:
            raise _closed(part, evidence)

    def is_closed(self, part: AccessPart) -> bool:
        """Whether the part is known to be closed."""
        with self._lock:
            return part in self._closed

    def is_open(self, part: AccessPart) -> bool:
        """Whether the part has returned something in this run."""
        with self._lock:
            return part in self._open

    def note_open(self, part: AccessPart) -> None:
        """Remember that the part has returned something."""
        with self._lock:
            self._open.add(part)

    def note_closed(self, part: AccessPart, evidence: str) -> None:
        """Remember that the part is closed, where there is another way."""
        with self._lock:
            self._closed.setdefault(part, evidence)

    def close(self, part: AccessPart, evidence: str) -> NoReturn:
        """Remember that the part is closed, and give up.

        Raises:
            UnsupportedError: Always; the hint has the alternative.
        """
        self.note_closed(part, evidence)
        raise _closed(part, evidence)

    def note_without(self, part: AccessPart, count: int) -> None:
        """Count artists (or tracks) that came without the part.

        Raises:
            UnsupportedError: None ever came with it, and they are too many for chance.
        """
        with self._lock:
            if part in self._open:
                return
            self._without[part] = without = self._without.get(part, 0) + count
        if without >= MIN_WITHOUT:
            self.close(part, f"all {without} requested ones came without")


def _closed(part: AccessPart, evidence: str) -> UnsupportedError:
    what = f"{part} are closed to this Spotify app: {evidence}"
    return UnsupportedError(NAME, what, hint=INSTEAD.get(part))
