"""Files in a data set's folder that no export has written."""

from collections.abc import Collection, Iterator
from pathlib import Path

from crawler.export.download.folder import FETCH_LOG, LOCK, UNNOTICED
from crawler.export.files.lock import LOCKED_FILES

_NAMED = 3


def unexpected_files(
    out: Path, clips: Collection[str], splits: Collection[str]
) -> Iterator[str]:
    """Their names from `out` on, sorted; what a system leaves by itself is passed over.

    Args:
        out: A finished data set.
        clips: The file names of its clips.
        splits: The folders of its splits.
    """
    metadata = {f"{split}/metadata.csv" for split in splits}
    known = {LOCK, FETCH_LOG, *LOCKED_FILES, *metadata, *clips}
    for path in sorted(out.rglob("*")):
        name = path.relative_to(out).as_posix()
        if not (path.is_dir() or name in known or path.name in UNNOTICED):
            yield name


def stray_notes(
    out: Path, clips: Collection[str], splits: Collection[str]
) -> Iterator[str]:
    """What whoever loads the folder has to know of them: one sentence, or none."""
    found = list(unexpected_files(out, clips, splits))
    if found:
        files = "1 file" if len(found) == 1 else f"{len(found)} files"
        are = "is" if len(found) == 1 else "are"
        more = ", …" if len(found) > _NAMED else ""
        named = ", ".join(found[:_NAMED]) + more
        yield (
            f"note: {files} in {out} {are} no part of the data set, left there: {named}; "
            "whoever loads the folder may load such files too"
        )
