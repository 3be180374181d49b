"""How artists and tracks become fewer on the way to a data set, and why. Pure."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from graph.model.music import ArtistId, ArtistLabel, TrackId, TrackLabel


@dataclass(frozen=True, slots=True)
class Stage:
    """One step of the funnel.

    Attributes:
        count: How many are still there.
        lost: How many of the stage before are not.
        why: What they lack, with numbers where there are several reasons.
    """

    name: str
    count: int
    lost: int = 0
    why: str = ""


@dataclass(frozen=True, slots=True)
class ArtistProgress:
    """What is known of an artist: a row of `queries/artist_progress.cypher`."""

    id: ArtistId
    crawled: bool
    asked: bool
    identified: bool
    tagged: bool
    listed: bool
    tracks: int
    previews: int


@dataclass(frozen=True, slots=True)
class Credits:
    """Who is credited on a track: a row of `queries/track_credits.cypher`."""

    id: TrackId
    has_preview: bool
    artists: tuple[ArtistId, ...]


@dataclass(frozen=True, slots=True)
class TrackChoice:
    """The chosen tracks, and what became of the others.

    Attributes:
        stages: From the tracks of labelled artists to the chosen ones.
        artists: The labelled artists who have a chosen track.
    """

    labels: tuple[TrackLabel, ...]
    stages: tuple[Stage, ...]
    artists: frozenset[ArtistId]


class TrackFate(StrEnum):
    """What became of a track, as the funnel says it."""

    CHOSEN = "chosen"
    NO_PREVIEW = "no preview"
    OTHER_CLASS = "credited also to an artist of another class"
    TWO_LABELS = "credited to artists of two labels"


def fate_of(
    track: Credits,
    labels: Mapping[ArtistId, ArtistLabel],
    classes: Mapping[ArtistId, Collection[str]],
    *,
    drop: bool,
) -> TrackFate:
    """What becomes of a track that at least one labelled artist is credited on.

    An artist speaks for its label or, where it has none, for all classes it carries; one
    without a class says nothing. Artists of two labels leave a track without one
    label, so it goes whatever `drop` says of other collaborations.
    """
    if not track.has_preview:
        return TrackFate.NO_PREVIEW
    own = {labels[a].class_name for a in track.artists if a in labels}
    if len(own) > 1:
        return TrackFate.TWO_LABELS
    others = {
        class_name
        for artist in track.artists
        if artist not in labels
        for class_name in classes.get(artist, ())
    }
    return TrackFate.OTHER_CLASS if drop and others - own else TrackFate.CHOSEN


def choose_tracks(
    credited: Iterable[Credits],
    labels: Mapping[ArtistId, ArtistLabel],
    classes: Mapping[ArtistId, Collection[str]],
    *,
    drop: bool,
) -> TrackChoice:
    """Label the tracks of labelled artists that have a preview and one class.

    The share of a track's label is the largest of its labelled artists'.
    """
    fates: Counter[TrackFate] = Counter()
    chosen: list[TrackLabel] = []
    performers: set[ArtistId] = set()
    for track in credited:
        own = [labels[artist] for artist in track.artists if artist in labels]
        if not own:
            continue
        fate = fate_of(track, labels, classes, drop=drop)
        fates[fate] += 1
        if fate is TrackFate.CHOSEN:
            share = max(label.share for label in own)
            chosen.append(TrackLabel(track.id, own[0].class_name, share))
            performers.update(label.artist for label in own)
    return TrackChoice(tuple(chosen), _track_stages(fates), frozenset(performers))


def _track_stages(fates: Mapping[TrackFate, int]) -> tuple[Stage, ...]:
    total = sum(fates.values())
    silent = fates.get(TrackFate.NO_PREVIEW, 0)
    chosen = fates.get(TrackFate.CHOSEN, 0)
    reasons = [
        (fates.get(why, 0), why.value)
        for why in (TrackFate.OTHER_CLASS, TrackFate.TWO_LABELS)
    ]
    return (
        Stage("tracks of labelled artists", total),
        Stage(
            "tracks with a preview",
            total - silent,
            silent,
            _said([(silent, "no preview")]),
        ),
        Stage("tracks chosen", chosen, total - silent - chosen, _said(reasons)),
    )


def artist_stages(
    artists: Sequence[ArtistProgress],
    *,
    touched: Collection[ArtistId],
    classes: Mapping[ArtistId, Collection[str]],
    labels: Collection[ArtistId],
) -> tuple[Stage, ...]:
    """The stages of the artists, each a part of the one before.

    Args:
        artists: All of the graph.
        touched: Those with a genre in a class, whether it counts or not.
        classes: The classes of each artist that has one, by genres that count.
        labels: The labelled ones.
    """
    asked = [a for a in artists if a.asked or a.tagged]
    tagged = [a for a in asked if a.tagged]
    carrying = [a for a in tagged if a.id in classes]
    labelled = [a for a in carrying if a.id in labels]
    with_tracks = [a for a in labelled if a.tracks]
    with_preview = [a for a in with_tracks if a.previews]
    kept = (asked, tagged, carrying, labelled, with_tracks, with_preview)
    reasons = (
        _not_asked(artists),
        _untagged(asked),
        _classless(tagged, touched, classes),
        [(len(carrying) - len(labelled), "several classes")],
        _trackless(labelled),
        [(len(with_tracks) - len(with_preview), "no track with a preview")],
    )
    before = (artists, *kept)
    return (
        Stage("artists found", len(artists)),
        *(
            Stage(name, len(now), len(was) - len(now), _said(why))
            for name, now, was, why in zip(
                _ARTIST_STAGES, kept, before, reasons, strict=False
            )
        ),
    )


_ARTIST_STAGES = (
    "artists asked for genres",
    "artists with genres",
    "artists of a class",
    "artists labelled",
    "artists with tracks",
    "artists with a preview",
)

_Reasons = list[tuple[int, str]]


def _not_asked(artists: Iterable[ArtistProgress]) -> _Reasons:
    missing = [a for a in artists if not a.asked and not a.tagged]
    credited = sum(not a.crawled for a in missing)
    return [
        (credited, "known only from the credits of tracks"),
        (len(missing) - credited, "not asked yet, or set aside"),
    ]


def _untagged(asked: Sequence[ArtistProgress]) -> _Reasons:
    missing = [a for a in asked if not a.tagged]
    if not any(a.identified for a in asked):
        return [(len(missing), "no genre")]
    unknown = sum(not a.identified for a in missing)
    return [
        (unknown, "not identified"),
        (len(missing) - unknown, "identified, and without a genre"),
    ]


def _classless(
    tagged: Iterable[ArtistProgress],
    touched: Collection[ArtistId],
    classes: Collection[ArtistId],
) -> _Reasons:
    missing = [a for a in tagged if a.id not in classes]
    weak = sum(a.id in touched for a in missing)
    return [
        (len(missing) - weak, "genres of no class"),
        (weak, "too few votes, or too small a share"),
    ]


def _trackless(labelled: Iterable[ArtistProgress]) -> _Reasons:
    missing = [a for a in labelled if not a.tracks]
    unasked = sum(not a.listed for a in missing)
    return [
        (
            unasked,
            "not asked for tracks: their class has enough, or the crawl ended before",
        ),
        (len(missing) - unasked, "no track"),
    ]


def _said(reasons: _Reasons) -> str:
    told = [(count, why) for count, why in reasons if count]
    if len(told) == 1:
        return told[0][1]
    return ", ".join(f"{count} {why}" for count, why in told)
