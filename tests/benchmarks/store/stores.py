"""The stores that are measured, open side by side, and the bare driver on each of them."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import neo4j

from graph.bolt.address import ServerAddress
from graph.bolt_store.store import BoltStore
from graph.cypher.statements import statement
from graph.embedded.server import EmbeddedServer
from graph.opening import StoreSettings, open_configured_store
from tests.support.neo4j.database import mark, refuse_foreign
from tests.support.neo4j.lines import LINES
from tests.support.neo4j.server import running

AT = datetime(2026, 11, 24, tzinfo=UTC)
EMBEDDED = "embedded"
NAMES = (EMBEDDED, *(f"Neo4j {name}" for name in LINES))
Row = Mapping[str, object]


_SOME_RELATIONS = "MATCH ()-[r]->() WITH r LIMIT 20000 DELETE r RETURN count(*) AS n"
_SOME_NODES = (
    "MATCH (n) WHERE NOT n:Schema WITH n LIMIT 5000 DELETE n RETURN count(*) AS n"
)


@dataclass(frozen=True)
class Measured:
    """A store under measurement, and the bare driver on the same database."""

    name: str
    store: BoltStore
    driver: neo4j.Driver

    @property
    def is_embedded(self) -> bool:
        return self.name == EMBEDDED

    def ours(self, name: str, rows: Sequence[Row], **parameters: object) -> None:
        """Write rows through our server, in one transaction."""
        self.store._bolt.write(lambda t: t.run_rows(name, rows, **parameters))

    def bare(self, *parts: tuple[str, Mapping[str, object]]) -> None:
        """Run packaged statements by the driver alone, in one transaction."""

        def work(transaction) -> None:
            for name, parameters in parts:
                transaction.run(statement(name), parameters).consume()

        with self.driver.session(database="neo4j") as session:
            session.execute_write(work)

    def emptied(self) -> None:
        """Take everything out but the version."""
        for text in (_SOME_RELATIONS, _SOME_NODES):
            while self.store._bolt.write(lambda t, x=text: t.run_text(x, {}))[0][0]:
                pass


@contextmanager
def side_by_side(
    folder: Path, names: Sequence[str], named: Mapping[str, str]
) -> Iterator[list[Measured]]:
    """The stores open at once; `named` are addresses of servers that run already."""
    with ExitStack() as opened:
        found = []
        for name in names:
            place = folder / name.replace(" ", "-")
            uri = named.get(name)
            if uri is not None:
                refuse_foreign(uri)
            elif name != EMBEDDED:
                line = LINES[name.rpartition(" ")[2]]
                uri = opened.enter_context(running(place, line, measured=True)).uri
            settings = StoreSettings(uri, None, None, None, place)
            store = opened.enter_context(
                open_configured_store(settings, clock_now=lambda: AT)
            )
            assert isinstance(store, BoltStore)
            if name in named:
                mark(named[name])
            address = (
                ServerAddress(uri, None, None, None)
                if uri
                else EmbeddedServer(place).address()
            )
            driver = opened.enter_context(_bare_driver(address))
            found.append(Measured(name, store, driver))
            found[-1].emptied()
        yield found


def _bare_driver(address: ServerAddress) -> neo4j.Driver:
    """The driver with its own defaults, but for warnings on an empty graph."""
    auth = (address.user, address.password) if address.password else None
    return neo4j.GraphDatabase.driver(
        address.uri, auth=auth, notifications_min_severity="OFF"
    )


def seconds_of(work: Callable[[], object]) -> float:
    """How long something takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def typical(seconds: Sequence[float]) -> float:
    """The first quartile: the time on a machine with little other load."""
    return sorted(seconds)[len(seconds) // 4]


def in_turn(
    stores: Sequence[Measured], times: int, work: Callable[[Measured], object]
) -> dict[str, float]:
    """The typical time of `times` rounds on each store, one store after the other.

    So all of them see the same noise of the machine.
    """
    seconds: dict[str, list[float]] = {measured.name: [] for measured in stores}
    for _ in range(times):
        for measured in stores:
            seconds[measured.name].append(seconds_of(lambda m=measured: work(m)))
    return {name: typical(found) for name, found in seconds.items()}
