"""Reports the progress of a crawl, from its graph alone."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime

from crawler.crawl.frontier import Frontier, read_frontier
from crawler.crawl.planner import MAX_TRIES, can_be_expanded
from crawler.crawl.yields import ArtistState
from crawler.errors import CrawlError
from crawler.recipe.model import Recipe, recipe_from_json
from graph.model.crawl import Crawl, KnownArtist
from graph.model.music import Question
from graph.store import CrawlStore

STATUS_COLUMNS = ("about", "what", "count", "note")
FAILURE_COLUMNS = ("artist", "name", "question", "tries", "why")

StatusRow = tuple[str, str, object, str]

QUESTIONS = (Question.GENRES, Question.RELATED, Question.TRACKS)


def status_of(store: CrawlStore, recipe: Recipe | None) -> list[StatusRow]:
    """Return questions answered, open and failed; requests; labelled artists per class.

    Raises:
        CrawlError: The store holds no crawl.
    """
    crawl = _crawl_of(store)
    rules = recipe or recipe_from_json(crawl.recipe)
    snapshot = store.snapshot()
    frontier = read_frontier(snapshot, rules)
    return [
        *_of_crawl(crawl, store),
        *_of_crawlers(store),
        *_of_questions(snapshot.artists, frontier, rules),
        *_of_classes(frontier, rules),
    ]


def failures_of(store: CrawlStore) -> list[tuple[str, str, str, int, str]]:
    """Return one row for each question whose last request failed."""
    _crawl_of(store)
    return [
        (artist.id, artist.name or "", question, state.tries, state.why or "")
        for artist in store.snapshot().artists
        for question in QUESTIONS
        if not (state := getattr(artist, question)).answered and state.tries
    ]


def _crawl_of(store: CrawlStore) -> Crawl:
    crawl = store.crawl()
    if crawl is None:
        raise CrawlError(
            "the store holds no crawl yet",
            hint="Start one with `genregraph crawl RECIPE`.",
        )
    return crawl


def _of_crawl(crawl: Crawl, store: CrawlStore) -> Iterator[StatusRow]:
    plan = store.open_plan()
    note = f"open, {len(plan.items)} work items to answer" if plan else "closed"
    yield "crawl", crawl.name, crawl.round, f"rounds; the last is {note}"
    for service, requests in sorted(crawl.requests.items()):
        until = crawl.paused_until.get(service)
        note = f"no requests before {until:%Y-%m-%d %H:%M} UTC" if until else ""
        yield "requests", service, requests, note


def _of_crawlers(store: CrawlStore) -> Iterator[StatusRow]:
    """The active crawler and the standbys, with times by the server's clock."""
    state, plan = store.lease(), store.open_plan()
    if active := state.active:
        words = "active" if active.is_live else "gone: the next one takes over"
        seen = _seen(active.since, active.seen)
        left = len(plan.items) if plan else 0
        yield "crawler", active.name, left, f"work items to answer, {words}; {seen}"
    for standby in state.standbys:
        seen = _seen(standby.since, standby.seen)
        yield "crawler", standby.name, 0, f"work items to answer, standing by; {seen}"


def _seen(since: datetime, seen: datetime) -> str:
    return f"since {since:%Y-%m-%d %H:%M} UTC, last seen {seen:%H:%M:%S}"


def _of_questions(
    artists: tuple[KnownArtist, ...], frontier: Frontier, recipe: Recipe
) -> Iterator[StatusRow]:
    yield "artists", "found", frontier.found, "by relation, from the seeds"
    yield "artists", "credited", len(artists) - frontier.found, "known from tracks only"
    for question in QUESTIONS:
        states = [getattr(artist, question) for artist in artists]
        done = sum(state.answered for state in states)
        failed = sum(not s.answered and s.tries > 0 for s in states)
        yield str(question), "answered", done, ""
        yield str(question), "failed", failed, "see --failed" if failed else ""
    in_reach = [frontier.nodes[artist] for artist in frontier.unexpanded]
    open_now = sum(can_be_expanded(node, frontier, recipe) for node in in_reach)
    yield "related", "open", open_now, _reach_note(frontier, recipe)
    yield "genres", "open", len(_still_open(frontier, Question.GENRES)), ""
    tracks = len(_still_open(frontier, Question.TRACKS))
    yield "tracks", "open", tracks, "labelled artists without tracks"


def _reach_note(frontier: Frontier, recipe: Recipe) -> str:
    most = recipe.crawl.max_artists
    if most and frontier.found >= most:
        return f"within the focus, but the budget of {most} artists is reached"
    return "within the focus and the budgets"


def _still_open(frontier: Frontier, question: Question) -> list[ArtistState]:
    """The artists for which this question is open and was not given up."""
    artists = frontier.without_tracks
    if question is Question.GENRES:
        artists = frontier.unanswered_genres
    nodes = (frontier.nodes[artist] for artist in artists)
    return [node for node in nodes if node.state(question).tries < MAX_TRIES]


def _of_classes(frontier: Frontier, recipe: Recipe) -> Iterator[StatusRow]:
    """How full each class is, and which can no longer be filled."""
    enough = recipe.crawl.artists_per_class
    in_reach = [frontier.nodes[artist] for artist in frontier.unexpanded]
    candidates = [node for node in in_reach if can_be_expanded(node, frontier, recipe)]
    waiting = Counter(
        label
        for node in _still_open(frontier, Question.TRACKS)
        for label in frontier.labels(node)
    )
    is_over = not candidates and not _still_open(frontier, Question.GENRES)
    for name in recipe.class_names:
        have = frontier.previewed[name]
        yield "class", name, have, _note(have, enough, waiting[name], is_over=is_over)


def _note(have: int, enough: int, waiting: int, *, is_over: bool) -> str:
    goal = f"of {enough} wanted" if enough else "no limit"
    counted = f"labelled artists with a preview, {goal}"
    if enough and have >= enough:
        return f"full: {counted}"
    if is_over and not waiting and enough:
        return f"{counted}: cannot be filled, no artists are left to request"
    return f"{counted}; {waiting} more labelled without tracks yet"
