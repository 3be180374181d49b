"""What a recipe may name: sources by role, services, and their ids. Pure.

The lists of this version, each behind one function.
"""

import re
from collections.abc import Mapping, Sequence

from crawler.text import nearest

_ROLES: Mapping[str, tuple[str, ...]] = {
    "related": ("deezer", "spotify"),
    "genres": ("musicbrainz", "spotify"),
    "tracks": ("deezer", "spotify"),
    "previews": ("deezer", "spotify"),
}
# What an id of each looks like after "source:", and the sentence about it.
_IDS: Mapping[str, tuple[str, str]] = {
    "deezer": (r"[0-9]+", 'Deezer\'s ids are numbers, such as "deezer:27"'),
    "spotify": (
        r"[0-9A-Za-z]{22}",
        "Spotify's ids are 22 letters and digits, as in its links",
    ),
    "musicbrainz": (r"\S+", ""),
}
_PLANNED_SOURCES = ("recorded",)

# Looks artists up by their page, and so knows the ids of every other source.
FOR_ANY_IDS = "musicbrainz"

SPLITS = ("train", "validation", "test")
PLANNED_POLICIES = ("dominant", "multi-label", "single-genre", "playlist", "agree")


def sources_for(role: str) -> tuple[str, ...]:
    """The sources that can take a role of `[sources]`."""
    return _ROLES[role]


def service_names() -> tuple[str, ...]:
    """The services whose address and pace may be set."""
    return ("deezer", "musicbrainz", "listenbrainz", "spotify")


def source_mistake(role: str, source: str) -> str | None:
    """What is wrong with a source in a role, as a clause; None where nothing is.

    >>> source_mistake("related", "deezr")
    '"deezr" is not a source; did you mean "deezer"?'
    """
    able = sources_for(role)
    if source in able:
        return None
    if source == "listenbrainz":
        return '"listenbrainz" answers together with "musicbrainz"; write that'
    can = " or ".join(f'"{one}"' for one in able)
    if source in _PLANNED_SOURCES:
        return f'"{source}" is not in this version; write {can}'
    known = tuple(dict.fromkeys(one for names in _ROLES.values() for one in names))
    if source in known:
        return f'"{source}" cannot answer that; write {can}'
    return f'"{source}" is not a source; {nearest(source, known)}'


def id_source(seed: str) -> str | None:
    """The source that a seed is an id of; None for a name.

    >>> id_source("deezer:27"), id_source("Burial"), id_source("Mogwai: Live")
    ('deezer', None, None)
    """
    found = re.fullmatch(r"([a-z]+):\S+", seed)
    return found[1] if found and found[1] in _IDS else None


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
    pattern, what = _IDS[source]
    return None if re.fullmatch(pattern, seed.partition(":")[2]) else what


def related_source_of(seeds: Sequence[str]) -> str:
    """The source that answers related for these seeds: that of the first id among them."""
    sources = (id_source(seed) for seed in seeds)
    return next((one for one in sources if one in sources_for("related")), "deezer")
