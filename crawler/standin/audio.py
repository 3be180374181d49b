"""The audio of invented tracks: 30 seconds of MP3, generated on request.

Each genre family takes a cell of a grid: the frequency band and loudness of the
percussion, the register of the tune, and the tempo. A fixed spectral test distinguishes
the families in any key. A recording sounds the same under all its ids because it is
generated from its ISRC. A few clips are faulty on purpose (`PreviewFault`).

One bar is encoded and its frames are repeated: that takes a tenth of the 0.2 s that
encoding 30 s takes. Frames cannot be repeated as they are, because a frame may keep part
of its data in earlier frames (`main_data_begin`, ISO/IEC 11172-3 2.4.1.7). So each frame
is repacked with all its own data, at the lowest bit rate that fits the largest frame.
"""

import io
import threading
import zlib
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import soundfile

from crawler.standin.services.previews import MP3
from crawler.standin.world.genre_families import FOREIGN, GENRES_10, METAL_20
from crawler.standin.world.world import PreviewFault, WorldTrack

RATE = 22_050
Samples = npt.NDArray[np.float32]

# Frequency bands of the percussion, in hertz.
_BANDS = (350.0, 650.0, 1200.0, 2200.0, 3900.0, 6500.0)
_LOUDNESS = (0.6, 2.0)
_REGISTERS = (220.0, 110.0, 440.0)
_BEATS = (6, 9, 7, 11, 8, 5, 10)
_TABLE = 2048
_CHORDS = ((0, 4, 7), (5, 9, 12), (7, 11, 14), (-3, 0, 4), (2, 5, 9), (4, 7, 11))
# Samples per frame at 22,050 Hz (MPEG-2 layer III: one granule).
FRAME = 576
# kbit/s by the header's index (ISO/IEC 13818-3 2.4.2.3, layer III).
_BIT_RATES = (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160)
_HEADER = 4
_SIDE = 9
# Frames before the bar, for the encoder to settle, and after it.
_BEFORE = 8
_AFTER = 4
SECONDS = 30.0
SHORT_SECONDS = 5.0
# Frames per bar: 3.3 s.
BAR = 128
# Cached bars, of about 40 kB each.
MAX_CACHED_BARS = 1_500
_PAGE = b"<!DOCTYPE html><html><body>This preview has moved.</body></html>"


@dataclass(frozen=True, slots=True)
class Sound:
    """The sound of a genre family.

    Attributes:
        band: Centre of the percussion's noise, in hertz.
        loudness: Loudness of that noise, relative to the tune.
        register: Lowest note of the tune's home chord, in hertz.
        beats: Beats per bar.
    """

    band: float
    loudness: float
    register: float
    beats: int


