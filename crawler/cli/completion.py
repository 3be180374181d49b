"""What a shell offers for the values of arguments and options, when Tab is pressed."""

from collections.abc import Iterable


def presets(incomplete: str) -> list[str]:
    """The names of the recipes to start from."""
    from crawler.recipe.loader import preset_names  # noqa: PLC0415  only at a Tab

    return _beginning(preset_names(), incomplete)


def sources(incomplete: str) -> list[str]:
    """The names of the sources."""
    from crawler.sources.registry import SOURCES  # noqa: PLC0415  only at a Tab

    return _beginning(SOURCES, incomplete)


def queries(incomplete: str) -> list[str]:
    """The names of the questions that are for people."""
    from queries.catalog import browser_queries, user_queries  # noqa: PLC0415  only at a Tab

    drawn = (query.name for query in browser_queries().values())
    return _beginning((*user_queries(), *drawn), incomplete)


def picture_names(incomplete: str) -> list[str]:
    """The names of the pictures that `query links` knows."""
    from queries.links import TOUR  # noqa: PLC0415  only at a Tab

    return _beginning(TOUR, incomplete)


def _beginning(names: Iterable[str], incomplete: str) -> list[str]:
    return [name for name in names if name.startswith(incomplete)]
