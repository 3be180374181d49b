"""README.md of a data set: what it says of itself, from the run. Pure.

Its head is what Hugging Face reads; the rest is for people: counts, how the labels
came about, what was dropped and why, and what the terms allow, in plain words.
"""

from collections import Counter
from collections.abc import Iterator

from crawler.export.files.card_counts import (
    artists_text,
    class_names,
    dropped_text,
    funnel_text,
    splits_text,
)
from crawler.export.files.card_labels import TAG_LICENCE, labels_text, origin_text
from crawler.export.files.lock import Provenance
from crawler.export.files.markdown import CardData, count_of
from crawler.sources.terms import METADATA_TERMS

_SIZES = ((1_000, "n<1K"), (10_000, "1K<n<10K"), (100_000, "10K<n<100K"))


def card(origin: Provenance, contents: CardData) -> str:
    """The text of README.md."""
    sections = (
        _head(origin, contents),
        f"# {origin.recipe.name}\n\n{_intro(origin, contents)}",
        "## Clips by class and split\n\n" + splits_text(origin, contents),
        "## Artists\n\n" + artists_text(origin, contents),
        "## Where it comes from\n\n" + origin_text(origin),
        "## How the labels came about\n\n" + labels_text(origin, contents),
        "## From the graph to the clips\n\n" + funnel_text(origin, contents),
        "## What was dropped\n\n" + dropped_text(contents.left_out),
        "## Terms and licences\n\n" + _terms(origin, contents),
        "## Files\n\n" + _FILES,
    )
    return "\n\n".join(sections) + "\n"


def _head(origin: Provenance, contents: CardData) -> str:
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


def _intro(origin: Provenance, contents: CardData) -> str:
    artists = {clip.kept.candidate.artist for clip in contents.clips}
    labels = {clip.kept.candidate.label for clip in contents.clips}
    seconds = sum(clip.kept.clip.duration_s for clip in contents.clips)
    return (
        f"{count_of(len(contents.clips), 'clip')} of "
        f"{count_of(len(artists), 'labelled artist')} in {len(labels)} of "
        f"{len(class_names(origin.recipe, contents))} classes, {seconds / 3600:.1f} "
        f"hours of audio from {origin.recipe.sources.previews}, made by {origin.tool}."
    )


def _terms(origin: Provenance, contents: CardData) -> str:
    source = origin.recipe.sources.previews
    lines = [f"{origin.terms.summary} ({origin.terms.url})"]
    if origin.accepted:
        lines.append(f'The recipe accepts these terms: "{origin.accepted}"')
        lines += _sharing(origin, source)
    licences = Counter(clip.license for clip in contents.clips)
    lines.append(
        "\n".join(
            f"- {count_of(number, 'clip')}: {name or 'no licence stated'}"
            for name, number in sorted(licences.items())
        )
    )
    return "\n\n".join(lines)


def _sharing(origin: Provenance, source: str) -> Iterator[str]:
    """What may be passed on, and what the sources of the metadata say."""
    for one in origin.metadata:
        yield f"Of {one.source}, which is in the graph too: {one.terms.summary} ({one.terms.url})"
        yield f'The recipe accepts these terms as well: "{one.means}"'
    covered = _covered(origin, source)
    if covered:
        yield (
            f"Pass on nothing of this, be it audio, labels or the lock, beyond what the "
            f"permission of {' and '.join(covered)} says."
        )
    else:
        yield (
            "Keep the audio to yourself. What can be shared is the recipe and its lock: "
            f"ids and checksums, from which others make it anew at {source}."
        )
    if "musicbrainz" in origin.recipe.sources.genres:
        yield f"Labels that come from MusicBrainz tags are under {TAG_LICENCE}."


def _covered(origin: Provenance, source: str) -> list[str]:
    """The services whose terms cover more than audio."""
    named = [source, *(one.source for one in origin.metadata)]
    return [name for name in named if name in METADATA_TERMS]


_FILES = """\
- `<split>/<class>/<id>.mp3` and `<split>/metadata.csv`: an audiofolder.
- `manifest.csv`: one row per clip, with everything that is known of it.
  `artist_ids`, `artist_names` and `mbids` hold one entry for each credited artist, main
  artist first; an MBID is "" where it is not known. `isrc` and `release_date` are those
  of the graph, or else what the service stated with the link.
- `failed.csv`: what was tried and left out, and why.
- `fetch-log.csv`: every attempt, with times.
- `recipe.lock`: the recipe, the seeds, the graph's digest, each clip's checksum, and
  those of the files above but for the log.

`genregraph verify` checks all of it but for the log."""
