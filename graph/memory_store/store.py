"""A store in dictionaries: the reference for what the crawl needs of a store."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import wraps
from typing import TypeVar, cast

from graph.memory_store.leases import MemoryLeases
from graph.model.crawl import AddedSeeds, Crawl, Plan, Snapshot, WorkResult
from graph.model.music import ArtistId, Changes, HasGenre
from graph.model.properties import (
    Properties,
    class_id,
    crawl_of,
    known_artist,
    of_crawl,
    of_slice,
    slice_of,
)
from graph.model.schema import MOVED
from graph.model.workers import Committed, Kept, Planned
from graph.transfer.items import node_item, relation_item


def _may_open(node: Properties, plan: Plan, planned: Planned | None) -> bool:
    """Whether the crawl still stands where a plan was made."""
    return planned is None or (
        node["round"] == plan.round - 1
        and not node["round_open"]
        and node["recipe_digest"] == planned.digest
        and node["answers"] == planned.answers
    )


_Method = TypeVar("_Method", bound=Callable[..., object])


def _one_at_a_time(method: _Method) -> _Method:
    """A transaction: no other worker's comes between."""

    @wraps(method)
    def locked(self: "MemoryStore", *given: object, **named: object) -> object:
        with self._lock:
            return method(self, *given, **named)

    return cast("_Method", locked)


class MemoryStore(MemoryLeases):
    """Keeps the crawl's part of the graph as long as the process lives.

    Nodes and relations are properties under their keys, so that `items` of this store
    and of a database can be compared.
    """

    @_one_at_a_time
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

    @_one_at_a_time
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

    @_one_at_a_time
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
        for part in self._nodes["Slice"].values():
            if part["state"] == "open":
                part["token"] = cast("int", part.get("token", 0)) + 1
                part.pop("owner", None)

    @_one_at_a_time
    def keep_seconds(self, seconds: float) -> None:
        node = self._crawl()
        if node is not None:
            node["seconds"] = max(cast("float", node["seconds"]), float(seconds))

    @_one_at_a_time
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

    @_one_at_a_time
    def commit_plan(self, plan: Plan, planned: Planned | None = None) -> bool:
        node = self._crawl()
        if node is None or not _may_open(node, plan, planned):
            return False
        node |= {"round": plan.round, "round_open": True}
        self._open(plan)
        for part in planned.taken if planned else ():
            kept = self._nodes["Slice"][part]
            kept |= {"owner": planned and planned.worker, "token": 1}
        return True

    @_one_at_a_time
    def commit(
        self, answers: Sequence[WorkResult], *, at: datetime, worker: str = ""
    ) -> Committed:
        written = [a.slice.id for a in answers if self._take(a, at, worker)]
        return Committed(frozenset(written), len(self._others(worker)))

    def _take(self, answer: WorkResult, at: datetime, worker: str) -> bool:
        """Write an answer, once, if its lease is in force; whether it is written."""
        part = self._nodes["Slice"].get(answer.slice.id)
        crawl = self._crawl()
        if crawl is None or part is None or part.get("token", 0) != answer.slice.token:
            return False
        if part["state"] == "open":
            self._write(answer.changes, at)
            self._count(answer.requests)
            part["state"] = "done"
            crawl["answers"] = cast("int", crawl["answers"]) + 1
            if self._others(worker):
                part["kept"] = Kept(answer.changes, answer.requests)
        return True

    @_one_at_a_time
    def close_round(
        self,
        number: int,
        depths: Mapping[ArtistId, int],
        *,
        seconds: float,
        answers: int | None = None,
    ) -> bool:
        node = self._crawl()
        if node is None or not node["round_open"] or node["round"] != number:
            return False
        plan = self.open_plan()
        is_whole = node["answers"] == answers and not (plan and plan.slices)
        if answers is not None and not is_whole:
            return False
        for artist, depth in depths.items():
            self._existing("Artist", artist)["depth"] = depth
        node["seconds"] = cast("float", node["seconds"]) + seconds
        node["round_open"] = False
        self._forget_slices()
        return True

    def _forget_slices(self) -> None:
        """See `graph.bolt_store.rounds`: others have yet to read the answers of this round."""
        alive = self._others("")
        self._nodes["Worker"] = {n: self._nodes["Worker"][n] for n in alive}
        kept = {
            key: part | {"state": "closed"}
            for key, part in self._nodes["Slice"].items()
            if len(alive) > 1 and part["state"] != "closed"
        }
        self._nodes["Slice"] = kept

    @_one_at_a_time
    def pause(self, service: str, until: datetime | None) -> None:
        node = self._node("Source", service)
        node.pop("paused_until", None)
        if until is not None:
            node["paused_until"] = until

    @_one_at_a_time
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

    @_one_at_a_time
    def genres(self) -> tuple[str, ...]:
        return tuple(sorted(self._nodes["Genre"]))

    @_one_at_a_time
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

    def _count(self, requests: Mapping[str, int]) -> None:
        for service, count in requests.items():
            node = self._node("Source", service)
            node["requests"] = cast("int", node.get("requests", 0)) + count

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
