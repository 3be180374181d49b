"""The end of an export: move clips to their places, then write every other file.

All of it can be interrupted and repeated: the lock is written last, and only then is
the journal deleted.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from crawler.console.progress import Progress
from crawler.export.download.candidates import (
    AcceptedClip,
    CandidateSet,
    ClipSelection,
    DownloadResult,
)
from crawler.export.download.folder import (
    CARD,
    FAILED,
    LOCK,
    MANIFEST,
    WORK,
    DatasetFolder,
    note_unexpected_files,
    slugs,
)
from crawler.export.download.resume import ClipIndex
from crawler.export.files.card import CardData, render_card
from crawler.export.files.lock import Provenance, render_lock
from crawler.export.files.manifest import (
    Clip,
    render_failed,
    render_manifest,
    render_metadata,
    split_clip,
)
from crawler.export.files.splits import (
    ClassSplit,
    Place,
    count_leaks,
    split_clips,
    split_table,
)
from crawler.sources.registry import track_page
from graph.model.music import TrackId


@dataclass(frozen=True, slots=True)
class FinalizedDataset:
    """The split table of the finished data set, and what changed in the folder."""

    table: tuple[ClassSplit, ...]
    leaks: Mapping[str, int]
    moved: int
    removed: int


def finalize(
    folder: DatasetFolder,
    provenance: Provenance,
    candidates: CandidateSet,
    selection: ClipSelection,
    *,
    results: Mapping[str, DownloadResult],
    index: ClipIndex,
    progress: Progress,
) -> FinalizedDataset:
    """Write the data set from a final selection whose clips are all present.

    Reports first how many clips of an earlier run will move or be removed, and last
    which files in the folder are not part of the data set.
    """
    clips = place_clips(provenance, selection.accepted)
    changes = _changes(folder, clips, results, index)
    for sentence in _describe(changes):
        progress.say(sentence)
    _rearrange(folder, changes)
    card_data = CardData(
        candidates, clips, selection.rejected, tuple(provenance.recipe.export.split)
    )
    files = _render(provenance, card_data)
    _write(folder, files)
    folder.write(
        LOCK,
        render_lock(provenance, selection.accepted, selection.rejected, results, files),
    )
    folder.finish()
    names = {clip.file_name for clip in clips}
    splits = {clip.place.split for clip in clips}
    if note := note_unexpected_files(folder.out, names, splits):
        progress.say(note)
    return _finalized(clips, changes)


def place_clips(
    provenance: Provenance, accepted: tuple[AcceptedClip, ...]
) -> tuple[Clip, ...]:
    """Give every clip its split and its folder, sorted by id."""
    rules = provenance.recipe.export
    places = split_clips(map(split_clip, accepted), rules.split, seed=rules.seed)
    folders = slugs(
        (*provenance.recipe.class_names, *sorted({k.candidate.label for k in accepted}))
    )
    return tuple(
        _clip(one, places[one.candidate.id], folders[one.candidate.label], provenance)
        for one in sorted(accepted, key=lambda k: k.candidate.id)
    )


def _clip(
    kept: AcceptedClip, place: Place, folder: str, provenance: Provenance
) -> Clip:
    """A clip with its page and licence; invented music has no page and is CC0."""
    candidate, invented = kept.candidate, provenance.accepted is None
    return Clip(
        kept,
        place,
        folder,
        url="" if invented else track_page(TrackId(candidate.id)) or "",
        license=candidate.license or ("CC0-1.0" if invented else ""),
    )


@dataclass(frozen=True, slots=True)
class _Changes:
    """Changes to the files of clips.

    Attributes:
        places: The current path of each clip, and its file name in the data set.
        moved: How many clips of an earlier run change their place.
        removed: Clips of an earlier run that are no longer chosen.
    """

    places: tuple[tuple[Path, str], ...]
    moved: int
    removed: tuple[Path, ...]


def _changes(
    folder: DatasetFolder,
    clips: tuple[Clip, ...],
    results: Mapping[str, DownloadResult],
    index: ClipIndex,
) -> _Changes:
    places = tuple((_path(clip, results, index), clip.file_name) for clip in clips)
    moving = [p for p, name in places if _is_placed(p) and p != folder.out / name]
    kept = {*(path for path, _ in places), *(folder.out / name for _, name in places)}
    others = index.others(results, kept)
    return _Changes(places, len(moving), tuple(filter(_is_placed, others)))


def _path(clip: Clip, results: Mapping[str, DownloadResult], index: ClipIndex) -> Path:
    path = index.path(results[clip.id])
    if path is None:
        raise FileNotFoundError(2, "a clip vanished", clip.file_name)
    return path


def _is_placed(path: Path) -> bool:
    return path.parent.name != WORK


def _describe(changes: _Changes) -> Iterator[str]:
    if changes.moved:
        yield f"moving {_clips(changes.moved)} to another split or folder"
    if changes.removed:
        yield f"removing {_clips(len(changes.removed))}: no longer chosen"


def _clips(number: int) -> str:
    return "1 clip" if number == 1 else f"{number} clips"


def _rearrange(folder: DatasetFolder, changes: _Changes) -> None:
    for path, name in changes.places:
        folder.move(path, name)
    for path in changes.removed:
        folder.remove(path)


def _render(provenance: Provenance, card_data: CardData) -> dict[str, str]:
    """Render every file but the lock, by name."""
    used = sorted({clip.place.split for clip in card_data.clips})
    in_split = {s: [c for c in card_data.clips if c.place.split == s] for s in used}
    return {
        **{
            f"{split}/metadata.csv": render_metadata(clips)
            for split, clips in in_split.items()
        },
        MANIFEST: render_manifest(card_data.clips),
        FAILED: render_failed(card_data.rejected),
        CARD: render_card(provenance, card_data),
    }


def _write(folder: DatasetFolder, files: Mapping[str, str]) -> None:
    for path in folder.out.glob("*/metadata.csv"):
        if path.relative_to(folder.out).as_posix() not in files:
            folder.remove(path)
    for name, text in files.items():
        folder.write(name, text)


def _finalized(clips: tuple[Clip, ...], changes: _Changes) -> FinalizedDataset:
    parts = [split_clip(clip.accepted) for clip in clips]
    places = {clip.id: clip.place for clip in clips}
    return FinalizedDataset(
        table=split_table(parts, places),
        leaks=count_leaks(parts, places),
        moved=changes.moved,
        removed=len(changes.removed),
    )
