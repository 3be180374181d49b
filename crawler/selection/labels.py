"""How a label is decided.

1. A genre is in a class by the recipe's patterns (`graph.model.genres.ClassMap`). It
   counts for an artist if it has the votes and the share that the recipe requires: the
   Cypher of policies and queries checks that as `graph.model.genres.genre_counts` does,
   and `tests/questions/test_genre_counts.py` compares the two.
2. An artist's label follows from the classes of its genres by the recipe's policy, a
   Cypher file of `queries/policies`: `label_artists`.
3. A track's label is that of the artists credited on it (`label_tracks`);
   `decide_track` decides whether the track is chosen.

`crawler.selection.select` writes the labels into the graph, and
`crawler.selection.explain` retraces these steps for one artist or track.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias, cast

from crawler.recipe.model import Recipe
from graph.model.music import ArtistId, ArtistLabel, TrackId, TrackLabel
from graph.store import Store
from queries.catalog import catalog
from queries.label_policies import label_policy
from queries.running import run_query

ClassesOfArtists: TypeAlias = Mapping[ArtistId, Collection[str]]
LabelsOfArtists: TypeAlias = Mapping[ArtistId, ArtistLabel]

# Votes and shares so low that every genre counts.
NO_THRESHOLDS: Mapping[str, object] = {"min_votes": -(10**9), "min_share": -1.0}


# -- artists ---------------------------------------------------------------------


def label_parameters(recipe: Recipe) -> Mapping[str, object]:
    """The parameters that queries and policies take from a recipe."""
    return {
        "recipe": recipe.name,
        "min_votes": recipe.labels.min_votes,
        "min_share": recipe.labels.min_share,
    }


def classes_of_artists(
    store: Store, recipe: Recipe, *, thresholds: Mapping[str, object] | None = None
) -> dict[ArtistId, tuple[str, ...]]:
    """The classes that each artist carries, in the recipe's order.

    Only genres that count give a class; `thresholds` take the place of the recipe's.
    """
    filled = {**label_parameters(recipe), **(thresholds or {})}
    _, rows = run_query(store, catalog()["artist_classes"], {}, filled=filled)
    found: dict[ArtistId, list[str]] = defaultdict(list)
    for artist, class_name, _share in cast("list[_LabelRow]", rows):
        found[artist].append(class_name)
    return {artist: tuple(names) for artist, names in found.items()}


def label_artists(store: Store, recipe: Recipe) -> dict[ArtistId, ArtistLabel]:
    """The label that the recipe's policy gives to each artist; others are left out."""
    policy = label_policy(recipe.labels.policy).query
    _, rows = run_query(store, policy, {}, filled=label_parameters(recipe))
    return {
        artist: ArtistLabel(artist, class_name, share)
        for artist, class_name, share in cast("list[_LabelRow]", rows)
    }


# -- tracks ----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class TrackCredits:
    """The artists credited on a track: a row of `track_credits.cypher`."""

    id: TrackId
    has_preview: bool
    artists: tuple[ArtistId, ...]


class TrackDecision(StrEnum):
    """Whether a track is chosen, or why it is not, as the funnel prints it."""

    CHOSEN = "chosen"
    NO_PREVIEW = "no preview"
    OTHER_CLASS = "credited also to an artist of another class"
    TWO_LABELS = "credited to artists of two labels"


@dataclass(frozen=True, slots=True)
class TrackLabels:
    """The labels of the chosen tracks, and how many tracks met each decision.

    Attributes:
        decisions: Over all tracks of labelled artists.
        artists: The labelled artists who have a chosen track.
    """

    labels: tuple[TrackLabel, ...]
    decisions: Mapping[TrackDecision, int]
    artists: frozenset[ArtistId]


def drops_crossing_tracks(recipe: Recipe) -> bool:
    """Whether a track that also credits an artist of another class is dropped."""
    return recipe.labels.collaborations == "drop"


def decide_track(
    track: TrackCredits,
    labels: LabelsOfArtists,
    classes: ClassesOfArtists,
    *,
    drop: bool,
) -> TrackDecision:
    """Decide on a track that credits at least one labelled artist.

    An artist counts with its label or, where it has none, with every class it carries;
    an artist without a class does not count. Artists of two labels leave a track without
    one label, so it is dropped whatever `drop` says about other collaborations.
    """
    if not track.has_preview:
        return TrackDecision.NO_PREVIEW
    own = {labels[a].class_name for a in track.artists if a in labels}
    if len(own) > 1:
        return TrackDecision.TWO_LABELS
    others = {
        class_name
        for artist in track.artists
        if artist not in labels
        for class_name in classes.get(artist, ())
    }
    crosses = bool(others - own)
    return TrackDecision.OTHER_CLASS if drop and crosses else TrackDecision.CHOSEN


def label_tracks(
    tracks: Iterable[TrackCredits],
    labels: LabelsOfArtists,
    classes: ClassesOfArtists,
    *,
    drop: bool,
) -> TrackLabels:
    """Label the tracks of labelled artists that are chosen.

    The share of a track's label is the largest of its labelled artists' shares.
    """
    decisions: Counter[TrackDecision] = Counter()
    chosen: list[TrackLabel] = []
    performers: set[ArtistId] = set()
    for track in tracks:
        own = [labels[artist] for artist in track.artists if artist in labels]
        if not own:
            continue
        decision = decide_track(track, labels, classes, drop=drop)
        decisions[decision] += 1
        if decision is TrackDecision.CHOSEN:
            share = max(label.share for label in own)
            chosen.append(TrackLabel(track.id, own[0].class_name, share))
            performers.update(label.artist for label in own)
    return TrackLabels(tuple(chosen), decisions, frozenset(performers))


def read_credits(store: Store) -> tuple[TrackCredits, ...]:
    """The credited artists of each track, by track id."""
    _, rows = run_query(store, catalog()["track_credits"], {})
    return tuple(
        TrackCredits(track, has_preview, tuple(artists))
        for track, has_preview, artists in cast("list[_CreditsRow]", rows)
    )


_LabelRow: TypeAlias = tuple[ArtistId, str, float]
_CreditsRow: TypeAlias = tuple[TrackId, bool, list[ArtistId]]
