"""The audio of a track: 30 seconds of MP3, made when somebody asks.

A recording sounds the same under all its ids, because it is made from its ISRC. A few
are spoilt on purpose (`world.Fault`).
"""

import threading
import zlib
from collections import OrderedDict

import numpy as np

from crawler.standin.audio.mp3 import FRAME, loop, repeated
from crawler.standin.audio.sounds import SOUNDS, bar
from crawler.standin.services.previews import MP3
from crawler.standin.world.world import PreviewFault, WorldTrack

SECONDS = 30.0
SHORT_SECONDS = 5.0
# Frames per bar: 3.3 s.
BAR = 128
# Bars kept, of about 40 kB each.
KEPT = 1_500
_PAGE = b"<!DOCTYPE html><html><body>This preview has moved.</body></html>"


class Clips:
    """Makes clips and keeps the last ones. Safe to call from many threads."""

    def __init__(self) -> None:
        self._bars: OrderedDict[str, bytes] = OrderedDict()
        self._lock = threading.Lock()

    def of(self, track: WorldTrack) -> tuple[bytes, str]:
        """The track's preview and its content type, which tells nothing of a fault."""
        if track.fault is PreviewFault.HTML:
            return _PAGE, MP3
        seconds = SHORT_SECONDS if track.fault is PreviewFault.SHORT else SECONDS
        audio = repeated(self._bar(track), BAR, seconds)
        return audio[
            : len(audio) // 3
        ] if track.fault is PreviewFault.TRUNCATED else audio, MP3

    def _bar(self, track: WorldTrack) -> bytes:
        key = (
            ""
            if track.fault is PreviewFault.SILENCE
            else f"{track.isrc} {track.family}"
        )
        with self._lock:
            found = self._bars.get(key)
        if found is None:
            # Two threads may make the same bar: it comes out the same.
            found = _made(track)
            with self._lock:
                self._bars[key] = found
                if len(self._bars) > KEPT:
                    self._bars.popitem(last=False)
        return found


def _made(track: WorldTrack) -> bytes:
    if track.fault is PreviewFault.SILENCE:
        return loop(np.zeros(BAR * FRAME, dtype=np.float32))
    seed = zlib.crc32(track.isrc.encode())
    return loop(bar(SOUNDS[track.family], BAR * FRAME, seed))
