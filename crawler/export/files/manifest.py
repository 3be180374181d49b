"""Rows of a data set, and the CSV files that hold them. Pure.

A row depends only on graph, recipe and lock, and rows are sorted by id, so the same
data set gives the same bytes. To add a column, add it to `COLUMNS` and to `row`; add it to
`METADATA_COLUMNS` too if it is never empty. `verify` then reports older data sets as made
with other columns.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from crawler.export.download.candidates import AcceptedClip, RejectedTrack
from crawler.export.download.folder import stem
from crawler.export.download.resume import csv_line
from crawler.export.files.splits import Place, SplitClip

COLUMNS = (
    "file_name",
    "id",
    "title",
    "artist_names",
    "artist_ids",
    "mbids",
    "album",
    "album_id",
    "release_date",
    "isrc",
    "label",
    "labels",
    "genres",
    "label_policy",
    "label_share",
    "split",
    "group",
    "duration_s",
    "track_duration_ms",
    "sample_rate",
    "channels",
    "bitrate_kbps",
    "sha256",
    "source",
    "url",
    "license",
    "attribution",
)
# Columns that are never empty and have one type in all splits: readers of an
# audiofolder infer a single type per column.
METADATA_COLUMNS = (
    "file_name",
    "label",
    "labels",
    "genres",
    "id",
    "title",
    "artist_names",
    "artist_ids",
    "group",
    "duration_s",
    "source",
    "sha256",
)
FAILED_COLUMNS = (
    "id",
    "artist",
    "label",
    "reason",
    "detail",
    "title",
    "artist_names",
)


@dataclass(frozen=True, slots=True)
class Clip:
    """One clip of the data set.

    Attributes:
        folder: The folder of its class, inside the folder of its split.
        url: The track's page at its source.
    """

    accepted: AcceptedClip
    place: Place
    folder: str
    url: str = ""
    license: str = ""

    @property
    def id(self) -> str:
        """The track's id."""
        return self.accepted.candidate.id

    @property
    def in_split(self) -> str:
        """Its file name, relative to the folder of its split."""
        return f"{self.folder}/{stem(self.id)}.mp3"

    @property
    def file_name(self) -> str:
        """Its file name, relative to the folder of the data set."""
        return f"{self.place.split}/{self.in_split}"


def split_clip(kept: AcceptedClip) -> SplitClip:
    """The values that decide the split of a clip."""
    candidate = kept.candidate
    return SplitClip(
        id=candidate.id,
        label=candidate.label,
        artists=tuple(credit.artist for credit in candidate.credits),
        mbids=candidate.mbids,
        isrc=kept.isrc,
        album_id=candidate.album_id,
    )


def row(clip: Clip) -> dict[str, str]:
    """One row of the manifest."""
    candidate, audio = clip.accepted.candidate, clip.accepted.clip
    names = [credit.name for credit in candidate.credits]
    return {
        "file_name": clip.file_name,
        "id": candidate.id,
        "title": candidate.title,
        "artist_names": _list(names),
        "artist_ids": _list(credit.artist for credit in candidate.credits),
        # One entry per entry of `artist_ids`; "" if unknown.
        "mbids": _list(credit.mbid or "" for credit in candidate.credits),
        "album": candidate.album or "",
        "album_id": candidate.album_id or "",
        "release_date": clip.accepted.release_date or "",
        "isrc": clip.accepted.isrc or "",
        "label": candidate.label,
        "labels": _list(candidate.labels),
        "genres": _list(candidate.genres),
        "label_policy": candidate.policy,
        "label_share": f"{candidate.share:.4f}",
        "split": clip.place.split,
        "group": clip.place.group,
        "duration_s": f"{audio.duration_s:.3f}",
        "track_duration_ms": _number(candidate.duration_ms),
        "sample_rate": str(audio.sample_rate),
        "channels": str(audio.channels),
        "bitrate_kbps": str(audio.bitrate_kbps),
        "sha256": audio.sha256,
        "source": candidate.source,
        "url": clip.url,
        "license": clip.license,
        "attribution": attribution(candidate.title, names, candidate.source),
    }


def attribution(title: str, artists: Iterable[str], source: str) -> str:
    """The credit line of a clip.

    >>> attribution("Battery", ["Metallica"], "deezer")
    '"Battery" by Metallica, from deezer'
    """
    return f'"{title}" by {", ".join(artists)}, from {source}'


def _list(values: Iterable[str]) -> str:
    return json.dumps(list(values), ensure_ascii=False)


def _number(value: int | None) -> str:
    return "" if value is None else str(value)


def render_manifest(clips: Iterable[Clip]) -> str:
    """Render manifest.csv."""
    return _table(COLUMNS, map(row, _sorted(clips)))


def render_metadata(clips: Iterable[Clip]) -> str:
    """Render metadata.csv of one split; its file names are relative to the split's folder."""
    rows = (row(clip) | {"file_name": clip.in_split} for clip in _sorted(clips))
    return _table(METADATA_COLUMNS, rows)


def render_failed(rejected: Iterable[RejectedTrack]) -> str:
    """Render failed.csv: tracks that were tried and rejected, with the reason."""
    rows = (
        {
            "id": track.candidate.id,
            "artist": track.candidate.artist,
            "label": track.candidate.label,
            "reason": track.fault.reason,
            "detail": track.fault.detail,
            "title": track.candidate.title,
            "artist_names": _list(c.name for c in track.candidate.credits),
        }
        for track in sorted(rejected, key=lambda track: track.candidate.id)
    )
    return _table(FAILED_COLUMNS, rows)


def _sorted(clips: Iterable[Clip]) -> list[Clip]:
    return sorted(clips, key=lambda clip: clip.id)


def _table(columns: tuple[str, ...], rows: Iterable[Mapping[str, str]]) -> str:
    lines = [csv_line(columns)]
    lines += [csv_line(values[column] for column in columns) for values in rows]
    return "".join(lines)
