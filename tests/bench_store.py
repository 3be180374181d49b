"""How fast a store writes and reads, beside the bare driver in the same run.

Off by default: `make bench`, or `python -m tests.bench_store [BOLT_URI]`. Without an
address the embedded store is measured; a database that is named must be empty.
"""

import random
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from graph.bolt import Bolt
from graph.bolt_store import BoltStore
from graph.crawl_state import Crawl, Plan, Slice, SliceAnswer, SliceKind
from graph.model import (
    Answered,
    Artist,
    ArtistId,
    ArtistLabel,
    Changes,
    HasGenre,
    Performs,
    Question,
    Related,
    Selection,
    Track,
    TrackId,
    TrackLabel,
)
from graph.opening import StoreSettings, open_store

AT = datetime(2026, 11, 24, tzinfo=UTC)
ARTISTS, RELATIVES, GENRES, GROUP = 6_000, 20, 5, 50
EXPANDED = 2_000


def artist(number: int) -> Artist:
    key = ArtistId(f"deezer:{number}")
    url = f"https://www.deezer.com/artist/{number}"
    return Artist(key, f"Artist {number}", "deezer", url, number % 100, number * 3)


def answer(number: int, rng: random.Random) -> SliceAnswer:
    """What is learned of one artist: relatives and genres."""
    key = ArtistId(f"deezer:{number}")
    ends = rng.sample(range(ARTISTS), RELATIVES)
    genres = [f"genre {int(rng.paretovariate(1)) % 500}" for _ in range(GENRES)]
    changes = Changes(
        artists=(artist(number), *map(artist, ends)),
        related=tuple(
            Related(key, ArtistId(f"deezer:{end}"), "deezer", rank)
            for rank, end in enumerate(ends, start=1)
        ),
        genres=tuple(
            HasGenre(key, genre, "musicbrainz", 3, 0.5) for genre in sorted({*genres})
        ),
        answered=(
            Answered(key, Question.RELATED, "deezer"),
            Answered(key, Question.GENRES, "musicbrainz"),
        ),
    )
    part = Slice(f"1/related/{number}", 1, number, SliceKind.RELATED, (key,))
    return SliceAnswer(part, changes, {"deezer": 1})


@contextmanager
def measured(
    name: str, count: int, unit: str, rates: dict[str, float]
) -> Iterator[None]:
    start = time.perf_counter()
    yield
    seconds = time.perf_counter() - start
    rates[name] = count / seconds
    print(f"{name:34} {seconds:7.2f} s  {count / seconds:10,.0f} {unit}/s")


BARE = """
UNWIND $rows AS row MERGE (a:BareArtist {id: row.id})
SET a.name = row.name, a.url = row.url, a.followers = row.followers;
UNWIND $edges AS row MATCH (a:BareArtist {id: row.start})
MATCH (b:BareArtist {id: row.end}) MERGE (a)-[r:BARE_RELATED]->(b)
ON CREATE SET r.first_seen_at = $at SET r.rank = row.rank, r.source = row.source;
UNWIND $genres AS row MERGE (:BareGenre {name: row.genre});
UNWIND $genres AS row MATCH (a:BareArtist {id: row.id})
MATCH (g:BareGenre {name: row.genre}) MERGE (a)-[r:BARE_GENRE]->(g)
SET r.votes = row.votes, r.share = row.share, r.source = row.source;
UNWIND $ids AS id MATCH (a:BareArtist {id: id})
SET a.related_at = $at, a.genres_at = $at
"""
BARE_SCHEMA = """
CREATE CONSTRAINT bare_a IF NOT EXISTS FOR (n:BareArtist) REQUIRE n.id IS UNIQUE;
CREATE CONSTRAINT bare_g IF NOT EXISTS FOR (n:BareGenre) REQUIRE n.name IS UNIQUE
"""


