"""recipe.lock: what a recipe produced, so that two data sets can be compared. Pure.

JSON with one clip per line. It is also the memory of a finished folder: which tracks
were tried, and with which result.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from crawler.export.download.candidates import (
    AcceptedClip,
    Candidate,
    DownloadResult,
    RejectedTrack,
)
from crawler.export.download.resume import result_to_json
from crawler.recipe.model import Recipe
from crawler.sources.base import Terms
from graph.model.music import Selection
from graph.model.schema import differs_between_runs

FORMAT = 2
# What sources returned, without the selection and the state of the crawl.
_MUSIC = {"Artist", "Genre", "Track", "Playlist"}
_RELATIONS = {"RELATED_TO", "HAS_GENRE", "PERFORMS", "CONTAINS"}


@dataclass(frozen=True, slots=True)
class Accepted:
    """The statement that a recipe makes by accepting the terms of one source."""

    source: str
    terms: Terms
    means: str

    def to_json(self) -> dict[str, str]:
        """The entry in the lock."""
        return {
            "source": self.source,
            "summary": self.terms.summary,
            "url": self.terms.url,
            "accepted": self.means,
        }


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where the contents of a data set come from.

    Attributes:
        tool: This program and its version.
        seeds: The ids of the artists that the crawl started from.
        graph_digest: See `digest_of`.
        crawl_finished: False while a round of the crawl was open.
        accepted: The statement that the recipe makes by accepting the terms; None where none
            is needed.
        metadata: The same for other sources whose terms cover their metadata.
    """

    tool: str
    recipe: Recipe
    selection: Selection
    seeds: tuple[str, ...]
    graph_digest: str
    terms: Terms
    accepted: str | None
    crawl_finished: bool = True
    metadata: tuple[Accepted, ...] = ()


def digest_of(items: Iterable[Mapping[str, object]]) -> str:
    """SHA-256 of the music in a graph, in the order of `Store.items`, without times."""
    digest = hashlib.sha256()
    for item in items:
        if _is_music(item):
            digest.update(_line(_without_times(item)).encode())
    return digest.hexdigest()


def source_of(item: Mapping[str, object]) -> str | None:
    """The source of an item; None for an item that is not music."""
    properties = item.get("properties")
    if not _is_music(item) or not isinstance(properties, Mapping):
        return None
    source = properties.get("source")
    return source if isinstance(source, str) else None


def _is_music(item: Mapping[str, object]) -> bool:
    labels = item.get("labels")
    kinds = set(labels) if isinstance(labels, list | tuple) else {item.get("label")}
    return bool(kinds & (_MUSIC | _RELATIONS))


def _without_times(item: Mapping[str, object]) -> dict[str, object]:
    properties = item.get("properties")
    if not isinstance(properties, Mapping):
        return dict(item)
    kept = {k: v for k, v in properties.items() if not differs_between_runs(k)}
    return {**item, "properties": kept}


def render_lock(
    provenance: Provenance,
    accepted: Iterable[AcceptedClip],
    rejected: Iterable[RejectedTrack],
    results: Mapping[str, DownloadResult],
    files: Mapping[str, str],
) -> str:
    """Render the lock. It states the checksums of `files`."""
    clips = [
        result_to_json(_as_in_manifest(clip.candidate, results[clip.candidate.id]))
        | {"source": clip.candidate.source}
        for clip in sorted(accepted, key=lambda clip: clip.candidate.id)
    ]
    others = [
        result_to_json(_as_in_manifest(track.candidate, track.result))
        | {"because": track.fault.reason}
        for track in sorted(rejected, key=lambda track: track.candidate.id)
    ]
    head = json.dumps(
        _head(provenance, files), indent=2, ensure_ascii=False
    ).removesuffix("\n}")
    return f'{head},\n  "clips": {_lines(clips)},\n  "left_out": {_lines(others)}\n}}\n'


def _as_in_manifest(candidate: Candidate, result: DownloadResult) -> DownloadResult:
    """The result with the values that the manifest shows: those of the graph come first."""
    return replace(
        result,
        isrc=candidate.isrc or result.isrc,
        release_date=candidate.release_date or result.release_date,
    )


def _head(provenance: Provenance, files: Mapping[str, str]) -> dict[str, object]:
    selection = provenance.selection
    return {
        "format": FORMAT,
        "dataset": provenance.recipe.name,
        "tool": provenance.tool,
        "recipe_digest": provenance.recipe.digest(),
        "recipe": json.loads(provenance.recipe.to_json()),
        "selection": {
            "policy": selection.policy,
            "labels_digest": selection.labels_digest,
            "funnel": dict(selection.funnel),
        },
        "graph": {
            "digest": provenance.graph_digest,
            "answers": selection.answers,
            "crawl_finished": provenance.crawl_finished,
        },
        "seeds": list(provenance.seeds),
        "terms": {
            "source": provenance.recipe.sources.previews,
            "summary": provenance.terms.summary,
            "url": provenance.terms.url,
            "accepted": provenance.accepted,
        },
        **_metadata_terms(provenance),
        "files": {
            name: hashlib.sha256(text.encode()).hexdigest()
            for name, text in sorted(files.items())
        },
    }


def _metadata_terms(provenance: Provenance) -> dict[str, object]:
    """The entry for other sources' terms; empty in most locks."""
    terms = [one.to_json() for one in provenance.metadata]
    return {"terms_of_metadata": terms} if terms else {}


def _lines(entries: Iterable[Mapping[str, object]]) -> str:
    lines = ",\n".join(f"    {_line(entry)}" for entry in entries)
    return f"[\n{lines}\n  ]" if lines else "[]"


def _line(entry: Mapping[str, object]) -> str:
    return json.dumps(entry, sort_keys=True, ensure_ascii=False)
