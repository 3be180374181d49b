"""The planner: what the next round requests, in which order, within which budgets."""

from collections import Counter

import pytest

from crawler.crawl.frontier import Frontier
from crawler.crawl.planner import (
    Costs,
    artists_for_tracks,
    artists_to_expand,
    can_be_expanded,
    expected_yields,
    genre_batches,
    goal_reached,
    plan_round,
)
from crawler.recipe.model import CrawlRules, Focus, LabelRules, Order, Recipe
from graph.model.crawl import WorkKind
from graph.model.genres import ClassRule
from graph.model.music import (
    Answered,
    Artist,
    ArtistId,
    Changes,
    Failed,
    HasGenre,
    Performs,
    Question,
    Related,
    Track,
    TrackId,
)
from queries.label_policies import CarriedClasses, label_policy

CLASSES = (ClassRule("metal", ("metal",)), ClassRule("house", ("house",)))


def rules(**crawl: object) -> Recipe:
    fields = {"order": Order.BREADTH_FIRST, "artists_per_class": 0, "max_requests": 0}
    return Recipe("r", CLASSES, crawl=CrawlRules(**fields | crawl))


def tagged(artist: str, *genres: str, votes: int = 3, share: float = 1.0) -> Changes:
    return Changes(
        genres=tuple(HasGenre(ArtistId(artist), g, "m", votes, share) for g in genres),
        answered=(Answered(ArtistId(artist), Question.GENRES, "m"),),
    )


def listed(artist: str, *relatives: str) -> Changes:
    return Changes(
        artists=tuple(Artist(ArtistId(r), r, "s") for r in relatives),
        related=tuple(
            Related(ArtistId(artist), ArtistId(r), "s", i)
            for i, r in enumerate(relatives, 1)
        ),
        answered=(Answered(ArtistId(artist), Question.RELATED, "s"),),
    )


def seeded(*artists: str, fans: int | None = None) -> Changes:
    return Changes(
        artists=tuple(Artist(ArtistId(a), a, "s", followers=fans) for a in artists),
        seeds=tuple(map(ArtistId, artists)),
    )


def previewed(artist: str) -> Changes:
    track = Track(TrackId(f"t-{artist}"), "T", "s", has_preview=True)
    return Changes(
        tracks=(track,),
        performs=(Performs(ArtistId(artist), track.id, 1),),
        answered=(Answered(ArtistId(artist), Question.TRACKS, "s"),),
    )


def frontier_of(recipe: Recipe, *changes: Changes) -> Frontier:
    carried = label_policy(recipe.labels.policy).classes
    frontier = Frontier(recipe, carried)
    for change in changes:
        frontier.apply(change)
    return frontier


def test_an_artist_is_not_expanded_before_its_genres_are_known() -> None:
    recipe = rules()
    assert artists_to_expand(frontier_of(recipe, seeded("a")), recipe) == []
    ready = frontier_of(recipe, seeded("a"), tagged("a", "black metal"))
    assert artists_to_expand(ready, recipe) == ["a"]


def test_an_artist_of_foreign_genres_is_never_expanded() -> None:
    recipe = rules()
    assert (
        artists_to_expand(
            frontier_of(recipe, seeded("a"), tagged("a", "polka")), recipe
        )
        == []
    )


def test_with_focus_any_artists_are_expanded_whatever_their_genres() -> None:
    recipe = rules(focus=Focus.ANY)
    assert artists_to_expand(frontier_of(recipe, seeded("a")), recipe) == ["a"]


def test_untagged_artists_are_expanded_up_to_the_configured_distance() -> None:
    def reached(hops: int) -> list[ArtistId]:
        recipe = rules(max_untagged_hops=hops)
        state = frontier_of(
            recipe,
            seeded("a"),
            tagged("a", "black metal"),
            listed("a", "u1"),
            tagged("u1"),
            listed("u1", "u2"),
            tagged("u2"),
            listed("u2", "u3"),
            tagged("u3"),
        )
        nodes = state.nodes.values()
        return [n.id for n in nodes if can_be_expanded(n, state, recipe)]

    assert [reached(hops) for hops in (0, 1, 2)] == [
        ["a"],
        ["a", "u1"],
        ["a", "u1", "u2"],
    ]


