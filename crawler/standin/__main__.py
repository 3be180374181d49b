"""Run the stand-in service by hand: `python -m crawler.standin --world bundled`."""

import argparse
import json
import signal
import sys
import threading
from pathlib import Path

from crawler.standin.faults import Schedule, no_faults, spotify_quota
from crawler.standin.server import serve
from crawler.standin.services.spotify_accounts import AppAccess
from crawler.standin.world.files import read_world, write_world
from crawler.standin.world.generator import WorldMix, bundled_world, make_world
from crawler.standin.world.genre_families import PRESETS
from crawler.standin.world.world import World


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m crawler.standin",
        description="Serve an invented or given music world in place of the real services.",
    )
    add = parser.add_argument
    add("--world", default="bundled", metavar="bundled|FOLDER|N", help="what to serve")
    add(
        "--families",
        default="genres-10",
        choices=PRESETS,
        help="classes of a world of N",
    )
    add(
        "--seed",
        type=int,
        default=2026,
        help="what is invented or minted depends on it",
    )
    add("--known", type=float, help="share of artists that MusicBrainz knows")
    add("--no-limits", action="store_true", help="refuse nobody")
    add(
        "--latency",
        type=float,
        default=0.0,
        metavar="SECONDS",
        help="before each reply",
    )
    add(
        "--spotify",
        default=AppAccess.EXTENDED,
        choices=[access.value for access in AppAccess],
        help="what Spotify lets one do: all of 2020, or what an app of 2026 gets",
    )
    add(
        "--spotify-quota",
        type=int,
        metavar="N",
        help="Spotify sends one away for a day after N requests",
    )
    add("--port", type=int, default=0, help="default: any that is free")
    add(
        "--log", type=Path, metavar="FILE", help="append each request as a line of JSON"
    )
    add("--write", type=Path, metavar="FOLDER", help="write the world there and end")
    return parser.parse_args()


def _world(wanted: argparse.Namespace) -> World:
    if wanted.world == "bundled":
        return bundled_world(**_known(wanted))
    if wanted.world.isdecimal():
        families, shares = PRESETS[wanted.families], WorldMix(**_known(wanted))
        return make_world(
            int(wanted.world), seed=wanted.seed, families=families, shares=shares
        )
    return read_world(Path(wanted.world), seed=wanted.seed, **_known(wanted))


def _known(wanted: argparse.Namespace) -> dict[str, float]:
    return {} if wanted.known is None else {"known": wanted.known}


def _faults(wanted: argparse.Namespace) -> Schedule:
    quota: int | None = wanted.spotify_quota
    return no_faults if quota is None else spotify_quota(quota)


def main() -> None:
    """Serve until Ctrl-C or SIGTERM; tell then how busy it was."""
    wanted = _arguments()
    world = _world(wanted)
    if wanted.write:
        write_world(world, wanted.write)
        return
    ended = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: ended.set())
    with serve(
        world,
        limits=not wanted.no_limits,
        latency=wanted.latency,
        log=wanted.log,
        port=wanted.port,
        spotify=wanted.spotify,
        faults=_faults(wanted),
    ) as standin:
        for name, value in standin.spotify_environment.items():
            sys.stdout.write(f"export {name}={value}\n")
        sys.stdout.flush()
        ended.wait()
        sys.stderr.write(json.dumps(standin.stats(), indent=2) + "\n")


if __name__ == "__main__":
    main()
