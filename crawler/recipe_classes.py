"""The classes of a recipe: names and patterns, and what is wrong with them. Pure."""

from crawler.recipe_reading import Tables
from crawler.recipe_values import Wrong, name, one_or_more
from graph.genres import ClassRule, fold


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
