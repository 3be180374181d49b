"""What each value of a recipe may be, as types that pydantic checks. Pure."""

import math
from collections.abc import Callable, Mapping
from typing import Annotated

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    StrictFloat,
    StrictInt,
    StrictStr,
    WrapValidator,
)

from crawler.recipe.choices import SPLITS, policy_names, source_mistake
from crawler.text import text_mistake
from crawler.toml_schema import described, one_of, wrong
from queries.label_policies import planned_policies

# No data set is larger; a longer number is a slip of the finger.
LARGEST = 1_000_000_000


def _as_written(value: object, check: Callable[[object], float]) -> object:
    """A whole number stays one: the recipe's digest would change with it."""
    check(value)
    return value


def _text(value: str) -> str:
    if what := text_mistake(value):
        raise wrong(what)
    return value.strip()


def _name(value: str) -> str:
    if "/" in value:
        raise wrong('must not contain a "/": ids are written recipe/class')
    return value


def _list(value: object) -> object:
    if isinstance(value, str):
        raise wrong(f'must be a list: write ["{value}"]')
    if not isinstance(value, list):
        raise wrong(f"must be a list of texts, not {described(value)}")
    return value


def _each_once(texts: tuple[str, ...]) -> tuple[str, ...]:
    for place, one in enumerate(texts):
        if one in texts[:place]:
            raise wrong(f'contains "{one}" twice')
    return texts


def _in_list(value: object) -> object:
    return [value] if isinstance(value, str) else value


def _table(value: object) -> object:
    """TOML reads the dots of a name without quotes as nested tables."""
    inner, rest = value, ""
    while isinstance(inner, dict) and inner:
        name, inner = next(iter(inner.items()))
        rest += f".{name}"
    if rest:
        raise wrong("is a table", f'Put the class name in quotes: "{{key}}{rest}" = …')
    return value


def _patterns(patterns: tuple[str, ...]) -> tuple[str, ...]:
    for pattern in patterns:
        if not pattern.lstrip("!=").strip():
            raise wrong(f'contains the pattern "{pattern}", which has no words')
    if all(pattern.startswith("!") for pattern in patterns):
        raise wrong("has no pattern that includes a genre")
    return patterns


def _shares(shares: Mapping[str, float]) -> Mapping[str, float]:
    if not math.isclose(total := sum(shares.values()), 1, abs_tol=1e-6):
        raise wrong(f"must sum to 1, not {total:g}")
    return {part: shares[part] for part in SPLITS if shares.get(part)}


def _able_to(role: str) -> AfterValidator:
    def check(source: str) -> str:
        if what := source_mistake(role, source):
            raise wrong(what)
        return source

    return AfterValidator(check)


Count = Annotated[StrictInt, Field(ge=0, le=LARGEST)]
Positive = Annotated[StrictInt, Field(ge=1, le=LARGEST)]
Number = Annotated[StrictFloat, Field(ge=0, le=LARGEST), WrapValidator(_as_written)]
Share = Annotated[StrictFloat, Field(ge=0, le=1), WrapValidator(_as_written)]

Text = Annotated[StrictStr, AfterValidator(_text)]
# Of a data set or a class: it becomes part of ids.
Name = Annotated[Text, AfterValidator(_name)]
Texts = Annotated[tuple[Text, ...], BeforeValidator(_list), AfterValidator(_each_once)]
Patterns = Annotated[
    Texts, AfterValidator(_patterns), BeforeValidator(_in_list), BeforeValidator(_table)
]

RelatedSource = Annotated[Text, _able_to("related")]
GenreSources = Annotated[
    tuple[Annotated[Text, _able_to("genres")], ...],
    BeforeValidator(_list),
    AfterValidator(_each_once),
    BeforeValidator(_in_list),
]
TrackSource = Annotated[Text, _able_to("tracks")]
PreviewSource = Annotated[Text, _able_to("previews")]
AudioServices = Annotated[
    tuple[Annotated[Text, _able_to("previews")], ...],
    BeforeValidator(_list),
    AfterValidator(_each_once),
]
PolicyName = Annotated[str, one_of(policy_names, planned_policies)]
Split = Annotated[
    Mapping[Annotated[str, one_of(lambda: SPLITS)], Number], AfterValidator(_shares)
]
