"""Select: keep the classes in step, label artists and tracks, write the labels.

`crawler.selection.labels` decides the labels.
"""

from collections import Counter
from dataclasses import dataclass, replace
from datetime import datetime

from crawler.errors import RecipeError, SelectionError
from crawler.recipe.model import Recipe
from crawler.selection.funnel import (
    ArtistProgress,
    Stage,
    artist_stages,
    read_progress,
    track_stages,
)
from crawler.selection.labels import (
    NO_THRESHOLDS,
    LabelsOfArtists,
    TrackLabels,
    classes_of_artists,
    drops_crossing_tracks,
    label_artists,
    label_tracks,
    read_credits,
)
from graph.model.genres import ClassMap
from graph.model.music import Selection
from graph.store import Store


@dataclass(frozen=True, slots=True)
class ClassCount:
    """How much was chosen for one class.

    Attributes:
        artists: The labelled artists.
        with_tracks: Those of them who have a chosen track.
        tracks: The chosen tracks.
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
    store: Store, recipe: Recipe, *, policy: str | None = None, now: datetime
) -> SelectionReport:
    """Replace the labels of a recipe in the graph by new ones, in one step.

    `policy`, where given, takes the place of the recipe's own.

    Raises:
        RecipeError: The recipe has no classes.
        SelectionError: The store holds no crawl, or one that has found no artist yet.
    """
    recipe = with_policy(recipe, policy)
    # Read first: whatever is answered later makes this selection stale.
    answers = _count_answers(store, recipe)
    store.sync_classes(
        recipe.name,
        recipe.class_names,
        ClassMap(recipe.classes).in_class(store.genres()),
    )
    artists = _require_artists(store)
    classes, labels = classes_of_artists(store, recipe), label_artists(store, recipe)
    tracks = label_tracks(
        read_credits(store), labels, classes, drop=drops_crossing_tracks(recipe)
    )
    touched = classes_of_artists(store, recipe, thresholds=NO_THRESHOLDS)
    stages = (
        *artist_stages(artists, touched=touched, classes=classes, labels=labels),
        *track_stages(tracks.decisions),
    )
    selection = Selection(
        recipe=recipe.name,
        policy=recipe.labels.policy,
        labels_digest=recipe.labels_digest(),
        answers=answers,
        at=now,
        funnel=tuple((stage.name, stage.count) for stage in stages),
    )
    store.replace_selection(selection, labels.values(), tracks.labels)
    return SelectionReport(selection, stages, _count_classes(recipe, labels, tracks))


def with_policy(recipe: Recipe, policy: str | None) -> Recipe:
    """The recipe under another policy, or as it is with None."""
    if policy is None:
        return recipe
    return replace(recipe, labels=replace(recipe.labels, policy=policy))


def _require_artists(store: Store) -> tuple[ArtistProgress, ...]:
    if artists := read_progress(store):
        return artists
    raise SelectionError(
        "the crawl has found no artist yet",
        hint="Run `genregraph crawl RECIPE` first.",
    )


def _count_answers(store: Store, recipe: Recipe) -> int:
    """The number of answers in the graph, which identifies its state."""
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


def _count_classes(
    recipe: Recipe, labels: LabelsOfArtists, tracks: TrackLabels
) -> tuple[ClassCount, ...]:
    artists = Counter(label.class_name for label in labels.values())
    with_tracks = Counter(labels[artist].class_name for artist in tracks.artists)
    chosen = Counter(label.class_name for label in tracks.labels)
    return tuple(
        ClassCount(name, artists[name], with_tracks[name], chosen[name])
        for name in recipe.class_names
    )
