"""README.md of a data set: what it says of itself, from the run. Pure.

Its head is what Hugging Face reads; the rest is for people: counts, how the labels
came about, what was dropped and why, and what the terms allow, in plain words.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from crawler.export.candidates import Chosen
from crawler.export.duplicates import LeftOut
from crawler.export.lock import Origin
from crawler.export.manifest import Clip, split_clip
from crawler.export.splits import Place, count_leaks, split_table
from crawler.recipe import LabelRules, Policy

_MEANINGS = {
    "no-preview": "the service offers no preview",
    "not-found": "the service does not know the track any more",
    "not-audio": "what came back is no MP3",
    "does-not-decode": "the decoder gives up",
    "too-short": "shorter than the recipe wants, or cut off",
    "silent": "silence in more than a quarter of it",
    "clipped": "more than 1 % of the samples at full scale",
    "duplicate-isrc": "the same recording (ISRC) as another track",
    "duplicate-audio": "the same bytes as another clip",
    "unreachable": "nobody answered; tried again by the next export",
    "bad-answer": "not what the service promises; tried again by the next export",
}
_POLICIES = {
    Policy.SINGLE_CLASS: (
        "An artist has a label when all its genres that count belong to one class; "
        "artists of several classes are left out."
    ),
    Policy.PRECEDENCE: (
        "An artist has the first class, in the order of the recipe, that any of its "
        "genres that count belongs to."
    ),
}
_SIZES = ((1_000, "n<1K"), (10_000, "1K<n<10K"), (100_000, "10K<n<100K"))


@dataclass(frozen=True, slots=True)
class Contents:
    """What is in the data set, and what is not."""

    chosen: Chosen
    clips: tuple[Clip, ...]
    left_out: tuple[LeftOut, ...]
    splits: tuple[str, ...]


def card(origin: Origin, contents: Contents) -> str:
    """The text of README.md."""
    sections = (
        _head(origin, contents),
        f"# {origin.recipe.name}\n\n{_intro(origin, contents)}",
        "## Classes and splits\n\n" + _splits(contents),
        "## How the labels came about\n\n" + _labels(origin.recipe.labels),
        "## From the graph to the clips\n\n" + _funnel(origin, contents),
        "## What was dropped\n\n" + _dropped(contents.left_out),
        "## Terms and licences\n\n" + _terms(origin, contents),
        "## Files\n\n" + _FILES,
    )
    return "\n\n".join(sections) + "\n"


def _head(origin: Origin, contents: Contents) -> str:
    size = next((name for n, name in _SIZES if len(contents.clips) < n), "n>100K")
    used = {clip.place.split for clip in contents.clips}
    paths = "\n".join(
        f'  - split: {split}\n    path: "{split}/**"'
        for split in contents.splits
        if split in used
    )
    name = origin.recipe.name.replace("\\", "\\\\").replace('"', '\\"')
    return f"""---
