"""Which tracks can become clips, in which order they are tried, and which ones do."""

from hypothesis import given
from hypothesis import strategies as st

from crawler.export.download.audio import AudioFault, ClipFacts
from crawler.export.download.candidates import (
    ArtistCandidates,
    Candidate,
    Credit,
    DownloadResult,
    MissingClips,
    group_candidates,
    select_clips,
)
from crawler.recipe.model import ExportRules

TOP, RANDOM = ExportRules(), ExportRules(pick="random")


def track(number, label="rock", *, popularity=0, has_preview=True):
    return {
        "track": f"deezer:{number}",
        "title": f"Song {number}",
        "source": "deezer",
        "label": label,
        "share": 0.5,
        "policy": "single-class",
        "has_preview": has_preview,
        "popularity": popularity,
        **dict.fromkeys(
            ("duration_ms", "album", "album_id", "release_date", "isrc"), None
        ),
        "license": None,
        "license_url": None,
    }


def credit(number, artist, label="rock", mbid=None):
    return {
        "track": f"deezer:{number}",
        "artist": artist,
        "name": artist.upper(),
        "mbid": mbid,
        "label": label,
    }


def order(chosen):
    return {a.id: [c.id[7:] for c in a.candidates] for a in chosen.artists}


def test_owner_is_first_credited_artist_with_label():
    chosen = group_candidates(
        [track(1), track(2)],
        [credit(1, "guest", None), credit(1, "b"), credit(1, "a"), credit(2, "a")],
        [],
        TOP,
    )
    assert order(chosen) == {"a": ["2"], "b": ["1"]}
    (first,) = chosen.artists[1].candidates
    assert [c.artist for c in first.credits] == ["guest", "b", "a"]


def test_candidates_need_preview_and_labelled_artist():
    chosen = group_candidates(
        [track(1, has_preview=False), track(2), track(3)],
        [credit(1, "a"), credit(2, "b", "jazz"), credit(3, "a")],
        [],
        TOP,
    )
    assert order(chosen) == {"a": ["3"]}
    assert chosen.tracks == 3


def test_most_popular_track_first_then_by_id():
    tracks = [track(1, popularity=5), track(2, popularity=9), track(3, popularity=9)]
    chosen = group_candidates(tracks, [credit(n, "a") for n in (1, 2, 3)], [], TOP)
    assert order(chosen) == {"a": ["2", "3", "1"]}


def test_random_order_is_stable_when_tracks_are_added():
    def drawn(numbers, rules=RANDOM):
        rows = [track(n) for n in numbers]
        return order(
            group_candidates(rows, [credit(n, "a") for n in numbers], [], rules)
        )["a"]

    few, many = drawn(range(0, 40, 2)), drawn(range(40))
    assert [n for n in many if n in few] == few
    assert many != sorted(many)
    assert many != drawn(range(40), ExportRules(pick="random", seed=1))


def test_genres_of_owner_without_repeats():
    genres = [
        {"artist": "a", "genre": "rock"},
        {"artist": "a", "genre": "hard rock"},
        {"artist": "a", "genre": "rock"},
        {"artist": "b", "genre": "jazz"},
    ]
    chosen = group_candidates([track(1)], [credit(1, "a"), credit(1, "b")], genres, TOP)
    assert chosen.artists[0].candidates[0].genres == ("rock", "hard rock")


def test_mbids_without_repeats():
    credits_ = [credit(1, "a", mbid="m"), credit(1, "b", mbid="m"), credit(1, "c")]
    chosen = group_candidates([track(1)], credits_, [], TOP)
    assert chosen.artists[0].candidates[0].mbids == ("m",)


def candidate(number, artist, label="rock", isrc=None):
    credit = Credit(artist, artist.upper(), None)
    return Candidate(
        id=f"deezer:{number}",
        title=f"Song {number}",
        source="deezer",
        artist=artist,
        label=label,
        labels=(label,),
        share=1.0,
        policy="single-class",
        credits=(credit,),
        isrc=isrc,
    )


def candidates_of(artist, *numbers, label="rock"):
    return ArtistCandidates(
        artist, label, tuple(candidate(n, artist, label) for n in numbers)
    )


def good(number, sha=None, isrc=None):
    facts = ClipFacts(sha or f"sha{number}", 480_000, 30.0, 44_100, 2, 128)
    return DownloadResult(f"deezer:{number}", isrc=isrc, clip=facts)


def bad(number, reason="silent"):
    return DownloadResult(f"deezer:{number}", fault=AudioFault(reason, "because"))


def results(*each):
    return {result.track: result for result in each}


def kept(selection):
    return [clip.candidate.id for clip in selection.accepted]


def reasons(selection):
    return {left.candidate.id: left.fault.reason for left in selection.rejected}


