"""What a shell offers as values of arguments and options when Tab is pressed."""

from collections.abc import Iterable


def presets(incomplete: str) -> list[str]:
    """The names of the preset recipes."""
    from crawler.recipe.loader import preset_names  # noqa: PLC0415  only when Tab is pressed

    return _starting_with(preset_names(), incomplete)


def sources(incomplete: str) -> list[str]:
    """The names of the sources."""
    from crawler.sources.registry import services  # noqa: PLC0415  only when Tab is pressed

    return _starting_with(services(), incomplete)


def policies(incomplete: str) -> list[str]:
    """The names of the label policies."""
    from queries.label_policies import label_policies  # noqa: PLC0415  only when Tab is pressed

    return _starting_with(label_policies(), incomplete)


def queries(incomplete: str) -> list[str]:
    """The names of the queries for people."""
    from queries.catalog import browser_queries, user_queries  # noqa: PLC0415  only when Tab is pressed

    drawn = (query.name for query in browser_queries().values())
    return _starting_with((*user_queries(), *drawn), incomplete)


def picture_names(incomplete: str) -> list[str]:
    """The names of the pictures of `query links`."""
    from queries.browser_links.deep_link import TOUR  # noqa: PLC0415  only when Tab is pressed

    return _starting_with(TOUR, incomplete)


def _starting_with(names: Iterable[str], incomplete: str) -> list[str]:
    return [name for name in names if name.startswith(incomplete)]
