"""Properties of invented worlds, measured on generated ones."""

import gzip
import json
from collections.abc import Collection
from pathlib import Path

import pytest

from crawler.standin.world.files import read_world, write_world
from crawler.standin.world.generator import WorldMix, bundled_world, make_world
from crawler.standin.world.genre_families import FOREIGN, GENRES_10, METAL_20
from crawler.standin.world.world import World

CLASS = {genre: family.name for family in GENRES_10 for genre in family.genres}
METAL_CLASS = {genre: family.name for family in METAL_20 for genre in family.genres}


@pytest.fixture(scope="module")
def world() -> World:
    return make_world(3000, seed=7)


@pytest.fixture(scope="module")
def metal() -> World:
    return make_world(6000, seed=7, families=METAL_20)


def classes_of(world: World, artist: int, classes: dict[str, str]) -> set[str]:
    """Classes as seen through the services: genres with a vote, of known artists."""
    found = world.artists[artist]
    listed = found.genres if found.mbid else ()
    return {classes[name] for name, votes in listed if votes > 0 and name in classes}


def share(chosen: Collection[object], of: Collection[object]) -> float:
    return len(chosen) / len(of)


def test_world_depends_only_on_seed(tmp_path) -> None:
    texts = []
    for number, seed in enumerate((3, 3, 4)):
        write_world(make_world(300, seed=seed), tmp_path / str(number))
        files = sorted((tmp_path / str(number)).iterdir())
        texts.append([path.read_bytes() for path in files])
    assert texts[0] == texts[1] != texts[2]
    assert make_world(300, seed=3) == make_world(300, seed=3)


def test_related_lists_are_full_without_self_or_repeats(
    world,
) -> None:
    for artist in world.artists.values():
        assert len(artist.related) == len(set(artist.related)) == 20
        assert artist.id not in artist.related
        assert all(other in world.artists for other in artist.related)


def test_relations_within_family_and_mutual(world) -> None:
    edges = {(a.id, b) for a in world.artists.values() for b in a.related}
    returned = [edge for edge in edges if edge[::-1] in edges]
    kind = {a.id: a.family for a in world.artists.values()}
    alike = [edge for edge in edges if kind[edge[0]] == kind[edge[1]]]
    assert 0.35 <= share(returned, edges) <= 0.5
    assert 0.7 <= share(alike, edges) <= 0.9


def test_a_fifth_of_related_artists_has_no_genre(world) -> None:
    bare = {a.id for a in world.artists.values() if not a.mbid or not a.genres}
    related = [b for a in world.artists.values() for b in a.related]
    assert 0.17 <= share([b for b in related if b in bare], related) <= 0.25


@pytest.mark.parametrize("known", [0.7, 0.9])
def test_share_of_known_artists(known: float) -> None:
    made = make_world(3000, seed=1, shares=WorldMix(known=known))
    identified = [a for a in made.artists.values() if a.mbid]
    assert share(identified, made.artists) == pytest.approx(known, abs=0.03)
    assert all(a.mbid in made.entries for a in identified)


def test_some_artists_have_several_classes_or_none(world) -> None:
    tagged = [a for a in world.artists.values() if a.mbid and a.genres]
    numbers = [len(classes_of(world, a.id, CLASS)) for a in tagged]
    assert 0.12 <= share([n for n in numbers if n > 1], numbers) <= 0.24
    assert 0.08 <= share([n for n in numbers if n == 0], numbers) <= 0.2
    foreign = {family.name for family in FOREIGN}
    assert foreign <= {a.family for a in tagged}


def test_distribution_of_votes(world) -> None:
    votes = [v for e in world.entries.values() for _, v in (*e.genres, *e.tags)]
    assert min(votes) == 0
    assert share([v for v in votes if v == 0], votes) > 0.01
    assert share([v for v in votes if v == 1], votes) > 0.05
    assert max(votes) > 10


def test_musicbrainz_has_other_tags_and_artists_without_page(
    world,
) -> None:
    genres = set(world.genre_names)
    tags = {name for e in world.entries.values() for name, _ in e.tags}
    assert {"seen live", "japanese"} <= tags
    assert not tags & genres
    assert all(n in genres for e in world.entries.values() for n, _ in e.genres)
    pages = [
        e for e in world.entries.values() if not any("deezer" in p for p in e.pages)
    ]
    assert pages


def test_homonyms_and_shared_mbids(world) -> None:
    names: dict[str, set[str | None]] = {}
    twins: dict[str, set[int]] = {}
    for artist in world.artists.values():
        names.setdefault(artist.name, set()).add(artist.mbid)
        if artist.mbid:
            twins.setdefault(artist.mbid, set()).add(artist.id)
    pairs = {mbid: ids for mbid, ids in twins.items() if len(ids) == 2}
    assert sum(len(mbids) > 1 for mbids in names.values()) > 30
    assert len(pairs) > 10
    for mbid, ids in pairs.items():
        first, second = (world.artists[i] for i in ids)
        assert (first.name, first.genres) == (second.name, second.genres)
        assert sum("deezer.com" in page for page in world.entries[mbid].pages) == 2


def test_a_quarter_of_collaborations_cross_families(world) -> None:
    kind = {a.id: a.family for a in world.artists.values()}
    joint = [t for t in world.tracks.values() if len(t.artists) > 1]
    across = [t for t in joint if len({kind[a] for a in t.artists}) > 1]
    assert 0.18 <= share(joint, world.tracks) <= 0.28
    assert 0.2 <= share(across, joint) <= 0.3


