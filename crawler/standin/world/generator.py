"""Generate worlds from a seed; the same seed gives the same world, to the byte.

The steps are artists (with their genres and their MusicBrainz entries), relations,
tracks with albums, and playlists.
"""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from crawler.standin.world.genre_families import (
    FOREIGN,
    GENRES_10,
    METAL_20,
    OTHER_TAGS,
    GenreFamily,
)
from crawler.standin.world.names import artist_name, title, uuid
from crawler.standin.world.spotify_ids import spotify_id
from crawler.standin.world.world import (
    DEEZER_PAGE,
    SPOTIFY_PAGE,
    MusicBrainzEntry,
    PreviewFault,
    World,
    WorldArtist,
    WorldPlaylist,
    WorldTrack,
)

FIRST_ARTIST = 900_000_001

# Share of artists tagged with the name of their class, besides its subgenres.
_PLAIN = 0.6
# Shares of artists with a genre of another class that does not count: it has no vote, or
# too small a share of the votes.
_UNVOTED = 0.08
_WEAK = 0.04
_STRONG_VOTES = 10
# MusicBrainz artists without a page on Deezer, per known artist.
_ELSEWHERE = 0.05
# Shares of artists with a deleted Spotify page, and with the Spotify page listed first.
_GONE = 0.5
_SPOTIFY_FIRST = 0.1

Genres = tuple[tuple[str, int], ...]
# Relatives of an artist, those among its neighbours, the distance of neighbours on the
# ring, and the artists in a pocket.
LENGTH = 20
NEAR = 16
REACH = 16
POCKET = 8
# Members of a family per pocket; smaller families have none.
MEMBERS_PER_POCKET = 80
FIRST_TRACK = 910_000_001
FIRST_ALBUM = 920_000_001
FIRST_PLAYLIST = 930_000_001
FAULTS = tuple(PreviewFault)
ALBUM_LENGTH = 4
# Shares of all tracks: without a preview, released twice, by several artists, by artists
# of any family, by three artists.
_NO_PREVIEW = 0.08
_RELEASED_TWICE = 0.03
_COLLABORATION = 0.23
_ANY_FAMILY = 0.06
_THREE = 0.02
# Share of a playlist's tracks that match its title.
_ON_TOPIC = 0.88
PLAYLIST_TITLES = ("{} classics", "Best of {}", "{} essentials", "This is {} 2026")


@dataclass(frozen=True, slots=True)
class WorldMix:
    """The composition of an invented world, as shares of 1.

    Attributes:
        known: Artists whose Deezer page MusicBrainz knows.
        untagged: Artists without a genre on the services, including unknown ones.
        several: Tagged artists in several classes.
        foreign: Artists outside all classes.
        faults: Previews with a deliberate fault.
    """

    known: float = 0.85
    untagged: float = 0.2
    several: float = 0.18
    foreign: float = 0.12
    faults: float = 0.01


@dataclass(frozen=True, slots=True)
class ArtistDraft:
    """An artist before relations are generated."""

    id: int
    name: str
    family: GenreFamily
    genres: Genres
    fans: int
    mbid: str | None


def generate_artists(
    count: int, families: Sequence[GenreFamily], shares: WorldMix, rng: random.Random
) -> list[ArtistDraft]:
    """Generate artists, with homonyms and with pairs of ids that share one MBID."""
    found = [_draft(i, families, shares, rng) for i in range(count)]
    for i in range(25, count, 50):  # 2 %: the name of another artist
        found[i] = replace(found[i], name=found[i - 25].name)
    for i in range(70, count, 100):  # 1 %: two ids, one artist
        found[i] = _with_same_mbid(found[i - 7], found[i])
    return found


