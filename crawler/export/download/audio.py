"""Check one preview: is it audio, does it decode, is it long, loud and clean enough?

The checks follow the fault reports of Sturm and of FMA: replies that are not audio, cut
files (a cut MP3 decodes without an error), silence, and clipping. Each fault has a
one-word reason that never changes: users retry and count by it.
"""

import hashlib
import io
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

TOO_SHORT = "too-short"
BLOCK_SECONDS = 0.1
SILENT_RMS = 1e-3
MAX_SILENT_SHARE = 0.25
FULL_SCALE = 0.999
MAX_CLIPPED_SHARE = 0.01
# Covers an encoder's delay and padding; libsndfile's own estimate is 0.14 s too long.
CUT_TOLERANCE_SECONDS = 0.5

_SYNC_AND_LAYER = 0xFFE6
_LAYER_3 = 0xFFE2
_NOT_AUDIO_TYPES = re.compile(r"text/|application/(json|xml|xhtml)")


@dataclass(frozen=True, slots=True)
class AudioResponse:
    """The reply to a request for a preview link."""

    status: int
    content_type: str | None
    body: bytes


class AudioClient(Protocol):
    """Fetches a preview; waits and retries by the rules of its service."""

    def fetch(self, url: str) -> AudioResponse:
        """Fetch a link and return the reply, whatever its status.

        Raises:
            SourceError: No reply came, even after retries.
            StoppedError: The run is being stopped.
        """
        ...


@dataclass(frozen=True, slots=True)
class AudioFault:
    """Why a track gave no clip: a word for programs, a clause for people."""

    reason: str
    detail: str


@dataclass(frozen=True, slots=True)
class ClipFacts:
    """The measurements of a clip that passed every check."""

    sha256: str
    bytes: int
    duration_s: float
    sample_rate: int
    channels: int
    bitrate_kbps: int


def sniff(content_type: str | None, body: bytes) -> AudioFault | None:
    """Check by header and first bytes that a reply is an MP3; return the fault if not.

    >>> sniff("audio/mpeg", b"<html>").detail
    'the reply is HTML'
    >>> sniff("audio/mpeg", b"").detail
    'the reply is empty'
    >>> sniff("audio/mpeg", b"ID3...")
    """
    if not body:
        return AudioFault("not-audio", "the reply is empty")
    if _is_mp3(body) and not _NOT_AUDIO_TYPES.match((content_type or "").lower()):
        return None
    start = body[:200].lstrip().lower()
    if start.startswith((b"<!doctype html", b"<html")):
        return AudioFault("not-audio", "the reply is HTML")
    if start.startswith((b"{", b"[")):
        return AudioFault("not-audio", "the reply is JSON")
    if _is_mp3(body):
        return AudioFault("not-audio", f"the reply is declared as {content_type}")
    return AudioFault("not-audio", "the reply is not an MP3")


def _is_mp3(body: bytes) -> bool:
    # A frame begins with eleven bits of sync, two of version and two of layer (III).
    frame = int.from_bytes(body[:2], "big") & _SYNC_AND_LAYER == _LAYER_3
    return frame or body.startswith(b"ID3")


def examine(path: Path, *, min_seconds: float) -> ClipFacts | AudioFault:
    """Decode a clip and check it. libmpg123 may write notes to file descriptor 2."""
    body = path.read_bytes()
    fault = sniff(None, body)
    return fault or _decode(body, min_seconds)


def _decode(body: bytes, min_seconds: float) -> ClipFacts | AudioFault:
    import soundfile  # noqa: PLC0415 - heavy, and only an export needs it

    try:
        with soundfile.SoundFile(io.BytesIO(body)) as sound:
            samples = sound.read(dtype="float32", always_2d=True)
            rate = sound.samplerate
            declared = sound.frames / rate if _declares_length(body) else 0.0
    except soundfile.LibsndfileError:
        return AudioFault("does-not-decode", "the decoder failed")
    fault = _evaluate(samples, rate, declared, min_seconds)
    return fault or _facts(body, samples.shape, rate)


def _declares_length(body: bytes) -> bool:
    """Whether the first frame states the number of frames; otherwise libsndfile guesses."""
    return b"Xing" in body[:4096] or b"Info" in body[:4096]


def _facts(body: bytes, shape: tuple[int, int], rate: int) -> ClipFacts:
    frames, channels = shape
    seconds = frames / rate
    return ClipFacts(
        sha256=hashlib.sha256(body).hexdigest(),
        bytes=len(body),
        duration_s=round(seconds, 3),
        sample_rate=rate,
        channels=channels,
        bitrate_kbps=round(len(body) * 8 / seconds / 1000),
    )


def _evaluate(
    samples: "NDArray[np.float32]", rate: int, declared: float, min_seconds: float
) -> AudioFault | None:
    seconds = len(samples) / rate
    if seconds == 0:
        return AudioFault("does-not-decode", "it contains no sound")
    if declared - seconds > CUT_TOLERANCE_SECONDS:
        return AudioFault(TOO_SHORT, f"{seconds:.1f} s, cut off from {declared:.1f} s")
    if seconds < min_seconds:
        return AudioFault(TOO_SHORT, f"{seconds:.1f} s")
    silent = silent_share(samples, rate)
    if silent > MAX_SILENT_SHARE:
        return AudioFault("silent", f"{silent:.0%} of it")
    clipped = clipped_share(samples)
    if clipped > MAX_CLIPPED_SHARE:
        return AudioFault("clipped", f"{clipped:.1%} of the samples at full scale")
    return None


def silent_share(samples: "NDArray[np.float32]", rate: int) -> float:
    """Share of the 0.1 s blocks, over all channels, whose RMS is below `SILENT_RMS`."""
    import numpy as np  # noqa: PLC0415 - see _decode

    frames = int(rate * BLOCK_SECONDS)
    whole = samples[: len(samples) // frames * frames].reshape(
        -1, frames * samples.shape[1]
    )
    if not len(whole):
        return 0.0
    power = np.einsum("ij,ij->i", whole, whole) / whole.shape[1]
    return float((power < SILENT_RMS**2).mean())


def clipped_share(samples: "NDArray[np.float32]") -> float:
    """Share of the samples at full scale."""
    import numpy as np  # noqa: PLC0415 - see _decode

    if samples.max() < FULL_SCALE and samples.min() > -FULL_SCALE:
        return 0.0
    loud = np.count_nonzero(np.abs(samples) >= FULL_SCALE)
    return float(loud) / samples.size


def clip_to_json(clip: ClipFacts) -> dict[str, object]:
    """Convert facts to plain values, for journals and locks."""
    return {name: getattr(clip, name) for name in ClipFacts.__slots__}


def clip_from_json(values: Mapping[str, object]) -> ClipFacts:
    """Convert the values of `clip_to_json` back to facts."""
    return ClipFacts(
        sha256=str(values["sha256"]),
        bytes=int(str(values["bytes"])),
        duration_s=float(str(values["duration_s"])),
        sample_rate=int(str(values["sample_rate"])),
        channels=int(str(values["channels"])),
        bitrate_kbps=int(str(values["bitrate_kbps"])),
    )
