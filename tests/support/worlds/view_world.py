"""A graph of four artists that covers the special cases of the artist graph."""

from dataclasses import replace
from datetime import timedelta

from crawler.recipe.model import CrawlRules, Focus, Order
from graph.model.crawl import Crawl, Plan, WorkItem, WorkKind, WorkResult
from graph.model.music import (
    Answered,
    Artist,
    ArtistId,
    ArtistLabel,
    Changes,
    HasGenre,
    Identity,
    Question,
    Related,
    Selection,
)
from tests.support.worlds.made_graph import AT, RECIPE

ANNA, BERT, CORA, DORA = (ArtistId(f"deezer:{n}") for n in (1, 2, 3, 10))
LATER = AT + timedelta(days=3)
ONLY = WorkItem("0/related/0", 0, 0, WorkKind.RELATED)
NEXT = WorkItem("1/related/0", 1, 0, WorkKind.RELATED)
RULES = replace(
    RECIPE, crawl=CrawlRules(focus=Focus.ANY, order=Order.RANDOM, max_hops=2)
)

FIRST = Changes(
    artists=(
        Artist(
            ANNA,
            "Anna",
            "deezer",
            url="https://example.invalid/1",
            popularity=7,
            followers=9,
        ),
        Artist(BERT, "Bert", "deezer"),
        Artist(CORA, "", "deezer"),
        Artist(DORA, "", "deezer"),
    ),
    seeds=(ANNA,),
    identities=(Identity(ANNA, "mbid-1", "musicbrainz url"),),
    related=(
        Related(ANNA, CORA, "deezer", 1),
        Related(ANNA, BERT, "deezer", 4),
        Related(BERT, DORA, "listenbrainz", 2, 0.25),
    ),
    genres=(
        HasGenre(ANNA, "doom metal", "musicbrainz", 2, 0.2),
        HasGenre(ANNA, "thrash metal", "musicbrainz", 10, 1.0),
        HasGenre(ANNA, "pop", "musicbrainz", 1, 0.1),
        HasGenre(ANNA, "polka", "musicbrainz", 0, 0.9),
        HasGenre(ANNA, "seen live", "deezer"),
        HasGenre(BERT, "thrash metal", "musicbrainz", 3, 0.5),
        HasGenre(BERT, "thrash metal", "deezer"),
        HasGenre(BERT, "thrash pop", "musicbrainz", 6, 0.7),
    ),
    answered=(
        Answered(ANNA, Question.RELATED, "deezer"),
        Answered(BERT, Question.RELATED, "listenbrainz"),
        Answered(CORA, Question.GENRES, "musicbrainz"),
    ),
)
# Another source lists the same relative, nearer and with a score, at another time.
SECOND = Changes(
    related=(
        Related(ANNA, BERT, "listenbrainz", 2, 0.75),
        Related(BERT, DORA, "deezer", 2, 0.125),
    )
)


def fill_small(store):
    """Anna lists Cora and, in two sources, Bert; Bert lists Dora; two have no name."""
    crawl = Crawl(RULES.name, RULES.to_json(), RULES.digest())
    store.begin(crawl, Changes(), Plan(0, (ONLY,)), at=AT)
    store.commit([WorkResult(ONLY, FIRST, {"deezer": 1})], at=AT)
    store.close_round(0, {ANNA: 0, BERT: 1, CORA: 1, DORA: 2}, seconds=1.0)
    store.commit_plan(Plan(1, (NEXT,)))
    store.commit([WorkResult(NEXT, SECOND, {"listenbrainz": 1})], at=LATER)
    genres = [
        ("thrash metal", "thrash"),
        ("thrash pop", "thrash"),
        ("doom metal", "death"),
    ]
    store.sync_classes(RULES.name, RULES.class_names, genres)


def choose(store, recipe, labels):
    """Store these labels as a selection."""
    store.replace_selection(
        Selection(recipe, "single-class", "digest", 0, AT),
        [ArtistLabel(artist, name, 1.0) for artist, name in labels.items()],
        [],
    )
