"""Preview links and their audio, with HEAD and ranges.

Deezer's links are signed and expire after 900 seconds: `exp` is the time of the reply
plus exactly 900 s. A later request, or one without the right signature, is refused with
403. Spotify's links are not known to expire.
"""

import hashlib
import hmac
import re
from collections.abc import Callable

from crawler.standin.http import HTML, Reply, ServiceRequest
from crawler.standin.world.world import World, WorldTrack

LINK_LIFETIME_SECONDS = 900
MP3 = "audio/mpeg"
# Signs links to invented music, which need no protection.
_KEY = b"invented"
_SIGNED = re.compile(r"hdnea=exp=(\d+)~acl=[^~]*~data=[^~]*~hmac=([0-9a-f]+)")
_PATH = re.compile(r"/api/1/1/([0-9a-f]{32})\.mp3")
_PERMANENT = re.compile(r"/mp3-preview/([0-9a-f]{40})")
_RANGE = re.compile(r"bytes=(\d*)-(\d*)")


def signed_link(track: WorldTrack, base: str, now: float) -> str:
    """Make a signed link to a track's preview, or "" if it has none."""
    if not track.has_preview:
        return ""
    name, expires = f"{track.id:032x}", int(now) + LINK_LIFETIME_SECONDS
    path = f"/api/1/1/{name}.mp3"
    grant = f"exp={expires}~acl={path}*~data=user_id=0,application_id=42"
    return f"{base}{path}?hdnea={grant}~hmac={_signature(name, expires)}"


def permanent_link(track: WorldTrack, base: str) -> str | None:
    """Make a link in Spotify's form, always the same, or None without a preview."""
    if not track.has_preview:
        return None
    return f"{base}/mp3-preview/{track.id:040x}?cid=standin"


def _signature(name: str, expires: int) -> str:
    return hmac.new(_KEY, f"{name} {expires}".encode(), hashlib.sha256).hexdigest()


class PreviewApi:
    """The host of the preview links."""

    def __init__(
        self, world: World, clip: Callable[[WorldTrack], tuple[bytes, str]]
    ) -> None:
        """Create the host; `clip` returns a track's audio and its content type."""
        self._world = world
        self._clip = clip

    def answer(self, request: ServiceRequest) -> Reply:
        """Return the audio or the requested part of it; 403 without a valid link."""
        name = _granted(request)
        if name is None:
            return Reply(403, b"<html><body>Access Denied</body></html>", HTML)
        track = self._world.tracks.get(int(name, 16))
        if track is None or not track.has_preview:
            return Reply(404, b"<html><body>Not Found</body></html>", HTML)
        body, kind = self._clip(track)
        return _part(body, kind, request.headers.get("range", ""))


def _granted(request: ServiceRequest) -> str | None:
    """The name of the preview that the link grants, or None."""
    permanent = _PERMANENT.fullmatch(request.path)
    if permanent:
        return permanent[1]
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
