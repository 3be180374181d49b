"""The recipe: one TOML file that decides one data set, as values.

Each table of the file is a dataclass here: its keys, what each may be, and the defaults.
`crawler/recipe/loader.py` reads a file and checks it against them; a value that the
program makes itself is not checked.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

from crawler.recipe.choices import DEFAULT_CATALOGUE, DEFAULT_GENRES
from crawler.recipe.fields import (
    AudioServices,
    Count,
    GenreSources,
    Name,
    Number,
    Patterns,
    PolicyName,
    Positive,
    PreviewSource,
    RelatedSource,
    Share,
    Split,
    Texts,
    TrackSource,
)
from crawler.toml_schema import Table, one_of
from graph.model.genres import ClassRule, genre_counts
from graph.model.music import HasGenre

if TYPE_CHECKING:
    from _typeshed import DataclassInstance


class Focus(StrEnum):
    """Which artists are expanded: those that carry a class, or any."""

    CLASS = "class"
    ANY = "any"


class Order(StrEnum):
    """The order in which artists are expanded."""

    YIELD = "yield"
    BREADTH_FIRST = "breadth-first"
    RANDOM = "random"


@dataclass(frozen=True, slots=True)
class SeedRules(Table):
    """Where the crawl starts. `by_genre` is a number of artists per class."""

    artists: Texts = ()
    playlists: Texts = ()
    playlists_per_class: Count = 0
    by_genre: Count = 0


@dataclass(frozen=True, slots=True)
class SourceConfig(Table):
    """Which source answers which question; `genres` are requested in this order."""

    related: RelatedSource = DEFAULT_CATALOGUE
    genres: GenreSources = DEFAULT_GENRES
    tracks: TrackSource = DEFAULT_CATALOGUE
    previews: PreviewSource = DEFAULT_CATALOGUE

    @property
    def names(self) -> tuple[str, ...]:
        """Each source once."""
        roles = (self.related, *self.genres, self.tracks, self.previews)
        return tuple(dict.fromkeys(roles))


@dataclass(frozen=True, slots=True)
class CrawlRules(Table):
    """How far the crawl goes. A budget of 0 is no budget; all count over its whole life."""

    focus: Annotated[Focus, one_of(lambda: tuple(Focus))] = Focus.CLASS
    order: Annotated[Order, one_of(lambda: tuple(Order))] = Order.YIELD
    round: Positive = 50
    max_hops: Count = 0
    max_untagged_hops: Count = 1
    artists_per_class: Count = 200
    max_artists: Count = 20_000
    max_requests: Count = 50_000
    max_minutes: Number = 0
    max_wait_minutes: Number = 15


@dataclass(frozen=True, slots=True)
class LabelRules(Table):
    """How labels come from genres."""

    policy: PolicyName = "single-class"
    min_votes: Count = 1
    min_share: Share = 0.15
    collaborations: Annotated[str, one_of(lambda: ("drop",), lambda: ("keep",))] = (
        "drop"
    )

    def counts(self, edge: HasGenre) -> bool:
        """Whether a genre of an artist counts."""
        return genre_counts(
            edge.votes, edge.share, min_votes=self.min_votes, min_share=self.min_share
        )


@dataclass(frozen=True, slots=True)
class ExportRules(Table):
    """Which tracks are downloaded and how they are split."""

    tracks_per_artist: Positive = 5
    pick: Annotated[str, one_of(lambda: ("top", "random"))] = "top"
    min_seconds: Number = 29
    split: Split = field(
        default_factory=lambda: {"train": 0.8, "validation": 0.1, "test": 0.1}
    )
    seed: Count = 2026
    accept_terms: AudioServices = ()


@dataclass(frozen=True, slots=True)
class DatasetTable(Table):
    """The table `[dataset]`; without a name the data set is called like the file."""

    name: Name | None = None


@dataclass(frozen=True, slots=True)
class RecipeFile(Table):
    """A recipe as its file writes it."""

    dataset: DatasetTable = DatasetTable()
    classes: dict[Name, Patterns] = field(default_factory=dict)
    seeds: SeedRules = SeedRules()
    sources: SourceConfig = SourceConfig()
    crawl: CrawlRules = CrawlRules()
    labels: LabelRules = LabelRules()
    export: ExportRules = ExportRules()


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


# What JSON keeps as plain text.
_ENUMS: Mapping[str, type[StrEnum]] = {"focus": Focus, "order": Order}


def recipe_from_json(text: str) -> Recipe:
    """The recipe that `Recipe.to_json` wrote; keys that no longer exist are left out.

    >>> recipe = Recipe("metal", (ClassRule("thrash", ("thrash", "!crossover")),))
    >>> recipe_from_json(recipe.to_json()) == recipe
    True
    """
    values = json.loads(text)
    return Recipe(
        name=values["name"],
        classes=tuple(
            ClassRule(**_known(ClassRule, rule)) for rule in values.get("classes", ())
        ),
        seeds=SeedRules(**_known(SeedRules, values.get("seeds", {}))),
        sources=SourceConfig(**_known(SourceConfig, values.get("sources", {}))),
        crawl=CrawlRules(**_known(CrawlRules, values.get("crawl", {}))),
        labels=LabelRules(**_known(LabelRules, values.get("labels", {}))),
        export=ExportRules(**_known(ExportRules, values.get("export", {}))),
    )


def _known(
    table: "type[DataclassInstance]", values: Mapping[str, Any]
) -> dict[str, Any]:
    """The values of the keys that the table still has, in the types of its fields."""
    found = {}
    for key in (one.name for one in fields(table) if one.name in values):
        value = values[key]
        make = tuple if isinstance(value, list) else _ENUMS.get(key)
        found[key] = value if make is None else make(value)
    return found
