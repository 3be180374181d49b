"""What is read of a real Neo4j while others write to it: it shows what is being deleted."""

import threading

from graph.bolt_store.store import BoltStore
from tests.support.store_contract import PLAN, begun

PUT = """
UNWIND range(0, 300) AS i
MERGE (w:WorkItem {id: 'x' + i})
SET w.state = 'open', w.round = 0, w.position = i, w.kind = 'related', w.artists = []
"""
TAKE_AWAY = "MATCH (w:WorkItem) WHERE w.id STARTS WITH 'x' DELETE w"
LOOKS = 150


def test_reads_skip_work_items_and_standbys_that_are_being_deleted(
    neo4j_store: BoltStore,
) -> None:
    begun(neo4j_store)
    neo4j_store.register_standby("me")
    over = threading.Event()

    def items() -> None:
        while not over.is_set():
            neo4j_store._bolt.alter([PUT, TAKE_AWAY])

    def standbys() -> None:
        while not over.is_set():
            neo4j_store.register_standby("guest")
            neo4j_store.remove_standby("guest")

    threads = [threading.Thread(target=work) for work in (items, standbys)]
    for thread in threads:
        thread.start()
    try:
        for _ in range(LOOKS):
            plan = neo4j_store.open_plan()
            assert plan is not None
            assert set(plan.items) >= set(PLAN.items)
            assert "me" in {one.name for one in neo4j_store.lease().standbys}
    finally:
        over.set()
        for thread in threads:
            thread.join()
