"""Splits keep groups together, place every clip once, and keep to the shares."""

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
def test_no_group_artist_mbid_recording_or_album_is_on_two_sides(clips, seed):
    places = split_clips(clips, SHARES, seed=seed)
    assert set(count_leaks(clips, places).values()) <= {0}


@given(clips=clips_of, seed=st.integers(0, 5))
def test_every_clip_has_exactly_one_place_in_a_split_of_the_recipe(clips, seed):
    places = split_clips(clips, SHARES, seed=seed)
    assert sorted(places) == sorted(clip.id for clip in clips)
    assert {place.split for place in places.values()} <= set(SHARES)


@given(clips=clips_of, data=st.data())
def test_the_order_of_the_clips_changes_nothing(clips, data):
    shuffled = data.draw(st.permutations(clips))
    one, other = (split_clips(c, SHARES, seed=7) for c in (clips, shuffled))
    assert one == other


def test_clips_that_share_anything_are_one_group_and_others_are_not():
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


def test_equal_groups_fill_the_shares_to_the_clip():
    clips = [c for label in ("rock", "jazz") for c in many_artists(label, 20)]
    places = split_clips(clips, SHARES, seed=2026)
    for label in ("rock", "jazz"):
        count = Counter(places[c.id].split for c in clips if c.label == label)
        assert count == {"train": 80, "validation": 10, "test": 10}


def test_a_class_of_three_artists_is_in_all_three_splits():
    clips = many_artists("rock", 3)
    places = split_clips(clips, SHARES, seed=1)
    assert Counter(place.split for place in places.values()) == {
        "train": 5,
        "validation": 5,
        "test": 5,
    }


def test_the_largest_group_goes_to_the_largest_split():
    clips = [solo(f"big{i}", "rock", "deezer:big") for i in range(30)]
    clips += many_artists("rock", 6)
    places = split_clips(clips, SHARES, seed=3)
    assert places["deezer:big0"] == Place("train", "deezer:big")


def test_another_seed_deals_other_artists_to_the_test_split():
    clips = many_artists("rock", 40)

    def tested(seed):
        places = split_clips(clips, SHARES, seed=seed)
        return {p.group for p in places.values() if p.split == "test"}

    assert len({frozenset(tested(seed)) for seed in range(5)}) > 1


def test_a_split_with_a_share_of_nothing_stays_empty():
    shares = {"train": 0.9, "validation": 0.0, "test": 0.1}
    places = split_clips(many_artists("rock", 10), shares, seed=1)
    assert {place.split for place in places.values()} == {"train", "test"}


def test_the_table_counts_clips_artists_and_groups_of_each_class_in_each_split():
    clips = [solo(1, "rock", "a"), solo(2, "rock", "b"), solo(3, "jazz", "c")]
    places = {c.id: Place("train", g) for c, g in zip(clips, "aac", strict=True)}
    rows = [
        (r.label, r.split, r.clips, r.artists, r.groups)
        for r in split_table(clips, places)
    ]
    assert rows == [("jazz", "train", 1, 1, 1), ("rock", "train", 2, 2, 1)]


def test_an_artist_on_two_sides_is_counted_as_a_leak():
    clips = [solo(1, "rock", "a", isrc="I"), solo(2, "rock", "a", isrc="J")]
    places = {"deezer:1": Place("train", "a"), "deezer:2": Place("test", "a")}
    leaks = count_leaks(clips, places)
    assert leaks == {"artist": 1, "mbid": 0, "isrc": 0, "album": 0, "group": 1}
