"""A command that writes to an embedded store, as a process of its own.

`python -m tests.support.processes.store_process FOLDER NAME COUNT` writes COUNT artists one by one and
prints each one once it is acknowledged; `hold` instead of COUNT opens the store, prints
"open" and waits for the end of its stdin.
"""

import sys
from datetime import UTC, datetime
from pathlib import Path

from graph.bolt_store.store import BoltStore
from graph.opening import StoreSettings, open_configured_store

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
_WRITE = "UNWIND $rows AS row MERGE (a:Artist {id: row.id}) SET a.runs = coalesce(a.runs, 0) + 1"


def main() -> None:
    folder, name, count = sys.argv[1:]
    settings = StoreSettings(None, None, None, None, Path(folder))
    with open_configured_store(settings, clock_now=lambda: NOW) as store:
        assert isinstance(store, BoltStore)
        print("open", flush=True)
        if count == "hold":
            sys.stdin.read()
        else:
            write(store, name, int(count))


def write(store: BoltStore, name: str, count: int) -> None:
    for number in range(count):
        rows = [{"id": f"{name}:{number}"}]
        store._bolt.write(lambda t, rows=rows: t.run_text(_WRITE, {"rows": rows}))
        print(f"{name}:{number}", flush=True)


if __name__ == "__main__":
    main()
