"""The sources that a recipe names, and what is wrong with them. Pure."""

from collections.abc import Mapping
from functools import partial

from crawler.recipe import SourceRoles
from crawler.recipe_reading import Tables
from crawler.recipe_values import Wrong, one_or_more, text, texts
from crawler.spelling import nearest

# Who can answer what, in this version.
ROLES: Mapping[str, tuple[str, ...]] = {
    "related": ("deezer",),
    "genres": ("musicbrainz",),
    "tracks": ("deezer",),
    "previews": ("deezer",),
}
_SOURCES = ("deezer", "musicbrainz")
_LATER = ("spotify", "recorded")


def source_roles(read: Tables) -> SourceRoles:
    """The sources of `[sources]`; mistakes are noted."""
    default = SourceRoles()
    roles = SourceRoles(
        related=read.take("sources", "related", _one("related"), default.related),
        genres=read.take("sources", "genres", _several, default.genres),
        tracks=read.take("sources", "tracks", _one("tracks"), default.tracks),
        previews=read.take("sources", "previews", _one("previews"), default.previews),
    )
    if not roles.genres and "classes" in read.tables:
        read.note(
            "sources.genres is empty, and [classes] need genres", "sources", "genres"
        )
    return roles


def accepted_terms(value: object) -> tuple[str, ...]:
    """Services that give audio, whose terms the person has read."""
    return tuple(_source("previews", one) for one in texts(value))


def _one(role: str) -> "partial[str]":
    return partial(_checked, role)


def _checked(role: str, value: object) -> str:
    return _source(role, text(value))


def _several(value: object) -> tuple[str, ...]:
    return tuple(_source("genres", one) for one in one_or_more(value))


def _source(role: str, source: str) -> str:
    able = ROLES[role]
    if source in able:
        return source
    if source == "listenbrainz":
        raise Wrong('"listenbrainz" is asked together with "musicbrainz"; write that')
    can = " or ".join(f'"{one}"' for one in able)
    if source in _LATER:
        raise Wrong(f'"{source}" is not in this version; write {can}')
    if source in _SOURCES:
        raise Wrong(f'"{source}" cannot answer that; write {can}')
    raise Wrong(f'"{source}" is no source; {nearest(source, _SOURCES)}')