def _sound(place: int) -> Sound:
    return Sound(
        band=_BANDS[place % 6],
        loudness=_LOUDNESS[place // 6 % 2],
        register=_REGISTERS[(place + place // 6) % 3],
        beats=_BEATS[place % 7],
    )


SOUNDS = {
    family.name: _sound(place)
    for place, family in enumerate((*GENRES_10, *FOREIGN, *METAL_20))
}


def bar(sound: Sound, length: int, seed: int) -> Samples:
    """Generate one bar of `length` samples that can be looped; each seed is a recording."""
    rng = np.random.default_rng(seed)
    envelope = _envelope(sound.beats, length)
    noise = _noise(sound.band, length, rng) * envelope**2
    tune = _tune(sound, length, rng) * (0.35 + 0.65 * envelope)
    mixed: Samples = tune / _loudness(tune) + sound.loudness * noise / _loudness(noise)
    mixed *= (0.35 + 0.25 * rng.random()) / np.abs(mixed).max()
    return mixed.astype(np.float32)


def _loudness(samples: Samples) -> float:
    return float(np.sqrt(np.mean(samples**2)))


def _envelope(beats: int, length: int) -> Samples:
    """An envelope that decays after each beat but is never silent."""
    place = (np.arange(length, dtype=np.float32) * beats / length) % 1
    fading: Samples = np.exp(-place * 3.5).astype(np.float32) * 0.9 + np.float32(0.1)
    return fading


def _noise(band: float, length: int, rng: np.random.Generator) -> Samples:
    """Noise of about one octave around `band` that loops without a seam."""
    spectrum = np.zeros(length // 2 + 1, dtype=np.complex64)
    low, high = int(band / 1.4 * length / RATE), int(band * 1.4 * length / RATE)
    high = min(high, len(spectrum))
    parts = rng.standard_normal((2, high - low), dtype=np.float32)
    spectrum[low:high] = parts[0] + 1j * parts[1]
    noise: Samples = np.fft.irfft(spectrum, length).astype(np.float32)
    return noise


def _tune(sound: Sound, length: int, rng: np.random.Generator) -> Samples:
    """One chord per beat, with a waveform specific to the recording."""
    wave = _wave(rng)
    key = sound.register * 2 ** (rng.integers(-3, 4) / 12)
    ends = np.linspace(0, length, sound.beats + 1).astype(int)
    tune = np.zeros(length, dtype=np.float32)
    for start, end in pairwise(ends):
        time = np.arange(end - start, dtype=np.float32)
        for step in _CHORDS[rng.integers(len(_CHORDS))]:
            turns = time * np.float32(key * 2 ** (step / 12) / RATE * _TABLE)
            tune[start:end] += wave[turns.astype(np.int32) % _TABLE]
    return tune


def _wave(rng: np.random.Generator) -> Samples:
    """One period of a few partials; higher ones are weaker."""
    place = np.arange(_TABLE, dtype=np.float32) * np.float32(2 * np.pi / _TABLE)
    weights = (0.5 + rng.random(5)) / np.arange(1, 6) ** 1.5
    wave: Samples = sum(
        (np.float32(w) * np.sin(n * place) for n, w in enumerate(weights, start=1)),
        start=np.zeros(_TABLE, dtype=np.float32),
    )
    return wave


@dataclass(frozen=True, slots=True)
class _Frame:
    header: bytes
    side: bytes
    slot: bytes


def loop(bar: Samples) -> bytes:
    """Encode a bar, whose length is a multiple of `FRAME`, as repeatable frames."""
    count = len(bar) // FRAME
    lead = np.concatenate([bar[-_BEFORE * FRAME :], bar, bar[: _AFTER * FRAME]])
    frames = list(_frames(_encoded(lead)))
    return _packed(frames, _BEFORE + 1, count)


def repeated(frames: bytes, count: int, seconds: float) -> bytes:
    """Repeat a loop of `count` frames for at least `seconds`."""
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
    """The data of each frame, wherever it is stored."""
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
        _repack(frame, own, index, size)
        for frame, own in zip(frames[first : first + count], data, strict=True)
    )


def _repack(frame: _Frame, own: bytes, index: int, size: int) -> bytes:
    # Set the bit rate and no padding in the third header byte; no data in earlier frames.
    rate_byte = index << 4 | frame.header[2] & 0b0000_1101
    header = bytes((frame.header[0], frame.header[1], rate_byte, frame.header[3]))
    return (header + b"\0" + frame.side[1:] + own).ljust(size, b"\0")


class Clips:
    """Generates clips and caches their bars. Thread-safe."""

    def __init__(self) -> None:
        self._bars: OrderedDict[str, bytes] = OrderedDict()
        self._lock = threading.Lock()

    def of(self, track: WorldTrack) -> tuple[bytes, str]:
        """Return a track's preview and its content type, which is right even with a fault."""
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
            # Two threads may generate the same bar: the results are equal.
            found = _generate_bar(track)
            with self._lock:
                self._bars[key] = found
                if len(self._bars) > MAX_CACHED_BARS:
                    self._bars.popitem(last=False)
        return found


def _generate_bar(track: WorldTrack) -> bytes:
    if track.fault is PreviewFault.SILENCE:
        return loop(np.zeros(BAR * FRAME, dtype=np.float32))
    seed = zlib.crc32(track.isrc.encode())
    return loop(bar(SOUNDS[track.family], BAR * FRAME, seed))