def test_a_genre_below_the_votes_or_share_that_count_leaves_an_artist_untagged() -> (
    None
):
    recipe = rules()
    weak = frontier_of(recipe, seeded("a"), tagged("a", "black metal", votes=0))
    small = frontier_of(recipe, seeded("a"), tagged("a", "black metal", share=0.1))
    assert [weak.nodes["a"].tagged, small.nodes["a"].tagged] == [False, False]


def test_max_hops_ends_the_expansion_at_that_distance() -> None:
    recipe = rules(max_hops=1)
    state = frontier_of(
        recipe,
        seeded("a"),
        tagged("a", "black metal"),
        listed("a", "b"),
        tagged("b", "black metal"),
    )
    assert artists_to_expand(state, recipe) == []
    assert artists_to_expand(state, rules(max_hops=2)) == ["b"]


def test_the_shortest_distance_counts_also_when_it_is_found_later() -> None:
    recipe = rules()
    state = frontier_of(recipe, seeded("a", "x"), listed("a", "b"), listed("b", "c"))
    assert state.nodes["c"].depth == 2
    state.apply(listed("x", "c"))
    assert state.nodes["c"].depth == 1


def test_breadth_first_goes_by_distance_from_the_seeds() -> None:
    recipe = rules(round=2)
    state = frontier_of(
        recipe,
        seeded("a", "z"),
        tagged("a", "black metal"),
        tagged("z", "black metal"),
        listed("a", "b"),
        tagged("b", "black metal"),
    )
    assert artists_to_expand(state, recipe) == ["z", "b"]


def test_random_order_is_the_same_each_time_and_not_alphabetical() -> None:
    recipe = rules(order=Order.RANDOM, round=20)
    names = [f"{n:02}" for n in range(20)]
    state = frontier_of(recipe, seeded(*names), *(tagged(n, "metal") for n in names))
    order = artists_to_expand(state, recipe)
    assert order == artists_to_expand(state, recipe)
    assert sorted(order) == names != order


def test_yield_prefers_artists_whose_kind_of_list_held_most_new_labelled_ones() -> None:
    recipe = rules(order=Order.YIELD, round=100)
    rich = [f"rich{n}" for n in range(30)]
    poor = [f"poor{n}" for n in range(30)]
    state = frontier_of(
        recipe,
        seeded(*rich, *poor, "m", "h"),
        *(tagged(a, "black metal") for a in [*rich, "m"]),
        *(tagged(a, "deep house") for a in [*poor, "h"]),
        *(listed(a, f"{a}+", f"{a}-") for a in rich),
        *(listed(a, f"{a}+", f"{a}-") for a in poor),
        *(tagged(f"{a}{s}", "black metal") for a in rich for s in "+-"),
        *(tagged(f"{a}{s}", "polka") for a in poor for s in "+-"),
    )
    order = artists_to_expand(state, recipe)
    assert order.index("m") < order.index("h")
    yields = expected_yields(state)
    assert yields[state.nodes["m"].kind] > yields[state.nodes["h"].kind]


def test_a_class_with_enough_previewed_artists_is_skipped() -> None:
    recipe = rules(artists_per_class=1)
    state = frontier_of(
        recipe,
        seeded("a", "b", "c"),
        tagged("a", "black metal"),
        tagged("b", "doom metal"),
        tagged("c", "deep house"),
    )
    assert artists_for_tracks(state, recipe) == ["a", "c"]
    state.apply(previewed("a"))
    assert artists_for_tracks(state, recipe) == ["c"]
    assert artists_to_expand(state, recipe) == ["c"]
    assert not goal_reached(state, recipe)
    state.apply(previewed("c"))
    assert goal_reached(state, recipe)


