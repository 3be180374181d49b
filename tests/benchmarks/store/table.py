"""The table of a benchmark: a row for each thing measured, a column for each store."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from tests.benchmarks.store.stores import Measured

_NAME, _CELL = 46, 31


@dataclass
class Table:
    """Prints rows as they come, and keeps what missed its limit."""

    stores: Sequence[Measured]
    is_silent: bool = False
    missed: list[str] = field(default_factory=list)

    def part(self, title: str, *notes: str) -> None:
        """Begin a part: its title and the stores; notes say what the numbers are."""
        heads = "".join(f"{measured.name:>{_CELL}}" for measured in self.stores)
        self._say(f"\n{title:{_NAME}}{heads}")
        for note in notes:
            self._say(f"({note})")

    def row(
        self,
        name: str,
        cells: Mapping[str, str],
        missed: Mapping[str, str] | None = None,
    ) -> None:
        """One row, by store; `missed` are the limits that were not kept."""
        texts = []
        for measured in self.stores:
            limit = (missed or {}).get(measured.name)
            cell = cells.get(measured.name, "")
            texts.append(f"{cell + (' !' if limit else '  '):>{_CELL}}")
            if limit:
                self.missed.append(f"{name}, {measured.name}: {cell}, not {limit}")
        self._say(f"{name:{_NAME}}{''.join(texts)}")

    def end(self) -> None:
        """Print what missed its limit."""
        self._say("\nNot kept:" if self.missed else "\nEvery limit was kept.")
        for line in self.missed:
            self._say(f"  {line}")

    def _say(self, line: str) -> None:
        if not self.is_silent:
            print(line, flush=True)
