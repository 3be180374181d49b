"""Adds genres and tracks to a view, for files with more than artists.

Every node and edge gets a `kind`: "artist", "genre" or "track"; "RELATED_TO",
"HAS_GENRE" or "PERFORMS". Artists keep their ids. A genre's id is "genre:black metal", and
a track's "track:deezer:27", because a service may use one number for an artist and a
track.

Genre   label, classes (of the recipe), class (the only one, or "")
Track   label, source, class (from the selection) and the properties of a track
HAS_GENRE   weight (the share, or 1 if the source has no votes), votes, share, sources
PERFORMS    weight (1/position), position
"""

from collections.abc import Iterable, Mapping
from typing import Any, TypeAlias

from graph.cypher.statements import statement
from graph.store import Store
from graph.views.artists import ArtistGraph

_Row: TypeAlias = tuple[Any, ...]
_TRACK = (
    "label",
    "source",
    "duration_ms",
    "isrc",
    "explicit",
    "popularity",
    "album",
    "album_id",
    "release_date",
    "has_preview",
    "license",
    "license_url",
)


def add_kinds(
    view: ArtistGraph,
    store: Store,
    *,
    genres: bool = False,
    tracks: bool = False,
    chosen: bool = False,
) -> None:
    """Set the `kind` of every node and edge of a view, and add genres and tracks.

    Args:
        view: The view, which is changed.
        store: The store to read.
        genres: Whether to add genres.
        tracks: Whether to add tracks.
        chosen: Whether to add only the genres of the view's artists and the tracks that
            the selection chose, instead of all.
    """
    for _, artist in view.nodes(data=True):
        artist["kind"] = "artist"
    for *_, edge in view.edges(data=True):
        edge["kind"] = "RELATED_TO"
    if genres:
        _add_genres(view, store, chosen=chosen)
    if tracks:
        _add_tracks(view, store, chosen=chosen)


def _add_genres(view: ArtistGraph, store: Store, *, chosen: bool) -> None:
    theirs = sorted(_read(store, "kinds_has_genre"))
    theirs = [(artist, genres) for artist, genres in theirs if artist in view]
    used = {name for _, genres in theirs for name, *_ in genres}
    recipe = view.graph["recipe"]
    for name, classes in sorted(_read(store, "kinds_genres", recipe=recipe)):
        if name in used or not chosen:
            view.add_node(f"genre:{name}", **_genre(name, classes))
    for artist, genres in theirs:
        for name, source, votes, share in sorted(genres, key=lambda g: (g[0], g[1])):
            _add_genre_edge(view, (artist, f"genre:{name}"), source, votes, share)


def _genre(name: str, classes: Iterable[str]) -> Mapping[str, object]:
    its = tuple(classes)
    return {
        "kind": "genre",
        "label": name,
        "class": its[0] if len(its) == 1 else "",
        "classes": its,
    }


def _add_genre_edge(
    view: ArtistGraph,
    ends: tuple[str, str],
    source: str,
    votes: int | None,
    share: float | None,
) -> None:
    """Add or join an edge: keep the most votes and the largest share of all sources."""
    before = view.edges[ends] if view.has_edge(*ends) else {}
    shares = [s for s in (before.get("share"), share) if s is not None]
    view.add_edge(
        *ends,
        kind="HAS_GENRE",
        sources=(*before.get("sources", ()), source),
        votes=max(
            (v for v in (before.get("votes"), votes) if v is not None), default=None
        ),
        share=max(shares, default=None),
        weight=float(max(shares, default=1.0)),
    )


def _add_tracks(view: ArtistGraph, store: Store, *, chosen: bool) -> None:
    recipe = view.graph["recipe"]
    labels: dict[str, str] = dict(_read(store, "kinds_track_labels", recipe=recipe))
    for id_, *values in _read(store, "kinds_tracks"):
        if id_ in labels or not chosen:
            track = dict(zip(_TRACK, values, strict=True))
            track["label"] = track["label"] or id_
            track["class"] = labels.get(id_, "")
            view.add_node(f"track:{id_}", kind="track", **track)
    for artist, tracks in sorted(_read(store, "kinds_performs")):
        for id_, position in sorted(tracks, key=lambda t: t[0]):
            _add_credit(view, artist, f"track:{id_}", position)


def _add_credit(
    view: ArtistGraph, artist: str, track: str, position: int | None
) -> None:
    if artist in view and track in view:
        weight = 1.0 / (position or 1)
        view.add_edge(artist, track, kind="PERFORMS", position=position, weight=weight)


def _read(store: Store, name: str, **parameters: object) -> list[_Row]:
    return store.query(statement(f"views/read_{name}"), parameters)[1]
