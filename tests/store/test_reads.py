"""What is read of a real Neo4j while others write to it: it shows what is being deleted."""

import threading

from graph.bolt_store.store import BoltStore
from graph.model.workers import Worker
from tests.support.store_contract import PLAN, begun

PUT = """
UNWIND range(0, 300) AS i
MERGE (s:Slice {id: 'x' + i})
SET s.state = 'closed', s.round = 0, s.position = i, s.kind = 'related'
"""
TAKE_AWAY = "MATCH (s:Slice) WHERE s.state = 'closed' DELETE s"
LOOKS = 150


def test_who_looks_while_slices_and_workers_go_sees_the_others_only(
    neo4j_store: BoltStore,
) -> None:
    begun(neo4j_store)
    me, over = Worker("me", 600), threading.Event()
    neo4j_store.join(me)

    def slices() -> None:
        while not over.is_set():
            neo4j_store._bolt.alter([PUT, TAKE_AWAY])

    def workers() -> None:
        while not over.is_set():
            neo4j_store.join(Worker("guest", 600))
            neo4j_store.leave(Worker("guest", 600))

    threads = [threading.Thread(target=work) for work in (slices, workers)]
    for thread in threads:
        thread.start()
    try:
        for _ in range(LOOKS):
            standing = neo4j_store.look(me)
            assert standing is not None
            ids = {part.id for part in standing.parts}
            assert ids >= {part.id for part in PLAN.slices}
            assert "me" in {worker.name for worker in neo4j_store.workers()}
    finally:
        over.set()
        for thread in threads:
            thread.join()
