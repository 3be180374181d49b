"""A folder in which commands run as a user runs them, and the errors that they print."""

import subprocess
from dataclasses import dataclass
from pathlib import Path

from tests.support.processes.program import genregraph


@dataclass(frozen=True)
class Workspace:
    """A folder with a recipe and a store that was crawled and selected."""

    folder: Path
    environment: dict[str, str]

    def run(self, *arguments: object, **environment: str):
        return genregraph(
            *arguments, folder=self.folder, environment=self.environment | environment
        )


def error_text(ended: subprocess.CompletedProcess[str]) -> str:
    """The error message on stderr, without the progress before it; stdout must be empty."""
    assert "Traceback" not in ended.stderr
    assert ended.stdout == ""
    lines = ended.stderr.splitlines()
    first = next(n for n, line in enumerate(lines) if line.startswith("error: "))
    return "\n".join(lines[first:])
