"""MP3 loops: encode one bar, repeat its frames, and the result is a whole MP3 file.

Encoding 30 s takes 0.2 s; encoding a bar and repeating its frames a tenth of it. Frames
cannot be repeated as they come, because a frame may keep part of its data in the frames
before it (`main_data_begin`, ISO/IEC 11172-3 2.4.1.7). So each is packed anew, with all
its own data inside, all at the lowest bit rate that has room for the fullest.
"""

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import soundfile

from crawler.standin.audio.sounds import RATE, Samples

# Samples per frame at 22,050 Hz (MPEG-2 layer III: one granule).
FRAME = 576
# kbit/s by the header's index (ISO/IEC 13818-3 2.4.2.3, layer III).
_BIT_RATES = (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160)
_HEADER = 4
_SIDE = 9
# Frames before the bar's first, for the encoder to settle, and after its last.
_BEFORE = 8
_AFTER = 4


@dataclass(frozen=True, slots=True)
class _Frame:
    header: bytes
    side: bytes
    slot: bytes


def loop(bar: Samples) -> bytes:
    """The frames of a bar, whose length is a multiple of `FRAME`, to be repeated."""
    count = len(bar) // FRAME
    lead = np.concatenate([bar[-_BEFORE * FRAME :], bar, bar[: _AFTER * FRAME]])
    frames = list(_frames(_encoded(lead)))
    return _packed(frames, _BEFORE + 1, count)


def repeated(frames: bytes, count: int, seconds: float) -> bytes:
    """`frames` (of a loop of `count` frames) over and over, for at least `seconds`."""
    wanted = int(np.ceil(seconds * RATE / FRAME))
    size = len(frames) // count
    whole, rest = divmod(wanted, count)
    return frames * whole + frames[: rest * size]


def _encoded(samples: Samples) -> bytes:
    file = io.BytesIO()
    soundfile.write(
        file,
        samples,
        RATE,
        format="MP3",
        subtype="MPEG_LAYER_III",
        bitrate_mode="VARIABLE",
        compression_level=0.9,
    )
    return file.getvalue()


def _frames(data: bytes) -> Iterator[_Frame]:
    place = 0
    while place + _HEADER < len(data):
        padding = data[place + 2] >> 1 & 1
        size = 72_000 * _BIT_RATES[data[place + 2] >> 4] // RATE + padding
        header, rest = (
            data[place : place + _HEADER],
            data[place + _HEADER : place + size],
        )
        yield _Frame(header, rest[:_SIDE], rest[_SIDE:])
        place += size


def _own_data(frames: Sequence[_Frame]) -> list[bytes]:
    """The data of each frame, wherever it lies."""
    stream, found = b"".join(frame.slot for frame in frames), []
    start = 0
    for frame in frames:
        begin = start - frame.side[0]
        bits = (frame.side[1] & 0x7F) << 5 | frame.side[2] >> 3
        found.append(stream[begin : begin + (bits + 7) // 8])
        start += len(frame.slot)
    return found


def _packed(frames: Sequence[_Frame], first: int, count: int) -> bytes:
    data = _own_data(frames)[first : first + count]
    needed = _HEADER + _SIDE + max(map(len, data))
    index, size = next(
        (index, 72_000 * rate // RATE)
        for index, rate in enumerate(_BIT_RATES)
        if 72_000 * rate // RATE >= needed
    )
    return b"".join(
        _anew(frame, own, index, size)
        for frame, own in zip(frames[first : first + count], data, strict=True)
    )


def _anew(frame: _Frame, own: bytes, index: int, size: int) -> bytes:
    # Bit rate and no padding in the header's third byte; no data before the frame.
    rate_byte = index << 4 | frame.header[2] & 0b0000_1101
    header = bytes((frame.header[0], frame.header[1], rate_byte, frame.header[3]))
    return (header + b"\0" + frame.side[1:] + own).ljust(size, b"\0")
