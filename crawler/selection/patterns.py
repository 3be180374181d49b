"""Which pattern of which class includes a genre, in words. Pure."""

from collections.abc import Sequence

from graph.model.genres import ClassMap, ClassRule, fold


def why_in_class(rules: Sequence[ClassRule], genre: str) -> str:
    """The classes of a recipe that include a genre, and why.

    >>> rules = [
    ...     ClassRule("death", ("death metal",)),
    ...     ClassRule("melodeath", ("melodic death metal",)),
    ...     ClassRule("black", ("black metal", "!blackened")),
    ... ]
    >>> why_in_class(rules, "melodic death metal")
    'in "melodeath" by "melodic death metal", more specific than that of "death"'
    >>> why_in_class(rules, "blackened black metal")
    'in no class, left out of "black" by "!blackened"'
    >>> why_in_class(rules, "polka")
    'in no class'
    """
    taken = ClassMap(rules).classes_of(genre)
    parts = [
        f'in "{rule.name}" by "{pattern}"'
        for rule in rules
        if rule.name in taken and (pattern := _pattern(rule, genre))
    ]
    words = " and ".join(parts) or "in no class"
    shorter, left_out = [], []
    for rule in rules:
        if rule.name in taken or not _pattern(rule, genre):
            continue
        excluding = _excluding(rule, genre)
        if excluding:
            left_out.append(f'left out of "{rule.name}" by "{excluding}"')
        else:
            shorter.append(f'"{rule.name}"')
    if shorter:
        words += f", more specific than that of {', '.join(shorter)}"
    return ", ".join((words, *left_out))


def _pattern(rule: ClassRule, genre: str) -> str:
    """The rule's most specific pattern that fits, apart from its exceptions."""
    fitting = [p for p in rule.patterns if p[:1] != "!" and _fits(p, genre)]
    return max(fitting, key=_weight, default="")


def _weight(pattern: str) -> tuple[bool, int]:
    return pattern.startswith("="), len(fold(pattern.lstrip("=")).split())


def _excluding(rule: ClassRule, genre: str) -> str:
    taken_out = (p for p in rule.patterns if p[:1] == "!" and _fits(p[1:], genre))
    return next(taken_out, "")


def _fits(pattern: str, genre: str) -> bool:
    return bool(ClassMap((ClassRule("one", (pattern,)),)).classes_of(genre))
