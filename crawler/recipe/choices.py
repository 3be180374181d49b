"""What a recipe may name: the services for each role, their ids, and the label policies.

The lists come from `crawler.sources.registry` and `queries.label_policies`. Pure.
"""

import re
from collections.abc import Iterable, Sequence

from crawler.sources.base import Capability
from crawler.sources.registry import services, services_with
from crawler.text import nearest
from queries.label_policies import label_policies

# What a recipe that names no source uses.
DEFAULT_CATALOGUE = "deezer"
DEFAULT_GENRES = ("musicbrainz",)

_PLANNED_SOURCES = ("recorded",)

SPLITS = ("train", "validation", "test")


def sources_for(role: str) -> tuple[str, ...]:
    """The sources that can take a role of `[sources]`."""
    return services_with(Capability(role))


def policy_names() -> tuple[str, ...]:
    """The label policies."""
    return tuple(label_policies())


def knows_ids_of(source: str, related: str) -> bool:
    """Whether a source can answer about the ids that `related` gives."""
    return source == related or services()[source].answers_for_any_ids


def finds_by_genre(sources: Iterable[str]) -> bool:
    """Whether any of the sources finds artists by genre."""
    return not set(services_with(Capability.BY_GENRE)).isdisjoint(sources)


def source_mistake(role: str, source: str) -> str | None:
    """What is wrong with a source in a role, as a clause; None where nothing is.

    >>> source_mistake("related", "deezr")
    '"deezr" is not a source; did you mean "deezer"?'
    """
    able = sources_for(role)
    if source in able:
        return None
    can = " or ".join(f'"{one}"' for one in able)
    if source in _PLANNED_SOURCES:
        return f'"{source}" is not in this version; write {can}'
    if source in services():
        return f'"{source}" cannot answer that; write {can}'
    for entry in services().values():
        if source in {service.name for service in entry.http}:
            return f'"{source}" answers together with "{entry.name}"; write that'
    return f'"{source}" is not a source; {nearest(source, tuple(services()))}'


def id_source(seed: str) -> str | None:
    """The source that a seed is an id of; None for a name.

    >>> id_source("deezer:27"), id_source("Burial"), id_source("Mogwai: Live")
    ('deezer', None, None)
    """
    found = re.fullmatch(r"([a-z][a-z0-9-]*):\S+", seed)
    return found[1] if found and found[1] in services() else None


def id_mistake(seed: str, related: str) -> str | None:
    """What is wrong with a seed that is written as an id, where `related` gives the ids.

    >>> id_mistake("deezer:27", "deezer"), id_mistake("Burial", "deezer")
    (None, None)
    """
    source = id_source(seed)
    if source is None:
        return None
    if source != related:
        return f'the crawl\'s ids are those of "{related}", which answers related'
    ids = services()[source].ids
    if ids is None or re.fullmatch(ids.pattern, seed.partition(":")[2]):
        return None
    return ids.description


def related_source_of(seeds: Sequence[str]) -> str:
    """The source that answers related for these seeds: that of the first id among them."""
    sources = (id_source(seed) for seed in seeds)
    able = sources_for("related")
    return next((one for one in sources if one in able), DEFAULT_CATALOGUE)
