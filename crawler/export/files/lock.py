"""recipe.lock: what came of a recipe, so that the same can be told from another. Pure.

JSON with one clip a line. It is also what a finished folder remembers: which tracks
were tried and what became of them.
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
from crawler.export.download.resume import outcome_to_json
from crawler.recipe.model import Recipe
from crawler.sources.base import Terms
from graph.model.music import Selection
from graph.model.schema import differs_between_runs

FORMAT = 2
# What sources said; not what was selected of it, nor how the crawl went about it.
_MUSIC = {"Artist", "Genre", "Track", "Playlist"}
_RELATIONS = {"RELATED_TO", "HAS_GENRE", "PERFORMS", "CONTAINS"}


@dataclass(frozen=True, slots=True)
class Accepted:
    """What the recipe says by accepting the terms of one source."""

    source: str
    terms: Terms
    means: str

    def to_json(self) -> dict[str, str]:
        """As it stands in the lock."""
        return {
            "source": self.source,
            "summary": self.terms.summary,
            "url": self.terms.url,
            "accepted": self.means,
        }


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where a data set comes from.

    Attributes:
        tool: This program and its version.
        seeds: The ids of the artists that the crawl started from.
        graph_digest: See `digest_of`.
        crawl_finished: Whether no round of the crawl was open.
        accepted: What the recipe says by accepting the terms; None where it need not.
        metadata: The same for other sources, whose terms cover what they say too.
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
    """sha256 over the music in a graph, in the order of `Store.items`, without times."""
    digest = hashlib.sha256()
    for item in items:
        if _is_music(item):
            digest.update(_line(_without_times(item)).encode())
    return digest.hexdigest()


def source_of(item: Mapping[str, object]) -> str | None:
    """The source that said what an item holds; None for what is not music."""
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


def lock(
    origin: Provenance,
    kept: Iterable[AcceptedClip],
    left_out: Iterable[RejectedTrack],
    outcomes: Mapping[str, DownloadResult],
    files: Mapping[str, str],
) -> str:
    """The text of the lock; `files` are those that it states the checksums of."""
    clips = [
        outcome_to_json(_as_told(k.candidate, outcomes[k.candidate.id]))
        | {"source": k.candidate.source}
        for k in sorted(kept, key=lambda k: k.candidate.id)
    ]
    others = [
        outcome_to_json(_as_told(left.candidate, left.outcome))
        | {"because": left.fault.reason}
        for left in sorted(left_out, key=lambda left: left.candidate.id)
    ]
    head = json.dumps(_head(origin, files), indent=2, ensure_ascii=False).removesuffix(
        "\n}"
    )
    return f'{head},\n  "clips": {_lines(clips)},\n  "left_out": {_lines(others)}\n}}\n'


def _as_told(candidate: Candidate, outcome: DownloadResult) -> DownloadResult:
    """The outcome with what the manifest tells: what the graph states comes first."""
    return replace(
        outcome,
        isrc=candidate.isrc or outcome.isrc,
        release_date=candidate.release_date or outcome.release_date,
    )


def _head(origin: Provenance, files: Mapping[str, str]) -> dict[str, object]:
    selection = origin.selection
    return {
        "format": FORMAT,
        "dataset": origin.recipe.name,
        "tool": origin.tool,
        "recipe_digest": origin.recipe.digest(),
        "recipe": json.loads(origin.recipe.to_json()),
        "selection": {
            "policy": selection.policy,
            "labels_digest": selection.labels_digest,
            "funnel": dict(selection.funnel),
        },
        "graph": {
            "digest": origin.graph_digest,
            "answers": selection.answers,
            "crawl_finished": origin.crawl_finished,
        },
        "seeds": list(origin.seeds),
        "terms": {
            "source": origin.recipe.sources.previews,
            "summary": origin.terms.summary,
            "url": origin.terms.url,
            "accepted": origin.accepted,
        },
        **_metadata_terms(origin),
        "files": {
            name: hashlib.sha256(text.encode()).hexdigest()
            for name, text in sorted(files.items())
        },
    }


def _metadata_terms(origin: Provenance) -> dict[str, object]:
    """Nothing where there are none, as in most locks."""
    terms = [one.to_json() for one in origin.metadata]
    return {"terms_of_metadata": terms} if terms else {}


def _lines(entries: Iterable[Mapping[str, object]]) -> str:
    lines = ",\n".join(f"    {_line(entry)}" for entry in entries)
    return f"[\n{lines}\n  ]" if lines else "[]"


def _line(entry: Mapping[str, object]) -> str:
    return json.dumps(entry, sort_keys=True, ensure_ascii=False)
