"""A music graph in memory: dictionaries of nodes and relations by key."""

from collections.abc import Iterable
from datetime import datetime
from typing import cast

from graph.model.music import Artist, ArtistId, Changes, Playlist, Track
from graph.model.properties import (
    Properties,
    class_id,
    node_properties,
    of_answered,
    of_failed,
    of_genre,
    of_related,
)
from graph.model.schema import KEYS, RELATIONS

# start label, start key, end label, end key, source
Ends = tuple[str, str, str, str, str]


class MemoryGraph:
    """Nodes and relations, and the effect of an answer on them."""

    def __init__(self) -> None:
        self._nodes: dict[str, dict[str, Properties]] = {label: {} for label in KEYS}
        self._relations: dict[str, dict[Ends, Properties]] = {
            kind: {} for kind in RELATIONS
        }

    def _crawl(self) -> Properties | None:
        return next(iter(self._nodes["Crawl"].values()), None)

    def _node(self, label: str, key: str) -> Properties:
        return self._nodes[label].setdefault(key, {KEYS[label]: key})

    def _existing(self, label: str, key: str) -> Properties:
        try:
            return self._nodes[label][key]
        except KeyError as error:
            raise ValueError(f"{label} {key} does not exist") from error

    def _class(self, recipe: str, name: str) -> Properties:
        node = self._node("Class", class_id(recipe, name))
        node |= {"recipe": recipe, "name": name}
        return node

    def _relation(
        self, kind: str, start: tuple[str, str], end: tuple[str, str], source: str = ""
    ) -> Properties:
        self._existing(*start)
        self._existing(*end)
        known: Properties = {"source": source} if source else {}
        return self._relations[kind].setdefault((*start, *end, source), known)

    def _write(self, changes: Changes, at: datetime) -> None:
        self._describe("Artist", changes.artists)
        self._describe("Track", changes.tracks)
        self._describe("Playlist", changes.playlists)
        for seed in changes.seeds:
            self._existing("Artist", seed)["depth"] = 0
        for identity in changes.identities:
            self._identify(identity.artist, identity.mbid, identity.identified_by)
        self._relate(changes, at)
        self._credit(changes)
        self._join_classes(cast("str", (self._crawl() or {})["name"]), changes.in_class)
        self._answer(changes, at)

    def _describe(
        self, label: str, values: Iterable[Artist | Track | Playlist]
    ) -> None:
        for value in values:
            node = self._node(label, value.id)
            node |= node_properties(value) | node

    def _identify(self, artist: ArtistId, mbid: str, identified_by: str) -> None:
        # The smallest is kept, so that the order of the answers does not matter.
        node = self._existing("Artist", artist)
        if "mbid" not in node or mbid < cast("str", node["mbid"]):
            node |= {"mbid": mbid, "identified_by": identified_by}

    def _relate(self, changes: Changes, at: datetime) -> None:
        for edge in changes.related:
            start, end = ("Artist", edge.start), ("Artist", edge.end)
            kept = self._relation("RELATED_TO", start, end, edge.source)
            self._seen(kept, of_related(edge), at)
        for has in changes.genres:
            self._node("Genre", has.genre)
            start, end = ("Artist", has.artist), ("Genre", has.genre)
            kept = self._relation("HAS_GENRE", start, end, has.source)
            self._seen(kept, of_genre(has), at)

    @staticmethod
    def _seen(kept: Properties, now: Properties, at: datetime) -> None:
        lasting = {"source": kept["source"]}
        lasting["first_seen_at"] = kept.get("first_seen_at", at)
        kept.clear()
        kept |= lasting | now | {"last_seen_at": at}

    def _credit(self, changes: Changes) -> None:
        for edge in changes.performs:
            credit = self._relation(
                "PERFORMS", ("Artist", edge.artist), ("Track", edge.track)
            )
            credit.setdefault("position", edge.position)
        for listed in changes.contains:
            place = self._relation(
                "CONTAINS", ("Playlist", listed.playlist), ("Track", listed.track)
            )
            place.setdefault("position", listed.position)

    def _join_classes(self, recipe: str, in_class: Iterable[tuple[str, str]]) -> None:
        for genre, name in in_class:
            self._class(recipe, name)
            ends = ("Genre", genre), ("Class", class_id(recipe, name))
            self._relation("IN_CLASS", *ends)

    def _answer(self, changes: Changes, at: datetime) -> None:
        marks = [(a.artist, of_answered(a, at)) for a in changes.answered]
        marks += [(f.artist, of_failed(f, at)) for f in changes.failed]
        for artist, properties in marks:
            node = self._existing("Artist", artist) | properties
            kept = {name: value for name, value in node.items() if value is not None}
            self._nodes["Artist"][artist] = kept
