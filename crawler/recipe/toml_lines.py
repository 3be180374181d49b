"""On which line of a TOML file a key stands. Pure; `tomllib` does not say it."""

import re
from dataclasses import dataclass, field

_HEADER = re.compile(r"\s*\[\[?(?P<path>[^\[\]]+)\]\]?\s*(#.*)?$")
_KEY = re.compile(
    r"""\s*(?P<path>(?:"(?:[^"\\]|\\.)*"|'[^']*'|[\w.\- ])+?)\s*=(?!=)""", re.UNICODE
)
_PART = re.compile(r""""((?:[^"\\]|\\.)*)"|'([^']*)'|([^."'\s]+)""")
_FENCES = ('"""', "'''")


@dataclass(slots=True)
class Lines:
    r"""The lines of a TOML text, by key.

    >>> lines = Lines.of('[crawl]\nround = 5\n[classes]\n"r&b" = "soul"')
    >>> lines.of_key("crawl", "round"), lines.of_key("classes", "r&b")
    (2, 4)
    """

    places: dict[tuple[str, ...], int] = field(default_factory=dict)

    @classmethod
    def of(cls, text: str) -> "Lines":
        """Look through a text that is TOML."""
        lines = cls()
        table: tuple[str, ...] = ()
        fence = ""
        for number, line in enumerate(text.splitlines(), 1):
            inside, fence = bool(fence), _fence_after(line, fence)
            if inside:
                continue
            if header := _HEADER.match(line):
                table = _parts(header["path"])
                lines._keep(table, number)
            elif key := _KEY.match(line):
                lines._keep((*table, *_parts(key["path"])), number)
        return lines

    def of_key(self, *path: str) -> int | None:
        """The line of a key, or of the nearest table around it, or None."""
        for length in range(len(path), 0, -1):
            if (line := self.places.get(path[:length])) is not None:
                return line
        return None

    def _keep(self, path: tuple[str, ...], number: int) -> None:
        for length in range(1, len(path) + 1):
            self.places.setdefault(path[:length], number)


def _parts(path: str) -> tuple[str, ...]:
    return tuple("".join(found) for found in _PART.findall(path))


def _fence_after(line: str, fence: str) -> str:
    """Which multi-line text is open at the line's end: its quotes, or nothing."""
    rest = line
    while True:
        if fence:
            _, closed, rest = rest.partition(fence)
            if not closed:
                return fence
            fence = ""
        first = min((f for f in _FENCES if f in rest), key=rest.index, default="")
        if not first:
            return ""
        rest = rest.partition(first)[2]
        fence = first
