"""What a Spotify app has no access to: found out once in a run, kept, and said in words.

Apps made since 2024-11-27 have neither related artists nor previews, those made since
2026-02-11 no genres, no top tracks, no batches, no playlists of others and pages of ten
(developer.spotify.com/documentation/web-api/references/changes). Nothing announces it:
Spotify answers 404, 403, 400, or leaves the fields out.
"""

import threading
from enum import StrEnum
from typing import NoReturn

from crawler.errors import UnsupportedError

SERVICE = "spotify"

# So many without a single genre (or preview) among them are no chance: of real artists
# 13 to 27 % have no genre, of real top tracks about as many no preview.
FEWEST_WITHOUT = 20

LARGEST_PAGE = 50
SMALL_PAGE = 10


class AccessPart(StrEnum):
    """What an app may lack."""

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
    """What is known by now of an app's access; one for a run, for all threads.

    Attributes:
        page: The most rows that Spotify gives this app on one page.
    """

    def __init__(self) -> None:
        self.page = LARGEST_PAGE
        self._closed: dict[AccessPart, str] = {}
        self._open: set[AccessPart] = set()
        self._without: dict[AccessPart, int] = {}
        self._lock = threading.Lock()

    def check(self, part: AccessPart) -> None:
        """Go on, unless the part is known to be closed.

        Raises:
            UnsupportedError: It is.
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
        """Whether the part has answered something in this run."""
        with self._lock:
            return part in self._open

    def answered(self, part: AccessPart) -> None:
        """The part has answered something, so it is open."""
        with self._lock:
            self._open.add(part)

    def note_closed(self, part: AccessPart, evidence: str) -> None:
        """The part is closed; there is another way."""
        with self._lock:
            self._closed.setdefault(part, evidence)

    def close(self, part: AccessPart, evidence: str) -> NoReturn:
        """The part is closed for the rest of the run.

        Raises:
            UnsupportedError: With what does it instead.
        """
        self.note_closed(part, evidence)
        raise _closed(part, evidence)

    def nothing(self, part: AccessPart, count: int) -> None:
        """So many more were asked about and have none; nobody had any so far.

        Raises:
            UnsupportedError: They are too many to be chance.
        """
        with self._lock:
            if part in self._open:
                return
            self._without[part] = without = self._without.get(part, 0) + count
        if without >= FEWEST_WITHOUT:
            self.close(part, f"all {without} it was asked about came without")


def _closed(part: AccessPart, evidence: str) -> UnsupportedError:
    what = f"{part} are closed to this Spotify app: {evidence}"
    return UnsupportedError(SERVICE, what, hint=INSTEAD.get(part))
