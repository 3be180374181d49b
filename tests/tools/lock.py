"""Make requirements.lock anew: `make lock`, or `make lock UPGRADE=--upgrade`.

The lock names one release, with the hashes of its files, for each package that the
program needs, on every Python and platform that we support. Releases that still fit
are kept unless `--upgrade` is given.
"""

import subprocess
import sys
import tomllib
from pathlib import Path

from tests.support.project import ROOT

LOCK = ROOT / "requirements.lock"
HEAD = "# Made by `make lock` from these lines of pyproject.toml; do not edit it.\n"


def dependencies() -> list[str]:
    """The requirements of pyproject.toml; extras are not locked."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    found: list[str] = settings["project"]["dependencies"]
    return found


def head() -> str:
    """The lock's first lines: what it was made from, to see when that changes."""
    return HEAD + "".join(f"#   {one}\n" for one in dependencies())


def main() -> None:
    """Run uv, and write what it found under the head."""
    found = subprocess.run(
        [
            Path(sys.executable).with_name("uv"),
            *("pip", "compile", "--quiet", "--universal", "--python-version", "3.11"),
            *("--generate-hashes", "--no-annotate", "--no-header"),
            *("--output-file", LOCK, *sys.argv[1:], ROOT / "pyproject.toml"),
        ],
        check=False,
    )
    if found.returncode:
        raise SystemExit(found.returncode)
    LOCK.write_text(head() + LOCK.read_text(encoding="utf-8"), encoding="utf-8")


if __name__ == "__main__":
    main()
