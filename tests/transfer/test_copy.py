"""Copying a graph between stores: whole, or cut off anywhere and gone on with."""

from contextlib import contextmanager

import pytest

from graph.bolt_store.store import BoltStore
from graph.errors import (
    GraphChangedError,
    StoreRefusedError,
    UnfinishedCopyError,
)
from graph.opening import StoreSettings, open_for_copying, open_store
from graph.transfer.copy import copy_graph
from graph.transfer.jsonl import line_of
from tests.conftest import NOW
from tests.support.fakes import RecordingProgress
from tests.support.store_contract import AT, CARA, GENRES, answer, filled, relatives


def copied(source, target, *, stopped=lambda: False):
    """One run: what came of it, and what was said."""
    progress = RecordingProgress()
    found = copy_graph(source, target, progress, stopped)
    return found, progress


def lines(bolt):
    return list(map(line_of, BoltStore(bolt, "").items()))


def embedded(folder):
    return StoreSettings(None, None, None, None, folder)


@contextmanager
def target_in(folder, at=NOW):
    settings = embedded(folder)
    with open_for_copying(settings, clock_now=lambda: at, is_target=True) as bolt:
        yield bolt


@pytest.fixture
def source(embedded_store):
    """A crawl in the middle of a round."""
    filled(embedded_store)
    assert GENRES in embedded_store.open_plan().items
    return embedded_store._bolt


@pytest.fixture(params=["neo4j_store", "neo4j_2026_store"])
def neo4j(request):
    """An empty Neo4j of each line."""
    return request.getfixturevalue(request.param)._bolt


def test_a_graph_goes_to_neo4j_and_back_and_its_crawl_goes_on_there(
    source, neo4j, tmp_path
):
    there, _ = copied(source, neo4j)
    assert there.is_whole
    assert lines(neo4j) == lines(source)
    with target_in(tmp_path / "back") as back:
        assert copied(neo4j, back)[0] == there
        assert lines(back) == lines(source)
    for store in (BoltStore(neo4j, ""), BoltStore(source, "")):
        before = store.open_plan().items
        store.commit([answer(GENRES, relatives(CARA))], at=AT)
        assert store.open_plan().items == tuple(s for s in before if s != GENRES)
    assert lines(neo4j) == lines(source)


def test_a_copy_that_is_cut_off_after_any_page_goes_on_with_the_next(
    source, neo4j_store, neo4j_uri, tmp_path
):
    target, counts = neo4j_store._bolt, []
    settings = StoreSettings(neo4j_uri, None, None, None, tmp_path)
    found, _ = copied(source, target, stopped=lambda: True)
    while not found.is_whole:
        counts.append(found.nodes)
        with (
            pytest.raises(UnfinishedCopyError, match="is not finished") as caught,
            open_store(settings, clock_now=lambda: NOW),
        ):
            pytest.fail("an unfinished copy was opened")
        assert "graph copy" in caught.value.hint
        found, progress = copied(source, target, stopped=lambda: True)
        assert progress.said[:1] == [f"going on after {counts[-1]} nodes and relations"]
    assert len(counts) > 10
    assert counts == sorted(counts)
    assert lines(target) == lines(source)
    with open_store(settings, clock_now=lambda: NOW) as store:
        assert store.open_plan() is not None


def test_a_second_copy_of_the_same_only_compares(source, neo4j_store):
    found, _ = copied(source, neo4j_store._bolt)
    again, progress = copied(source, neo4j_store._bolt)
    assert again == found
    assert progress.said == [f"{neo4j_store.where} is such a copy already"]
    neo4j_store._bolt.alter(["MATCH (a:Artist {id: 'deezer:1'}) SET a.followers = 8"])
    with pytest.raises(GraphChangedError, match="differ in artist"):
        copied(source, neo4j_store._bolt)
    assert neo4j_store.stats()["Artist"] == 2


def test_a_store_with_a_graph_of_its_own_is_not_written_to(source, neo4j_store):
    filled(neo4j_store)
    before = lines(neo4j_store._bolt)
    with pytest.raises(StoreRefusedError, match="holds a graph already"):
        copied(source, neo4j_store._bolt)
    assert lines(neo4j_store._bolt) == before


def test_an_unfinished_copy_of_another_store_is_left_alone(
    source, neo4j_store, tmp_path
):
    copied(source, neo4j_store._bolt, stopped=lambda: True)
    # A store is known by when it was made.
    with (
        target_in(tmp_path / "other", at=AT) as other,
        pytest.raises(StoreRefusedError, match=r"a copy from .* is not finished"),
    ):
        copied(other, neo4j_store._bolt)
    assert copied(source, neo4j_store._bolt)[0].is_whole


def test_a_copy_begins_anew_when_its_source_has_gone_on(source, neo4j_store):
    copied(source, neo4j_store._bolt, stopped=lambda: True)
    BoltStore(source, "").commit([answer(GENRES, relatives(CARA))], at=AT)
    found, progress = copied(source, neo4j_store._bolt)
    assert "has changed since this copy began: beginning anew" in progress.said[0]
    assert found.is_whole
    assert lines(neo4j_store._bolt) == lines(source)


def test_a_source_that_is_written_to_meanwhile_is_noticed(source, neo4j_store):
    def crawls_on():
        BoltStore(source, "").commit([answer(GENRES, relatives(CARA))], at=AT)
        return False

    with pytest.raises(GraphChangedError, match="written to while it was copied"):
        copied(source, neo4j_store._bolt, stopped=crawls_on)
    assert copied(source, neo4j_store._bolt)[0].is_whole
    assert lines(neo4j_store._bolt) == lines(source)


def test_a_target_that_somebody_else_writes_to_is_no_copy(source, neo4j_store):
    def meddles():
        neo4j_store._bolt.alter(["MATCH (n:Genre) SET n.colour = 'red'"])
        return False

    with pytest.raises(GraphChangedError, match="differ in genre") as caught:
        copied(source, neo4j_store._bolt, stopped=meddles)
    assert "begins anew" in caught.value.hint
    assert copied(source, neo4j_store._bolt)[0].is_whole
    assert lines(neo4j_store._bolt) == lines(source)


def test_a_run_that_another_has_overtaken_writes_nothing_more(source, neo4j_store):
    def other_run():
        copied(source, neo4j_store._bolt)
        return False

    with pytest.raises(StoreRefusedError, match="another run has ended this copy"):
        copied(source, neo4j_store._bolt, stopped=other_run)
    assert lines(neo4j_store._bolt) == lines(source)
