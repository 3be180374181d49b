"""Crawler processes on one Neo4j, frozen, woken, killed and cut off: one crawl, one rate.

The lease is scaled down, so that a takeover takes some 13 s: a crawler sends for 3 s after a
renewal, and the longest window of the services is 10 s. The stand-in keeps the services'
limits and counts.
"""

import signal
import time
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

import pytest

from crawler.standin.server import Standin, serve
from crawler.standin.world.generator import bundled_world
from graph.store import Store
from tests.end_to_end.test_whole_crawl import crawl, graph_of, recipe_in
from tests.support.processes.crawlers import (
    LIMITS,
    CrawlerProcess,
    Sent,
    active,
    answered,
    busiest,
    crawlers,
    first_after,
    questions,
    sent,
    until,
)
from tests.support.servers.bolt_proxy import proxy_to

LEASE, SEND, WINDOW = 10, 3, 10
OPTIONS = ("--limits", "--lease", str(LEASE), "--send", str(SEND))
# After the last renewal, which may be half a second old; more for a busy machine.
TAKEOVER = SEND + WINDOW + 6
REQUESTS = 220


@pytest.fixture(scope="module")
def reference(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, bytes]:
    """The recipe, and the graph of one undisturbed crawler."""
    folder = tmp_path_factory.mktemp("undisturbed")
    recipe = recipe_in(folder, requests=REQUESTS)
    with serve(bundled_world(), limits=False) as own:
        assert crawl(recipe, folder / "store", own) == 0
    return recipe, graph_of(folder / "store", folder / "graph.jsonl")


def reach(store: Store, answers: int, *alive: CrawlerProcess) -> None:
    until(lambda: (s := store.crawl()) and s.answers >= answers, *alive)


def stand_by(store: Store, count: int, *alive: CrawlerProcess) -> None:
    until(lambda: len(store.lease().standbys) == count, *alive)


def assert_no_window_is_over_its_limit(requests: Sequence[Sent]) -> None:
    for service, limit in LIMITS.items():
        assert busiest(requests, service) <= limit.requests, service


def assert_all_end_alike(ended: Sequence[CrawlerProcess]) -> None:
    for one in ended:
        assert one.process.wait(120) == 0, one.lines()
    assert len({one.lines()[-1] for one in ended}) == 1
    assert ended[0].lines()[-1].startswith("ended: the budget of requests is spent")


def test_a_frozen_crawler_is_followed_and_sends_nothing_when_it_wakes_up(
    tmp_path: Path, neo4j_store: Store, neo4j_uri: str, reference: tuple[Path, bytes]
) -> None:
    recipe, graph = reference
    with (
        serve(bundled_world()) as own,
        crawlers(tmp_path, recipe, own.environment, *OPTIONS) as start,
    ):
        everybody = [start(neo4j_uri) for _ in range(3)]
        stand_by(neo4j_store, 2, *everybody)
        frozen = active(neo4j_store, *everybody)
        others = [one for one in everybody if one is not frozen]
        reach(neo4j_store, 25, *everybody)
        stopped = frozen.hold_and_freeze()
        until(lambda: active(neo4j_store, *others), *others)
        committed = answered(neo4j_store)
        # Until the next one has filled Deezer's window.
        until(lambda: by(own, others) >= 60, *others)
        woken = frozen.wake()
        stand_by(neo4j_store, 2, frozen, *others)
        assert_all_end_alike([frozen, *others])
        requests = sent(own.requests)
    assert_no_window_is_over_its_limit(requests)
    assert not [one for one in requests if one.pid == frozen.pid and one.time > woken]
    taken_over = first_after(requests, stopped, *others).time - stopped
    assert taken_over < TAKEOVER
    later = [one for one in requests if one.time > stopped]
    assert not committed & set(questions(later))
    assert len({one.pid for one in later}) == 1
    assert any("what this one had not committed" in line for line in frozen.lines())
    assert graph_of(neo4j_uri, tmp_path / "graph.jsonl") == graph


def by(standin: Standin, those: Sequence[CrawlerProcess]) -> int:
    pids = {one.pid for one in those}
    return sum(one.pid in pids for one in sent(standin.requests))


def test_a_killed_crawler_and_one_that_is_cut_off_are_followed(
    tmp_path: Path,
    neo4j_2026_store: Store,
    neo4j_2026_uri: str,
    reference: tuple[Path, bytes],
) -> None:
    (recipe, graph), store = reference, neo4j_2026_store
    with (
        serve(bundled_world()) as own,
        ExitStack() as proxies,
        crawlers(tmp_path, recipe, own.environment, *OPTIONS) as start,
    ):
        made = (proxies.enter_context(proxy_to(neo4j_2026_uri)) for _ in range(3))
        ways = {start(way.uri): way for way in made}
        stand_by(store, 2, *ways)
        killed = active(store, *ways)
        reach(store, 25, *ways)
        died = killed.signal(signal.SIGKILL)
        del ways[killed]
        committed = answered(store)
        until(lambda: active(store, *ways), *ways)
        cut = active(store, *ways)
        until(lambda: by(own, [cut]) > 10, *ways)
        (last,) = ways.keys() - {cut}
        ways[cut].cut_off()
        cut_at = time.time()
        until(lambda: active(store, last) and by(own, [last]) > 5, *ways)
        committed_then = answered(store)
        ways[cut].restore()
        restored = time.time()
        stand_by(store, 1, *ways)
        assert_all_end_alike([cut, last])
        requests = sent(own.requests)
    assert_no_window_is_over_its_limit(requests)
    assert first_after(requests, died, cut).time - died < TAKEOVER
    assert first_after(requests, cut_at, last).time - cut_at < TAKEOVER
    of_cut = [one.time for one in requests if one.pid == cut.pid]
    assert max(of_cut) < cut_at + SEND + 0.5
    assert not committed & set(questions([one for one in requests if one.time > died]))
    after = [one for one in requests if one.time > restored]
    assert not committed_then & set(questions(after))
    assert graph_of(neo4j_2026_uri, tmp_path / "graph.jsonl") == graph
