"""What each family of music sounds like, and one bar of it.

The families get, in the order of their table, a cell each of a grid: where the noise of
the percussion lies, how loud it is, how high the tune is, how fast the beat. A fixed
spectral test tells them apart whatever the key.
"""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from crawler.standin.world.families import FOREIGN, GENRES_10, METAL_20

RATE = 22_050
Samples = npt.NDArray[np.float32]

# Of the percussion, in hertz; an octave below the next but one.
_BANDS = (350.0, 650.0, 1200.0, 2200.0, 3900.0, 6500.0)
_LOUDNESS = (0.6, 2.0)
_REGISTERS = (220.0, 110.0, 440.0)
_BEATS = (6, 9, 7, 11, 8, 5, 10)
_TABLE = 2048
_CHORDS = ((0, 4, 7), (5, 9, 12), (7, 11, 14), (-3, 0, 4), (2, 5, 9), (4, 7, 11))


@dataclass(frozen=True, slots=True)
class Sound:
    """How a family sounds.

    Attributes:
        band: Middle of the percussion's noise, in hertz.
        loudness: Of that noise; the tune's is 1.
        register: Lowest note of the tune's home chord, in hertz.
        beats: Per bar.
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
    """One bar of `length` samples, made to be looped; another seed, another recording."""
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
    """Falls after each beat, to a third: never silent."""
    place = (np.arange(length, dtype=np.float32) * beats / length) % 1
    fading: Samples = np.exp(-place * 3.5).astype(np.float32) * 0.9 + np.float32(0.1)
    return fading


def _noise(band: float, length: int, rng: np.random.Generator) -> Samples:
    """Noise of about an octave around `band`, that loops without a seam."""
    spectrum = np.zeros(length // 2 + 1, dtype=np.complex64)
    low, high = int(band / 1.4 * length / RATE), int(band * 1.4 * length / RATE)
    high = min(high, len(spectrum))
    parts = rng.standard_normal((2, high - low), dtype=np.float32)
    spectrum[low:high] = parts[0] + 1j * parts[1]
    noise: Samples = np.fft.irfft(spectrum, length).astype(np.float32)
    return noise


def _tune(sound: Sound, length: int, rng: np.random.Generator) -> Samples:
    """A chord per beat, out of a waveform of the recording's own."""
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
    """One period: a few partials, the higher the weaker."""
    place = np.arange(_TABLE, dtype=np.float32) * np.float32(2 * np.pi / _TABLE)
    weights = (0.5 + rng.random(5)) / np.arange(1, 6) ** 1.5
    wave: Samples = sum(
        (np.float32(w) * np.sin(n * place) for n, w in enumerate(weights, start=1)),
        start=np.zeros(_TABLE, dtype=np.float32),
    )
    return wave