pretty_name: "{name}"
license: {"other" if origin.accepted else "cc0-1.0"}
task_categories:
- audio-classification
tags:
- music
- genre
size_categories:
- {size}
configs:
- config_name: default
  data_files:
{paths}
---"""


def _intro(origin: Origin, contents: Contents) -> str:
    artists = {clip.kept.candidate.artist for clip in contents.clips}
    labels = {clip.kept.candidate.label for clip in contents.clips}
    seconds = sum(clip.kept.clip.duration_s for clip in contents.clips)
    return (
        f"{len(contents.clips):,} clips of {len(artists):,} artists in {len(labels)} "
        f"classes, {seconds / 3600:.1f} hours of audio from "
        f"{origin.recipe.sources.previews}, made by {origin.tool}."
    )


def _splits(contents: Contents) -> str:
    parts = [split_clip(clip.kept) for clip in contents.clips]
    places = {clip.id: clip.place for clip in contents.clips}
    cells = {(r.label, r.split): r for r in split_table(parts, places)}
    groups: dict[str, int] = defaultdict(int)
    for cell in cells.values():
        groups[cell.label] += cell.groups
    folders = {clip.kept.candidate.label: clip.folder for clip in contents.clips}
    rows = [
        [
            label,
            folders[label],
            *(_cell(cells.get((label, split))) for split in contents.splits),
        ]
        for label in sorted(folders)
    ]
    table = _table(("class", "folder", *contents.splits), rows)
    few = sorted(label for label, n in groups.items() if n < len(contents.splits))
    return "\n\n".join(
        (
            table,
            "Clips (artists credited on them). All clips of an artist, of all its ids "
            "with one MBID, of all who are credited together, of one album and of one "
            "recording are in one split. On two sides: " + _leaks(parts, places) + ".",
            _collaborations(contents),
            f"Too few groups for every split: {', '.join(few)}." if few else "",
        )
    ).rstrip()


def _cell(cell: object) -> str:
    clips, artists = getattr(cell, "clips", 0), getattr(cell, "artists", 0)
    return f"{clips} ({artists})"


def _leaks(parts: Sequence[object], places: Mapping[str, Place]) -> str:
    leaks = count_leaks(parts, places)  # type: ignore[arg-type]
    return ", ".join(f"{number} {kind}s" for kind, number in leaks.items())


def _collaborations(contents: Contents) -> str:
    """The bias that groups bring: they are large where artists play together."""
    whole = Counter(clip.place.split for clip in contents.clips)
    joint = Counter(
        clip.place.split
        for clip in contents.clips
        if len(clip.kept.candidate.credits) > 1
    )
    shares = (
        f"{joint[split] / whole[split]:.0%} of {split}"
        for split in contents.splits
        if whole[split]
    )
    return f"Tracks of several artists are {', '.join(shares)}."


def _labels(rules: LabelRules) -> str:
    return (
        f"{_POLICIES[rules.policy]} A genre counts with at least {rules.min_votes} "
        f"vote(s) and {rules.min_share:.0%} of the votes of the artist's strongest "
        "genre. A clip has the label of its artist: it tells of a career, not of a "
        "track. Tracks credited to artists of two classes are dropped. The genres "
        "behind each label stand in the column `genres`."
    )


def _funnel(origin: Origin, contents: Contents) -> str:
    tried = len(contents.clips) + len(contents.left_out)
    rows = [
        *((stage, f"{count:,}") for stage, count in origin.selection.funnel),
        ("chosen tracks", f"{contents.chosen.tracks:,}"),
        ("with a preview, by a labelled artist", f"{contents.chosen.candidates:,}"),
        (
            f"tried, for {origin.recipe.export.tracks_per_artist} an artist",
            f"{tried:,}",
        ),
        ("clips", f"{len(contents.clips):,}"),
    ]
    return _table(("stage", "count"), rows)


def _dropped(left_out: Iterable[LeftOut]) -> str:
    reasons = Counter(left.fault.reason for left in left_out)
    if not reasons:
        return "Nothing that was tried."
    rows = [
        (reason, str(count), _MEANINGS.get(reason, "the link was refused"))
        for reason, count in sorted(reasons.items())
    ]
    return _table(("reason", "tracks", "meaning"), rows) + (
        "\n\n`failed.csv` names each of them."
    )


def _terms(origin: Origin, contents: Contents) -> str:
    source = origin.recipe.sources.previews
    lines = [f"{origin.terms.summary} ({origin.terms.url})"]
    if origin.accepted:
        lines.append(f'The recipe accepts these terms: "{origin.accepted}"')
        lines.append(
            "Keep the audio to yourself. What can be shared is the recipe and its lock: "
            f"ids and checksums, from which others make it anew at {source}."
        )
        lines.append(
            "Labels that come from MusicBrainz tags are under CC BY-NC-SA 3.0."
        )
    licences = Counter(clip.license for clip in contents.clips)
    lines.append(
        "\n".join(
            f"- {number:,} clips: {name or 'no licence stated'}"
            for name, number in sorted(licences.items())
        )
    )
    return "\n\n".join(lines)


_FILES = """\
- `<split>/<class>/<id>.mp3` and `<split>/metadata.csv`: an audiofolder.
- `manifest.csv`: one row per clip, with everything that is known of it.
- `failed.csv`: what was tried and left out, and why.
- `fetch-log.csv`: every attempt, with times.
- `recipe.lock`: the recipe, the seeds, the graph's digest, and each clip's checksum.

`genregraph verify` checks all of it."""


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(map(_safe, line))} |" for line in lines)


def _safe(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")
