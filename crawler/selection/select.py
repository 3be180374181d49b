"""Select: keep the classes in step, run the policy, label artists and tracks.

The policy is a Cypher file of `queries/policies`; what it says of artists, and what
follows for their tracks, replaces the recipe's selection in the store in one step.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeAlias, cast

from crawler.errors import RecipeError, SelectionError
from crawler.recipe.model import LabelRules, Policy, Recipe
from crawler.selection.funnel import (
    ArtistProgress,
    Credits,
    Stage,
    TrackChoice,
    artist_stages,
    choose_tracks,
)
from graph.model.genres import ClassMap
from graph.model.music import ArtistId, ArtistLabel, Selection, TrackId
from graph.store import Store
from queries.catalog import catalog, policies
from queries.running import run_query

# Votes and shares so low that every genre counts.
_NO_THRESHOLDS: Mapping[str, object] = {"min_votes": -(10**9), "min_share": -1.0}

Classes: TypeAlias = dict[ArtistId, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class ClassCount:
    """What was chosen of one class.

    Attributes:
        artists: The labelled ones.
        with_tracks: Those of them who have a chosen track.
        tracks: The chosen ones.
    """

    class_name: str
    artists: int
    with_tracks: int
    tracks: int


@dataclass(frozen=True, slots=True)
class SelectionReport:
    """What a selection wrote.

    Attributes:
        stages: The funnel, artists first.
        classes: All classes of the recipe, in its order.
    """

    selection: Selection
    stages: tuple[Stage, ...]
    classes: tuple[ClassCount, ...]


def select_labels(
    store: Store, recipe: Recipe, *, policy: Policy | None = None, now: datetime
) -> SelectionReport:
    """Write the labels of a recipe into the graph, in place of its old ones.

    `policy`, where given, takes the place of the recipe's own.

    Raises:
        RecipeError: The recipe has no classes.
        SelectionError: The store holds no crawl, or one that found nobody yet.
    """
    recipe = with_policy(recipe, policy)
    answers = _answers_of(store, recipe)
    store.sync_classes(
        recipe.name,
        recipe.class_names,
        ClassMap(recipe.classes).in_class(store.genres()),
    )
    artists = _progress_of_some(store)
    classes, labels = read_classes(store, recipe), read_labels(store, recipe)
    drop = recipe.labels.collaborations == "drop"
    choice = choose_tracks(read_credits(store), labels, classes, drop=drop)
    touched = read_classes(store, recipe, thresholds=_NO_THRESHOLDS)
    of_artists = artist_stages(artists, touched=touched, classes=classes, labels=labels)
    stages = (*of_artists, *choice.stages)
    selection = Selection(
        recipe=recipe.name,
        policy=recipe.labels.policy.value,
        labels_digest=recipe.labels_digest(),
        answers=answers,
        at=now,
        funnel=tuple((stage.name, stage.count) for stage in stages),
    )
    store.replace_selection(selection, labels.values(), choice.labels)
    return SelectionReport(selection, stages, _class_counts(recipe, labels, choice))


def _progress_of_some(store: Store) -> tuple[ArtistProgress, ...]:
    if artists := read_progress(store):
        return artists
    raise SelectionError(
        "the crawl has found no artist yet",
        hint="Run `genregraph crawl RECIPE` first.",
    )


def with_policy(recipe: Recipe, policy: Policy | None) -> Recipe:
    """The recipe under another policy, or as it is with None."""
    if policy is None:
        return recipe
    labels: LabelRules = replace(recipe.labels, policy=policy)
    return replace(recipe, labels=labels)


def _answers_of(store: Store, recipe: Recipe) -> int:
    """The graph's revision, read before anything else: what comes later makes it old."""
    if not recipe.classes:
        raise RecipeError(
            f'the recipe "{recipe.name}" has no classes to select for',
            hint='Add a [classes] table, such as `thrash = "thrash metal"`.',
        )
    crawl = store.crawl()
    if crawl is None:
        raise SelectionError(
            "the store holds no crawl", hint="Run `genregraph crawl RECIPE` first."
        )
    return crawl.answers


def _class_counts(
    recipe: Recipe, labels: Mapping[ArtistId, ArtistLabel], choice: TrackChoice
) -> tuple[ClassCount, ...]:
    artists = Counter(label.class_name for label in labels.values())
    with_tracks = Counter(labels[artist].class_name for artist in choice.artists)
    tracks = Counter(label.class_name for label in choice.labels)
    return tuple(
        ClassCount(name, artists[name], with_tracks[name], tracks[name])
        for name in recipe.class_names
    )


def label_parameters(recipe: Recipe) -> Mapping[str, object]:
    """What queries and policies need to know of a recipe."""
    return {
        "recipe": recipe.name,
        "min_votes": recipe.labels.min_votes,
        "min_share": recipe.labels.min_share,
    }


def read_progress(store: Store) -> tuple[ArtistProgress, ...]:
    """What is known of each artist, by id."""
    _, rows = run_query(store, catalog()["artist_progress"], {})
    return tuple(ArtistProgress(*cast("_ProgressRow", row)) for row in rows)


def read_classes(
    store: Store, recipe: Recipe, *, thresholds: Mapping[str, object] | None = None
) -> Classes:
    """The classes of each artist that carries one, in the recipe's order."""
    filled = {**label_parameters(recipe), **(thresholds or {})}
    _, rows = run_query(store, catalog()["artist_classes"], {}, filled=filled)
    found: dict[ArtistId, list[str]] = defaultdict(list)
    for artist, class_name, _share in cast("list[_LabelRow]", rows):
        found[artist].append(class_name)
    return {artist: tuple(names) for artist, names in found.items()}


def read_labels(store: Store, recipe: Recipe) -> dict[ArtistId, ArtistLabel]:
    """What the recipe's policy says of each artist that it labels."""
    policy = policies()[recipe.labels.policy.value]
    _, rows = run_query(store, policy, {}, filled=label_parameters(recipe))
    return {
        artist: ArtistLabel(artist, class_name, share)
        for artist, class_name, share in cast("list[_LabelRow]", rows)
    }


def read_credits(store: Store) -> tuple[Credits, ...]:
    """Who is credited on each track, by track id."""
    _, rows = run_query(store, catalog()["track_credits"], {})
    return tuple(
        Credits(track, has_preview, tuple(artists))
        for track, has_preview, artists in cast("list[_CreditsRow]", rows)
    )


_ProgressRow: TypeAlias = tuple[ArtistId, bool, bool, bool, bool, bool, int, int]
_LabelRow: TypeAlias = tuple[ArtistId, str, float]
_CreditsRow: TypeAlias = tuple[TrackId, bool, list[ArtistId]]
