"""Why an artist or a track has its label, or has none, from what the graph holds."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias, cast

from crawler.recipe.model import Recipe
from crawler.selection.funnel import Credits, TrackFate, fate_of
from crawler.selection.lookup import Found, NodeKind, look_up
from crawler.selection.patterns import why_in_class
from crawler.selection.select import (
    Classes,
    label_parameters,
    read_classes,
    read_labels,
)
from graph.model.music import ArtistId, ArtistLabel, TrackId
from graph.store import Store
from queries.catalog import catalog
from queries.running import run_query

# As many as `who_lists_artist` tells of relations.
_MOST_SHARED = 5


@dataclass(frozen=True, slots=True)
class Reason:
    """One line of an explanation.

    Attributes:
        about: "found", "genre", "policy", "credited", "track", "tracks" or "label".
        what: The artist, genre, track or class that it is about.
        finding: What is so, in words.
    """

    about: str
    what: str
    finding: str


@dataclass(frozen=True, slots=True)
class _View:
    """What an explanation needs to know of the whole graph."""

    store: Store
    recipe: Recipe
    classes: Classes
    labels: Mapping[ArtistId, ArtistLabel]


def explain(store: Store, recipe: Recipe, found: Found) -> tuple[Reason, ...]:
    """The whole story of a label: how found, which genres count, what the policy says."""
    view = _View(store, recipe, read_classes(store, recipe), read_labels(store, recipe))
    story = _artist_story if found.kind is NodeKind.ARTIST else _track_story
    return (*story(view, found), *_chosen(view, found))


def _artist_story(view: _View, found: Found) -> Iterator[Reason]:
    yield from _how_found(view, found)
    yield from _genres(view, found)
    yield _policy(view, ArtistId(found.id))
    yield from _tracks(view, found)


# -- how it was found ------------------------------------------------------------


def _how_found(view: _View, found: Found) -> Iterator[Reason]:
    depth = found.properties.get("depth")
    listed = run_query(view.store, catalog()["who_lists_artist"], {"artist": found.id})[
        1
    ]
    if depth is None and listed:
        yield Reason("found", found.name, "in the round that is not closed yet")
    elif depth is None:
        yield Reason("found", found.name, "known only from the credits of tracks")
        yield from _credits(view, found)
    elif depth == 0:
        yield Reason("found", found.name, "a seed")
    else:
        yield Reason("found", found.name, f"{_steps(depth)} from the nearest seed")
    for artist, name, its_depth, source, rank in listed:
        away = "" if its_depth is None else f", itself {_steps(its_depth)} from a seed"
        finding = f"has it at rank {rank} of its relatives ({source}){away}"
        yield Reason("found", f"{artist} {name or ''}".strip(), finding)


def _steps(depth: object) -> str:
    return "1 step" if depth == 1 else f"{depth} steps"


def _credits(view: _View, found: Found) -> Iterator[Reason]:
    """The tracks that it shares with artists of the crawl, and a way from a seed there.

    Of many tracks the first few, nearest to a seed first.
    """
    query = catalog()["tracks_of_artist"]
    _, rows = run_query(view.store, query, {"artist": found.id})
    tracks = cast("list[_TrackRow]", rows)
    others = {artist for _, _, _, artists, _ in tracks for artist in artists}
    near = {one.id: one for one in _of_the_crawl(view, others - {found.id})}
    shared = [
        (cast("int", near[artist].properties["depth"]), track, title or "", artist)
        for track, title, _preview, artists, _names in tracks
        for artist in artists
        if artist in near
    ]
    for depth, track, title, artist in sorted(shared)[:_MOST_SHARED]:
        where = f"itself {_steps(depth)} from a seed" if depth else "a seed"
        finding = f"credited together with {artist} {near[artist].name}, {where}"
        yield Reason("found", f"{track} {title}".strip(), finding)
    if shared:
        yield from _way_from_seed(view, min(shared)[-1])


def _of_the_crawl(view: _View, artists: Iterable[str]) -> Iterator[Found]:
    for artist in artists:
        found = look_up(view.store, artist, NodeKind.ARTIST)
        if found.properties.get("depth") is not None:
            yield found


def _way_from_seed(view: _View, artist: str) -> Iterator[Reason]:
    """Each step of a shortest way to an artist of the crawl; none to a seed."""
    query = catalog()["path_from_seed"]
    _, rows = run_query(view.store, query, {"artist": artist})
    before = ""
    for step, one, name, rank in rows:
        what = f"{one} {name or ''}".strip()
        told = f"at rank {rank} of the relatives of {before}" if step else "a seed"
        yield Reason("found", what, told)
        before = what


# -- genres and the policy -------------------------------------------------------


def _genres(view: _View, found: Found) -> Iterator[Reason]:
    query = catalog()["genres_of_artist"]
    _, rows = run_query(view.store, query, {"artist": found.id})
    if not rows:
        yield Reason("genre", "none", _why_no_genre(found.properties))
    for genre, source, votes, share in cast("list[_GenreRow]", rows):
        counts = f"{_strength(votes, share)} ({source}): "
        counts += _why_not_counted(view.recipe, votes, share) or "counts"
        classes = why_in_class(view.recipe.classes, genre)
        yield Reason("genre", genre, f"{counts}; {classes}")


def _why_no_genre(properties: Mapping[str, object]) -> str:
    if "genres_at" in properties:
        source = properties.get("genres_by", "the source")
        identified = "knows it without any" if "mbid" in properties else "knows it not"
        return f"{source} was asked and {identified}"
    if why := properties.get("genres_failed"):
        return f"set aside after {properties.get('genres_tries', 1)} tries: {why}"
    return "not asked yet"


def _strength(votes: int | None, share: float | None) -> str:
    said = []
    if votes is not None:
        said.append("1 vote" if votes == 1 else f"{votes} votes")
    if share is not None:
        said.append(f"share {share:.2f}")
    return ", ".join(said) or "without votes"


def _why_not_counted(recipe: Recipe, votes: int | None, share: float | None) -> str:
    rules = recipe.labels
    if votes is not None and votes < rules.min_votes:
        return f"does not count, min_votes is {rules.min_votes}"
    if share is not None and share < rules.min_share:
        return f"does not count, min_share is {rules.min_share:g}"
    return ""


def _policy(view: _View, artist: ArtistId) -> Reason:
    policy = view.recipe.labels.policy.value
    carried = view.classes.get(artist, ())
    label = view.labels.get(artist)
    if not carried:
        return Reason("policy", policy, "carries no class: no label")
    has = f"carries {_quoted(carried)}"
    if label is None:
        return Reason("policy", policy, f"{has}: no label")
    gives = f'labelled "{label.class_name}" with share {label.share:.2f}'
    return Reason("policy", policy, f"{has}: {gives}")


def _quoted(names: Sequence[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)


# -- tracks ----------------------------------------------------------------------


def _tracks(view: _View, found: Found) -> Iterator[Reason]:
    query = catalog()["tracks_of_artist"]
    _, rows = run_query(view.store, query, {"artist": found.id})
    tracks = [
        (Credits(track, preview, tuple(artists)), title)
        for track, title, preview, artists, _names in cast("list[_TrackRow]", rows)
    ]
    previews = sum(track.has_preview for track, _ in tracks)
    yield Reason("tracks", str(len(tracks)), f"{previews} with a preview")
    for track, title in tracks:
        what = f"{track.id} {title or ''}".strip()
        yield Reason("track", what, _fate(view, track))


def _track_story(view: _View, found: Found) -> Iterator[Reason]:
    query = catalog()["artists_of_track"]
    _, rows = run_query(view.store, query, {"track": found.id})
    credited = cast("list[tuple[int, ArtistId, str | None]]", rows)
    for position, artist, name in credited:
        finding = f"at position {position}: {_standing(view, artist)}"
        yield Reason("credited", f"{artist} {name or ''}".strip(), finding)
    track = Credits(
        TrackId(found.id),
        bool(found.properties.get("has_preview")),
        tuple(artist for _, artist, _ in credited),
    )
    yield Reason("track", found.name, _fate(view, track))


def _standing(view: _View, artist: ArtistId) -> str:
    if (label := view.labels.get(artist)) is not None:
        return f'labelled "{label.class_name}"'
    carried = view.classes.get(artist, ())
    return f"no label, carries {_quoted(carried)}" if carried else "carries no class"


def _fate(view: _View, track: Credits) -> str:
    if not any(artist in view.labels for artist in track.artists):
        return "not taken: none of its artists has a label"
    drop = view.recipe.labels.collaborations == "drop"
    fate = fate_of(track, view.labels, view.classes, drop=drop)
    if fate is TrackFate.CHOSEN:
        return "can be chosen; `export` checks the audio itself"
    others = [a for a in track.artists if a in view.classes]
    told = "; ".join(f"{artist} {_standing(view, artist)}" for artist in others)
    return f"not taken: {fate}" + (
        f" ({told})" if fate is not TrackFate.NO_PREVIEW else ""
    )


# -- what was selected -----------------------------------------------------------


def _chosen(view: _View, found: Found) -> Iterator[Reason]:
    selection = view.store.selection(view.recipe.name)
    if selection is None:
        yield Reason("label", "none", f'nothing selected for "{view.recipe.name}" yet')
        return
    _, rows = run_query(
        view.store,
        catalog()["labels_of"],
        {"kind": found.kind.value.title(), "id": found.id},
        filled=label_parameters(view.recipe),
    )
    when = f"the selection of {selection.at:%Y-%m-%d %H:%M} UTC by {selection.policy}"
    if not rows:
        yield Reason("label", "none", f"not in {when}")
    for class_name, _policy_name, share, _at in cast("list[_ChosenRow]", rows):
        yield Reason("label", class_name, f"in {when}, with share {share:.2f}")
    crawl = view.store.crawl()
    if crawl is not None and crawl.answers != selection.answers:
        yield Reason("label", "note", "the graph has grown since: select again")
    if selection.labels_digest != view.recipe.labels_digest():
        yield Reason("label", "note", "the recipe's labels changed since: select again")


_GenreRow: TypeAlias = tuple[str, str, int | None, float | None]
_TrackRow: TypeAlias = tuple[TrackId, str | None, bool, list[ArtistId], list[str]]
_ChosenRow: TypeAlias = tuple[str, str, float, datetime]
