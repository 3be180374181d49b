"""An export in a separate process, for tests that kill it."""

import sys
import threading
from pathlib import Path

from crawler.clock import SystemClock
from crawler.console.progress import SilentProgress
from crawler.export.dataset import export_dataset
from graph.opening import StoreSettings, open_configured_store
from tests.support.servers.clip_server import Previews, audio_client
from tests.support.worlds.export_world import DATES, RECIPE, TROUBLES


def main(directory: str, address: str, out: str) -> None:
    settings = StoreSettings(None, None, None, None, Path(directory))
    with open_configured_store(settings, clock_now=SystemClock().now) as store:
        previews = Previews(address)
        previews.isrcs.update(TROUBLES)
        previews.release_dates.update(DATES)
        export_dataset(
            store,
            RECIPE,
            previews,
            audio_client(address),
            Path(out),
            clock=SystemClock(),
            progress=SilentProgress(),
            stop=threading.Event(),
            threads=3,
        )


if __name__ == "__main__":
    main(*sys.argv[1:])
