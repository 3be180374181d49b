"""What can be told of a Cypher text without a database. Pure, no full parser.

It knows quotes, comments and brackets: enough to find a text's parameters and what its
last RETURN gives.
"""

import re
from collections.abc import Callable

_SKIPPED = re.compile(
    r"""//[^\n]*|/\*.*?\*/|'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|`[^`]*`""", re.DOTALL
)
_PARAMETER = re.compile(r"\$(?:`([^`]+)`|(\w+))")
_PIECE = re.compile(rf"{_SKIPPED.pattern}|{_PARAMETER.pattern}", re.DOTALL)
_RETURN = re.compile(r"\bRETURN\b(?:\s+DISTINCT\b)?", re.IGNORECASE)
_AFTER_RETURN = re.compile(
    r"\b(?:ORDER\s+BY|SKIP|OFFSET|LIMIT|UNION)\b|;", re.IGNORECASE
)
_ALIAS = re.compile(r"\bAS\s+(?:`([^`]+)`|(\w+))\s*$", re.IGNORECASE)


def bare(text: str) -> str:
    """The text without comments, and with empty strings for its strings.

    >>> bare("RETURN '$a' // $b").rstrip()
    "RETURN ''"
    """
    kept = {"'": "''", '"': "''", "/": " "}
    return _SKIPPED.sub(lambda m: kept.get(m[0][0], m[0]), text)


def code(text: str) -> str:
    """The text with blanks for its comments, strings and quoted names, as long as before.

    >>> code("RETURN ';' AS `a;b` // ;")
    'RETURN     AS           '
    """
    return _SKIPPED.sub(lambda m: " " * len(m[0]), text)


def statements(text: str) -> tuple[str, ...]:
    """The statements of a text, which a ";" ends; comments alone are none.

    >>> statements("RETURN ';' AS a; // b;")
    ("RETURN ';' AS a",)
    """
    plain = code(text)
    ends = [place for place, sign in enumerate(plain) if sign == ";"]
    bounds = zip([0, *(end + 1 for end in ends)], [*ends, len(text)], strict=True)
    return tuple(text[start:end] for start, end in bounds if plain[start:end].strip())


def parameter_names(text: str) -> frozenset[str]:
    """The parameters a text uses.

    >>> sorted(parameter_names("RETURN $a + $`b c` + '$d' // $e"))
    ['a', 'b c']
    """
    return frozenset(
        quoted or plain for quoted, plain in _PARAMETER.findall(bare(text))
    )


def with_parameters(text: str, written: Callable[[str], str]) -> str:
    """The text with what `written` says of each parameter's name in place of it.

    >>> with_parameters("RETURN $a, $ab, '$a' // $a", str.upper)
    "RETURN A, AB, '$a' // $a"
    """
    return _PIECE.sub(lambda m: written(name) if (name := m[1] or m[2]) else m[0], text)


def returned_columns(text: str) -> tuple[str, ...]:
    """The columns of a text's last RETURN outside brackets; empty where there is none.

    >>> returned_columns("MATCH (a) RETURN a.id AS id, size([1, 2]), a ORDER BY id")
    ('id', 'size([1, 2])', 'a')
    """
    plain = bare(text)
    starts = [m for m in _RETURN.finditer(plain) if _depth(plain[: m.start()]) == 0]
    if not starts:
        return ()
    clause = plain[starts[-1].end() :]
    ends = (m.start() for m in _AFTER_RETURN.finditer(clause))
    clause = clause[: next((e for e in ends if _depth(clause[:e]) == 0), len(clause))]
    return tuple(_column(part) for part in _parts(clause))


def _depth(text: str) -> int:
    return sum(text.count(c) for c in "([{") - sum(text.count(c) for c in ")]}")


def _parts(clause: str) -> list[str]:
    parts, depth, start = [], 0, 0
    for place, sign in enumerate(clause):
        depth += (sign in "([{") - (sign in ")]}")
        if sign == "," and depth == 0:
            parts.append(clause[start:place])
            start = place + 1
    return [*parts, clause[start:]]


def _column(part: str) -> str:
    alias = _ALIAS.search(part)
    return (alias[1] or alias[2]) if alias else part.strip()