def test_duplicate_recordings_and_missing_previews(world) -> None:
    copies: dict[str, list] = {}
    for track in world.tracks.values():
        copies.setdefault(track.isrc, []).append(track)
    twice = [tracks for tracks in copies.values() if len(tracks) == 2]
    assert 0.01 <= share(twice, copies) <= 0.05
    assert all(a.artists == b.artists and a.album != b.album for a, b in twice)
    silent = [t for t in world.tracks.values() if not t.has_preview]
    assert 0.05 <= share(silent, world.tracks) <= 0.11
    assert {t.fault for t in world.tracks.values()} > {None}


def test_only_artist_pages_use_real_hosts(world) -> None:
    pages = {
        page.split("/artist/")[0] for e in world.entries.values() for page in e.pages
    }
    assert pages == {"https://www.deezer.com", "https://open.spotify.com"}


def test_no_metal_class_is_empty(metal) -> None:
    single: dict[str, int] = {family.name: 0 for family in METAL_20}
    for artist in metal.artists:
        classes = classes_of(metal, artist, METAL_CLASS)
        if len(classes) == 1:
            single[classes.pop()] += 1
    assert min(single.values()) >= 50


def reached(world: World, seeds: list[int], hops: int) -> set[int]:
    """Artists found if up to `hops` untagged artists in a row are expanded."""
    found = dict.fromkeys(seeds, 0)
    queue = list(seeds)
    while queue:
        artist = queue.pop(0)
        row = found[artist]
        for other in world.artists[artist].related:
            listed = world.artists[other]
            bare = not listed.mbid or not listed.genres
            of_class = bool(classes_of(world, other, METAL_CLASS))
            steps = 0 if of_class else row + 1 if bare else hops + 1
            if steps < found.get(other, hops + 2):
                found[other] = steps
                if steps <= hops:
                    queue.append(other)
    return set(found)


def test_untagged_hops_reach_more_artists(metal) -> None:
    seeds = [a for a in metal.artists if classes_of(metal, a, METAL_CLASS)][-3:]
    none, one, two = (reached(metal, seeds, hops) for hops in (0, 1, 2))
    assert none < one < two
    assert len(none) > 0.8 * len(metal.artists)


def test_bundled_world_has_enough_clips_per_class() -> None:
    world = bundled_world()
    clips: dict[str, int] = {family.name: 0 for family in GENRES_10}
    for artist in world.artists:
        classes = classes_of(world, artist, CLASS)
        if len(classes) == 1:
            tracks = world.tracks_of[artist]
            clips[classes.pop()] += sum(t.has_preview for t in tracks)
    assert 1000 <= len(world.artists) <= 1500
    assert min(clips.values()) >= 100


def write_lines(path: Path, rows: list[dict], *, zipped: bool) -> None:
    text = "".join(json.dumps(row) + "\n" for row in rows)
    if zipped:
        path.with_name(path.name + ".gz").write_bytes(gzip.compress(text.encode()))
    else:
        path.write_text(text)


@pytest.fixture(params=[True, False], ids=["gzipped", "plain"])
def folder(request, tmp_path: Path) -> Path:
    artists = [
        {"id": "a7", "name": "Vora", "genres": ["dub", "jazz"], "followers": 90},
        {"id": "b8", "name": "Keno", "genres": [], "popularity": 32, "followers": None},
    ]
    tracks = [
        {"id": "t1", "name": "One", "artists": ["b8", "a7"], "duration_ms": None},
        {
            "id": "t2",
            "name": "Two",
            "artists": ["a7"],
            "duration_ms": 61_000,
            "release_date": "1989",
        },
    ]
    related = [{"id": "a7", "related": ["b8"]}]
    named = {"artists": artists, "related": related, "tracks": tracks}
    for name, rows in named.items():
        write_lines(tmp_path / f"{name}.jsonl", rows, zipped=request.param)
    return tmp_path


def test_read_folder_generates_missing_values(folder) -> None:
    world = read_world(folder)
    vora, keno = world.artists[1_000_001], world.artists[1_000_002]
    assert (vora.related, keno.related) == ((keno.id,), ())
    assert [name for name, _ in vora.genres] == ["dub", "jazz"]
    assert world.by_page["https://www.deezer.com/artist/1000001"].mbid == vora.mbid
    one, two = world.tracks[10_000_001], world.tracks[10_000_002]
    assert one.artists == (keno.id, vora.id)
    assert (one.release_date, two.release_date) == ("0000-00-00", "1989-01-01")
    assert two.duration == 61
    assert one.isrc != two.isrc
    assert read_world(folder) == world


def test_genres_of_folder_have_enough_votes(folder) -> None:
    for seed in range(60):
        vora = read_world(folder, seed=seed).artists[1_000_001]
        votes = [votes for _, votes in vora.genres]
        assert min(votes) >= 1
        assert min(votes) >= 0.15 * max(votes)


def test_share_of_known_artists_in_folder(folder) -> None:
    assert read_world(folder, known=0.0).entries == {}


def test_world_round_trips_through_folder(tmp_path) -> None:
    made = make_world(300, seed=9)
    write_world(made, tmp_path)
    back = read_world(tmp_path)
    for artist in made.artists.values():
        again = back.artists[artist.id]
        assert (again.related, again.mbid) == (artist.related, artist.mbid)
        if artist.mbid:
            assert dict(again.genres) == dict(artist.genres)
    assert {t.id: t.isrc for t in back.tracks.values()} == {
        t.id: t.isrc for t in made.tracks.values()
    }