def _with_same_mbid(first: ArtistDraft, other: ArtistDraft) -> ArtistDraft:
    if first.mbid is None or not first.genres:
        return other
    return replace(first, id=other.id, fans=first.fans // 9)


def _draft(
    number: int, families: Sequence[GenreFamily], shares: WorldMix, rng: random.Random
) -> ArtistDraft:
    family = _family_of(number, families, shares, rng)
    known = rng.random() < shares.known
    bare = max(0.0, shares.untagged - (1 - shares.known)) / max(shares.known, 1e-9)
    genres = (
        () if known and rng.random() < bare else _genres(family, families, shares, rng)
    )
    mbid = uuid(rng) if known else None
    fans = int(10 ** (1.5 + 4.5 * rng.random()))
    return ArtistDraft(
        FIRST_ARTIST + number, artist_name(rng), family, genres, fans, mbid
    )


def _family_of(
    number: int, families: Sequence[GenreFamily], shares: WorldMix, rng: random.Random
) -> GenreFamily:
    if rng.random() < shares.foreign:
        return FOREIGN[int(rng.random() * len(FOREIGN))]
    # In rotation, so that no class of a small world is empty.
    return families[number % len(families)]


def _genres(
    family: GenreFamily,
    families: Sequence[GenreFamily],
    shares: WorldMix,
    rng: random.Random,
) -> Genres:
    top = 1 + int(rng.expovariate(0.16))
    votes = {family.genres[0]: top} if rng.random() < _PLAIN else {}
    for _ in range(1 + int(rng.random() * 2)):
        votes.setdefault(_random_genre(family, rng), 1 + int(rng.random() * top))
    other = families[int(rng.random() * len(families))]
    chance = rng.random()
    if chance < shares.several and family not in FOREIGN:
        other = _other_family(family, families, rng)
        votes.setdefault(other.genres[0], max(1, int(top * (0.5 + rng.random() / 2))))
    elif chance < shares.several + _UNVOTED:  # without a vote: it does not count
        votes.setdefault(_random_genre(other, rng), 0)
    elif (
        chance < shares.several + _UNVOTED + _WEAK and top >= _STRONG_VOTES
    ):  # one vote of many: too small a share
        votes.setdefault(_random_genre(other, rng), 1)
    return tuple(sorted(votes.items(), key=lambda item: (-item[1], item[0])))


def _random_genre(family: GenreFamily, rng: random.Random) -> str:
    return family.genres[int(rng.random() * len(family.genres))]


def _other_family(
    family: GenreFamily, families: Sequence[GenreFamily], rng: random.Random
) -> GenreFamily:
    if len(families) == 1:
        return family
    return families[
        (families.index(family) + 1 + int(rng.random() * 2)) % len(families)
    ]


def generate_entries(
    found: Sequence[ArtistDraft], rng: random.Random
) -> dict[str, MusicBrainzEntry]:
    """Generate MusicBrainz' entries: known artists, and some whose only page is deleted."""
    listed: dict[str, MusicBrainzEntry] = {}
    ids: dict[str, list[int]] = {}
    for person in found:
        if person.mbid is None:
            continue
        page = DEEZER_PAGE.format(person.id)
        entry = listed.get(person.mbid) or _entry(person, person.mbid, rng)
        listed[person.mbid] = replace(entry, pages=(*entry.pages, page))
        ids.setdefault(person.mbid, []).append(person.id)
        if rng.random() < _ELSEWHERE:
            elsewhere = replace(_entry(person, uuid(rng), rng), name=artist_name(rng))
            listed[elsewhere.mbid] = replace(elsewhere, pages=(_gone_page(rng),))
    return {
        m: _with_spotify_pages(entry, ids.get(m, ()), rng)
        for m, entry in listed.items()
    }


def _entry(person: ArtistDraft, mbid: str, rng: random.Random) -> MusicBrainzEntry:
    count = int(rng.random() * 3)
    tags = {OTHER_TAGS[int(rng.random() * len(OTHER_TAGS))]: i for i in range(count)}
    return MusicBrainzEntry(mbid, person.name, person.genres, tuple(tags.items()), ())


def _with_spotify_pages(
    entry: MusicBrainzEntry, ids: Sequence[int], rng: random.Random
) -> MusicBrainzEntry:
    """Add Spotify pages, mostly after those on Deezer, half of them with a deleted page."""
    chance = rng.random()
    there = tuple(SPOTIFY_PAGE.format(spotify_id("artist", i)) for i in ids)
    first = chance < _SPOTIFY_FIRST
    pages = (*there, *entry.pages) if first else (*entry.pages, *there)
    return replace(entry, pages=(*pages, _gone_page(rng)) if chance <= _GONE else pages)


def _gone_page(rng: random.Random) -> str:
    """A page that MusicBrainz still lists but Spotify no longer has."""
    return SPOTIFY_PAGE.format(f"{rng.getrandbits(88):022x}")


@dataclass(frozen=True, slots=True)
class _Pocket:
    """A hidden group: `door` is on the ring; `hall`, if any, lies between door and group."""

    door: int
    hall: int | None
    group: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class _FamilyLayout:
    """The ring and the pockets of a family, as positions in the list of artists."""

    ring: tuple[int, ...]
    pockets: tuple[_Pocket, ...]


def generate_relations(
    found: Sequence[ArtistDraft], rng: random.Random
) -> Mapping[int, tuple[int, ...]]:
    """Generate relations: relatives by artist id, nearest first, 20 where possible.

    Each family is a ring. An artist's list mostly holds neighbours on the ring, so lists
    within a family are similar, and relations are mutual about as often as on real
    services (33 to 46 %); the rest are random artists. Some artists lie in pockets that
    only one untagged artist leads to, or two in a row: only a crawl that expands untagged
    artists finds them.
    """
    layouts = [
        _family_layout(members, found) for members in _members_of_families(found)
    ]
    all_positions = [i for layout in layouts for i in layout.ring]
    lists: dict[int, list[int]] = {}
    for layout in layouts:
        for place, i in enumerate(layout.ring):
            lists[i] = _fill(
                i, _neighbours(layout.ring, place, rng), all_positions, rng
            )
        for pocket in layout.pockets:
            _link_pocket(pocket, layout.ring, lists, rng)
    ids = [person.id for person in found]
    return {ids[i]: tuple(ids[j] for j in lists[i]) for i in range(len(ids))}


def _members_of_families(found: Sequence[ArtistDraft]) -> list[list[int]]:
    members: dict[str, list[int]] = {}
    for i, person in enumerate(found):
        members.setdefault(person.family.name, []).append(i)
    return list(members.values())


def _family_layout(
    members: Sequence[int], found: Sequence[ArtistDraft]
) -> _FamilyLayout:
    bare = [i for i in members if found[i].mbid is None or not found[i].genres]
    tagged = [i for i in members if found[i].mbid is not None and found[i].genres]
    pockets = []
    for k in range(min(len(members) // MEMBERS_PER_POCKET, len(bare) // 2)):
        group = tuple(tagged[k * POCKET : (k + 1) * POCKET])
        pockets.append(_Pocket(bare[2 * k], bare[2 * k + 1] if k % 2 else None, group))
    hidden = {i for pocket in pockets for i in (*pocket.group, pocket.hall)}
    return _FamilyLayout(tuple(i for i in members if i not in hidden), tuple(pockets))


def _neighbours(ring: Sequence[int], place: int, rng: random.Random) -> list[int]:
    """Some neighbours within reach, roughly nearest first."""
    size = len(ring)
    reach = min(REACH, (size - 1) // 2)
    steps = [step for step in range(-reach, reach + 1) if step]
    chosen = rng.sample(steps, min(NEAR, len(steps)))
    chosen.sort(key=lambda step: abs(step) + 8 * rng.random())
    return [ring[(place + step) % size] for step in chosen]


def _fill(
    own: int, related: list[int], all_positions: Sequence[int], rng: random.Random
) -> list[int]:
    """Fill a list up to the full length with random artists at random places."""
    room = min(LENGTH, len(all_positions) - 1)
    while len(related) < room:
        other = all_positions[int(rng.random() * len(all_positions))]
        if other != own and other not in related:
            related.insert(int(rng.random() * (len(related) + 1)), other)
    return related


def _link_pocket(
    pocket: _Pocket,
    ring: Sequence[int],
    lists: dict[int, list[int]],
    rng: random.Random,
) -> None:
    group = list(pocket.group)
    for own in group:
        lists[own] = _fill(own, [i for i in group if i != own], ring, rng)
    if pocket.hall is None:
        lists[pocket.door][-3:] = group[:3]
    else:
        lists[pocket.hall] = _fill(pocket.hall, group[:6], ring, rng)
        lists[pocket.door][-1] = pocket.hall


@dataclass(slots=True)
class _TrackState:
    """State of the generation of tracks: possible collaborators and running numbers."""

    found: Sequence[ArtistDraft]
    families: Mapping[str, list[ArtistDraft]]
    rng: random.Random
    faults: float
    tracks: dict[int, WorldTrack]
    albums: int = 0
    faulty: int = 0


def generate_tracks(
    found: Sequence[ArtistDraft], mean: int, faults: float, rng: random.Random
) -> dict[int, WorldTrack]:
    """Generate tracks by id: on average `mean` per artist, from 2 to `2 * mean - 2`."""
    families: dict[str, list[ArtistDraft]] = {}
    for person in found:
        families.setdefault(person.family.name, []).append(person)
    state = _TrackState(found, families, rng, faults, {})
    for person in found:
        count = 2 + int(rng.random() * (2 * mean - 3))
        for number in range(count):
            _add_track(state, person, number)
    return state.tracks


def isrc_of(number: int) -> str:
    """An unused ISRC: country ZZ does not exist."""
    return f"ZZGN{number // 100_000 % 10}26{number % 100_000:05d}"


def _add_track(state: _TrackState, person: ArtistDraft, number: int) -> None:
    rng, tracks = state.rng, state.tracks
    if number % ALBUM_LENGTH == 0:
        state.albums += 1
    album_id = FIRST_ALBUM + state.albums
    chance, name = rng.random(), title(rng)
    track = WorldTrack(
        id=FIRST_TRACK + len(tracks),
        title=name,
        artists=_credits(state, person),
        duration=120 + int(rng.random() * 300),
        isrc=isrc_of(len(tracks)),
        explicit=rng.random() < (0.4 if person.family.name == "rap" else 0.05),
        rank=min(1_000_000, int(person.fans * (0.2 + 0.8 * rng.random()))),
        album=name if number % ALBUM_LENGTH == 0 else f"{person.name} {album_id % 89}",
        album_id=album_id,
        release_date=_date(rng),
        has_preview=chance > _NO_PREVIEW,
        family=person.family.name,
        fault=_fault(state) if chance > 1 - state.faults else None,
    )
    tracks[track.id] = track
    if rng.random() < _RELEASED_TWICE:
        state.albums += 1
        copy = replace(
            track,
            id=FIRST_TRACK + len(tracks),
            album=f"{track.title} (again)",
            album_id=FIRST_ALBUM + state.albums,
        )
        tracks[copy.id] = copy


def _fault(state: _TrackState) -> PreviewFault:
    state.faulty += 1
    return FAULTS[state.faulty % len(FAULTS)]


def _date(rng: random.Random) -> str:
    draw = rng.random
    year, month, day = 1970 + draw() * 56, 1 + draw() * 12, 1 + draw() * 28
    return f"{int(year)}-{int(month):02d}-{int(day):02d}"


def _credits(state: _TrackState, person: ArtistDraft) -> tuple[int, ...]:
    """Mostly one artist; otherwise with others of the family, or (a quarter) of any family."""
    rng = state.rng
    chance = rng.random()
    if chance > _COLLABORATION:
        return (person.id,)
    mates: Sequence[ArtistDraft] = state.families[person.family.name]
    if chance < _ANY_FAMILY:
        mates = state.found
    chosen = [
        mates[int(rng.random() * len(mates))].id for _ in range(1 + (chance < _THREE))
    ]
    return tuple(dict.fromkeys((person.id, *chosen)))


def generate_playlists(
    families: Sequence[GenreFamily],
    tracks: Mapping[int, WorldTrack],
    rng: random.Random,
) -> dict[int, WorldPlaylist]:
    """Generate four playlists per family; one track in eight is of another family."""
    found: dict[int, WorldPlaylist] = {}
    everything = list(tracks)
    for family in families:
        own = [track.id for track in tracks.values() if track.family == family.name]
        for shape in PLAYLIST_TITLES:
            size = 20 + int(rng.random() * 60)
            chosen = [
                _pick(own if own and rng.random() < _ON_TOPIC else everything, rng)
                for _ in range(size if everything else 0)
            ]
            number = FIRST_PLAYLIST + len(found)
            name = shape.format(family.name)
            listed = tuple(dict.fromkeys(chosen))
            found[number] = WorldPlaylist(
                number, name, f"listener {number % 97}", listed
            )
    return found


def _pick(tracks: Sequence[int], rng: random.Random) -> int:
    return tracks[int(rng.random() * len(tracks))]


DEFAULT_MIX = WorldMix()


def bundled_world(known: float = 0.85) -> World:
    """The small world of the demo and the tests: 1,200 artists in ten classes."""
    shares = WorldMix(known=known, faults=0.02)
    return make_world(1200, seed=2026, shares=shares, tracks_per_artist=5)


def make_world(
    artists: int = 20_000,
    *,
    seed: int = 2026,
    families: Sequence[GenreFamily] = GENRES_10,
    shares: WorldMix = DEFAULT_MIX,
    tracks_per_artist: int = 5,
) -> World:
    """Generate a world of any size.

    With `genre_families.METAL_20` the artists are spread over twenty metal classes. Lists
    of relatives are full (20) from about 40 artists on.
    """
    rng = random.Random(seed)  # noqa: S311 - repeatable, not secret
    found = generate_artists(artists, families, shares, rng)
    related = generate_relations(found, rng)
    tracks = generate_tracks(found, tracks_per_artist, shares.faults, rng)
    return World(
        artists={p.id: _artist(p, related[p.id]) for p in found},
        entries=generate_entries(found, rng),
        tracks=tracks,
        playlists=generate_playlists(families, tracks, rng),
        genre_names=_genre_names(),
        deezer_genres={f.name: f.deezer_genre for f in (*families, *FOREIGN)},
    )


def _artist(person: ArtistDraft, related: tuple[int, ...]) -> WorldArtist:
    return WorldArtist(
        id=person.id,
        name=person.name,
        family=person.family.name,
        genres=person.genres,
        related=related,
        fans=person.fans,
        mbid=person.mbid,
    )


def _genre_names() -> tuple[str, ...]:
    families = (*GENRES_10, *METAL_20, *FOREIGN)
    return tuple(sorted({genre for family in families for genre in family.genres}))