def test_tracks_are_requested_only_for_artists_that_the_policy_would_label() -> None:
    both = tagged("a", "black metal", "deep house")
    recipe = rules()
    assert artists_for_tracks(frontier_of(recipe, seeded("a"), both), recipe) == []
    first = Recipe(
        "r", CLASSES, crawl=recipe.crawl, labels=LabelRules(policy="precedence")
    )
    state = frontier_of(first, seeded("a"), both)
    assert artists_for_tracks(state, first) == ["a"]
    assert state.labels(state.nodes["a"]) == ("metal",)


@pytest.mark.parametrize(
    ("carried", "labels", "listed"),
    [("any", ("metal", "house"), ["a"]), ("first", ("metal",), ["a"])]
    + [(none, (), []) for none in ("one", "none")],
)
def test_the_requirements_of_a_policy_decide_the_planned_labels_and_tracks(
    carried, labels, listed
) -> None:
    recipe = rules()
    state = Frontier(recipe, CarriedClasses(carried))
    for changes in (seeded("a"), tagged("a", "black metal", "deep house")):
        state.apply(changes)
    assert state.labels(state.nodes["a"]) == labels
    assert artists_for_tracks(state, recipe) == listed
    state.apply(previewed("a"))
    assert state.previewed == Counter(labels)


def test_genre_batches_wait_until_they_are_full_while_there_is_other_work() -> None:
    recipe = rules()
    state = frontier_of(recipe, seeded(*"abcdefg"))
    assert [len(b) for b in genre_batches(state, 3, whole_only=True)] == [3, 3]
    assert [len(b) for b in genre_batches(state, 3, whole_only=False)] == [3, 3]
    few = frontier_of(recipe, seeded("a", "b"))
    assert genre_batches(few, 3, whole_only=True) == []
    assert genre_batches(few, 3, whole_only=False) == [("a", "b")]


def test_a_plan_is_cut_to_the_requests_left_in_its_own_order() -> None:
    recipe = rules(max_requests=10)
    names = "abcdef"
    state = frontier_of(
        recipe, seeded(*names), *(tagged(n, "black metal") for n in names)
    )
    costs = Costs(genres_batch=2)
    kinds = [
        s.kind for s in plan_round(state, recipe, number=1, spent=1, costs=costs).items
    ]
    assert kinds == [WorkKind.RELATED] * 6 + [WorkKind.TRACKS] * 3


def test_no_artists_are_expanded_once_the_budget_of_artists_is_reached() -> None:
    recipe = rules(max_artists=2)
    state = frontier_of(
        recipe, seeded("a", "b"), tagged("a", "metal"), tagged("b", "metal")
    )
    assert artists_to_expand(state, recipe) == []
    assert artists_for_tracks(state, recipe) == ["a", "b"]


def test_a_question_that_failed_three_times_is_not_planned_again() -> None:
    recipe = rules()
    state = frontier_of(recipe, seeded("a"), tagged("a", "black metal"))
    for tries in (1, 2):
        failed = Failed(ArtistId("a"), Question.RELATED, "s", "half a body", tries)
        state.apply(Changes(failed=(failed,)))
        assert artists_to_expand(state, recipe) == ["a"]
    failed = Failed(ArtistId("a"), Question.RELATED, "s", "half a body", 3)
    state.apply(Changes(failed=(failed,)))
    assert artists_to_expand(state, recipe) == []


def test_work_items_have_fixed_ids_and_positions() -> None:
    recipe = rules()
    state = frontier_of(
        recipe, seeded("a", "b"), tagged("a", "metal"), tagged("b", "metal")
    )
    plan = plan_round(state, recipe, number=7, spent=0, costs=Costs())
    assert [s.id for s in plan.items] == [
        "7/related/0",
        "7/related/1",
        "7/tracks/2",
        "7/tracks/3",
    ]
    assert plan == plan_round(state, recipe, number=7, spent=0, costs=Costs())
