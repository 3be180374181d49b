"""The owner of a track, and the order in which an artist's tracks are tried."""

from crawler.export.download.candidates import group_candidates
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
