"""The classes of a recipe: names and patterns, and what is wrong with them. Pure."""

import re
from collections.abc import Mapping, Sequence
from functools import partial

from crawler.recipe.fields import (
    Wrong,
    choice,
    name,
    number,
    one_or_more,
    shares,
    text,
    texts,
    whole,
    word,
)
from crawler.recipe.model import (
    CrawlRules,
    ExportRules,
    Focus,
    LabelRules,
    Order,
    Policy,
    SeedRules,
    SourceConfig,
)
from crawler.recipe.tables import Tables
from crawler.text import nearest
from graph.model.genres import ClassRule, fold


def class_rules(read: Tables) -> tuple[ClassRule, ...]:
    """The classes of `[classes]`, in order; mistakes are noted."""
    if read.tables.get("classes") == {}:
        read.note("[classes] is empty", "classes")
    return tuple(
        rule for key in read.table("classes") if (rule := _rule(read, key)) is not None
    )


def _rule(read: Tables, key: str) -> ClassRule | None:
    value = read.table("classes")[key]
    _note_duplicate(read, key)
    if isinstance(value, dict):
        hint = f'Put the class name in quotes: "{_dotted(key, value)}" = …'
        read.note(f"classes.{key} is a table", "classes", key, hint=hint)
        return None
    try:
        return ClassRule(name(key), _patterns(value))
    except Wrong as wrong:
        read.note(f'classes."{key}" {wrong}', "classes", key)
        return None


def _note_duplicate(read: Tables, key: str) -> None:
    """One genre spelt two ways would be two classes with the same artists."""
    for before in read.table("classes"):
        if before == key:
            return
        if fold(before) == fold(key):
            read.note(f'"{key}" is the same class as "{before}"', "classes", key)


def _dotted(key: str, value: object) -> str:
    """A name that TOML took for nested tables because of its dots."""
    while isinstance(value, dict) and value:
        inner, value = next(iter(value.items()))
        key = f"{key}.{inner}"
    return key


def _patterns(value: object) -> tuple[str, ...]:
    patterns = one_or_more(value)
    for pattern in patterns:
        if not pattern.lstrip("!=").strip():
            raise Wrong(f'holds the pattern "{pattern}", which has no words')
    if all(pattern.startswith("!") for pattern in patterns):
        raise Wrong("has no pattern that takes a genre in")
    return patterns


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


