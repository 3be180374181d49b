"""Whether recipe.lock, the manifest and the other files of a data set tell the same."""

import hashlib
import json
from collections.abc import Iterator, Mapping

from crawler.export.download.folder import LOCK, sha256_of
from crawler.export.files.lock import LOCKED_FILES
from crawler.export.verify.findings import DatasetFiles, Issue, ManifestRow


def check_files(dataset: DatasetFiles) -> Iterator[Issue]:
    """Every file that tells of the clips is there, as it was when the lock was written."""
    stated = dataset.lock.get("files")
    locked = stated if isinstance(stated, Mapping) else {}
    metadata = {f"{split}/metadata.csv" for split in dataset.splits}
    for name in sorted({*LOCKED_FILES, *metadata, *map(str, locked)}):
        if not (dataset.out / name).is_file():
            yield Issue("checksums", name, "is missing")
        elif name not in locked:
            yield Issue("checksums", LOCK, f"states no sha256 of {name}")
        elif sha256_of(dataset.out / name) != locked[name]:
            what = "has another sha256 than the lock says"
            yield Issue("checksums", name, what)


def check_lock(dataset: DatasetFiles) -> Iterator[Issue]:
    """The lock holds the recipe it says it does, and the clips of the manifest."""
    if _digest(dataset.lock.get("recipe")) != dataset.lock.get("recipe_digest"):
        yield Issue("lock", LOCK, "recipe_digest is not that of its recipe")
    yield from _clips(dataset)


def _digest(recipe: object) -> str:
    text = json.dumps(recipe, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def _clips(dataset: DatasetFiles) -> Iterator[Issue]:
    entries = dataset.lock.get("clips")
    clips = entries if isinstance(entries, list) else []
    locked = {str(clip.get("id")): clip for clip in clips if isinstance(clip, Mapping)}
    listed = {row.get("id", ""): row for row in dataset.rows}
    for track in sorted(locked.keys() ^ listed.keys()):
        where = "the manifest" if track in listed else "the lock"
        yield Issue("lock", LOCK, f"{track} is only in {where}")
    for track in sorted(locked.keys() & listed.keys()):
        yield from _clip(track, locked[track], listed[track])


def _clip(
    track: str, locked: Mapping[str, object], listed: ManifestRow
) -> Iterator[Issue]:
    if any(locked.get(name) != listed.get(name) for name in ("source", "sha256")):
        yield Issue("lock", LOCK, f"{track} has another source or sha256")
    for name in ("isrc", "release_date"):
        if name in locked and locked[name] != listed.get(name):
            what = f"{name} of {track} differs from the manifest's"
            yield Issue("lock", LOCK, what)
