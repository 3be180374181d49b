"""The program as a user runs it: in its own process, without this process's settings."""

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

# The stand-in has no limits in these tests, so the program need not wait for it.
NO_PACE = "".join(
    f"[sources.{name}]\nrequests = 1_000_000\nseconds = 1\n"
    for name in ("deezer", "musicbrainz", "listenbrainz", "spotify")
)

SMALL_RECIPE = """
[dataset]
name = "small"
[classes]
metal = "metal"
jazz = "jazz"
[seeds]
by_genre = 3
[crawl]
artists_per_class = 4
round = 10
[export]
tracks_per_artist = 1
"""


def command(*arguments: object) -> list[str]:
    return [sys.executable, "-m", "crawler", *map(str, arguments)]


def genregraph(
    *arguments: object, folder: Path, environment: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run one command in `folder`, and return its status and output as text."""
    return subprocess.run(
        command(*arguments),
        cwd=folder,
        env={**os.environ, "COLUMNS": "200", **(environment or {})},
        text=True,
        capture_output=True,
        check=False,
        timeout=120,
    )


def without_pace(folder: Path) -> None:
    """Let the program in this folder send requests without limits."""
    (folder / ".genregraph").mkdir(exist_ok=True)
    (folder / ".genregraph" / "config.toml").write_text(NO_PACE, encoding="utf-8")
