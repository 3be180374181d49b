"""What was chosen and could become clips, read from the graph.

The reading is here; the order in which tracks are tried is pure: most popular
first, or drawn by the recipe's seed so that no track's turn depends on another's.
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

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
