"""The funnel: how many artists and tracks remain at each stage of a selection, and why."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias, cast

from crawler.selection.labels import ClassesOfArtists, TrackDecision
from graph.model.music import ArtistId
from graph.store import Store
from queries.catalog import catalog
from queries.running import run_query


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage of the funnel.

    Attributes:
        count: How many remain.
        lost: How many of the stage before do not.
        why: What those lack, with numbers where there are several reasons.
    """

    name: str
    count: int
    lost: int = 0
    why: str = ""


@dataclass(frozen=True, slots=True)
class ArtistProgress:
    """How far an artist has come: a row of `artist_progress.cypher`.

    Attributes:
        crawled: False for an artist known only from track credits.
        asked: Its genres were requested.
        identified: It has an MBID.
        tagged: It has a genre.
        listed: Its tracks were requested.
    """

    id: ArtistId
    crawled: bool
    asked: bool
    identified: bool
    tagged: bool
    listed: bool
    tracks: int
    previews: int


def read_progress(store: Store) -> tuple[ArtistProgress, ...]:
    """How far each artist of the graph has come, by id."""
    _, rows = run_query(store, catalog()["artist_progress"], {})
    return tuple(ArtistProgress(*cast("_ProgressRow", row)) for row in rows)


_ProgressRow: TypeAlias = tuple[ArtistId, bool, bool, bool, bool, bool, int, int]


# -- artists ---------------------------------------------------------------------

_ARTIST_STAGES = (
    "artists asked for genres",
    "artists with genres",
    "artists of a class",
    "artists labelled",
    "artists with tracks",
    "artists with a preview",
)

_Reasons: TypeAlias = list[tuple[int, str]]


def artist_stages(
    artists: Sequence[ArtistProgress],
    *,
    touched: Collection[ArtistId],
    classes: ClassesOfArtists,
    labels: Collection[ArtistId],
) -> tuple[Stage, ...]:
    """The stages of the artists, each a subset of the one before.

    Args:
        artists: All of the graph.
        touched: Those with a genre in a class, whether it counts or not.
        classes: The classes of each artist that has one, by genres that count.
        labels: The labelled artists.
    """
    asked = [a for a in artists if a.asked or a.tagged]
    tagged = [a for a in asked if a.tagged]
    carrying = [a for a in tagged if a.id in classes]
    labelled = [a for a in carrying if a.id in labels]
    with_tracks = [a for a in labelled if a.tracks]
    with_preview = [a for a in with_tracks if a.previews]
    remaining = (asked, tagged, carrying, labelled, with_tracks, with_preview)
    reasons = (
        _why_not_asked(artists),
        _why_untagged(asked),
        _why_classless(tagged, touched, classes),
        [(len(carrying) - len(labelled), "several classes")],
        _why_trackless(labelled),
        [(len(with_tracks) - len(with_preview), "no track with a preview")],
    )
    before = (artists, *remaining)
    return (
        Stage("artists found", len(artists)),
        *(
            Stage(name, len(now), len(was) - len(now), _format_reasons(why))
            for name, now, was, why in zip(
                _ARTIST_STAGES, remaining, before, reasons, strict=False
            )
        ),
    )


def _why_not_asked(artists: Iterable[ArtistProgress]) -> _Reasons:
    missing = [a for a in artists if not a.asked and not a.tagged]
    credited = sum(not a.crawled for a in missing)
    return [
        (credited, "known only from the credits of tracks"),
        (len(missing) - credited, "not asked yet, or set aside"),
    ]


def _why_untagged(asked: Sequence[ArtistProgress]) -> _Reasons:
    missing = [a for a in asked if not a.tagged]
    if not any(a.identified for a in asked):
        return [(len(missing), "no genre")]
    unknown = sum(not a.identified for a in missing)
    return [
        (unknown, "not identified"),
        (len(missing) - unknown, "identified, and without a genre"),
    ]


def _why_classless(
    tagged: Iterable[ArtistProgress],
    touched: Collection[ArtistId],
    classes: ClassesOfArtists,
) -> _Reasons:
    missing = [a for a in tagged if a.id not in classes]
    weak = sum(a.id in touched for a in missing)
    return [
        (len(missing) - weak, "genres of no class"),
        (weak, "too few votes, or too small a share"),
    ]


def _why_trackless(labelled: Iterable[ArtistProgress]) -> _Reasons:
    missing = [a for a in labelled if not a.tracks]
    unasked = sum(not a.listed for a in missing)
    return [
        (
            unasked,
            "not asked for tracks: their class has enough, or the crawl ended before",
        ),
        (len(missing) - unasked, "no track"),
    ]


# -- tracks ----------------------------------------------------------------------


def track_stages(decisions: Mapping[TrackDecision, int]) -> tuple[Stage, ...]:
    """The stages from the tracks of labelled artists to the chosen ones."""
    total = sum(decisions.values())
    silent = decisions.get(TrackDecision.NO_PREVIEW, 0)
    chosen = decisions.get(TrackDecision.CHOSEN, 0)
    reasons = [
        (decisions.get(why, 0), why.value)
        for why in (TrackDecision.OTHER_CLASS, TrackDecision.TWO_LABELS)
    ]
    return (
        Stage("tracks of labelled artists", total),
        Stage(
            "tracks with a preview",
            total - silent,
            silent,
            _format_reasons([(silent, TrackDecision.NO_PREVIEW.value)]),
        ),
        Stage(
            "tracks chosen", chosen, total - silent - chosen, _format_reasons(reasons)
        ),
    )


def _format_reasons(reasons: _Reasons) -> str:
    """The reasons that apply; with their numbers where there are several."""
    applying = [(count, why) for count, why in reasons if count]
    if len(applying) == 1:
        return applying[0][1]
    return ", ".join(f"{count} {why}" for count, why in applying)
