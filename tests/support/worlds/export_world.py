"""A small world with a selection for the export tests: three classes, in a store."""

from dataclasses import replace
from datetime import UTC, datetime

from crawler.recipe.model import ExportRules, Recipe
from graph.model.crawl import Crawl, Plan, WorkItem, WorkKind, WorkResult
from graph.model.genres import ClassRule
from graph.model.music import (
    Artist,
    ArtistId,
    ArtistLabel,
    Changes,
    HasGenre,
    Identity,
    Performs,
    Selection,
    Track,
    TrackId,
    TrackLabel,
)
from graph.store import Store

AT = datetime(2026, 11, 24, 12, tzinfo=UTC)
ARTISTS = 12
TRACKS = 4
# Each artist's track at this position has no release date in the graph.
UNDATED = 2
LABELS = ("rock", "r&b", "jazz")
RECIPE = Recipe(
    "small",
    (
        ClassRule("rock", ("rock",)),
        ClassRule("r&b", ("r&b",)),
        ClassRule("jazz", ("jazz",)),
    ),
    export=ExportRules(tracks_per_artist=2, min_seconds=1.0),
)
FUNNEL = (("artists", ARTISTS), ("of one class", ARTISTS))


def artist_id(number: int) -> ArtistId:
    return ArtistId(f"deezer:{number}")


def track_id(artist: int, position: int) -> TrackId:
    return TrackId(f"deezer:{artist}0{position}")


def label_of(artist: int) -> str:
    return LABELS[artist % 3]


def _track(artist: int, position: int) -> Track:
    return Track(
        track_id(artist, position),
        f"Söng, {position}",
        "deezer",
        duration_ms=200_000 + position,
        popularity=1_000 - position,
        album=f"Album {artist}",
        album_id=f"deezer:a{artist}",
        release_date="1999-01-31" if position != UNDATED else None,
        has_preview=True,
    )


def world() -> Changes:
    """12 artists with 4 tracks each; 1 and 4 collaborate; 2 and 5 share an MBID."""
    numbers = range(1, ARTISTS + 1)
    tracks = [_track(a, p) for a in numbers for p in range(1, TRACKS + 1)]
    mbids = {n: f"mbid-{n}" for n in numbers if n not in (3, 5)} | {5: "mbid-2"}
    return Changes(
        artists=tuple(Artist(artist_id(n), f"Band {n}", "deezer") for n in numbers),
        seeds=(artist_id(2), artist_id(1)),
        identities=tuple(Identity(artist_id(n), m, "url") for n, m in mbids.items()),
        genres=tuple(
            HasGenre(artist_id(n), genre, "musicbrainz", votes, share)
            for n in numbers
            for genre, votes, share in (
                ("soft " + label_of(n), 2, 0.4),
                (label_of(n), 5, 1.0),
                ("polka", 0, 0.0),
            )
        ),
        tracks=tuple(tracks),
        performs=(
            *(
                Performs(artist_id(a), track_id(a, p), 1)
                for a in numbers
                for p in range(1, TRACKS + 1)
            ),
            Performs(artist_id(4), track_id(1, 1), 2),
        ),
    )


def fill(store: Store, changes: Changes | None = None, recipe: Recipe = RECIPE) -> None:
    """Write the world as the single result of one round."""
    only = WorkItem("0/tracks/0", 0, 0, WorkKind.TRACKS)
    crawl = Crawl(recipe.name, recipe.to_json(), recipe.digest())
    store.begin(crawl, Changes(), Plan(0, (only,)), at=AT)
    store.commit([WorkResult(only, changes or world(), {"deezer": 1})], at=AT)
    store.close_round(0, {}, seconds=1.0)
    sync(store, recipe)


def sync(store: Store, recipe: Recipe) -> None:
    """Write the recipe's classes, each with the genre of the same name."""
    genres = [(label, label) for label in LABELS]
    store.sync_classes(recipe.name, recipe.class_names, genres)


def select(
    store: Store, recipe: Recipe = RECIPE, *, leave_out: tuple[int, ...] = ()
) -> Selection:
    """Label all artists and their tracks, except those left out."""
    crawl = store.crawl()
    sync(store, recipe)
    selection = Selection(
        recipe.name,
        recipe.labels.policy,
        recipe.labels_digest(),
        crawl.answers if crawl else 0,
        AT,
        FUNNEL,
    )
    numbers = [n for n in range(1, ARTISTS + 1) if n not in leave_out]
    store.replace_selection(
        selection,
        [ArtistLabel(artist_id(n), label_of(n), 1.0) for n in numbers],
        [
            TrackLabel(track_id(n, p), label_of(n), 1.0)
            for n in numbers
            for p in range(1, TRACKS + 1)
        ],
    )
    return selection


def with_rules(**rules: object) -> Recipe:
    """The recipe with other `[export]` rules."""
    return replace(RECIPE, export=replace(RECIPE.export, **rules))


# ISRCs that the service returns with a link: duplicates by one artist (3), by two artists
# of a class (6, 9), and by two classes (7, 8).
TROUBLES = {
    track_id(3, 1): "SAME1",
    track_id(3, 2): "SAME1",
    track_id(6, 1): "SAME2",
    track_id(9, 1): "SAME2",
    track_id(7, 1): "SAME3",
    track_id(8, 1): "SAME3",
}
# Release dates that the service returns with a link.
DATES = {
    track_id(a, p): f"2001-{a:02}-{p:02}"
    for a in range(1, ARTISTS + 1)
    for p in range(1, TRACKS + 1)
}
