"""The recipe file: reading it, and all that is wrong with it in words.

Every mistake of a file is named at once, with its line, its key and the nearest
right key or value. What a recipe means is in `crawler/recipe/model.py`.
"""

import re
import tomllib
from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path

from crawler.errors import RecipeError
from crawler.recipe.fields import name
from crawler.recipe.model import Recipe
from crawler.recipe.sections import (
    _crawl,
    _export,
    _labels,
    _seeds,
    class_rules,
    source_roles,
)
from crawler.recipe.tables import Mistake, Tables, syntax_mistake
from crawler.recipe.toml_lines import Lines
from crawler.text import nearest


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
