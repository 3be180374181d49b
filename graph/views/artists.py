"""The artists of a store as a `networkx.DiGraph`, for analyses, pages and files.

Node (an artist's id)
  label: str          its name, which other programs display; its id if it has no name
  class: str          the class that `select` assigned; without a selection its only
                      class; "" if it has none or several
  classes: tuple      all classes of its genres, in the recipe's order
  genres: tuple       its genres that count, strongest first
  expanded: bool      whether its relatives were requested; if not, it belongs to the
                      frontier, and its outgoing edges are unknown
  depth: int | None   steps from a seed, 0 for a seed
  popularity, followers: int | None; source, url, mbid: str | None

Edge (directed as the source lists it)
  rank: int           1 is the nearest relative; the smallest of all sources
  score: float | None the source's score; the largest of all sources
  weight: float       the score, or 1/rank if there is none: larger is nearer
  sources: tuple      the services that list the relative
  first_seen_at, last_seen_at: datetime

Graph
  crawl: str          the crawl's name; recipe: str, whose classes these are
  class_names: tuple  the recipe's classes in order
  selected: bool      whether `class` comes from a selection
  rules: dict         the recipe's [crawl] table: order, focus, max_hops and so on
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeAlias

import networkx as nx

from graph.cypher.statements import statement
from graph.errors import NoStoreError
from graph.model.genres import genre_counts
from graph.store import Store

ArtistGraph: TypeAlias = "nx.DiGraph[str]"
_Row: TypeAlias = tuple[Any, ...]


def artist_graph(
    store: Store,
    *,
    recipe: str | None = None,
    min_votes: int = 1,
    min_share: float = 0.15,
    chosen: bool = False,
) -> ArtistGraph:
    """Read all artists of a store and their RELATED_TO edges, sorted by id.

    Args:
        store: The store to read.
        recipe: The recipe whose classes and selection to use; None for the crawl's own.
        min_votes: The fewest votes with which a genre counts, if the source has votes.
        min_share: The smallest share of the strongest genre's votes with which a genre
            counts.
        chosen: Whether to include only the artists that the selection chose, and the
            edges between them.

    Raises:
        NoStoreError: The store holds no crawl.
    """
    crawl = store.crawl()
    if crawl is None:
        raise NoStoreError(
            f"{store.where} holds no crawl",
            hint="Fill it with `genregraph crawl RECIPE` first.",
        )
    recipe = recipe or crawl.name
    genres = _counting_genres(_read(store, "view_genres"), min_votes, min_share)
    class_genres: dict[str, Sequence[str]] = dict(
        _read(store, "view_classes", recipe=recipe)
    )
    labels: dict[str, str] = dict(_read(store, "view_labels", recipe=recipe))
    view: ArtistGraph = nx.DiGraph(
        crawl=crawl.name,
        recipe=recipe,
        class_names=tuple(class_genres),
        selected=bool(labels),
        rules=json.loads(crawl.recipe).get("crawl", {}),
    )
    _add_artists(view, _read(store, "view_artists"), genres, class_genres, labels)
    _add_relations(view, _read(store, "view_related"))
    if chosen:
        view.remove_nodes_from([artist for artist in view if artist not in labels])
    return view


def _read(store: Store, name: str, **parameters: object) -> list[_Row]:
    return store.query(statement(f"views/read_{name}"), parameters)[1]


def _counting_genres(
    rows: Iterable[_Row], min_votes: int, min_share: float
) -> Mapping[str, tuple[str, ...]]:
    """Per artist, the genres that count in any source, strongest first."""
    kept: dict[str, tuple[str, ...]] = {}
    for artist, genres in rows:
        strongest: dict[str, float] = {}
        for name, votes, share in genres:
            if genre_counts(votes, share, min_votes=min_votes, min_share=min_share):
                strength = 1.0 if share is None else float(share)
                strongest[name] = max(strength, strongest.get(name, 0.0))
        kept[artist] = tuple(sorted(strongest, key=lambda g: (-strongest[g], g)))
    return kept


def _add_artists(
    view: ArtistGraph,
    rows: Iterable[_Row],
    genres: Mapping[str, tuple[str, ...]],
    class_genres: Mapping[str, Sequence[str]],
    labels: Mapping[str, str],
) -> None:
    classes_of: dict[str, list[str]] = {}
    for name, members in class_genres.items():
        for genre in members:
            classes_of.setdefault(genre, []).append(name)
    order = {name: place for place, name in enumerate(class_genres)}
    for id_, name, source, url, popularity, followers, mbid, depth, expanded in rows:
        own = genres.get(id_, ())
        carried = {one for genre in own for one in classes_of.get(genre, ())}
        classes = tuple(sorted(carried, key=order.__getitem__))
        only = classes[0] if len(classes) == 1 and not labels else ""
        view.add_node(
            id_,
            **{
                "label": name or id_,
                "class": labels.get(id_, only),
                "classes": classes,
                "genres": own,
                "expanded": expanded,
                "depth": depth,
                "popularity": popularity,
                "followers": followers,
                "source": source,
                "url": url,
                "mbid": mbid,
            },
        )


def _add_relations(view: ArtistGraph, rows: Iterable[_Row]) -> None:
    """Add edges, sorted by start, rank and end, and joined over all sources."""
    listed = sorted(
        (start, rank, end, source, score, first, last)
        for start, source, first, last, relatives in rows
        for end, rank, score in relatives
    )
    for start, rank, end, source, score, first, last in listed:
        edge = {
            "rank": rank,
            "score": score,
            "weight": float(score) if score is not None else 1.0 / rank,
            "sources": (source,),
            "first_seen_at": first,
            "last_seen_at": last,
        }
        if view.has_edge(start, end):
            _join(view.edges[start, end], edge)
        else:
            view.add_edge(start, end, **edge)


def _join(edge: dict[str, Any], other: Mapping[str, Any]) -> None:
    """Join two sources' edges: keep the nearer rank and the longer period."""
    scores = [s for s in (edge["score"], other["score"]) if s is not None]
    edge["rank"] = min(edge["rank"], other["rank"])
    edge["score"] = max(scores, default=None)
    edge["weight"] = max(edge["weight"], other["weight"])
    edge["sources"] = (*edge["sources"], *other["sources"])
    edge["first_seen_at"] = min(edge["first_seen_at"], other["first_seen_at"])
    edge["last_seen_at"] = max(edge["last_seen_at"], other["last_seen_at"])