def source_roles(read: Tables) -> SourceConfig:
    """The sources of `[sources]`; mistakes are noted.

    Who answers related also answers tracks and previews where nobody else is named.
    """
    default = SourceConfig()
    related = read.take("sources", "related", _one("related"), default.related)
    roles = SourceConfig(
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


def _check_ids(read: Tables, roles: SourceConfig) -> None:
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


SPLITS = ("train", "validation", "test")


# Artists per class that MusicBrainz tags with its genres, where no other seed is given.
DEFAULT_BY_GENRE = 25


_LATER_POLICIES = ("dominant", "multi-label", "single-genre", "playlist", "agree")


def _seeds(read: Tables, *, has_classes: bool, sources: SourceConfig) -> SeedRules:
    nobody: tuple[str, ...] = ()
    artists = read.take("seeds", "artists", texts, nobody)
    playlists = read.take("seeds", "playlists", texts, nobody)
    per_class = read.take("seeds", "playlists_per_class", whole(), 0)
    named = bool(artists or playlists or per_class)
    can_tag = "musicbrainz" in sources.genres
    default = DEFAULT_BY_GENRE if has_classes and can_tag and not named else 0
    seeds = SeedRules(
        artists,
        playlists,
        per_class,
        read.take("seeds", "by_genre", whole(), default),
    )
    _check_seed_ids(read, "artists", artists, sources.related)
    _check_seed_ids(read, "playlists", playlists, sources.related)
    if has_classes and sources.genres and not can_tag and (seeds.by_genre or not named):
        read.note(
            'seeds.by_genre asks "musicbrainz", which sources.genres does not name',
            "sources",
            "genres",
            hint="Name it there as well, or give other [seeds].",
        )
    else:
        _check_seeds(read, seeds, has_classes=has_classes)
    return seeds


def id_mistake(seed: str, space: str) -> str | None:
    """What is wrong with a seed that is written as an id, where `space` gives the ids.

    >>> id_mistake("deezer:27", "deezer"), id_mistake("Burial", "deezer")
    (None, None)
    """
    found = re.fullmatch(r"([a-z]+):(\S+)", seed)
    if found is None or found[1] not in ("deezer", "spotify", "musicbrainz"):
        return None
    if found[1] != space:
        return f'the crawl\'s ids are those of "{space}", which answers related'
    if space == "deezer" and not found[2].isdecimal():
        return 'Deezer\'s ids are numbers, such as "deezer:27"'
    if space == "spotify" and not re.fullmatch(r"[0-9A-Za-z]{22}", found[2]):
        return "Spotify's ids are 22 letters and digits, as in its links"
    return None


def _check_seed_ids(read: Tables, key: str, seeds: Sequence[str], space: str) -> None:
    for seed in seeds:
        if what := id_mistake(seed, space):
            read.note(f'seeds.{key} names "{seed}"; {what}', "seeds", key)


def _check_seeds(read: Tables, seeds: SeedRules, *, has_classes: bool) -> None:
    if not has_classes:
        for key in ("by_genre", "playlists_per_class"):
            if getattr(seeds, key):
                read.note(
                    f"seeds.{key} counts per class, and there are no [classes]",
                    "seeds",
                    key,
                )
    nothing = seeds == SeedRules()
    if nothing and not any(one.line and "seeds." in one.what for one in read.mistakes):
        if has_classes:
            read.note(
                "seeds.by_genre is 0 and there is no other seed", "seeds", "by_genre"
            )
        else:
            read.note(
                "there are no [classes] and no [seeds]",
                hint="Give one of them; `genregraph init` writes a recipe with both.",
            )


def _crawl(read: Tables, *, has_classes: bool) -> CrawlRules:
    default = CrawlRules()
    focus = Focus.CLASS if has_classes else Focus.ANY
    rules = CrawlRules(
        focus=read.take("crawl", "focus", choice(Focus), focus),
        order=read.take("crawl", "order", choice(Order), default.order),
        round=read.take("crawl", "round", whole(1), default.round),
        max_hops=read.take("crawl", "max_hops", whole(), default.max_hops),
        max_untagged_hops=read.take(
            "crawl", "max_untagged_hops", whole(), default.max_untagged_hops
        ),
        artists_per_class=read.take(
            "crawl", "artists_per_class", whole(), default.artists_per_class
        ),
        max_artists=read.take("crawl", "max_artists", whole(), default.max_artists),
        max_requests=read.take("crawl", "max_requests", whole(), default.max_requests),
        max_minutes=read.take("crawl", "max_minutes", number(), default.max_minutes),
        max_wait_minutes=read.take(
            "crawl", "max_wait_minutes", number(), default.max_wait_minutes
        ),
    )
    if rules.focus is Focus.CLASS and not has_classes:
        read.note(
            'crawl.focus is "class", and there are no [classes]', "crawl", "focus"
        )
    return rules


def _labels(read: Tables) -> LabelRules:
    default = LabelRules()
    policy = choice(Policy, _LATER_POLICIES)
    handling = word(("drop",), ("keep",))
    return LabelRules(
        policy=read.take("labels", "policy", policy, default.policy),
        min_votes=read.take("labels", "min_votes", whole(), default.min_votes),
        min_share=read.take("labels", "min_share", number(0, 1), default.min_share),
        collaborations=read.take(
            "labels", "collaborations", handling, default.collaborations
        ),
    )


def _export(read: Tables) -> ExportRules:
    default = ExportRules()
    return ExportRules(
        tracks_per_artist=read.take(
            "export", "tracks_per_artist", whole(1), default.tracks_per_artist
        ),
        pick=read.take("export", "pick", word(("top", "random")), default.pick),
        min_seconds=read.take("export", "min_seconds", number(), default.min_seconds),
        split=read.take("export", "split", shares(SPLITS), default.split),
        seed=read.take("export", "seed", whole(), default.seed),
        accept_terms=read.take("export", "accept_terms", accepted_terms, ()),
    )
