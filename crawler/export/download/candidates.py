"""What was chosen and could become clips, read from the graph.

The reading is here; the order in which tracks are tried is pure: most popular
first, or drawn by the recipe's seed so that no track's turn depends on another's.
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from crawler.export.download.audio import AudioFault, ClipFacts
from crawler.recipe.model import ExportRules, LabelRules
from graph.store import Store
from queries.catalog import catalog


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
        artist: Whose clip it would be: the first credited artist that has a label.
        label: Its class; `labels` are all, should a policy give several.
        share: That of the class among the artist's genres.
        credits: All credited artists, main artist first.
        genres: Those of `artist` that count for its label, strongest first.
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
        """The MusicBrainz ids of the credited artists that have one, in their order."""
        return tuple(dict.fromkeys(c.mbid for c in self.credits if c.mbid))


@dataclass(frozen=True, slots=True)
class ArtistCandidates:
    """A labelled artist and its candidates, in the order they are tried."""

    id: str
    label: str
    candidates: tuple[Candidate, ...]


@dataclass(frozen=True, slots=True)
class CandidateSet:
    """All that can be exported, and how much there was to begin with.

    Attributes:
        artists: By id; without those that have no candidate.
        classified: Labelled artists per class that are credited on a chosen track.
        tracks: Chosen tracks, with or without a preview.
    """

    artists: tuple[ArtistCandidates, ...]
    classified: Mapping[str, int]
    tracks: int

    @property
    def candidates(self) -> int:
        """How many tracks could become clips."""
        return sum(len(artist.candidates) for artist in self.artists)


GraphRow = Mapping[str, object]


def read_candidates(
    store: Store, recipe: str, labels: LabelRules, rules: ExportRules
) -> CandidateSet:
    """The chosen tracks of a recipe, by artist, each artist's in the order to try them."""
    tracks = _rows(store, "chosen_tracks", recipe=recipe)
    return group_candidates(
        tracks,
        _rows(store, "chosen_credits", recipe=recipe),
        _rows(
            store,
            "chosen_genres",
            recipe=recipe,
            min_votes=labels.min_votes,
            min_share=labels.min_share,
        ),
        rules,
    )


def read_seeds(store: Store) -> tuple[str, ...]:
    """The ids of the artists that the crawl started from, sorted."""
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
    """Rows as candidates, by artist. Pure."""
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
    """The track as a candidate of its first labelled artist; None without one or a preview."""
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
    """What became of a track: a fault, a clip, or only its ISRC (it was not fetched yet).

    Attributes:
        isrc: As the service stated it when it gave the link.
        transient: Whether the fault may be gone tomorrow.
        release_date: As the service stated it with the ISRC.
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
        isrc: That of the graph, or else what the service stated with the link; so is
            `release_date`.
    """

    candidate: Candidate
    isrc: str | None
    clip: ClipFacts
    release_date: str | None = None


@dataclass(frozen=True, slots=True)
class RejectedTrack:
    """A candidate that was tried and is no clip of the data set."""

    candidate: Candidate
    fault: AudioFault
    result: DownloadResult


@dataclass(frozen=True, slots=True)
class MissingClips:
    """An artist lacks `clips` good clips, and nothing is known of its candidate `first`."""

    clips: int
    first: str


@dataclass(frozen=True, slots=True)
class ClipSelection:
    """The clips and the others, in the order they were tried.

    Attributes:
        wanted: What is still to be fetched, by artist. Empty when the selection is final.
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
    """Go through all artists; drop what two classes claim; go through them again."""
    contested: dict[str, tuple[Candidate, Candidate]] = {}
    while True:
        walk = _Pass(results, tracks_per_artist, contested)
        for artist in artists:
            walk.through(artist)
        if walk.found.keys() <= contested.keys():
            return walk.selection()
        contested |= walk.found


def is_pending(result: DownloadResult | None) -> bool:
    """Whether a track has still to be fetched before anything is known of its audio."""
    return result is None or (result.clip is None and result.fault is None)


class _Pass:
    """One go through all artists, with what is contested known from the goes before."""

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

    def through(self, artist: ArtistCandidates) -> None:
        good = 0
        for candidate in artist.candidates:
            if good == self._each:
                return
            judged = self._judge(candidate)
            if judged is None:
                self._missing[artist.id] = MissingClips(self._each - good, candidate.id)
                return
            good += judged

    def _judge(self, candidate: Candidate) -> bool | None:
        """Whether it is kept; None when that cannot be told yet."""
        result = self._results.get(candidate.id) or DownloadResult(candidate.id)
        isrc = candidate.isrc or result.isrc
        # The ISRC comes first: a copy is a copy, whether or not it was fetched.
        fault = self._same(candidate, "isrc", isrc) or result.fault
        if fault is None and result.clip is None:
            return None
        if fault is None and result.clip is not None:
            fault = self._same(candidate, "audio", result.clip.sha256)
        if fault is None and result.clip is not None:
            date = candidate.release_date or result.release_date
            self._keep(AcceptedClip(candidate, isrc, result.clip, date))
            return True
        if fault is not None:
            self._rejected.append(RejectedTrack(candidate, fault, result))
        return False

    def _keep(self, kept: AcceptedClip) -> None:
        self._accepted.append(kept)
        self._holders[f"audio {kept.clip.sha256}"] = kept.candidate
        if kept.isrc:
            self._holders[f"isrc {kept.isrc}"] = kept.candidate

    def _same(
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
        """Who claims the same recording for another class."""
        one, other = self._contested[key]
        return other if candidate.label == one.label else one
