"""Which tracks can become clips, in which order they are tried, and which ones do.

`read_candidates` reads the chosen tracks from the graph and orders each artist's tracks:
most popular first, or drawn by the recipe's seed so that the position of a track does
not depend on other tracks.

`select_clips` goes through each artist's candidates in order until it has enough good
clips. A recording (same ISRC or same bytes) is taken once, by the first in order. If two
classes claim it, its label is undecidable and neither gets it. The selection is a pure
function of the candidates and of the result of each, so it depends neither on the order
of the downloads nor on where an export was interrupted.
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from crawler.errors import DatasetError
from crawler.export.download.audio import AudioFault, ClipFacts
from crawler.recipe.model import ExportRules, Recipe
from graph.store import Store
from queries.catalog import catalog

GraphRow = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Credit:
    """One artist credited on a track."""

    artist: str
    name: str
    mbid: str | None


@dataclass(frozen=True, slots=True)
class Candidate:
    """A chosen track that has a preview.

    Attributes:
        artist: The artist that the clip is attributed to: the first credited one with a label.
        label: Its class; `labels` holds all, should a policy give several.
        share: The share of the class among the artist's genres.
        credits: All credited artists, the main artist first.
        genres: Genres of `artist` that count for its label, strongest first.
    """

    id: str
    title: str
    source: str
    artist: str
    label: str
    labels: tuple[str, ...]
    share: float
    policy: str
    credits: tuple[Credit, ...]
    genres: tuple[str, ...] = ()
    album: str | None = None
    album_id: str | None = None
    release_date: str | None = None
    isrc: str | None = None
    popularity: int | None = None
    duration_ms: int | None = None
    license: str | None = None
    license_url: str | None = None

    @property
    def mbids(self) -> tuple[str, ...]:
        """The known MusicBrainz ids of the credited artists, in their order."""
        return tuple(dict.fromkeys(c.mbid for c in self.credits if c.mbid))


@dataclass(frozen=True, slots=True)
class ArtistCandidates:
    """A labelled artist and its candidates, in the order they are tried."""

    id: str
    label: str
    candidates: tuple[Candidate, ...]


@dataclass(frozen=True, slots=True)
class CandidateSet:
    """All exportable tracks, and how many were chosen.

    Attributes:
        artists: By id; artists without a candidate are left out.
        classified: Number of labelled artists per class that are credited on a chosen track.
        tracks: Chosen tracks, with or without a preview.
    """

    artists: tuple[ArtistCandidates, ...]
    classified: Mapping[str, int]
    tracks: int


def read_candidates(store: Store, recipe: Recipe) -> CandidateSet:
    """Read the chosen tracks of a recipe, by artist, in the order they are tried.

    Raises:
        DatasetError: None of them can be exported.
    """
    tracks = _rows(store, "chosen_tracks", recipe=recipe.name)
    candidates = group_candidates(
        tracks,
        _rows(store, "chosen_credits", recipe=recipe.name),
        _rows(
            store,
            "chosen_genres",
            recipe=recipe.name,
            min_votes=recipe.labels.min_votes,
            min_share=recipe.labels.min_share,
        ),
        recipe.export,
    )
    if not candidates.artists:
        raise DatasetError(
            f"none of the {candidates.tracks} chosen tracks has a preview and a labelled "
            "artist",
            hint=(
                "Crawl further, or loosen [labels]; `genregraph status RECIPE` shows more."
            ),
        )
    return candidates


def read_seeds(store: Store) -> tuple[str, ...]:
    """Read the ids of the artists that the crawl started from, sorted."""
    return tuple(sorted(str(row["artist"]) for row in _rows(store, "seed_artists")))


def _rows(store: Store, name: str, **parameters: object) -> list[GraphRow]:
    columns, rows = store.query(catalog()[name].text, parameters)
    return [dict(zip(columns, row, strict=True)) for row in rows]


def group_candidates(
    tracks: Iterable[GraphRow],
    credits_: Iterable[GraphRow],
    genres: Iterable[GraphRow],
    rules: ExportRules,
) -> CandidateSet:
    """Turn rows into candidates, by artist. Pure."""
    by_track = _group(tracks, "track")
    credited = _group(credits_, "track")
    genres_of = {
        artist: tuple(dict.fromkeys(str(row["genre"]) for row in rows))
        for artist, rows in _group(genres, "artist").items()
    }
    found: dict[str, list[Candidate]] = defaultdict(list)
    for track, rows in by_track.items():
        candidate = _candidate(rows, credited.get(track, []), genres_of)
        if candidate is not None:
            found[candidate.artist].append(candidate)
    artists = tuple(
        ArtistCandidates(artist, tried[0].label, _in_order(tried, rules))
        for artist, tried in sorted(found.items())
    )
    return CandidateSet(artists, _classified(credited), len(by_track))


def _group(rows: Iterable[GraphRow], key: str) -> dict[str, list[GraphRow]]:
    groups: dict[str, list[GraphRow]] = defaultdict(list)
    for row in rows:
        groups[str(row[key])].append(row)
    return groups


def _classified(credited: Mapping[str, list[GraphRow]]) -> dict[str, int]:
    labels: dict[str, set[str]] = defaultdict(set)
    for row in (row for rows in credited.values() for row in rows):
        if row["label"] is not None:
            labels[str(row["label"])].add(str(row["artist"]))
    return {label: len(artists) for label, artists in sorted(labels.items())}


def _candidate(
    rows: list[GraphRow],
    credited: list[GraphRow],
    genres_of: Mapping[str, tuple[str, ...]],
) -> Candidate | None:
    """The track as a candidate of its first labelled artist; None without artist or preview."""
    first = rows[0]
    labels = tuple(dict.fromkeys(str(row["label"]) for row in rows))
    owner = next((r for r in credited if r["label"] in labels), None)
    if owner is None or not first["has_preview"]:
        return None
    artist, label = str(owner["artist"]), str(owner["label"])
    share = next(r["share"] for r in rows if r["label"] == label)
    return Candidate(
        id=str(first["track"]),
        title=str(first["title"] or ""),
        source=str(first["source"] or ""),
        artist=artist,
        label=label,
        labels=labels,
        share=float(str(share)),
        policy=str(first["policy"]),
        credits=_credits(credited),
        genres=genres_of.get(artist, ()),
        album=_text(first["album"]),
        album_id=_text(first["album_id"]),
        release_date=_text(first["release_date"]),
        isrc=_text(first["isrc"]),
        popularity=_number(first["popularity"]),
        duration_ms=_number(first["duration_ms"]),
        license=_text(first["license"]),
        license_url=_text(first["license_url"]),
    )


def _credits(rows: Iterable[GraphRow]) -> tuple[Credit, ...]:
    each = {
        str(row["artist"]): Credit(
            str(row["artist"]), str(row["name"] or ""), _text(row["mbid"])
        )
        for row in reversed(list(rows))
    }
    return tuple(reversed(each.values()))


def _text(value: object) -> str | None:
    return str(value) if value not in (None, "") else None


def _number(value: object) -> int | None:
    return int(str(value)) if value is not None else None


def _in_order(tried: list[Candidate], rules: ExportRules) -> tuple[Candidate, ...]:
    if rules.pick == "random":
        return tuple(sorted(tried, key=lambda c: (_draw(c, rules.seed), c.id)))
    return tuple(sorted(tried, key=lambda c: (-(c.popularity or 0), c.id)))


def _draw(candidate: Candidate, seed: int) -> str:
    text = f"{seed}/{candidate.artist}/{candidate.id}"
    return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class DownloadResult:
    """The result of a track: a fault, a clip, or only its ISRC if it was not fetched yet.

    Attributes:
        isrc: As stated by the service together with the link.
        transient: Whether a later attempt may succeed.
        release_date: As stated by the service together with the link.
    """

    track: str
    isrc: str | None = None
    fault: AudioFault | None = None
    clip: ClipFacts | None = None
    transient: bool = False
    release_date: str | None = None


@dataclass(frozen=True, slots=True)
class AcceptedClip:
    """A candidate that becomes a clip of the data set.

    Attributes:
        isrc: From the graph, or else from the service; `release_date` likewise.
    """

    candidate: Candidate
    isrc: str | None
    clip: ClipFacts
    release_date: str | None = None


@dataclass(frozen=True, slots=True)
class RejectedTrack:
    """A candidate that was tried and does not become a clip."""

    candidate: Candidate
    fault: AudioFault
    result: DownloadResult


@dataclass(frozen=True, slots=True)
class MissingClips:
    """An artist lacks `clips` good clips; its next untried candidate is `first`."""

    clips: int
    first: str


@dataclass(frozen=True, slots=True)
class ClipSelection:
    """Accepted clips and rejected tracks, in the order they were tried.

    Attributes:
        missing: What has yet to be fetched, by artist. Empty when the selection is final.
    """

    accepted: tuple[AcceptedClip, ...] = ()
    rejected: tuple[RejectedTrack, ...] = ()
    missing: Mapping[str, MissingClips] = field(default_factory=dict)


def select_clips(
    artists: Sequence[ArtistCandidates],
    results: Mapping[str, DownloadResult],
    *,
    tracks_per_artist: int,
) -> ClipSelection:
    """Select clips; repeat without the recordings that two classes claim."""
    contested: dict[str, tuple[Candidate, Candidate]] = {}
    while True:
        one = _Pass(results, tracks_per_artist, contested)
        for artist in artists:
            one.visit(artist)
        if one.found.keys() <= contested.keys():
            return one.selection()
        contested |= one.found


def is_pending(result: DownloadResult | None) -> bool:
    """Whether the audio of a track has not been fetched yet."""
    return result is None or (result.clip is None and result.fault is None)


class _Pass:
    """One pass over all artists; earlier passes found the contested recordings."""

    def __init__(
        self,
        results: Mapping[str, DownloadResult],
        tracks_per_artist: int,
        contested: Mapping[str, tuple[Candidate, Candidate]],
    ) -> None:
        self._results = results
        self._each = tracks_per_artist
        self._contested = contested
        self._holders: dict[str, Candidate] = {}
        self._accepted: list[AcceptedClip] = []
        self._rejected: list[RejectedTrack] = []
        self._missing: dict[str, MissingClips] = {}
        self.found: dict[str, tuple[Candidate, Candidate]] = {}

    def selection(self) -> ClipSelection:
        return ClipSelection(
            tuple(self._accepted), tuple(self._rejected), dict(self._missing)
        )

    def visit(self, artist: ArtistCandidates) -> None:
        good = 0
        for candidate in artist.candidates:
            if good == self._each:
                return
            accepted = self._evaluate(candidate)
            if accepted is None:
                self._missing[artist.id] = MissingClips(self._each - good, candidate.id)
                return
            good += accepted

    def _evaluate(self, candidate: Candidate) -> bool | None:
        """Whether a candidate is accepted; None if its result is not known yet."""
        result = self._results.get(candidate.id) or DownloadResult(candidate.id)
        isrc = candidate.isrc or result.isrc
        # The ISRC first: it reveals a duplicate even before the track is fetched.
        fault = self._duplicate(candidate, "isrc", isrc) or result.fault
        if fault is None and result.clip is None:
            return None
        if fault is None and result.clip is not None:
            fault = self._duplicate(candidate, "audio", result.clip.sha256)
        if fault is None and result.clip is not None:
            date = candidate.release_date or result.release_date
            self._accept(AcceptedClip(candidate, isrc, result.clip, date))
            return True
        if fault is not None:
            self._rejected.append(RejectedTrack(candidate, fault, result))
        return False

    def _accept(self, clip: AcceptedClip) -> None:
        self._accepted.append(clip)
        self._holders[f"audio {clip.clip.sha256}"] = clip.candidate
        if clip.isrc:
            self._holders[f"isrc {clip.isrc}"] = clip.candidate

    def _duplicate(
        self, candidate: Candidate, kind: str, value: str | None
    ) -> AudioFault | None:
        if value is None:
            return None
        key, reason = f"{kind} {value}", f"duplicate-{kind}"
        if key in self._contested:
            other = self._other(candidate, key)
            return AudioFault(reason, f"also {other.id} in {other.label}: both dropped")
        holder = self._holders.get(key)
        if holder is None:
            return None
        if holder.label != candidate.label:
            self.found[key] = (holder, candidate)
        return AudioFault(reason, f"same as {holder.id}")

    def _other(self, candidate: Candidate, key: str) -> Candidate:
        """The candidate that claims the same recording for another class."""
        one, other = self._contested[key]
        return other if candidate.label == one.label else one
