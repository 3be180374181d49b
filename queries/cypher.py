"""Facts about a Cypher text that need no database: its statements, parameters and columns."""

from collections.abc import Callable, Sequence

from graph.cypher.tokens import Element, Token, is_word, parts, scan, tokenize

_AFTER_RETURN = ("SKIP", "OFFSET", "LIMIT", "UNION", ";")


def code(text: str) -> str:
    """Replace comments, strings and quoted names by blanks of the same length.

    >>> code("RETURN ';' AS `a;b` // ;")
    'RETURN     AS           '
    """
    found = [c if c.isspace() else " " for c in text]
    for token in scan(text):
        if not token.is_quoted:
            found[token.start : token.end] = token.text
    return "".join(found)


def statements(text: str) -> tuple[str, ...]:
    """Split a text at each ";" into statements; a comment alone is not a statement.

    >>> statements("RETURN ';' AS a; // b;")
    ("RETURN ';' AS a",)
    """
    found, start, is_empty = [], 0, True
    for token in scan(text):
        if token.word != ";":
            is_empty = False
            continue
        if not is_empty:
            found.append(text[start : token.start])
        start, is_empty = token.end, True
    return (*found, *([] if is_empty else [text[start:]]))


def parameter_names(text: str) -> frozenset[str]:
    """The parameters that a text uses.

    >>> sorted(parameter_names("RETURN $a + $`b c` + '$d' // $e"))
    ['a', 'b c']
    """
    return frozenset(name for token in scan(text) if (name := _parameter(token)))


def with_parameters(text: str, written: Callable[[str], str]) -> str:
    """Replace each parameter by `written(name)`.

    >>> with_parameters("RETURN $a, $ab, '$a' // $a", str.upper)
    "RETURN A, AB, '$a' // $a"
    """
    found, end = [], 0
    for token in scan(text):
        if name := _parameter(token):
            found += [text[end : token.start], written(name)]
            end = token.end
    return "".join([*found, text[end:]])


def returned_columns(text: str) -> tuple[str, ...]:
    """The columns of the last RETURN outside brackets; empty if there is none.

    >>> returned_columns("MATCH (a) RETURN a.id AS id, size([1, 2]), a ORDER BY id")
    ('id', 'size([1, 2])', 'a')
    """
    nodes = tokenize(text)
    starts = [n + 1 for n, node in enumerate(nodes) if is_word(node, "RETURN")]
    if not starts:
        return ()
    clause = nodes[starts[-1] :]
    end = next((n for n in range(len(clause)) if _ends(clause, n)), len(clause))
    clause = clause[
        1 if is_word(clause[0] if clause else None, "DISTINCT") else 0 : end
    ]
    return tuple(_column(text, part) for part in parts(clause, ",") if part)


def _parameter(token: Token) -> str:
    """The name of a parameter; empty for another token."""
    is_parameter = token.text[0] == "$" and len(token.text) > 1
    return token.text[1:].strip("`") if is_parameter else ""


def _ends(clause: Sequence[Element], place: int) -> bool:
    """Whether the columns of a RETURN end before this place."""
    if is_word(clause[place], "ORDER"):
        return any(is_word(node, "BY") for node in clause[place + 1 : place + 2])
    return is_word(clause[place], *_AFTER_RETURN)


def _column(text: str, part: Sequence[Element]) -> str:
    last = part[-1]
    if len(part) > 2 and is_word(part[-2], "AS") and isinstance(last, Token):  # noqa: PLR2004  value, AS, name
        return last.text.strip("`")
    return text[part[0].start : last.end]
