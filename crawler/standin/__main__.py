"""Run the stand-in service: `python -m crawler.standin --world bundled`."""

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
        description="Serve an invented or a given music world instead of the real services.",
    )
    add = parser.add_argument
    add(
        "--world",
        default="bundled",
        metavar="bundled|FOLDER|N",
        help="the world to serve",
    )
    add(
        "--families",
        default="genres-10",
        choices=PRESETS,
        help="classes of an invented world of N artists",
    )
    add(
        "--seed",
        type=int,
        default=2026,
        help="seed of everything that is generated",
    )
    add("--known", type=float, help="share of the artists that MusicBrainz knows")
    add("--no-limits", action="store_true", help="refuse no request")
    add(
        "--latency",
        type=float,
        default=0.0,
        metavar="SECONDS",
        help="delay before each reply",
    )
    add(
        "--spotify",
        default=AppAccess.EXTENDED,
        choices=[access.value for access in AppAccess],
        help="access to Spotify: everything as in 2020, or that of an app made in 2026",
    )
    add(
        "--spotify-quota",
        type=int,
        metavar="N",
        help="Spotify refuses requests for a day after N requests",
    )
    add("--port", type=int, default=0, help="default: any free port")
    add(
        "--log", type=Path, metavar="FILE", help="append each request as a line of JSON"
    )
    add(
        "--write",
        type=Path,
        metavar="FOLDER",
        help="write the world to this folder and exit",
    )
    return parser.parse_args()


def _world(arguments: argparse.Namespace) -> World:
    if arguments.world == "bundled":
        return bundled_world(**_known(arguments))
    if arguments.world.isdecimal():
        families, shares = PRESETS[arguments.families], WorldMix(**_known(arguments))
        return make_world(
            int(arguments.world), seed=arguments.seed, families=families, shares=shares
        )
    return read_world(Path(arguments.world), seed=arguments.seed, **_known(arguments))


def _known(arguments: argparse.Namespace) -> dict[str, float]:
    return {} if arguments.known is None else {"known": arguments.known}


def _faults(arguments: argparse.Namespace) -> Schedule:
    quota: int | None = arguments.spotify_quota
    return no_faults if quota is None else spotify_quota(quota)


def main() -> None:
    """Serve until Ctrl-C or SIGTERM, then print statistics to stderr."""
    arguments = _arguments()
    world = _world(arguments)
    if arguments.write:
        write_world(world, arguments.write)
        return
    stopped = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopped.set())
    with serve(
        world,
        limits=not arguments.no_limits,
        latency=arguments.latency,
        log=arguments.log,
        port=arguments.port,
        spotify=arguments.spotify,
        faults=_faults(arguments),
    ) as standin:
        for name, value in standin.spotify_environment.items():
            sys.stdout.write(f"export {name}={value}\n")
        sys.stdout.flush()
        stopped.wait()
        sys.stderr.write(json.dumps(standin.stats(), indent=2) + "\n")


if __name__ == "__main__":
    main()
