"""The end of an export: clips to their places, then every file that tells of them.

Everything here can be cut off and done again; the lock is written last, and only
then is the journal given up.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from crawler.export.candidates import Chosen
from crawler.export.card import Contents, card
from crawler.export.duplicates import Choice, Kept, Outcome
from crawler.export.folder import (
    CARD,
    FAILED,
    LOCK,
    MANIFEST,
    WORK,
    DatasetFolder,
    slugs,
)
from crawler.export.lock import Origin, lock
from crawler.export.manifest import (
    Clip,
    failed,
    manifest,
    metadata,
    page_of,
    split_clip,
)
from crawler.export.remembering import Present
from crawler.export.splits import (
    ClassSplit,
    Place,
    count_leaks,
    split_clips,
    split_table,
)


@dataclass(frozen=True, slots=True)
class Finished:
    """What the finished data set holds, and what changed in the folder."""

    table: tuple[ClassSplit, ...]
    leaks: Mapping[str, int]
    moved: int
    removed: int


def finish(
    folder: DatasetFolder,
    origin: Origin,
    chosen: Chosen,
    choice: Choice,
    *,
    outcomes: Mapping[str, Outcome],
    present: Present,
) -> Finished:
    """Write the data set from a final choice whose clips are all there."""
    clips = place_clips(origin, choice.kept)
    moved = _move(folder, clips, outcomes, present)
    removed = _remove_others(folder, clips, outcomes, present)
    contents = Contents(
        chosen, clips, choice.left_out, tuple(origin.recipe.export.split)
    )
    files = _texts(origin, contents)
    _write(folder, files)
    folder.write(LOCK, lock(origin, choice.kept, choice.left_out, outcomes, files))
    folder.finish()
    return _finished(clips, moved, removed)


def place_clips(origin: Origin, kept: tuple[Kept, ...]) -> tuple[Clip, ...]:
    """Every clip with its split and its folder, sorted by id."""
    rules = origin.recipe.export
    places = split_clips(map(split_clip, kept), rules.split, seed=rules.seed)
    folders = slugs(
        (*origin.recipe.class_names, *sorted({k.candidate.label for k in kept}))
    )
    return tuple(
        _clip(one, places[one.candidate.id], folders[one.candidate.label], origin)
        for one in sorted(kept, key=lambda k: k.candidate.id)
    )


def _clip(kept: Kept, place: Place, folder: str, origin: Origin) -> Clip:
    """A clip with its page and its licence; invented music has no page, and is given away."""
    candidate, invented = kept.candidate, origin.accepted is None
    return Clip(
        kept,
        place,
        folder,
        url="" if invented else page_of(candidate.id, candidate.source),
        license=candidate.license or ("CC0-1.0" if invented else ""),
    )


def _move(
    folder: DatasetFolder,
    clips: tuple[Clip, ...],
    outcomes: Mapping[str, Outcome],
    present: Present,
) -> int:
    """Move each clip to its place; how many had another one before."""
    moved = 0
    for clip in clips:
        path = present.path(outcomes[clip.id])
        if path is None:
            raise FileNotFoundError(2, "a clip vanished", clip.file_name)
        was_placed = path.parent.name != WORK
        moved += folder.move(path, clip.file_name) and was_placed
    return moved


def _remove_others(
    folder: DatasetFolder,
    clips: tuple[Clip, ...],
    outcomes: Mapping[str, Outcome],
    present: Present,
) -> int:
    """Remove what is not chosen any more; how many had a place before."""
    placed = {folder.out / clip.file_name for clip in clips}
    gone = [p for p in present.others(outcomes, placed) if p.parent.name != WORK]
    for path in gone:
        folder.remove(path)
    return len(gone)


def _texts(origin: Origin, contents: Contents) -> dict[str, str]:
    """Every file but the lock, by name."""
    used = sorted({clip.place.split for clip in contents.clips})
    there = {s: [c for c in contents.clips if c.place.split == s] for s in used}
    return {
        **{f"{split}/metadata.csv": metadata(clips) for split, clips in there.items()},
        MANIFEST: manifest(contents.clips),
        FAILED: failed(contents.left_out),
        CARD: card(origin, contents),
    }


def _write(folder: DatasetFolder, files: Mapping[str, str]) -> None:
    for path in folder.out.glob("*/metadata.csv"):
        if path.relative_to(folder.out).as_posix() not in files:
            folder.remove(path)
    for name, text in files.items():
        folder.write(name, text)


def _finished(clips: tuple[Clip, ...], moved: int, removed: int) -> Finished:
    parts = [split_clip(clip.kept) for clip in clips]
    places = {clip.id: clip.place for clip in clips}
    return Finished(
        table=split_table(parts, places),
        leaks=count_leaks(parts, places),
        moved=moved,
        removed=removed,
    )
