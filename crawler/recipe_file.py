"""The recipe file: reading it, and all that is wrong with it in words.

Every mistake of a file is named at once, with its line, its key and the nearest
right key or value. What a recipe means is in `crawler/recipe.py`.
"""

import re
import tomllib
from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path

from crawler.errors import RecipeError
from crawler.recipe import (
    CrawlRules,
    ExportRules,
    Focus,
    LabelRules,
    Order,
    Policy,
    Recipe,
    SeedRules,
    SourceRoles,
)
from crawler.recipe_classes import class_rules
from crawler.recipe_lines import Lines
from crawler.recipe_reading import Mistake, Tables, syntax_mistake
from crawler.recipe_sources import accepted_terms, source_roles
from crawler.recipe_values import (
    choice,
    name,
    number,
    shares,
    texts,
    whole,
    word,
)
from crawler.spelling import nearest

SPLITS = ("train", "validation", "test")
# Artists per class that MusicBrainz tags with its genres, where no other seed is given.
DEFAULT_BY_GENRE = 25

_LATER_POLICIES = ("dominant", "multi-label", "single-genre", "playlist", "agree")


def preset_names() -> tuple[str, ...]:
    """The presets that come with the program, sorted."""
    names = (one.name for one in (files("crawler") / "presets").iterdir())
    return tuple(sorted(n.removesuffix(".toml") for n in names if n.endswith(".toml")))


def preset_text(preset: str) -> str:
    """A preset's recipe, with its comments.

    Raises:
        RecipeError: There is no such preset.
    """
    if preset not in preset_names():
        raise RecipeError(
            f'there is no preset "{preset}"; {nearest(preset, preset_names())}',
            hint="Name one of " + ", ".join(preset_names()) + ".",
        )
    return (files("crawler") / "presets" / f"{preset}.toml").read_text("utf-8")


def read_recipe(path: Path) -> Recipe:
    """The recipe in a file.

    Raises:
        RecipeError: The file cannot be read, or everything that is wrong with it.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise _unreadable(path, error) from error
    try:
        # A byte-order mark, as Notepad writes it, is no mistake of the person's.
        return recipe_from_text(content.decode("utf-8-sig"), str(path))
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise RecipeError(
            f"{path}, line {line}: this is no UTF-8 text",
            hint="Save the recipe as plain text in UTF-8.",
        ) from error


def recipe_from_text(text: str, where: str) -> Recipe:
    """The recipe in a text; `where` names it in messages, and the data set by default.

    Raises:
        RecipeError: Everything that is wrong with it.
    """
    try:
        tables = Tables(tomllib.loads(text), Lines.of(text))
    except tomllib.TOMLDecodeError as error:
        raise _wrong(where, [syntax_mistake(text, error)]) from error
    recipe = _recipe(tables, where)
    if tables.mistakes:
        raise _wrong(where, tables.mistakes)
    return recipe


def _unreadable(path: Path, error: OSError) -> RecipeError:
    if path.is_dir():
        return RecipeError(
            f"the recipe {path} is a folder", hint="Name the TOML file in it."
        )
    if not isinstance(error, FileNotFoundError | NotADirectoryError):
        why = (error.strerror or str(error)).lower()
        return RecipeError(
            f"the recipe {path} cannot be read: {why}",
            hint="Name a file that you may read.",
        )
    preset = path.stem in preset_names()
    write = f"genregraph init {path.stem}.toml"
    return RecipeError(
        f"there is no recipe {path}",
        hint=f"Write one with `{write}{f' --preset {path.stem}' if preset else ''}`.",
    )


def _wrong(where: str, mistakes: Sequence[Mistake]) -> RecipeError:
    hint = next((one.hint for one in mistakes if one.hint), "")
    if len(mistakes) == 1:
        separator = ", " if mistakes[0].line else ": "
        return RecipeError(
            f"{where}{separator}{mistakes[0]}", hint=hint or "Correct it there."
        )
    in_order = sorted(mistakes, key=lambda one: one.line or 0)
    body = "".join(f"\n  {one}" for one in in_order)
    return RecipeError(
        f"{where} has {len(mistakes)} mistakes:{body}",
        hint=hint or "Correct them there.",
    )


def _recipe(read: Tables, where: str) -> Recipe:
    read.note_unknown()
    classes = class_rules(read)
    sources = source_roles(read)
    return Recipe(
        name=read.take("dataset", "name", name, _default_name(where)),
        classes=classes,
        seeds=_seeds(read, has_classes="classes" in read.tables, sources=sources),
        sources=sources,
        crawl=_crawl(read, has_classes="classes" in read.tables),
        labels=_labels(read),
        export=_export(read),
    )


def _default_name(where: str) -> str:
    return re.sub(r"[^\w.-]+", "-", Path(where).stem).strip("-") or "dataset"


def _seeds(read: Tables, *, has_classes: bool, sources: SourceRoles) -> SeedRules:
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
    _check_ids(read, "artists", artists, sources.related)
    _check_ids(read, "playlists", playlists, sources.related)
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


def _check_ids(read: Tables, key: str, seeds: Sequence[str], space: str) -> None:
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