def bare(bolt: Bolt, groups: list[list[SliceAnswer]]) -> None:
    """The same rows by the plainest statements: no fence, no counts, no care."""
    bolt.alter(BARE_SCHEMA.split(";"))
    for group in groups:
        parts = [a.changes for a in group]
        artists = {a.id: a for part in parts for a in part.artists}.values()
        parameters = {
            "at": AT,
            "ids": [a.slice.artists[0] for a in group],
            "rows": [
                {"id": a.id, "name": a.name, "url": a.url, "followers": a.followers}
                for a in artists
            ],
            "edges": [
                {"start": e.start, "end": e.end, "rank": e.rank, "source": e.source}
                for part in parts
                for e in part.related
            ],
            "genres": [
                {
                    "id": e.artist,
                    "genre": e.genre,
                    "votes": e.votes,
                    "share": e.share,
                    "source": e.source,
                }
                for part in parts
                for e in part.genres
            ],
        }

        def work(transaction, given=parameters):
            for text in BARE.split(";"):
                used = {k: v for k, v in given.items() if f"${k}" in text}
                transaction.run(text, used).consume()

        with bolt._driver.session(database="neo4j") as session:
            session.execute_write(work)


def bench(store: BoltStore) -> None:
    rates: dict[str, float] = {}
    rng = random.Random(1)
    answers = [answer(number, rng) for number in range(EXPANDED)]
    groups = [answers[i : i + GROUP] for i in range(0, EXPANDED, GROUP)]
    plan = Plan(1, tuple(a.slice for a in answers))
    store.begin(Crawl("bench", "{}", "0"), Changes(), Plan(0, ()), at=AT)
    store.close_round(0, {}, seconds=0)
    with measured("commit a plan", EXPANDED, "slices", rates):
        store.commit_plan(plan)
    half = len(groups) // 2
    # Interleaved, so that a cold server is cold for both.
    for name, some in (("first half", groups[:half]), ("second half", groups[half:])):
        count = GROUP * len(some)
        with measured(f"bare driver, {name}", count, "answers", rates):
            bare(store._bolt, some)
        with measured(f"commit answers, {name}", count, "answers", rates):
            for group in some:
                store.commit(group, at=AT)
        ratio = rates[f"commit answers, {name}"] / rates[f"bare driver, {name}"]
        print(f"{'':34} {ratio:.2f} of the bare driver")
    with measured("close the round", ARTISTS, "depths", rates):
        known = store.snapshot().artists
        store.close_round(1, {a.id: 1 for a in known}, seconds=1)
    edges = EXPANDED * RELATIVES
    with measured("snapshot", edges, "edges", rates):
        store.snapshot()
    with measured("export", edges, "edges", rates):
        sum(1 for _ in store.items())
    selection(store, rates)


def selection(store: BoltStore, rates: dict[str, float]) -> None:
    tracks = [Track(TrackId(f"deezer:t{n}"), "T", "deezer") for n in range(80_000)]
    store.commit_plan(
        Plan(
            2, tuple(Slice(f"2/tracks/{n}", 2, n, SliceKind.TRACKS) for n in range(80))
        )
    )
    with measured("write tracks", len(tracks), "tracks", rates):
        for n in range(80):
            some = tracks[n * 1000 : n * 1000 + 1000]
            performs = tuple(
                Performs(ArtistId(f"deezer:{int(t.id[8:]) % EXPANDED}"), t.id, 1)
                for t in some
            )
            part = Slice(f"2/tracks/{n}", 2, n, SliceKind.TRACKS)
            store.commit(
                [SliceAnswer(part, Changes(tracks=tuple(some), performs=performs), {})],
                at=AT,
            )
    store.sync_classes("bench", ["a"], [])
    chosen = Selection("bench", "single-class", "0", 1, AT)
    labels = [ArtistLabel(ArtistId(f"deezer:{n}"), "a", 1.0) for n in range(EXPANDED)]
    for name in ("select 80,000 tracks", "select them again"):
        with measured(name, len(tracks), "tracks", rates):
            store.replace_selection(
                chosen, labels, [TrackLabel(t.id, "a", 1.0) for t in tracks]
            )


def main() -> None:
    uri = sys.argv[1] if len(sys.argv) > 1 else None
    with tempfile.TemporaryDirectory() as folder:
        settings = StoreSettings(uri, None, None, None, Path(folder) / "store")
        start = time.perf_counter()
        with open_store(settings, clock_now=lambda: AT) as store:
            print(f"{store.where}: open after {time.perf_counter() - start:.2f} s")
            assert isinstance(store, BoltStore)
            bench(store)


if __name__ == "__main__":
    main()
