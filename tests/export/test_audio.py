"""Each fault of a clip gives its reason; good sound gives none."""

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
from tests.support.servers.clip_server import RATE, encode_mp3

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


def test_good_clip_is_measured(judge):
    body = encode_mp3(noise(channels=2), 44_100)
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
def test_bad_sound_is_rejected_with_reason(judge, sound, expected):
    assert reason(judge(encode_mp3(sound))) == expected


def test_a_fifth_of_silence_is_accepted(judge):
    sound = noise()
    sound[: len(sound) // 5] = 0
    assert not isinstance(judge(encode_mp3(sound)), AudioFault)


def test_cut_file_is_too_short(judge):
    body = encode_mp3(noise(8.0))
    assert reason(judge(body[: len(body) // 2], min_seconds=1.0)) == "too-short"


def test_random_bytes_do_not_decode(judge):
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
def test_reply_that_is_not_audio_is_rejected(kind, body, detail):
    assert sniff(kind, body) == AudioFault("not-audio", detail)


@pytest.mark.parametrize("kind", ["audio/mpeg", "application/octet-stream", "", None])
def test_mp3_is_accepted_under_other_content_types(kind):
    assert sniff(kind, b"\xff\xf3\x50\xc4") is None
    assert sniff(kind, b"ID3\x04") is None


def test_pool_agrees_with_examine_and_keeps_stderr_clean(tmp_path, capfd):
    body = encode_mp3(noise(8.0))
    good, cut = tmp_path / "good.part", tmp_path / "cut.part"
    good.write_bytes(body)
    cut.write_bytes(body[: len(body) // 2])
    with DecoderPool(2) as checker:
        found = [checker.check(p, min_seconds=1.0) for p in (good, cut)]
    # libmpg123 has a note on the cut one.
    assert capfd.readouterr().err == ""
    assert found[0] == examine(good, min_seconds=1.0)
    assert reason(found[1]) == "too-short"


def test_crashed_decoder_costs_one_clip(tmp_path):
    good = tmp_path / "good.part"
    good.write_bytes(encode_mp3(noise()))
    with DecoderPool(1) as checker:
        # A file that cannot be read ends the process.
        died = checker.check(tmp_path / "none.part", min_seconds=1.0)
        after = checker.check(good, min_seconds=1.0)
    assert died == AudioFault("does-not-decode", "the decoder crashed")
    assert not isinstance(after, AudioFault)


def test_killed_decoder_is_replaced(tmp_path):
    good = tmp_path / "good.part"
    good.write_bytes(encode_mp3(noise()))
    with DecoderPool(1) as checker:
        before = checker.check(good, min_seconds=1.0)
        process = checker._all[0]._process
        process.kill()
        process.wait()
        assert checker.check(good, min_seconds=1.0) == before


def test_decoders_run_in_their_own_session(tmp_path):
    good = tmp_path / "good.part"
    good.write_bytes(encode_mp3(noise()))
    with DecoderPool(1) as checker:
        checker.check(good, min_seconds=1.0)
        assert os.getsid(checker._all[0]._process.pid) != os.getsid(0)


def test_clip_facts_round_trip_through_json(judge):
    facts = judge(encode_mp3(noise()))
    assert clip_from_json(clip_to_json(facts)) == facts
