"""Splits keep groups together, place every clip once, and follow the shares."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from crawler.export.files.splits import (
    Place,
    SplitClip,
    count_leaks,
    group_clips,
    split_clips,
    split_table,
)

SHARES = {"train": 0.8, "validation": 0.1, "test": 0.1}

artist_ids = st.integers(0, 25).map("deezer:{}".format)
clips_of = st.lists(
    st.builds(
        SplitClip,
        id=st.integers(0, 10_000).map("deezer:t{}".format),
        label=st.sampled_from(["rock", "jazz", "r&b"]),
        artists=st.lists(artist_ids, min_size=1, max_size=3, unique=True).map(tuple),
        mbids=st.lists(st.sampled_from("xyzuvw"), max_size=1).map(tuple),
        isrc=st.none() | st.sampled_from(["I1", "I2", "I3"]),
        album_id=st.none() | st.integers(0, 40).map("deezer:a{}".format),
    ),
    unique_by=lambda clip: clip.id,
    max_size=40,
)


def solo(number, label, artist, **more):
    return SplitClip(f"deezer:{number}", label, (artist,), **more)


def many_artists(label, artists, clips=5):
    return [
        solo(f"{label}-{a}-{c}", label, f"deezer:{label}{a}")
        for a in range(artists)
        for c in range(clips)
    ]


@given(clips=clips_of, seed=st.integers(0, 5))
def test_nothing_is_in_two_splits(clips, seed):
    places = split_clips(clips, SHARES, seed=seed)
    assert set(count_leaks(clips, places).values()) <= {0}


@given(clips=clips_of, seed=st.integers(0, 5))
def test_every_clip_gets_one_place(clips, seed):
    places = split_clips(clips, SHARES, seed=seed)
    assert sorted(places) == sorted(clip.id for clip in clips)
    assert {place.split for place in places.values()} <= set(SHARES)


@given(clips=clips_of, data=st.data())
def test_order_of_clips_does_not_matter(clips, data):
    shuffled = data.draw(st.permutations(clips))
    one, other = (split_clips(c, SHARES, seed=7) for c in (clips, shuffled))
    assert one == other


def test_clips_that_share_a_value_form_one_group():
    clips = [
        solo(1, "rock", "a"),
        SplitClip("deezer:2", "rock", ("a", "b")),
        solo(3, "rock", "c", mbids=("m",)),
        solo(4, "rock", "d", mbids=("m",), isrc="I"),
        solo(5, "rock", "e", isrc="I", album_id="x"),
        solo(6, "rock", "f", album_id="x"),
        solo(7, "rock", "g"),
    ]
    groups = {
        name: {clip.id[-1] for clip in members}
        for name, members in group_clips(clips).items()
    }
    assert groups == {"a": {"1", "2"}, "c": {"3", "4", "5", "6"}, "g": {"7"}}


def test_equal_groups_meet_the_shares_exactly():
    clips = [c for label in ("rock", "jazz") for c in many_artists(label, 20)]
    places = split_clips(clips, SHARES, seed=2026)
    for label in ("rock", "jazz"):
        count = Counter(places[c.id].split for c in clips if c.label == label)
        assert count == {"train": 80, "validation": 10, "test": 10}


def test_three_artists_fill_three_splits():
    clips = many_artists("rock", 3)
    places = split_clips(clips, SHARES, seed=1)
    assert Counter(place.split for place in places.values()) == {
        "train": 5,
        "validation": 5,
        "test": 5,
    }


def test_largest_group_goes_to_largest_split():
    clips = [solo(f"big{i}", "rock", "deezer:big") for i in range(30)]
    clips += many_artists("rock", 6)
    places = split_clips(clips, SHARES, seed=3)
    assert places["deezer:big0"] == Place("train", "deezer:big")


def test_seed_changes_the_assignment():
    clips = many_artists("rock", 40)

    def tested(seed):
        places = split_clips(clips, SHARES, seed=seed)
        return {p.group for p in places.values() if p.split == "test"}

    assert len({frozenset(tested(seed)) for seed in range(5)}) > 1


def test_split_with_share_0_stays_empty():
    shares = {"train": 0.9, "validation": 0.0, "test": 0.1}
    places = split_clips(many_artists("rock", 10), shares, seed=1)
    assert {place.split for place in places.values()} == {"train", "test"}


def test_split_table_counts_clips_artists_and_groups():
    clips = [solo(1, "rock", "a"), solo(2, "rock", "b"), solo(3, "jazz", "c")]
    places = {c.id: Place("train", g) for c, g in zip(clips, "aac", strict=True)}
    rows = [
        (r.label, r.split, r.clips, r.artists, r.groups)
        for r in split_table(clips, places)
    ]
    assert rows == [("jazz", "train", 1, 1, 1), ("rock", "train", 2, 2, 1)]


def test_artist_in_two_splits_is_a_leak():
    clips = [solo(1, "rock", "a", isrc="I"), solo(2, "rock", "a", isrc="J")]
    places = {"deezer:1": Place("train", "a"), "deezer:2": Place("test", "a")}
    leaks = count_leaks(clips, places)
    assert leaks == {"artist": 1, "mbid": 0, "isrc": 0, "album": 0, "group": 1}