def test_artist_gets_required_number_of_good_clips():
    known = results(good(1), bad(2), good(3), good(4))
    selection = select_clips(
        [candidates_of("a", 1, 2, 3, 4)], known, tracks_per_artist=2
    )
    assert kept(selection) == ["deezer:1", "deezer:3"]
    assert reasons(selection) == {"deezer:2": "silent"}
    assert not selection.missing


def test_missing_clips_start_at_first_untried_candidate():
    selection = select_clips(
        [candidates_of("a", 1, 2, 3, 4, 5)],
        results(good(1), bad(2)),
        tracks_per_artist=3,
    )
    assert selection.missing == {"a": MissingClips(2, first="deezer:3")}


def test_exhausted_artist_misses_nothing():
    selection = select_clips(
        [candidates_of("a", 1)], results(bad(1)), tracks_per_artist=3
    )
    assert not selection.missing
    assert not selection.accepted


def test_same_isrc_is_accepted_once():
    known = results(good(1, isrc="I"), good(2, isrc="I"), good(3))
    selection = select_clips([candidates_of("a", 1, 2, 3)], known, tracks_per_artist=2)
    assert kept(selection) == ["deezer:1", "deezer:3"]
    assert reasons(selection) == {"deezer:2": "duplicate-isrc"}


def test_same_bytes_are_accepted_once():
    known = results(good(1, sha="s"), good(2, sha="s"), good(3))
    selection = select_clips(
        [candidates_of("a", 1), candidates_of("b", 2, 3)], known, tracks_per_artist=1
    )
    assert kept(selection) == ["deezer:1", "deezer:3"]
    assert reasons(selection) == {"deezer:2": "duplicate-audio"}


def test_isrc_reveals_duplicate_before_download():
    known = results(good(1, isrc="I"), DownloadResult("deezer:2", isrc="I"), good(3))
    selection = select_clips([candidates_of("a", 1, 2, 3)], known, tracks_per_artist=2)
    assert kept(selection) == ["deezer:1", "deezer:3"]


def test_duplicate_of_faulty_track_is_still_tried():
    known = results(bad(1), DownloadResult("deezer:2", isrc="I"))
    selection = select_clips([candidates_of("a", 1, 2)], known, tracks_per_artist=1)
    assert selection.missing == {"a": MissingClips(1, first="deezer:2")}


def test_isrc_claimed_by_two_classes_is_dropped():
    artists = [candidates_of("a", 1, 2), candidates_of("b", 3, 4, label="jazz")]
    known = results(good(1, isrc="I"), good(2), good(3, isrc="I"), good(4))
    selection = select_clips(artists, known, tracks_per_artist=1)
    assert kept(selection) == ["deezer:2", "deezer:4"]
    assert reasons(selection) == {
        "deezer:1": "duplicate-isrc",
        "deezer:3": "duplicate-isrc",
    }
    details = [left.fault.detail for left in selection.rejected]
    assert details == [
        "also deezer:3 in jazz: both dropped",
        "also deezer:1 in rock: both dropped",
    ]


def test_bytes_claimed_by_two_classes_are_dropped():
    artists = [candidates_of("a", 1), candidates_of("b", 2, label="jazz")]
    known = results(good(1, sha="s"), good(2, sha="s"))
    selection = select_clips(artists, known, tracks_per_artist=1)
    assert not selection.accepted
    assert set(reasons(selection).values()) == {"duplicate-audio"}


worlds = st.lists(
    st.tuples(
        st.sampled_from("abcd"),
        st.sampled_from(["silent", None]),
        st.none() | st.sampled_from(["I1", "I2", "I3"]),
        st.sampled_from(["s1", "s2", None, None, None]),
    ),
    max_size=14,
)
LABELS = {"a": "rock", "b": "rock", "c": "jazz", "d": "folk"}


def world_of(rows):
    artists = [
        candidates_of(
            name,
            *(n for n, row in enumerate(rows) if row[0] == name),
            label=LABELS[name],
        )
        for name in sorted({row[0] for row in rows})
    ]
    known = results(
        *(
            bad(n) if fault else good(n, sha=sha, isrc=isrc)
            for n, (_, fault, isrc, sha) in enumerate(rows)
        )
    )
    return artists, known


@given(rows=worlds, order=st.randoms(use_true_random=False))
def test_selection_is_independent_of_download_order(rows, order):
    artists, truth = world_of(rows)
    known = {}
    while (selection := select_clips(artists, known, tracks_per_artist=2)).missing:
        artist = order.choice(sorted(selection.missing))
        track = selection.missing[artist].first
        known[track] = truth[track]
    assert selection == select_clips(artists, truth, tracks_per_artist=2)


@given(rows=worlds)
def test_no_recording_is_accepted_twice(rows):
    artists, truth = world_of(rows)
    selection = select_clips(artists, truth, tracks_per_artist=3)
    for values in (
        [clip.isrc for clip in selection.accepted if clip.isrc],
        [clip.clip.sha256 for clip in selection.accepted],
    ):
        assert len(values) == len(set(values))
    assert not selection.missing
