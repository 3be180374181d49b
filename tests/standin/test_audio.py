"""The audio of the stand-in: real, distinct by class, identical for a recording."""

import io
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import pytest
import soundfile

from crawler.standin.audio import FRAME, RATE, Clips, loop, repeated
from crawler.standin.world.generator import bundled_world, make_world
from crawler.standin.world.genre_families import GENRES_10, METAL_20, GenreFamily
from crawler.standin.world.world import PreviewFault, World, WorldTrack

WORLD = bundled_world()
BANDS = np.geomspace(60, 10_000, 17)


@pytest.fixture(scope="module")
def clips() -> Clips:
    return Clips()


def decoded(audio: bytes) -> tuple[np.ndarray, int]:
    return soundfile.read(io.BytesIO(audio))


def good_tracks(
    world: World, families: Sequence[GenreFamily], each: int
) -> list[WorldTrack]:
    found: dict[str, list[WorldTrack]] = {family.name: [] for family in families}
    for track in world.tracks.values():
        chosen = found.get(track.family)
        if chosen is not None and len(chosen) < each and not track.fault:
            chosen.append(track)
    return [track for tracks in found.values() for track in tracks]


def bands(audio: bytes) -> np.ndarray:
    """The spectral test: logarithmic share of the power in each of 16 bands."""
    samples, rate = decoded(audio)
    blocks = samples[: len(samples) // 4096 * 4096].reshape(-1, 4096)
    power = (np.abs(np.fft.rfft(blocks * np.hanning(4096))) ** 2).mean(axis=0)
    where = np.digitize(np.fft.rfftfreq(4096, 1 / rate), BANDS)
    sums = np.bincount(where, power, minlength=len(BANDS) + 1)[1 : len(BANDS)]
    return np.log(sums / power.sum() + 1e-9)


def accuracy(pieces: Mapping[str, list[np.ndarray]]) -> float:
    """Share of each class's second half that is nearest to the mean of its first half."""
    means = {name: np.mean(rows[: len(rows) // 2], 0) for name, rows in pieces.items()}
    right = [
        min(means, key=lambda other, row=row: ((means[other] - row) ** 2).sum()) == name
        for name, rows in pieces.items()
        for row in rows[len(rows) // 2 :]
    ]
    return sum(right) / len(right)


@pytest.mark.parametrize("families", [GENRES_10, METAL_20], ids=["ten", "metal"])
def test_spectrum_distinguishes_classes(clips, families) -> None:
    world = make_world(900, seed=11, families=families)
    pieces: dict[str, list[np.ndarray]] = {family.name: [] for family in families}
    for track in good_tracks(world, families, each=8):
        pieces[track.family].append(bands(clips.of(track)[0]))
    assert accuracy(pieces) >= 0.9


def test_clip_has_30_seconds_of_clean_sound(clips) -> None:
    for track in good_tracks(WORLD, GENRES_10, each=2):
        audio, kind = clips.of(track)
        samples, rate = decoded(audio)
        assert (kind, rate) == ("audio/mpeg", RATE)
        assert 30.0 <= len(samples) / rate < 30.1
        assert soundfile.info(io.BytesIO(audio)).duration == pytest.approx(30, abs=0.1)
        blocks = samples[: len(samples) // 2205 * 2205].reshape(-1, 2205)
        assert (np.sqrt((blocks**2).mean(axis=1)) > 1e-3).all()
        assert np.abs(samples).max() < 0.95


def test_same_recording_has_same_audio(clips) -> None:
    by_isrc: dict[str, list[WorldTrack]] = {}
    for track in WORLD.tracks.values():
        if not track.fault:
            by_isrc.setdefault(track.isrc, []).append(track)
    copies = [tracks for tracks in by_isrc.values() if len(tracks) == 2][:5]
    heard = set()
    for first, second in copies:
        assert clips.of(first) == clips.of(second)
        assert clips.of(first) == Clips().of(second)
        heard.add(clips.of(first)[0])
    assert len(heard) == len(copies) == 5


def test_recordings_of_one_class_differ(clips) -> None:
    tracks = [t for t in good_tracks(WORLD, GENRES_10, each=4) if t.family == "jazz"]
    first, *others = (decoded(clips.of(track)[0])[0][:RATE] for track in tracks)
    for other in others:
        assert abs(np.corrcoef(first, other)[0, 1]) < 0.5


def test_faulty_clips_have_their_fault(clips) -> None:
    good = good_tracks(WORLD, GENRES_10, each=1)[0]
    audio = {fault: clips.of(replace(good, fault=fault))[0] for fault in PreviewFault}
    silence, _ = decoded(audio[PreviewFault.SILENCE])
    assert np.abs(silence).max() < 1e-3
    assert len(decoded(audio[PreviewFault.TRUNCATED])[0]) / RATE == pytest.approx(
        10, abs=0.2
    )
    assert len(decoded(audio[PreviewFault.SHORT])[0]) / RATE == pytest.approx(
        5, abs=0.1
    )
    assert audio[PreviewFault.HTML].startswith(b"<!DOCTYPE html>")
    assert clips.of(replace(good, fault=PreviewFault.HTML))[1] == "audio/mpeg"


def test_bundled_world_has_every_fault() -> None:
    faulty = {t.fault for t in WORLD.tracks.values() if t.has_preview and t.fault}
    assert faulty == set(PreviewFault)


def test_repeated_frames_join_without_a_gap() -> None:
    length = 64 * FRAME
    # A whole number of waves, so that the loop itself has no seam.
    wave = 0.4 * np.sin(2 * np.pi * 500 * np.arange(length) / length)
    frames = loop(wave.astype(np.float32))
    size = len(frames) // 64
    assert all(frames[i * size + 4] == 0 for i in range(64))  # main_data_begin
    samples, _ = decoded(repeated(frames, 64, 6.0))
    steady = samples[4 * FRAME : -4 * FRAME]
    expected = 2 * np.pi * 500 / length * 0.4
    assert np.abs(np.diff(steady)).max() < 1.2 * expected
