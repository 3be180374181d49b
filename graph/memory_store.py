"""A store in dictionaries: the reference for what the crawl needs of a store."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import cast

from graph.crawl_state import AddedSeeds, Crawl, Plan, SliceAnswer, Snapshot
from graph.items import node_item, relation_item
from graph.model import (
    Artist,
    ArtistId,
    Changes,
    HasGenre,
    Playlist,
    Track,
)
from graph.properties import (
    Properties,
    class_id,
    crawl_of,
    described,
    known_artist,
    of_answered,
    of_crawl,
    of_failed,
    of_genre,
    of_related,
    of_slice,
    slice_of,
)
from graph.schema import KEYS, MOVED, RELATIONS

# start label, start key, end label, end key, source
_Ends = tuple[str, str, str, str, str]


class MemoryStore:
    """Keeps the crawl's part of the graph as long as the process lives.

    Nodes and relations are properties under their keys, so that `items` of this store
    and of a database can be compared.
    """

    def __init__(self) -> None:
        self._nodes: dict[str, dict[str, Properties]] = {label: {} for label in KEYS}
        self._relations: dict[str, dict[_Ends, Properties]] = {
            kind: {} for kind in RELATIONS
        }

    def crawl(self) -> Crawl | None:
        node = self._crawl()
        if node is None:
            return None
        sources = sorted(self._nodes["Source"].items())
        return crawl_of(
            node,
            {name: cast("int", kept.get("requests", 0)) for name, kept in sources},
            {
                name: cast("datetime", kept["paused_until"])
                for name, kept in sources
                if "paused_until" in kept
            },
        )

    def begin(self, crawl: Crawl, seeds: Changes, plan: Plan, *, at: datetime) -> None:
        if crawl.name in self._nodes["Crawl"]:
            return
        node = self._node("Crawl", crawl.name)
        node |= of_crawl(crawl) | {"round": plan.round}
        self._count(crawl.requests)
        for service, until in crawl.paused_until.items():
            self.pause(service, until)
        self._write(seeds, at)
        self._open(plan)

    def change_recipe(self, crawl: Crawl, added: AddedSeeds | None = None) -> None:
        node = self._crawl()
        if node is None:
            return
        node |= {"recipe": crawl.recipe, "recipe_digest": crawl.recipe_digest}
        if added is not None:
            node["answers"] = cast("int", node["answers"]) + 1
            self._write(added.changes, added.at)
            self._count(added.requests)
            self.commit_plan(added.plan)

    def keep_seconds(self, seconds: float) -> None:
        node = self._crawl()
        if node is not None:
            node["seconds"] = max(cast("float", node["seconds"]), float(seconds))

    def open_plan(self) -> Plan | None:
        node = self._crawl()
        if node is None or not node["round_open"]:
            return None
        parts = [
            slice_of(kept)
            for kept in self._nodes["Slice"].values()
            if kept["state"] == "open"
        ]
        parts.sort(key=lambda part: part.position)
        return Plan(round=cast("int", node["round"]), slices=tuple(parts))

    def commit_plan(self, plan: Plan) -> None:
        node = self._crawl()
        if node is not None:
            node |= {"round": plan.round, "round_open": True}
            self._open(plan)

    def commit(self, answers: Sequence[SliceAnswer], *, at: datetime) -> None:
        for answer in answers:
            part = self._nodes["Slice"].get(answer.slice.id)
            crawl = self._crawl()
            if crawl is None or part is None or part["state"] != "open":
                continue
            self._write(answer.changes, at)
            self._count(answer.requests)
            part["state"] = "done"
            crawl["answers"] = cast("int", crawl["answers"]) + 1

    def close_round(
        self, number: int, depths: Mapping[ArtistId, int], *, seconds: float
    ) -> None:
        node = self._crawl()
        if node is None or not node["round_open"] or node["round"] != number:
            return
        for artist, depth in depths.items():
            self._existing("Artist", artist)["depth"] = depth
        node["seconds"] = cast("float", node["seconds"]) + seconds
        node["round_open"] = False
        self._nodes["Slice"].clear()

    def pause(self, service: str, until: datetime | None) -> None:
        node = self._node("Source", service)
        node.pop("paused_until", None)
        if until is not None:
            node["paused_until"] = until

    def snapshot(self) -> Snapshot:
        artists = self._nodes["Artist"]
        previews: defaultdict[str, int] = defaultdict(int)
        for _, artist, _, track, _ in self._relations["PERFORMS"]:
            previews[artist] += bool(self._nodes["Track"][track]["has_preview"])
        return Snapshot(
            artists=tuple(
                known_artist(artists[key], previews[key]) for key in sorted(artists)
            ),
            related=tuple(
                (ArtistId(start), ArtistId(end)) for start, _, end, _ in self._ranked()
            ),
            genres=tuple(self._genre_edges()),
        )

    def genres(self) -> tuple[str, ...]:
        return tuple(sorted(self._nodes["Genre"]))

    def sync_classes(
        self, recipe: str, classes: Sequence[str], in_class: Iterable[tuple[str, str]]
    ) -> None:
        wanted = {class_id(recipe, name) for name in classes}
        known = self._nodes["Class"].items()
        gone = {k for k, n in known if n["recipe"] == recipe} - wanted
        for key in gone:
            del self._nodes["Class"][key]
        self._forget("IN_CLASS", gone)
        for position, name in enumerate(classes, start=1):
            node = self._class(recipe, name)
            node["position"] = position
        self._forget("IN_CLASS", wanted)
        self._join_classes(recipe, in_class)

    def items(self) -> Iterator[Mapping[str, object]]:
        """See `Store.items`."""
        for label in MOVED:
            for key, node in sorted(self._nodes[label].items()):
                yield node_item(label, key, node)
        for kind, edges in sorted(self._relations.items()):
            for ends, properties in sorted(edges.items()):
                start, start_key, end, end_key, _ = ends
                yield relation_item(
                    kind, (start, start_key), (end, end_key), properties
                )

    def _crawl(self) -> Properties | None:
        return next(iter(self._nodes["Crawl"].values()), None)

    def _node(self, label: str, key: str) -> Properties:
        return self._nodes[label].setdefault(key, {KEYS[label]: key})

    def _count(self, requests: Mapping[str, int]) -> None:
        for service, count in requests.items():
            node = self._node("Source", service)
            node["requests"] = cast("int", node.get("requests", 0)) + count

    def _existing(self, label: str, key: str) -> Properties:
        try:
            return self._nodes[label][key]
        except KeyError as error:
            raise ValueError(f"there is no {label} {key} to write to") from error

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

    def _forget(self, kind: str, class_keys: set[str]) -> None:
        edges = self._relations[kind]
        for ends in [e for e in edges if e[2] == "Class" and e[3] in class_keys]:
            del edges[ends]

    def _open(self, plan: Plan) -> None:
        for part in plan.slices:
            node = self._node("Slice", part.id)
            if "state" not in node:
                node |= of_slice(part)

    def _ranked(self) -> list[tuple[str, int, str, str]]:
        edges = self._relations["RELATED_TO"].items()
        return sorted(
            (start, cast("int", kept["rank"]), end, source)
            for (_, start, _, end, source), kept in edges
        )

    def _genre_edges(self) -> Iterator[HasGenre]:
        edges = sorted(self._relations["HAS_GENRE"].items())
        for (_, artist, _, genre, source), kept in edges:
            votes = cast("int | None", kept.get("votes"))
            share = cast("float | None", kept.get("share"))
            yield HasGenre(ArtistId(artist), genre, source, votes, share)

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
            node |= described(value) | node

    def _identify(self, artist: ArtistId, mbid: str, identified_by: str) -> None:
        # The smallest, so that two answers in any order leave the same one.
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
            who, what = ("Artist", has.artist), ("Genre", has.genre)
            kept = self._relation("HAS_GENRE", who, what, has.source)
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
