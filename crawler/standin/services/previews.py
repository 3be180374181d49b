"""Links to previews, and the audio behind them. HEAD and ranges work.

Deezer's are signed and die after 900 seconds: `exp` is the time of the reply and exactly
900 s, and whoever comes later, or without the right signature, gets 403. Spotify's are
not known to die.
"""

import hashlib
import hmac
import re
from collections.abc import Callable

from crawler.standin.http import HTML, Reply, ServiceRequest
from crawler.standin.world.world import World, WorldTrack

LIFE_SECONDS = 900
MP3 = "audio/mpeg"
# Signs links to invented music; there is nothing to protect.
_KEY = b"invented"
_SIGNED = re.compile(r"hdnea=exp=(\d+)~acl=[^~]*~data=[^~]*~hmac=([0-9a-f]+)")
_PATH = re.compile(r"/api/1/1/([0-9a-f]{32})\.mp3")
_LASTING = re.compile(r"/mp3-preview/([0-9a-f]{40})")
_RANGE = re.compile(r"bytes=(\d*)-(\d*)")


def signed_link(track: WorldTrack, base: str, now: float) -> str:
    """A link to the track's preview, or "" where it has none."""
    if not track.has_preview:
        return ""
    name, expires = f"{track.id:032x}", int(now) + LIFE_SECONDS
    path = f"/api/1/1/{name}.mp3"
    grant = f"exp={expires}~acl={path}*~data=user_id=0,application_id=42"
    return f"{base}{path}?hdnea={grant}~hmac={_signature(name, expires)}"


def permanent_link(track: WorldTrack, base: str) -> str | None:
    """A link as Spotify gives it, always the same, or None where there is no preview."""
    if not track.has_preview:
        return None
    return f"{base}/mp3-preview/{track.id:040x}?cid=standin"


def _signature(name: str, expires: int) -> str:
    return hmac.new(_KEY, f"{name} {expires}".encode(), hashlib.sha256).hexdigest()


class PreviewApi:
    """The host that the links point at."""

    def __init__(
        self, world: World, clip: Callable[[WorldTrack], tuple[bytes, str]]
    ) -> None:
        """`clip` makes a track's audio and says its content type."""
        self._world = world
        self._clip = clip

    def answer(self, request: ServiceRequest) -> Reply:
        """The audio, or the part of it that is asked for; 403 without a valid link."""
        name = _granted(request)
        if name is None:
            return Reply(403, b"<html><body>Access Denied</body></html>", HTML)
        track = self._world.tracks.get(int(name, 16))
        if track is None or not track.has_preview:
            return Reply(404, b"<html><body>Not Found</body></html>", HTML)
        body, kind = self._clip(track)
        return _part(body, kind, request.headers.get("range", ""))


def _granted(request: ServiceRequest) -> str | None:
    """The name of the preview that the link may be used for."""
    lasts = _LASTING.fullmatch(request.path)
    if lasts:
        return lasts[1]
    path, signed = _PATH.fullmatch(request.path), _SIGNED.match(request.raw_query)
    if path and signed and _valid(path[1], signed, request.now):
        return path[1]
    return None


def _valid(name: str, signed: re.Match[str], now: float) -> bool:
    expires = int(signed[1])
    return now <= expires and hmac.compare_digest(signed[2], _signature(name, expires))


def _part(body: bytes, kind: str, wanted: str) -> Reply:
    accepts = ("Accept-Ranges", "bytes")
    given = _RANGE.fullmatch(wanted)
    if given is None or not (given[1] or given[2]):
        return Reply(200, body, kind, (accepts,))
    size = len(body)
    start = int(given[1]) if given[1] else max(0, size - int(given[2]))
    end = min(size, int(given[2]) + 1) if given[1] and given[2] else size
    if start >= end:
        return Reply(416, b"", kind, (accepts, ("Content-Range", f"bytes */{size}")))
    where = ("Content-Range", f"bytes {start}-{end - 1}/{size}")
    return Reply(206, body[start:end], kind, (accepts, where))
