"""What a file of items holds, seen before anything of it is written. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from graph.transfer.items import Item


@dataclass(slots=True)
class Preflight:
    """What items hold.

    Attributes:
        is_sorted: Whether all nodes come before the first relation.
        crawls: The names of the crawls.
        nodes: The keys of the nodes, by label.
        ends: The keys that relations name, by label.
    """

    count: int = 0
    is_sorted: bool = True
    crawls: set[str] = field(default_factory=set)
    nodes: defaultdict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    ends: defaultdict[str, set[str]] = field(default_factory=lambda: defaultdict(set))

    def loose_ends(self) -> Mapping[str, Sequence[str]]:
        """What relations name and no node of the items is, by label, sorted."""
        return {
            label: sorted(keys - self.nodes[label]) for label, keys in self.ends.items()
        }


def preflight(items: Iterable[Item]) -> Preflight:
    """Go through items of the model once."""
    found = Preflight()
    for item in items:
        _add(found, item)
    return found


def _add(found: Preflight, item: Any) -> None:
    found.count += 1
    if item["type"] == "node":
        found.is_sorted &= not found.ends
        (label,) = item["labels"]
        found.nodes[label].add(item["id"])
        if label == "Crawl":
            found.crawls.add(item["id"])
        return
    for end in (item["start"], item["end"]):
        (label,) = end["labels"]
        found.ends[label].add(end["id"])
