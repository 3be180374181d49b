"""Copying a graph between stores: completely, or cut off anywhere and continued."""

from contextlib import contextmanager
from itertools import count

import pytest

from graph.bolt_store.store import BoltStore
from graph.errors import GraphChangedError, StoreRefusedError
from graph.opening import StoreSettings, open_configured_store, open_for_copying
from graph.transfer.copy import copy_graph
from graph.transfer.jsonl import line_of
from tests.conftest import NOW
from tests.support.fakes import RecordingProgress
from tests.support.store_contract import AT, CARA, GENRES, answer, filled, relatives


def copied(source, target, *, stopped=lambda: False):
    """One run: its outcome, and what it reported."""
    progress = RecordingProgress()
    found = copy_graph(source, target, progress, stopped)
    return found, progress


def after(pages):
    """A user who stops a copy after some pages."""
    seen = count(1)
    return lambda: next(seen) == pages


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


def test_a_graph_goes_to_neo4j_and_back_and_its_crawl_continues_there(
    source, neo4j, tmp_path
):
    there, _ = copied(source, neo4j)
    assert there.is_complete
    assert lines(neo4j) == lines(source)
    with target_in(tmp_path / "back") as back:
        assert copied(neo4j, back)[0] == there
        assert lines(back) == lines(source)
    for store in (BoltStore(neo4j, ""), BoltStore(source, "")):
        before = store.open_plan().items
        store.commit([answer(GENRES, relatives(CARA))], at=AT)
        assert store.open_plan().items == tuple(s for s in before if s != GENRES)
    assert lines(neo4j) == lines(source)


def test_a_copy_stopped_after_any_page_continues_and_is_not_opened_before(
    source, neo4j_store, neo4j_uri, tmp_path
):
    target, sizes = neo4j_store._bolt, []
    settings = StoreSettings(neo4j_uri, None, None, None, tmp_path)
    for pages in count(1):
        found, progress = copied(source, target, stopped=after(pages))
        if sizes:
            assert progress.said[:1] == [
                f"continuing after {sizes[-1]} nodes and relations"
            ]
        if found.is_complete:
            break
        sizes.append(sum(neo4j_store.stats().values()))
        with (
            pytest.raises(StoreRefusedError, match="is not finished") as caught,
            open_configured_store(settings, clock_now=lambda: NOW),
        ):
            pytest.fail("an unfinished copy was opened")
        assert "graph copy" in caught.value.hint
    assert len(sizes) > 10
    assert sizes == sorted(sizes)
    assert len(set(sizes)) > 5
    assert lines(target) == lines(source)
    with open_configured_store(settings, clock_now=lambda: NOW) as store:
        assert store.open_plan() is not None


def test_a_partly_written_page_is_completed(source, neo4j_store):
    target = neo4j_store._bolt
    copied(source, target, stopped=after(1))
    target.alter(["MATCH (a:Artist {id: 'deezer:1'}) DETACH DELETE a"])
    assert copied(source, target)[0].is_complete
    assert lines(target) == lines(source)


def test_a_second_copy_of_the_same_source_only_compares(source, neo4j_store):
    found, _ = copied(source, neo4j_store._bolt)
    again, progress = copied(source, neo4j_store._bolt)
    assert again == found
    assert progress.said == [f"{neo4j_store.where} is already a complete copy"]
    neo4j_store._bolt.alter(["MATCH (a:Artist {id: 'deezer:1'}) SET a.followers = 8"])
    with pytest.raises(StoreRefusedError, match="differ in artist"):
        copied(source, neo4j_store._bolt)
    assert neo4j_store.stats()["Artist"] == 2


def test_a_target_with_another_graph_is_unchanged(source, neo4j_store):
    filled(neo4j_store)
    BoltStore(source, "").commit([answer(GENRES, relatives(CARA))], at=AT)
    before = lines(neo4j_store._bolt)
    with pytest.raises(StoreRefusedError, match="already has a graph"):
        copied(source, neo4j_store._bolt)
    assert lines(neo4j_store._bolt) == before


def test_an_unfinished_copy_of_another_store_is_unchanged(
    source, neo4j_store, tmp_path
):
    copied(source, neo4j_store._bolt, stopped=after(1))
    # A store is known by when it was made.
    with (
        target_in(tmp_path / "other", at=AT) as other,
        pytest.raises(StoreRefusedError, match=r"a copy from .* is not finished"),
    ):
        copied(other, neo4j_store._bolt)
    assert copied(source, neo4j_store._bolt)[0].is_complete


def test_a_copy_starts_again_when_its_source_has_changed(source, neo4j_store):
    copied(source, neo4j_store._bolt, stopped=after(3))
    BoltStore(source, "").commit([answer(GENRES, relatives(CARA))], at=AT)
    found, progress = copied(source, neo4j_store._bolt)
    assert "has changed since this copy began: starting again" in progress.said[1]
    assert found.is_complete
    assert lines(neo4j_store._bolt) == lines(source)


def test_nodes_deleted_from_the_source_are_deleted_from_the_copy(source, neo4j_store):
    everything = 10_000
    copied(source, neo4j_store._bolt, stopped=after(12))
    source.alter(["MATCH ()-[r:HAS_GENRE]->() DELETE r"])
    found, _ = copied(source, neo4j_store._bolt, stopped=after(everything))
    assert found.is_complete
    assert lines(neo4j_store._bolt) == lines(source)


def test_a_write_to_the_source_during_the_copy_is_detected(source, neo4j_store):
    def crawls_on():
        BoltStore(source, "").commit([answer(GENRES, relatives(CARA))], at=AT)
        return False

    with pytest.raises(GraphChangedError, match="written to while it was copied"):
        copied(source, neo4j_store._bolt, stopped=crawls_on)
    assert copied(source, neo4j_store._bolt)[0].is_complete
    assert lines(neo4j_store._bolt) == lines(source)


def test_a_write_to_the_target_during_the_copy_is_detected(source, neo4j_store):
    def meddles():
        neo4j_store._bolt.alter(["MATCH (n:Genre) SET n.colour = 'red'"])
        return False

    with pytest.raises(GraphChangedError, match="differ in genre") as caught:
        copied(source, neo4j_store._bolt, stopped=meddles)
    assert "run the same command again" in caught.value.hint
    assert copied(source, neo4j_store._bolt)[0].is_complete
    assert lines(neo4j_store._bolt) == lines(source)


def test_a_run_writes_nothing_after_another_run_completed_the_copy(source, neo4j_store):
    def other_run():
        copied(source, neo4j_store._bolt)
        return False

    with pytest.raises(StoreRefusedError, match="another run has ended this copy"):
        copied(source, neo4j_store._bolt, stopped=other_run)
    assert lines(neo4j_store._bolt) == lines(source)
