"""The small graph, and what the tests of a store's promises do with it."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from graph.model.crawl import Crawl, Plan, WorkItem, WorkKind, WorkResult
from graph.model.music import (
    Answered,
    Artist,
    ArtistId,
    Changes,
    Contains,
    Failed,
    HasGenre,
    Performs,
    Playlist,
    PlaylistId,
    Question,
    Related,
    Track,
    TrackId,
)
from graph.store import CrawlStore, Store

AT = datetime(2026, 11, 24, 12, 30, 15, 250_000, tzinfo=UTC)


LATER = AT + timedelta(hours=1)


ANNA = Artist(ArtistId("deezer:1"), "Ännä \U0001f3b8 'x'", "deezer", followers=7)


BERT = Artist(ArtistId("deezer:2"), "Bert", "deezer", "https://x/2", 40, 900)


CARA = Artist(ArtistId("deezer:3"), "Cara", "deezer")


SONG = Track(TrackId("deezer:t1"), "Song", "deezer", 200_000, has_preview=True)


TUNE = Track(TrackId("deezer:t2"), "Tune", "deezer", isrc="DE1", has_preview=False)


SEEDS = Changes(artists=(ANNA,), seeds=(ANNA.id,))


RELATED = WorkItem("0/related/0", 0, 0, WorkKind.RELATED, (ANNA.id,))


GENRES = WorkItem("0/genres/1", 0, 1, WorkKind.GENRES, (ANNA.id, BERT.id))


TAGGED = WorkItem("0/seeds/2", 0, 2, WorkKind.SEEDS, (), "thrash metal")


PLAN = Plan(0, (RELATED, GENRES, TAGGED))


CRAWL = Crawl("metal", '{"name": "metal"}', "d1", requests={"deezer": 2})


def begun(store: CrawlStore, seeds: Changes = SEEDS, plan: Plan = PLAN) -> None:
    store.begin(CRAWL, seeds, plan, at=AT)


def answer(part: WorkItem, changes: Changes, **requests: int) -> WorkResult:
    return WorkResult(part, changes, requests or {"deezer": 1})


def relatives(*ends: Artist) -> Changes:
    return Changes(
        artists=ends,
        related=tuple(
            Related(ANNA.id, end.id, "deezer", rank)
            for rank, end in enumerate(ends, start=1)
        ),
        answered=(Answered(ANNA.id, Question.RELATED, "deezer"),),
    )


def node(store: Any, key: str) -> Mapping[str, Any]:
    """What a store holds of one node."""
    return next(i["properties"] for i in store.items() if i.get("id") == key)


def edges(store: Any, kind: str) -> list[Mapping[str, Any]]:
    return [i for i in store.items() if i.get("label") == kind]


def filled(store: Store) -> None:
    begun(store)
    changes = Changes(
        artists=(BERT,),
        related=(Related(ANNA.id, BERT.id, "deezer", 1, 0.5),),
        genres=(HasGenre(ANNA.id, "thrash", "mb", 3, 1.0),),
        in_class=(("thrash", "thrash metal"),),
        tracks=(SONG, TUNE),
        performs=(Performs(ANNA.id, SONG.id, 1), Performs(ANNA.id, TUNE.id, 1)),
        playlists=(Playlist(PlaylistId("deezer:p"), "Metal"),),
        contains=(Contains(PlaylistId("deezer:p"), SONG.id, 1),),
        answered=(Answered(ANNA.id, Question.RELATED, "deezer"),),
        failed=(Failed(BERT.id, Question.TRACKS, "deezer", "gone", 1),),
    )
    store.commit([answer(RELATED, changes)], at=AT)
    store.sync_classes("metal", ["thrash metal", "doom"], [("thrash", "thrash metal")])
