"""The recipe file: reading it, and everything that is wrong with it in words.

Every mistake of a file is named at once, with its line, its key and the nearest
right key or value. What the tables may contain is in `crawler/recipe/model.py`; the
rules between keys are here.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from importlib.resources import files
from pathlib import Path
from typing import Any

from crawler.errors import RecipeError
from crawler.recipe.choices import (
    finds_by_genre,
    id_mistake,
    knows_ids_of,
    source_mistake,
    sources_for,
)
from crawler.recipe.model import Focus, Recipe, RecipeFile, SeedRules, SourceConfig
from crawler.sources.base import Capability
from crawler.sources.registry import services_with
from crawler.text import nearest
from crawler.toml_schema import Checked, Mistake, NotTomlError, check, parse
from graph.files import reason_of
from graph.model.genres import ClassRule, fold

# Artists per class that MusicBrainz tags with its genres, where no other seed is given.
DEFAULT_BY_GENRE = 25


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
    return recipe_from_text(content, str(path))


def recipe_from_text(text: str | bytes, where: str) -> Recipe:
    """The recipe in a text; `where` names it in messages, and the data set by default.

    Raises:
        RecipeError: Everything that is wrong with it.
    """
    try:
        tables, lines = parse(text)
    except NotTomlError as error:
        raise _refusal(where, [error.mistake]) from error
    checked = check(RecipeFile, tables, lines)
    recipe = _recipe(checked, tables, where)
    conflicts = _conflicts(recipe, checked, tables)
    mistakes = [
        *checked.mistakes,
        *(replace(one, line=lines.of_key(*one.path)) for one in conflicts),
    ]
    if mistakes:
        raise _refusal(where, mistakes)
    return recipe


def _unreadable(path: Path, error: OSError) -> RecipeError:
    if path.is_dir():
        return RecipeError(
            f"the recipe {path} is a folder", hint="Name the TOML file in it."
        )
    if not isinstance(error, FileNotFoundError | NotADirectoryError):
        return RecipeError(
            f"the recipe {path} cannot be read: {reason_of(error)}",
            hint="Name a file that you may read.",
        )
    preset = path.stem in preset_names()
    write = f"genregraph init {path.stem}.toml"
    return RecipeError(
        f"there is no recipe {path}",
        hint=f"Write one with `{write}{f' --preset {path.stem}' if preset else ''}`.",
    )


def _refusal(where: str, mistakes: Sequence[Mistake]) -> RecipeError:
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


# -- what follows from other keys ------------------------------------------------


def _recipe(
    checked: Checked[RecipeFile], tables: Mapping[str, Any], where: str
) -> Recipe:
    """The recipe with the defaults that depend on other keys."""
    file, has_classes = checked.value, "classes" in tables
    crawl, sources, seeds = file.crawl, file.sources, file.seeds
    if not has_classes and not checked.has("crawl", "focus"):
        crawl = replace(crawl, focus=Focus.ANY)
    # The source of related also answers tracks and previews where no other is named.
    if not checked.has("sources", "tracks"):
        sources = replace(sources, tracks=sources.related)
    if not checked.has("sources", "previews"):
        sources = replace(sources, previews=sources.related)
    named = seeds.artists or seeds.playlists or seeds.playlists_per_class
    by_genre = has_classes and not named and finds_by_genre(sources.genres)
    if by_genre and not checked.has("seeds", "by_genre"):
        seeds = replace(seeds, by_genre=DEFAULT_BY_GENRE)
    return Recipe(
        name=file.dataset.name or _default_name(where),
        classes=tuple(ClassRule(*one) for one in file.classes.items()),
        seeds=seeds,
        sources=sources,
        crawl=crawl,
        labels=file.labels,
        export=file.export,
    )


def _default_name(where: str) -> str:
    return re.sub(r"[^\w.-]+", "-", Path(where).stem).strip("-") or "dataset"


def _conflicts(
    recipe: Recipe, checked: Checked[RecipeFile], tables: Mapping[str, Any]
) -> Iterator[Mistake]:
    """What is wrong between keys that are right by themselves; without lines."""
    has_classes = "classes" in tables
    if has_classes:
        yield from _class_conflicts(tables["classes"])
    elif recipe.crawl.focus is Focus.CLASS:
        what = 'crawl.focus is "class", and there are no [classes]'
        yield Mistake(what, ("crawl", "focus"))
    yield from _source_conflicts(recipe.sources)
    yield from _seed_id_conflicts(recipe)
    if not any(one.path[:1] == ("seeds",) for one in checked.mistakes):
        yield from _seed_conflicts(recipe, has_classes=has_classes)


def _class_conflicts(classes: object) -> Iterator[Mistake]:
    if classes == {}:
        yield Mistake("[classes] is empty", ("classes",))
    # One genre spelt two ways would be two classes with the same artists.
    folded: dict[str, str] = {}
    for name in classes if isinstance(classes, dict) else ():
        before = folded.setdefault(fold(name), name)
        if before != name:
            what = f'"{name}" is the same class as "{before}"'
            yield Mistake(what, ("classes", name))


def _source_conflicts(roles: SourceConfig) -> Iterator[Mistake]:
    """The sources that know artists by other ids than the crawl's.

    Only a source that looks artists up by their pages, such as MusicBrainz, proves
    which artist of another service it is.
    """
    named = {"genres": roles.genres, "tracks": (roles.tracks,)}
    for role, sources in {**named, "previews": (roles.previews,)}.items():
        for source in sources:
            if source == roles.related:
                # By default it takes this role too, and may be unable to.
                if what := source_mistake(role, source):
                    yield Mistake(f"sources.{role}: {what}", ("sources", role))
            elif not knows_ids_of(source, roles.related):
                able = (s for s in sources_for(role) if knows_ids_of(s, roles.related))
                right = min(able, key=lambda one: one != roles.related, default=source)
                yield Mistake(
                    f'sources.{role} is "{source}", which does not know the ids of '
                    f'"{roles.related}", which answers related',
                    ("sources", role),
                    hint=f'Write "{right}" there, or "{source}" as `related` too.',
                )


def _seed_id_conflicts(recipe: Recipe) -> Iterator[Mistake]:
    seeds = {"artists": recipe.seeds.artists, "playlists": recipe.seeds.playlists}
    for key, names in seeds.items():
        for name in names:
            if what := id_mistake(name, recipe.sources.related):
                yield Mistake(f'seeds.{key} names "{name}"; {what}', ("seeds", key))


def _seed_conflicts(recipe: Recipe, *, has_classes: bool) -> Iterator[Mistake]:
    seeds, genres = recipe.seeds, recipe.sources.genres
    if not has_classes:
        for key in ("by_genre", "playlists_per_class"):
            if getattr(seeds, key):
                what = f"seeds.{key} counts per class, and there are no [classes]"
                yield Mistake(what, ("seeds", key))
        if seeds == SeedRules():
            yield Mistake(
                "there are no [classes] and no [seeds]",
                hint="Give one of them; `genregraph init` writes a recipe with both.",
            )
    elif not genres:
        what = "sources.genres is empty, and [classes] need genres"
        yield Mistake(what, ("sources", "genres"))
    elif not finds_by_genre(genres) and (seeds.by_genre or seeds == SeedRules()):
        able = " or ".join(f'"{name}"' for name in services_with(Capability.BY_GENRE))
        yield Mistake(
            f"seeds.by_genre needs {able}, which sources.genres does not name",
            ("sources", "genres"),
            hint="Name it there as well, or give other [seeds].",
        )
    elif seeds == SeedRules():
        what = "seeds.by_genre is 0 and there is no other seed"
        yield Mistake(what, ("seeds", "by_genre"))
