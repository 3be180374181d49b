"""Selection: labels and funnel compared with plain Python, on real stores."""

from dataclasses import replace
from itertools import pairwise

import pytest

from crawler.errors import RecipeError, SelectionError
from crawler.recipe.model import LabelRules, Recipe, recipe_from_json
from crawler.selection.funnel import ArtistProgress, artist_stages, track_stages
from crawler.selection.labels import TrackCredits, TrackDecision, label_tracks
from crawler.selection.select import select_labels
from graph.model.genres import ClassRule
from graph.model.music import ArtistLabel, TrackLabel
from tests.support.oracles.brute_force import precedence, selection, single_class
from tests.support.oracles.plain_graph import Plain
from tests.support.worlds.made_graph import AT, RECIPE, fill, made_world

POLICIES = {"single-class": single_class, "precedence": precedence}


@pytest.fixture
def store(bolt_store):
    return bolt_store


def _labels(graph, kind):
    """The written labels as {id: (class, share, policy)}; each id occurs once."""
    found = {}
    for start, key, edge in graph.classified[kind]:
        assert start not in found
        name = graph.nodes["Class"][key]["name"]
        found[start] = (name, edge["share"], edge["policy"])
    return found


def test_labels_and_funnel_equal_those_of_plain_python(store):
    fill(store, made_world(200))
    for policy, twin in POLICIES.items():
        for collaborations in ("drop", "keep"):
            labels = LabelRules(policy, 1, 0.2, collaborations)
            report = select_labels(store, replace(RECIPE, labels=labels), now=AT)

            graph = Plain(store.items())
            p = {"recipe": RECIPE.name, "min_votes": 1, "min_share": 0.2}
            artists = twin(graph, p)
            tracks, counts = selection(graph, p, artists, drop=collaborations == "drop")
            said = policy
            assert _labels(graph, "Artist") == {
                a: (name, share, said) for a, name, share in artists
            }
            assert _labels(graph, "Track") == {
                t: (name, share, said) for t, (name, share) in tracks.items()
            }
            by_name = {stage.name: stage.count for stage in report.stages}
            assert by_name["artists labelled"] == len(artists)
            by = {artist for artist, t, _ in graph.edges["PERFORMS"] if t in tracks}
            assert {c.class_name: c.with_tracks for c in report.classes} == {
                c: sum(a in by and own == c for a, own, _ in artists)
                for c in RECIPE.class_names
            }
            assert by_name["tracks of labelled artists"] == counts[0]
            assert by_name["tracks with a preview"] == counts[1]
            assert by_name["tracks chosen"] == counts[3] == len(tracks)


def test_the_funnel_counts_lost_artists_and_names_the_reasons(store):
    fill(store, made_world(200))
    report = select_labels(store, RECIPE, now=AT)
    graph = Plain(store.items())
    nodes = graph.nodes["Artist"].values()
    p = {"recipe": RECIPE.name, "min_votes": 1, "min_share": 0.15}
    tagged = {artist for artist, _, _ in graph.edges["HAS_GENRE"]}

    stages = {stage.name: stage for stage in report.stages}
    assert stages["artists found"].count == len(nodes)
    asked = sum("genres_at" in node for node in nodes)
    assert stages["artists asked for genres"].count == asked
    # Every artist of this world is listed by another: none is known only from credits.
    assert asked < len(nodes)
    assert stages["artists asked for genres"].why == "not asked yet, or set aside"
    assert stages["artists with genres"].count == len(tagged)
    assert stages["artists of a class"].count == len(graph.carried(p))
    assert stages["artists labelled"].lost == sum(
        len(own) > 1 for own in graph.carried(p).values()
    )
    for before, after in pairwise(report.stages):
        if after.name != "tracks of labelled artists":
            assert before.count - after.lost == after.count
            assert bool(after.lost) == bool(after.why)


def test_a_new_selection_replaces_only_the_recipes_old_one(store):
    fill(store, made_world(120))
    other = Recipe("one class", (ClassRule("metal", ("metal",)),))
    select_labels(store, other, now=AT)
    first = select_labels(store, RECIPE, now=AT)
    before = sorted(map(str, store.items()))

    select_labels(store, RECIPE, policy="precedence", now=AT)
    assert sorted(map(str, store.items())) != before
    assert store.selection("metal").policy == "precedence"
    again = select_labels(store, RECIPE, now=AT)

    assert sorted(map(str, store.items())) == before
    assert again == first
    assert store.selection("one class").policy == "single-class"
    assert store.selection("metal") == first.selection


def test_a_selection_records_what_it_was_made_from(store):
    fill(store, made_world(60))
    report = select_labels(store, RECIPE, policy="precedence", now=AT)
    kept = store.selection("metal")
    labels = replace(RECIPE.labels, policy="precedence")
    assert kept.labels_digest == replace(RECIPE, labels=labels).labels_digest()
    assert kept.answers == store.crawl().answers == 1
    assert kept.at == AT
    assert kept.funnel == tuple((s.name, s.count) for s in report.stages)


