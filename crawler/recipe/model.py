"""The recipe: one TOML file that decides one data set, as values.

`crawler/recipe/loader.py` reads the file and says what is wrong with it.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from graph.model.genres import ClassRule

if TYPE_CHECKING:
    from _typeshed import DataclassInstance


class Focus(StrEnum):
    """Which artists are expanded: those that carry a class, or any."""

    CLASS = "class"
    ANY = "any"


class Order(StrEnum):
    """In which order artists are expanded."""

    YIELD = "yield"
    BREADTH_FIRST = "breadth-first"
    RANDOM = "random"


class Policy(StrEnum):
    """How an artist gets its label; each is a file in `queries/policies`."""

    SINGLE_CLASS = "single-class"
    PRECEDENCE = "precedence"


@dataclass(frozen=True, slots=True)
class SeedRules:
    """Where the crawl starts. `by_genre` is a number of artists per class."""

    artists: tuple[str, ...] = ()
    playlists: tuple[str, ...] = ()
    playlists_per_class: int = 0
    by_genre: int = 0


@dataclass(frozen=True, slots=True)
class SourceConfig:
    """Which source answers which question; `genres` are asked in this order."""

    related: str = "deezer"
    genres: tuple[str, ...] = ("musicbrainz",)
    tracks: str = "deezer"
    previews: str = "deezer"


@dataclass(frozen=True, slots=True)
class CrawlRules:
    """How far the crawl goes. A budget of 0 is no budget; all count over its whole life."""

    focus: Focus = Focus.CLASS
    order: Order = Order.YIELD
    round: int = 50
    max_hops: int = 0
    max_untagged_hops: int = 1
    artists_per_class: int = 200
    max_artists: int = 20_000
    max_requests: int = 50_000
    max_minutes: float = 0
    max_wait_minutes: float = 15


@dataclass(frozen=True, slots=True)
class LabelRules:
    """How labels come from genres; see design of `select`."""

    policy: Policy = Policy.SINGLE_CLASS
    min_votes: int = 1
    min_share: float = 0.15
    collaborations: str = "drop"


@dataclass(frozen=True, slots=True)
class ExportRules:
    """Which tracks are downloaded and how they are split."""

    tracks_per_artist: int = 5
    pick: str = "top"
    min_seconds: float = 29
    split: Mapping[str, float] = field(
        default_factory=lambda: {"train": 0.8, "validation": 0.1, "test": 0.1}
    )
    seed: int = 2026
    accept_terms: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Recipe:
    """One data set."""

    name: str
    classes: tuple[ClassRule, ...] = ()
    seeds: SeedRules = SeedRules()
    sources: SourceConfig = SourceConfig()
    crawl: CrawlRules = CrawlRules()
    labels: LabelRules = LabelRules()
    export: ExportRules = ExportRules()

    @property
    def class_names(self) -> tuple[str, ...]:
        """The classes in the recipe's order."""
        return tuple(rule.name for rule in self.classes)

    def to_json(self) -> str:
        """The whole recipe as canonical JSON: equal recipes give equal text."""
        return json.dumps(asdict(self), sort_keys=True, ensure_ascii=False)

    def digest(self) -> str:
        """sha256 of `to_json`, hexadecimal."""
        return hashlib.sha256(self.to_json().encode()).hexdigest()

    def labels_digest(self) -> str:
        """sha256 of the parts that decide labels: classes, in order, and `[labels]`."""
        parts = {
            "classes": [asdict(rule) for rule in self.classes],
            "labels": asdict(self.labels),
        }
        text = json.dumps(parts, sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()


def recipe_from_json(text: str) -> Recipe:
    """The recipe that `Recipe.to_json` wrote; keys that are gone since are left out.

    >>> recipe = Recipe("metal", (ClassRule("thrash", ("thrash", "!crossover")),))
    >>> recipe_from_json(recipe.to_json()) == recipe
    True
    """
    values = json.loads(text)
    labels = _kept(LabelRules, values.get("labels", {}))
    crawl = _kept(CrawlRules, values.get("crawl", {}))
    crawl |= {
        key: kind(crawl[key])
        for key, kind in (("focus", Focus), ("order", Order))
        if key in crawl
    }
    if "policy" in labels:
        labels["policy"] = Policy(labels["policy"])
    return Recipe(
        name=values["name"],
        classes=tuple(
            ClassRule(rule["name"], tuple(rule["patterns"]))
            for rule in values.get("classes", ())
        ),
        seeds=SeedRules(**_kept(SeedRules, values.get("seeds", {}))),
        sources=SourceConfig(**_kept(SourceConfig, values.get("sources", {}))),
        crawl=CrawlRules(**crawl),
        labels=LabelRules(**labels),
        export=ExportRules(**_kept(ExportRules, values.get("export", {}))),
    )


def _kept(
    rules: "type[DataclassInstance]", values: Mapping[str, Any]
) -> dict[str, Any]:
    """The values that the rules still know, lists as tuples."""
    known = {field.name for field in fields(rules)}
    return {
        key: tuple(value) if isinstance(value, list) else value
        for key, value in values.items()
        if key in known
    }
