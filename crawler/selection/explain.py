"""Explain why an artist or a track has its label, or has none, from the graph alone.

An explanation retraces the steps of `crawler.selection.labels`: how the artist was found,
which of its genres count, what the policy makes of them, what becomes of each track, and
what is written in the current selection.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias, cast

from crawler.recipe.model import Recipe
from crawler.selection.labels import (
    ClassesOfArtists,
    LabelsOfArtists,
    TrackCredits,
    TrackDecision,
    classes_of_artists,
    decide_track,
    drops_crossing_tracks,
    label_artists,
    label_parameters,
)
from crawler.selection.lookup import Found, NodeKind, look_up
from crawler.selection.patterns import why_in_class
from crawler.selection.staleness import Staleness, staleness
from graph.model.genres import failed_threshold
from graph.model.music import ArtistId, TrackId
from graph.store import Store
from queries.catalog import catalog
from queries.running import run_query

# As many shared tracks are shown as artists by `who_lists_artist`.
_MAX_SHARED_TRACKS = 5


@dataclass(frozen=True, slots=True)
class Reason:
    """One line of an explanation.

    Attributes:
        about: "found", "genre", "policy", "credited", "track", "tracks" or "label".
        what: The artist, genre, track or class that the line is about.
        detail: What holds for it, in words.
    """

    about: str
    what: str
    detail: str


@dataclass(frozen=True, slots=True)
class _Decisions:
    """The graph, and what the recipe decides for all of its artists."""

    store: Store
    recipe: Recipe
    classes: ClassesOfArtists
    labels: LabelsOfArtists

    def query(self, name: str, **parameters: str) -> list[tuple[Any, ...]]:
        """The rows of a query of the catalog."""
        return run_query(self.store, catalog()[name], parameters)[1]


def explain(store: Store, recipe: Recipe, found: Found) -> tuple[Reason, ...]:
    """Explain a label step by step, and what the current selection holds."""
    decisions = _Decisions(
        store, recipe, classes_of_artists(store, recipe), label_artists(store, recipe)
    )
    steps = _explain_artist if found.kind is NodeKind.ARTIST else _explain_track
    return (*steps(decisions, found), *_explain_selection(decisions, found))


def _explain_artist(decisions: _Decisions, found: Found) -> Iterator[Reason]:
    yield from _how_found(decisions, found)
    yield from _which_genres_count(decisions, found)
    yield _what_the_policy_gives(decisions, ArtistId(found.id))
    yield from _what_becomes_of_tracks(decisions, found)


def _explain_track(decisions: _Decisions, found: Found) -> Iterator[Reason]:
    rows = decisions.query("artists_of_track", track=found.id)
    credited = cast("list[tuple[int, ArtistId, str | None]]", rows)
    for position, artist, name in credited:
        detail = f"at position {position}: {_describe_artist(decisions, artist)}"
        yield Reason("credited", _titled(artist, name), detail)
    track = TrackCredits(
        TrackId(found.id),
        bool(found.properties.get("has_preview")),
        tuple(artist for _, artist, _ in credited),
    )
    yield Reason("track", found.name, _describe_decision(decisions, track))


# -- step 1: how an artist was found ---------------------------------------------


def _how_found(decisions: _Decisions, found: Found) -> Iterator[Reason]:
    depth = found.properties.get("depth")
    listed = decisions.query("who_lists_artist", artist=found.id)
    if depth is None and listed:
        yield Reason("found", found.name, "in the round that is still open")
    elif depth is None:
        yield Reason("found", found.name, "known only from the credits of tracks")
        yield from _how_credited(decisions, found)
    elif depth == 0:
        yield Reason("found", found.name, "a seed")
    else:
        yield Reason("found", found.name, f"{_steps(depth)} from the nearest seed")
    for artist, name, its_depth, source, rank in listed:
        away = "" if its_depth is None else f", itself {_steps(its_depth)} from a seed"
        detail = f"lists it at rank {rank} of its related artists ({source}){away}"
        yield Reason("found", _titled(artist, name), detail)


def _how_credited(decisions: _Decisions, found: Found) -> Iterator[Reason]:
    """The tracks shared with artists of the crawl, and a path from a seed to one of these.

    Of many tracks only the first few, those nearest to a seed first.
    """
    tracks = _tracks_of(decisions, found)
    others = {artist for _, _, _, artists, _ in tracks for artist in artists}
    near = {one.id: one for one in _of_the_crawl(decisions, others - {found.id})}
    shared = [
        (cast("int", near[artist].properties["depth"]), track, title or "", artist)
        for track, title, _preview, artists, _names in tracks
        for artist in artists
        if artist in near
    ]
    for depth, track, title, artist in sorted(shared)[:_MAX_SHARED_TRACKS]:
        where = f"itself {_steps(depth)} from a seed" if depth else "a seed"
        detail = f"credited together with {artist} {near[artist].name}, {where}"
        yield Reason("found", _titled(track, title), detail)
    if shared:
        yield from _path_from_seed(decisions, min(shared)[-1])


def _of_the_crawl(decisions: _Decisions, artists: Iterable[str]) -> Iterator[Found]:
    for artist in artists:
        found = look_up(decisions.store, artist, NodeKind.ARTIST)
        if found.properties.get("depth") is not None:
            yield found


def _path_from_seed(decisions: _Decisions, artist: str) -> Iterator[Reason]:
    """Each step of a shortest path from a seed to an artist of the crawl."""
    before = ""
    for step, one, name, rank in decisions.query("path_from_seed", artist=artist):
        what = _titled(one, name)
        detail = f"rank {rank} of the artists related to {before}" if step else "a seed"
        yield Reason("found", what, detail)
        before = what


def _steps(depth: object) -> str:
    return "1 step" if depth == 1 else f"{depth} steps"


# -- step 2: which genres count --------------------------------------------------


def _which_genres_count(decisions: _Decisions, found: Found) -> Iterator[Reason]:
    rows = decisions.query("genres_of_artist", artist=found.id)
    if not rows:
        yield Reason("genre", "none", _why_no_genre(found.properties))
    for genre, source, votes, share in cast("list[_GenreRow]", rows):
        counts = _why_not_counted(decisions.recipe, votes, share) or "counts"
        classes = why_in_class(decisions.recipe.classes, genre)
        detail = f"{_strength(votes, share)} ({source}): {counts}; {classes}"
        yield Reason("genre", genre, detail)


def _why_no_genre(properties: Mapping[str, object]) -> str:
    if "genres_at" in properties:
        source = properties.get("genres_by", "the source")
        if "mbid" in properties:
            return f"{source} lists no genre for this artist"
        return f"{source} has no entry for this artist"
    if error := properties.get("genres_failed"):
        tries = properties.get("genres_tries", 1)
        return f"given up after {tries} {'try' if tries == 1 else 'tries'}: {error}"
    return "not requested yet"


def _strength(votes: int | None, share: float | None) -> str:
    parts = []
    if votes is not None:
        parts.append("1 vote" if votes == 1 else f"{votes} votes")
    if share is not None:
        parts.append(f"share {share:.2f}")
    return ", ".join(parts) or "without votes"


def _why_not_counted(recipe: Recipe, votes: int | None, share: float | None) -> str:
    rules = recipe.labels
    failed = failed_threshold(
        votes, share, min_votes=rules.min_votes, min_share=rules.min_share
    )
    return f"does not count, {failed} is {getattr(rules, failed):g}" if failed else ""


# -- step 3: what the policy gives the artist ------------------------------------


def _what_the_policy_gives(decisions: _Decisions, artist: ArtistId) -> Reason:
    policy = decisions.recipe.labels.policy
    carried = decisions.classes.get(artist, ())
    label = decisions.labels.get(artist)
    if not carried:
        return Reason("policy", policy, "carries no class: no label")
    result = (
        "no label"
        if label is None
        else f'labelled "{label.class_name}" with share {label.share:.2f}'
    )
    return Reason("policy", policy, f"carries {_quoted(carried)}: {result}")


def _describe_artist(decisions: _Decisions, artist: ArtistId) -> str:
    if (label := decisions.labels.get(artist)) is not None:
        return f'labelled "{label.class_name}"'
    carried = decisions.classes.get(artist, ())
    return f"no label, carries {_quoted(carried)}" if carried else "carries no class"


# -- step 4: what becomes of its tracks ------------------------------------------


def _what_becomes_of_tracks(decisions: _Decisions, found: Found) -> Iterator[Reason]:
    tracks = [
        (TrackCredits(track, preview, tuple(artists)), title)
        for track, title, preview, artists, _names in _tracks_of(decisions, found)
    ]
    previews = sum(track.has_preview for track, _ in tracks)
    yield Reason("tracks", str(len(tracks)), f"{previews} with a preview")
    for track, title in tracks:
        detail = _describe_decision(decisions, track)
        yield Reason("track", _titled(track.id, title), detail)


def _describe_decision(decisions: _Decisions, track: TrackCredits) -> str:
    if not any(artist in decisions.labels for artist in track.artists):
        return "not chosen: none of its artists has a label"
    drop = drops_crossing_tracks(decisions.recipe)
    decision = decide_track(track, decisions.labels, decisions.classes, drop=drop)
    if decision is TrackDecision.CHOSEN:
        return "can be chosen; `export` checks the audio itself"
    if decision is TrackDecision.NO_PREVIEW:
        return f"not chosen: {decision}"
    artists = "; ".join(
        f"{artist} {_describe_artist(decisions, artist)}"
        for artist in track.artists
        if artist in decisions.classes
    )
    return f"not chosen: {decision} ({artists})"


# -- what is written -------------------------------------------------------------


def _explain_selection(decisions: _Decisions, found: Found) -> Iterator[Reason]:
    store, recipe = decisions.store, decisions.recipe
    selection = store.selection(recipe.name)
    if selection is None:
        yield Reason("label", "none", f'nothing is selected for "{recipe.name}" yet')
        return
    _, rows = run_query(
        store,
        catalog()["labels_of"],
        {"kind": found.kind.value.title(), "id": found.id},
        filled=label_parameters(recipe),
    )
    when = f"the selection of {selection.at:%Y-%m-%d %H:%M} UTC by {selection.policy}"
    if not rows:
        yield Reason("label", "none", f"not in {when}")
    for class_name, _policy_name, share, _at in cast("list[_LabelRow]", rows):
        yield Reason("label", class_name, f"in {when}, with share {share:.2f}")
    notes = {
        Staleness.GRAPH: "the graph has grown since: select again",
        Staleness.POLICY: "the recipe's labels changed since: select again",
        Staleness.LABELS: "the recipe's labels changed since: select again",
    }
    for one in staleness(selection, recipe, store.crawl()):
        yield Reason("label", "note", notes[one])


def _tracks_of(decisions: _Decisions, found: Found) -> list["_TrackRow"]:
    return cast("list[_TrackRow]", decisions.query("tracks_of_artist", artist=found.id))


def _titled(id: str, name: str | None) -> str:  # noqa: A002  the graph's own word
    return f"{id} {name or ''}".strip()


def _quoted(names: Iterable[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)


_GenreRow: TypeAlias = tuple[str, str, int | None, float | None]
_TrackRow: TypeAlias = tuple[TrackId, str | None, bool, list[ArtistId], list[str]]
_LabelRow: TypeAlias = tuple[str, str, float, datetime]
