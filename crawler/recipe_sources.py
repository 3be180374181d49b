"""The sources that a recipe names, and what is wrong with them. Pure."""

from collections.abc import Mapping
from functools import partial

from crawler.recipe import SourceRoles
from crawler.recipe_reading import Tables
from crawler.recipe_values import Wrong, one_or_more, text, texts
from crawler.spelling import nearest

# Who can answer what, in this version.
ROLES: Mapping[str, tuple[str, ...]] = {
    "related": ("deezer", "spotify"),
    "genres": ("musicbrainz", "spotify"),
    "tracks": ("deezer", "spotify"),
    "previews": ("deezer", "spotify"),
}
_SOURCES = ("deezer", "musicbrainz", "spotify")
_LATER = ("recorded",)
# Asks by the artist's page, and so answers for the ids of any source.
_FOR_ANY_IDS = "musicbrainz"


def source_roles(read: Tables) -> SourceRoles:
    """The sources of `[sources]`; mistakes are noted.

    Who answers related also answers tracks and previews where nobody else is named.
    """
    default = SourceRoles()
    related = read.take("sources", "related", _one("related"), default.related)
    roles = SourceRoles(
        related=related,
        genres=read.take("sources", "genres", _several, default.genres),
        tracks=read.take("sources", "tracks", _one("tracks"), related),
        previews=read.take("sources", "previews", _one("previews"), related),
    )
    _check_ids(read, roles)
    if not roles.genres and "classes" in read.tables:
        read.note(
            "sources.genres is empty, and [classes] need genres", "sources", "genres"
        )
    return roles


def _check_ids(read: Tables, roles: SourceRoles) -> None:
    """Note the sources that know artists by other ids than the crawl's.

    Nothing but a page that MusicBrainz knows proves who is who at another service.
    """
    named = {"tracks": (roles.tracks,), "previews": (roles.previews,)}
    for role, sources in {"genres": roles.genres, **named}.items():
        for source in sources:
            if source not in {roles.related, _FOR_ANY_IDS}:
                what = (
                    f'sources.{role} is "{source}", which does not know the ids of '
                    f'"{roles.related}", which answers related'
                )
                able = (roles.related, _FOR_ANY_IDS)
                there = next(one for one in able if one in ROLES[role])
                hint = f'Write "{there}" there, or "{source}" as `related` too.'
                read.note(what, "sources", role, hint=hint)


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
