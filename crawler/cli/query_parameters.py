"""The parameters of queries: as they are typed, and as the crawl's recipe knows them."""

from collections.abc import Mapping, Sequence
from typing import Annotated

import typer

from crawler.recipe.model import recipe_from_json
from crawler.selection.labels import label_parameters
from graph.errors import BadQueryError
from graph.store import Store

ParameterOption = Annotated[
    list[str] | None,
    typer.Option("-p", metavar="NAME=VALUE", help="A parameter; may be repeated."),
]


def read_parameters(given: Sequence[str]) -> Mapping[str, str]:
    """Parameters as typed after `-p`, by name; a leading `$` is taken as well.

    Raises:
        BadQueryError: One without a name or a "=", or one given twice.
    """
    found: dict[str, str] = {}
    for text in given:
        name, equals, value = text.removeprefix("$").partition("=")
        if not (name and equals):
            raise BadQueryError(
                f"{text!r} is no parameter", hint="Write `-p NAME=VALUE`."
            )
        if name in found:
            raise BadQueryError(f"${name} is given twice", hint="Give it once.")
        found[name] = value
    return found


def known_parameters(store: Store) -> Mapping[str, object]:
    """What queries may take from the recipe of the store's crawl; nothing without one."""
    crawl = store.crawl()
    return {} if crawl is None else label_parameters(recipe_from_json(crawl.recipe))
