"""A `CrawlStore` in memory: the reference that the contract suite compares with."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import wraps
from typing import TypeVar, cast

from graph.model.crawl import AddedSeeds, Crawl, Plan, Snapshot, WorkResult
from graph.model.music import ArtistId, Changes, HasGenre
from graph.model.properties import (
    class_id,
    crawl_of,
    known_artist,
    of_crawl,
    of_work_item,
    work_item_of,
)
from graph.model.schema import EXPORTED_LABELS
from graph.transfer.apoc_json import node_item, relation_item
from tests.support.memory_store.lease import MemoryLease

_Method = TypeVar("_Method", bound=Callable[..., object])


def _one_at_a_time(method: _Method) -> _Method:
    """Run a method as a transaction: no other thread's method runs at the same time."""

    @wraps(method)
    def locked(self: "MemoryStore", *given: object, **named: object) -> object:
        with self._lock:
            return method(self, *given, **named)

    return cast("_Method", locked)


class MemoryStore(MemoryLease):
    """A store whose content lives as long as the process.

    It has `items` too, so that a test can compare its graph with that of a database.
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
    def begin(
        self, crawl: Crawl, seeds: Changes, plan: Plan, *, at: datetime, token: int = 0
    ) -> None:
        self.fence(token)
        if crawl.name in self._nodes["Crawl"]:
            return
        node = self._node("Crawl", crawl.name)
        node |= of_crawl(crawl) | {"round": plan.round}
        self._count(crawl.requests)
        for service, until in crawl.paused_until.items():
            self._node("Source", service)["paused_until"] = until
        self._write(seeds, at)
        self._open(plan)

    @_one_at_a_time
    def change_recipe(
        self, crawl: Crawl, added: AddedSeeds | None = None, *, token: int = 0
    ) -> None:
        self.fence(token)
        node = self._crawl()
        if node is None:
            return
        node |= {"recipe": crawl.recipe, "recipe_digest": crawl.recipe_digest}
        if added is not None:
            node["answers"] = cast("int", node["answers"]) + 1
            self._write(added.changes, added.at)
            self._count(added.requests)
            self.commit_plan(added.plan, token=token)

    @_one_at_a_time
    def record_seconds(self, seconds: float, *, token: int = 0) -> None:
        self.fence(token)
        node = self._crawl()
        if node is not None:
            node["seconds"] = max(cast("float", node["seconds"]), float(seconds))

    @_one_at_a_time
    def open_plan(self) -> Plan | None:
        node = self._crawl()
        if node is None or not node["round_open"]:
            return None
        items = [
            work_item_of(kept)
            for kept in self._nodes["WorkItem"].values()
            if kept["state"] == "open"
        ]
        items.sort(key=lambda item: item.position)
        return Plan(round=cast("int", node["round"]), items=tuple(items))

    @_one_at_a_time
    def answered_items(self) -> int:
        items = self._nodes["WorkItem"].values()
        return sum(kept["state"] == "done" for kept in items)

    @_one_at_a_time
    def commit_plan(self, plan: Plan, *, token: int = 0) -> None:
        self.fence(token)
        node = self._crawl()
        if node is not None:
            node |= {"round": plan.round, "round_open": True}
            self._open(plan)

    @_one_at_a_time
    def commit(
        self, answers: Sequence[WorkResult], *, at: datetime, token: int = 0
    ) -> None:
        self.fence(token)
        for answer in answers:
            item = self._nodes["WorkItem"].get(answer.item.id)
            crawl = self._crawl()
            if crawl is not None and item is not None and item["state"] == "open":
                self._write(answer.changes, at)
                self._count(answer.requests)
                item["state"] = "done"
                crawl["answers"] = cast("int", crawl["answers"]) + 1

    @_one_at_a_time
    def close_round(
        self,
        number: int,
        depths: Mapping[ArtistId, int],
        *,
        seconds: float,
        token: int = 0,
    ) -> None:
        self.fence(token)
        node = self._crawl()
        if node is None or not node["round_open"] or node["round"] != number:
            return
        for artist, depth in depths.items():
            self._existing("Artist", artist)["depth"] = depth
        node["seconds"] = cast("float", node["seconds"]) + seconds
        node["round_open"] = False
        self._nodes["WorkItem"].clear()

    @_one_at_a_time
    def pause(
        self, service: str, seconds: float | None, *, token: int | None = None
    ) -> None:
        if token is not None:
            self.fence(token)
        now = datetime.fromtimestamp(self.milliseconds() / 1000, UTC)
        node = self._node("Source", service)
        node.pop("paused_until", None)
        if seconds is not None:
            node["paused_until"] = now + timedelta(seconds=seconds)

    @_one_at_a_time
    def pauses(self) -> Mapping[str, float]:
        now = self.milliseconds() / 1000
        return {
            service: cast("datetime", kept["paused_until"]).timestamp() - now
            for service, kept in sorted(self._nodes["Source"].items())
            if "paused_until" in kept
        }

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
        self,
        recipe: str,
        classes: Sequence[str],
        in_class: Iterable[tuple[str, str]],
        *,
        token: int | None = None,
    ) -> None:
        if token is not None:
            self.fence(token)
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
        for label in EXPORTED_LABELS:
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
        for item in plan.items:
            node = self._node("WorkItem", item.id)
            if "state" not in node:
                node |= of_work_item(item)

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
