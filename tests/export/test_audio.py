"""What is a clip and what is not: each fault by its reason, good sound by none."""

import os

import numpy as np
import pytest

from crawler.export.download.audio import (
    AudioFault,
    clip_from_json,
    clip_to_json,
    examine,
    sniff,
)
from crawler.export.download.decoder_pool import DecoderPool
from tests.support.servers.clip_server import RATE, encoded

SECONDS = 4.0


def noise(seconds: float = SECONDS, loudness: float = 0.1, channels: int = 1):
    rng = np.random.default_rng(2026)
    return rng.standard_normal((int(seconds * RATE), channels)) * loudness


def half_silent():
    sound = noise()
    sound[: len(sound) // 2] = 0
    return sound


def hard_clipped():
    return np.clip(noise(loudness=1.0) * 4, -1, 1)


@pytest.fixture
def judge(tmp_path):
    def judged(body: bytes, min_seconds: float = 3.0):
        path = tmp_path / "clip.part"
        path.write_bytes(body)
        return examine(path, min_seconds=min_seconds)

    return judged


def reason(found) -> str:
    assert isinstance(found, AudioFault), found
    return found.reason


def test_good_sound_has_its_facts_told(judge):
    body = encoded(noise(channels=2), 44_100)
    facts = judge(body, 1.0)
    assert not isinstance(facts, AudioFault)
    assert facts.sample_rate == 44_100
    assert facts.channels == 2
    assert facts.duration_s == pytest.approx(SECONDS * RATE / 44_100, abs=0.1)
    assert facts.bytes == len(body)
    assert facts.bitrate_kbps == round(len(body) * 8 / facts.duration_s / 1000)


@pytest.mark.parametrize(
    ("sound", "expected"),
    [
        pytest.param(np.zeros(int(SECONDS * RATE)), "silent", id="silence"),
        pytest.param(half_silent(), "silent", id="half of it silent"),
        pytest.param(hard_clipped(), "clipped", id="hard clipped"),
        pytest.param(noise(2.0), "too-short", id="two seconds of three"),
    ],
)
def test_sound_that_is_no_clip_is_told_by_its_reason(judge, sound, expected):
    assert reason(judge(encoded(sound))) == expected


def test_a_fifth_of_silence_is_music(judge):
    sound = noise()
    sound[: len(sound) // 5] = 0
    assert not isinstance(judge(encoded(sound)), AudioFault)


def test_a_cut_file_is_too_short_although_it_decodes_and_is_long_enough(judge):
    body = encoded(noise(8.0))
    assert reason(judge(body[: len(body) // 2], min_seconds=1.0)) == "too-short"


def test_noise_in_place_of_frames_does_not_decode(judge):
    rubbish = b"\xff\xfb\x90\xc4" + bytes(range(256)) * 4
    assert reason(judge(rubbish)) in {"does-not-decode", "too-short"}


@pytest.mark.parametrize(
    ("kind", "body", "detail"),
    [
        ("audio/mpeg", b"", "the reply is empty"),
        ("audio/mpeg", b"\n<!DOCTYPE html><p>", "the reply is HTML"),
        ("audio/mpeg", b'{"error": {}}', "the reply is JSON"),
        ("audio/mpeg", b"RIFF....WAVE", "the reply is not an MP3"),
        ("text/html", b"\xff\xfb\x90\xc4", "the reply is declared as text/html"),
    ],
)
def test_what_is_no_audio_is_told_before_it_is_decoded(kind, body, detail):
    assert sniff(kind, body) == AudioFault("not-audio", detail)


@pytest.mark.parametrize("kind", ["audio/mpeg", "application/octet-stream", "", None])
def test_an_mp3_is_one_whatever_harmless_type_it_comes_with(kind):
    assert sniff(kind, b"\xff\xf3\x50\xc4") is None
    assert sniff(kind, b"ID3\x04") is None


def test_processes_of_their_own_judge_alike_and_write_nothing_to_our_stderr(
    tmp_path, capfd
):
    body = encoded(noise(8.0))
    good, cut = tmp_path / "good.part", tmp_path / "cut.part"
    good.write_bytes(body)
    cut.write_bytes(body[: len(body) // 2])
    with DecoderPool(2) as checker:
        found = [checker.check(p, min_seconds=1.0) for p in (good, cut)]
    # libmpg123 has a note on the cut one.
    assert capfd.readouterr().err == ""
    assert found[0] == examine(good, min_seconds=1.0)
    assert reason(found[1]) == "too-short"


def test_a_decoder_that_dies_costs_one_clip_and_not_the_export(tmp_path):
    good = tmp_path / "good.part"
    good.write_bytes(encoded(noise()))
    with DecoderPool(1) as checker:
        # A file that cannot be read ends the process.
        died = checker.check(tmp_path / "none.part", min_seconds=1.0)
        after = checker.check(good, min_seconds=1.0)
    assert died == AudioFault("does-not-decode", "the decoder crashed")
    assert not isinstance(after, AudioFault)


def test_a_decoder_that_somebody_ended_is_replaced(tmp_path):
    good = tmp_path / "good.part"
    good.write_bytes(encoded(noise()))
    with DecoderPool(1) as checker:
        before = checker.check(good, min_seconds=1.0)
        process = checker._all[0]._process
        process.kill()
        process.wait()
        assert checker.check(good, min_seconds=1.0) == before


def test_ctrl_c_does_not_reach_the_decoders(tmp_path):
    good = tmp_path / "good.part"
    good.write_bytes(encoded(noise()))
    with DecoderPool(1) as checker:
        checker.check(good, min_seconds=1.0)
        assert os.getsid(checker._all[0]._process.pid) != os.getsid(0)


def test_facts_survive_being_written_down(judge):
    facts = judge(encoded(noise()))
    assert clip_from_json(clip_to_json(facts)) == facts
