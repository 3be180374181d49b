"""Explanations of labels, on a real store."""

from dataclasses import replace

import pytest

from crawler.errors import NotInGraphError
from crawler.selection.explain import explain
from crawler.selection.lookup import NodeKind, look_up
from crawler.selection.patterns import why_in_class
from crawler.selection.select import select_labels
from graph.model.genres import ClassMap, ClassRule
from graph.model.music import (
    Answered,
    Artist,
    Changes,
    Failed,
    HasGenre,
    Identity,
    Performs,
    Question,
    Related,
    Track,
)
from tests.support.worlds.made_graph import AT, CLASSES, RECIPE, MadeWorld, fill


def _genre(artist, genre, votes, share):
    return HasGenre(artist, genre, "musicbrainz", votes, share)


CAN_BE = "can be chosen; `export` checks the audio itself"

WORLD = MadeWorld(
    Changes(
        artists=tuple(
            Artist(f"x:{id_}", name, "x")
            for id_, name in (
                ("pure", "Pure"),
                ("both", "Both"),
                ("weak", "Weak"),
                ("none", "Tagless"),
                ("lost", "Lost"),
                ("guest", "Guest"),
                ("far", "Far Guest"),
            )
        ),
        seeds=("x:pure",),
        identities=(Identity("x:none", "m-1", "musicbrainz url"),),
        related=(
            Related("x:pure", "x:both", "x", 3),
            Related("x:both", "x:pure", "x", 1),
        ),
        genres=(
            _genre("x:pure", "black metal", 9, 1.0),
            _genre("x:pure", "doom metal", 1, 0.11),
            _genre("x:pure", "slam", 0, 0.0),
            _genre("x:both", "thrash metal", 2, 1.0),
            _genre("x:both", "doom metal", 1, 0.5),
            _genre("x:weak", "polka", 0, 0.0),
        ),
        tracks=(
            Track("x:1", "Alone", "x", has_preview=True),
            Track("x:2", "Together", "x", has_preview=True),
            Track("x:3", "Silent", "x"),
            Track("x:pure", "Same id", "x", has_preview=True),
            Track("x:5", "Far", "x"),
        ),
        performs=(
            Performs("x:pure", "x:1", 1),
            Performs("x:guest", "x:1", 2),
            Performs("x:pure", "x:2", 1),
            Performs("x:both", "x:2", 2),
            Performs("x:pure", "x:3", 1),
            Performs("x:both", "x:pure", 1),
            Performs("x:both", "x:5", 1),
            Performs("x:far", "x:5", 2),
        ),
        answered=tuple(
            Answered(f"x:{id_}", Question.GENRES, "musicbrainz")
            for id_ in ("pure", "both", "weak", "none")
        ),
        failed=(Failed("x:lost", Question.GENRES, "musicbrainz", "503", 3),),
    ),
    {"x:pure": 0, "x:both": 1, "x:weak": 1, "x:none": 2, "x:lost": 2},
)


@pytest.fixture
def store(bolt_store):
    fill(bolt_store, WORLD)
    return bolt_store


def _explanation(store, id_, recipe=RECIPE, kind=None):
    found = look_up(store, id_, kind)
    return [(r.about, r.what, r.detail) for r in explain(store, recipe, found)]


def test_an_explanation_names_everything_that_decides_a_label(store):
    select_labels(store, RECIPE, now=AT)
    assert _explanation(store, "x:pure") == [
        ("found", "Pure", "a seed"),
        (
            "found",
            "x:both Both",
            "lists it at rank 1 of its related artists (x), itself 1 step from a seed",
        ),
        (
            "genre",
            "black metal",
            '9 votes, share 1.00 (musicbrainz): counts; in "black" by "black metal"',
        ),
        (
            "genre",
            "doom metal",
            (
                "1 vote, share 0.11 (musicbrainz): does not count, min_share is 0.15; "
                'in "doom & sludge" by "doom"'
            ),
        ),
        (
            "genre",
            "slam",
            (
                "0 votes, share 0.00 (musicbrainz): does not count, min_votes is 1; "
                'in "death" by "slam"'
            ),
        ),
        ("policy", "single-class", 'carries "black": labelled "black" with share 1.00'),
        ("tracks", "3", "2 with a preview"),
        ("track", "x:1 Alone", CAN_BE),
        (
            "track",
            "x:2 Together",
            (
                "not chosen: credited also to an artist of another class "
                '(x:pure labelled "black"; '
                'x:both no label, carries "thrash", "doom & sludge")'
            ),
        ),
        ("track", "x:3 Silent", "not chosen: no preview"),
        (
            "label",
            "black",
            "in the selection of 2026-11-24 12:00 UTC by single-class, with share 1.00",
        ),
    ]