def test_classes_follow_a_changed_recipe(store):
    fill(store, made_world(60))
    fewer = replace(RECIPE, classes=(ClassRule("blast", ("black metal",)),))
    report = select_labels(store, fewer, now=AT)
    graph = Plain(store.items())
    assert graph.classes("metal") == ["blast"]
    assert [count.class_name for count in report.classes] == ["blast"]
    assert report.classes[0].artists == len(_labels(graph, "Artist")) > 0


def test_a_store_without_crawl_or_artists_cannot_select(store):
    with pytest.raises(SelectionError, match="no crawl") as caught:
        select_labels(store, RECIPE, now=AT)
    assert "genregraph crawl" in caught.value.hint
    fill(store, made_world(0))
    with pytest.raises(SelectionError, match="no artist"):
        select_labels(store, RECIPE, now=AT)
    assert store.selection("metal") is None


def test_a_recipe_without_classes_cannot_select(store):
    fill(store, made_world(20))
    with pytest.raises(RecipeError, match="no classes"):
        select_labels(store, Recipe("network"), now=AT)


# -- which tracks, without a store ------------------------------------------------

LABELS = {
    "a": ArtistLabel("a", "black", 0.5),
    "b": ArtistLabel("b", "black", 0.9),
    "d": ArtistLabel("d", "death", 1.0),
}
CLASSES = {"a": ["black"], "b": ["black"], "d": ["death"], "both": ["black", "death"]}


@pytest.mark.parametrize(
    ("credited", "dropped", "kept"),
    [
        (["a"], "black", "black"),
        (["a", "b"], "black", "black"),
        (["nobody", "a"], "black", "black"),
        (["a", "both"], None, "black"),
        (["both", "a"], None, "black"),
        (["a", "d"], None, None),
        (["both"], None, None),
        (["nobody"], None, None),
    ],
)
def test_a_tracks_label_follows_from_all_its_credited_artists(credited, dropped, kept):
    track = TrackCredits("t", has_preview=True, artists=tuple(credited))
    for drop, expected in ((True, dropped), (False, kept)):
        labels = label_tracks([track], LABELS, CLASSES, drop=drop).labels
        assert [label.class_name for label in labels] == [expected] * bool(expected)


def test_under_precedence_an_artist_counts_with_its_label_only():
    classes = {"a": ["black", "death"], "b": ["black"], "d": ["death"]}
    track = TrackCredits("t", has_preview=True, artists=("a", "b"))
    choice = label_tracks([track], LABELS, classes, drop=True)
    assert choice.labels == (TrackLabel("t", "black", 0.9),)


def test_a_track_without_a_preview_is_never_chosen():
    track = TrackCredits("t", has_preview=False, artists=("a",))
    choice = label_tracks([track], LABELS, CLASSES, drop=True)
    assert choice.labels == ()
    assert choice.decisions == {TrackDecision.NO_PREVIEW: 1}
    stages = track_stages(choice.decisions)
    assert [stage.count for stage in stages] == [1, 0, 0]


def test_an_artist_with_genres_from_its_seed_counts_as_requested():
    seed = ArtistProgress(
        "a",
        crawled=True,
        asked=False,
        identified=True,
        tagged=True,
        listed=True,
        tracks=3,
        previews=0,
    )
    stages = artist_stages([seed], touched={"a"}, classes={"a": ["x"]}, labels={"a"})
    assert [stage.count for stage in stages] == [1, 1, 1, 1, 1, 1, 0]
    assert stages[-1].why == "no track with a preview"


def test_the_funnel_separates_artists_without_tracks_from_those_not_requested():
    def labelled(name: str, *, listed: bool) -> ArtistProgress:
        known = {"crawled": True, "asked": True, "identified": True, "tagged": True}
        return ArtistProgress(name, **known, listed=listed, tracks=0, previews=0)

    both = [labelled("a", listed=True), labelled("b", listed=False)]
    stages = artist_stages(
        both, touched="ab", classes={"a": "x", "b": "x"}, labels="ab"
    )
    stage = next(stage for stage in stages if stage.name == "artists with tracks")
    assert stage.lost == 2
    assert "1 not asked for tracks" in stage.why
    assert "1 no track" in stage.why


def test_the_funnel_separates_credited_artists_from_those_not_requested_yet():
    def unasked(name: str, *, crawled: bool) -> ArtistProgress:
        unknown = dict.fromkeys(("asked", "identified", "tagged", "listed"), False)
        return ArtistProgress(name, crawled=crawled, **unknown, tracks=0, previews=0)

    both = [unasked("a", crawled=True), unasked("b", crawled=False)]
    stage = artist_stages(both, touched=(), classes={}, labels=())[1]
    assert "1 known only from the credits of tracks" in stage.why
    assert "1 not asked yet" in stage.why


def test_a_recipe_survives_a_round_trip_through_json():
    assert recipe_from_json(RECIPE.to_json()) == RECIPE
    assert recipe_from_json(RECIPE.to_json()).digest() == RECIPE.digest()