def test_an_artist_without_a_label_is_explained(store):
    select_labels(store, RECIPE, now=AT)
    spanning = _explanation(store, "x:both")
    assert ("found", "Both", "1 step from the nearest seed") in spanning
    carries = 'carries "thrash", "doom & sludge": no label'
    assert ("policy", "single-class", carries) in spanning
    none = "not chosen: none of its artists has a label"
    assert ("track", "x:pure Same id", none) in spanning
    assert spanning[-1][:2] == ("label", "none")

    weak = _explanation(store, "x:weak")
    assert ("policy", "single-class", "carries no class: no label") in weak


@pytest.mark.parametrize(
    ("id_", "detail"),
    [
        ("x:none", "musicbrainz lists no genre for this artist"),
        ("x:lost", "given up after 3 tries: 503"),
        ("x:guest", "not requested yet"),
    ],
)
def test_missing_genres_are_explained(bolt_store, id_, detail):
    fill(bolt_store, WORLD)
    assert ("genre", "none", detail) in _explanation(bolt_store, id_)


def test_a_credited_artist_is_explained_by_track_artist_and_path_from_a_seed(
    bolt_store,
):
    fill(bolt_store, WORLD)
    story = _explanation(bolt_store, "x:guest")
    assert [line for line in story if line[0] == "found"] == [
        ("found", "Guest", "known only from the credits of tracks"),
        ("found", "x:1 Alone", "credited together with x:pure Pure, a seed"),
    ]
    story = _explanation(bolt_store, "x:far")
    assert [line[1:] for line in story if line[0] == "found"] == [
        ("Far Guest", "known only from the credits of tracks"),
        (
            "x:5 Far",
            "credited together with x:both Both, itself 1 step from a seed",
        ),
        ("x:pure Pure", "a seed"),
        ("x:both Both", "rank 3 of the artists related to x:pure Pure"),
    ]


def test_a_track_is_explained_by_all_its_credited_artists(store):
    select_labels(store, RECIPE, now=AT)
    assert _explanation(store, "x:2")[:2] == [
        ("credited", "x:pure Pure", 'at position 1: labelled "black"'),
        (
            "credited",
            "x:both Both",
            'at position 2: no label, carries "thrash", "doom & sludge"',
        ),
    ]
    alone = _explanation(store, "x:1")
    assert ("credited", "x:guest Guest", "at position 2: carries no class") in alone
    assert ("track", "Alone", CAN_BE) in alone
    assert alone[-1][:2] == ("label", "black")


def test_a_missing_or_stale_selection_is_noted(store):
    assert _explanation(store, "x:pure")[-1][2] == 'nothing is selected for "metal" yet'
    select_labels(store, RECIPE, now=AT)
    labels = replace(RECIPE.labels, policy="precedence")
    story = _explanation(store, "x:both", replace(RECIPE, labels=labels))
    gives = 'carries "thrash", "doom & sludge": labelled "thrash" with share 1.00'
    assert ("policy", "precedence", gives) in story
    changed = "the recipe's labels changed since: select again"
    assert story[-1] == ("label", "note", changed)


def test_an_id_of_both_kinds_is_the_artist_unless_the_kind_is_given(store):
    artist = look_up(store, "x:pure")
    assert (artist.kind, artist.also, artist.name) == (
        *(NodeKind.ARTIST, NodeKind.TRACK, "Pure"),
    )
    assert artist.counts == {"related": 1, "listed_by": 1, "genres": 3, "tracks": 3}
    track = look_up(store, "x:pure", NodeKind.TRACK)
    assert (track.kind, track.also, track.name) == (NodeKind.TRACK, None, "Same id")
    assert look_up(store, "x:1").kind is NodeKind.TRACK


@pytest.mark.parametrize(
    ("text", "offered"),
    [("Tagless", "x:none (Tagless)"), ("taglss", "x:none"), ("both", "x:both (Both)")],
)
def test_an_unknown_id_gets_the_nearest_artists_suggested(bolt_store, text, offered):
    fill(bolt_store, WORLD)
    with pytest.raises(NotInGraphError, match=f'no artist or track "{text}"') as caught:
        look_up(bolt_store, text)
    assert offered in caught.value.hint


@pytest.mark.parametrize(
    "genre",
    [
        *("melodic death metal", "brutal death metal", "blackened death metal"),
        *("atmospheric black metal", "slam", "polka", "pop", "doom sludge"),
    ],
)
def test_the_pattern_named_belongs_to_a_class_that_takes_the_genre(genre):
    said = why_in_class(CLASSES, genre).partition(",")[0]
    taken = ClassMap(CLASSES).classes_of(genre)
    assert all(f'in "{name}" by "' in said for name in taken)
    assert said.count(" by ") == len(taken)
    assert bool(taken) != (said == "in no class")


def test_a_pattern_that_excludes_a_genre_is_named():
    rules = (ClassRule("black", ("black metal", "!blackened")),)
    said = why_in_class(rules, "blackened black metal")
    assert said == 'in no class, left out of "black" by "!blackened"'
