"""`store upgrade`: take a store of an older version into use."""

from itertools import count
from pathlib import Path
from typing import Annotated

import typer

from crawler.cli.options import CommonOptions, common_options
from crawler.cli.session import Workplace, open_workplace, store_line
from graph.bolt.database import BoltDatabase
from graph.bolt.reconnect import ReconnectPolicy
from graph.model.schema import VERSION
from graph.opening import open_for_upgrade
from graph.transfer.jsonl import items, write_file
from graph.transfer.upgrade import changes_since, upgrade

app = typer.Typer()


@app.command("upgrade")
@common_options("store", "quiet")
def upgrade_store(
    *,
    backup: Annotated[
        Path | None,
        typer.Option(
            "--backup",
            metavar="FILE.jsonl",
            help="Where the graph is written to first. "
            "[default: beside the embedded store's folder]",
        ),
    ] = None,
    no_backup: Annotated[
        bool, typer.Option("--no-backup", help="Write no backup: there is one.")
    ] = False,
    options: CommonOptions,
) -> None:
    """Give a store of an older version the schema of this one, after a backup.

    A store that is up to date stays as it is, and one that was cut off is finished by
    the same command. The backup goes into a new store by `graph import`; let no crawl
    run meanwhile.

    Example:  genregraph store upgrade --store bolt://localhost:7687 --backup old.jsonl
    """
    if backup is not None and (no_backup or backup.suffix != ".jsonl"):
        raise typer.BadParameter(
            "--backup and --no-backup contradict each other"
            if no_backup
            else f"{backup} does not end in .jsonl"
        )
    with open_workplace(options.store, quiet=options.quiet) as place:
        place.progress.say(store_line(place.settings))
        settings = place.settings.store
        patience = ReconnectPolicy(
            place.clock, place.progress.say, settings.wait_seconds
        )
        with open_for_upgrade(settings, patience) as (bolt, version):
            if version == VERSION:
                place.progress.say(
                    f"the store at {bolt.where} has schema {VERSION} already: "
                    "nothing is to do"
                )
                return
            _upgrade(place, bolt, version, backup, no_backup=no_backup)


def _upgrade(
    place: Workplace,
    bolt: BoltDatabase,
    version: int,
    backup: Path | None,
    *,
    no_backup: bool,
) -> None:
    say = place.progress.say
    if backup is None and not no_backup:
        if place.settings.store.uri is not None:
            raise typer.BadParameter(
                f"the store at {bolt.where} has schema {version}: say where its backup "
                "goes with --backup FILE.jsonl, or that there is one with --no-backup"
            )
        backup = _beside(place.settings.store.directory, version)
    say(f"from schema {version} to {VERSION}: " + "; ".join(changes_since(version)))
    if backup is not None:
        place.progress.update(f"writing {backup}")
        say(f"{write_file(backup, items(bolt))} nodes and relations are in {backup}")
    upgrade(bolt)
    say(f"the store at {bolt.where} has schema {VERSION} now")


def _beside(directory: Path, version: int) -> Path:
    """A file beside the store's folder that is not there yet."""
    stem = f"{directory.name}-schema-{version}"
    names = (f"{stem}{f'-{n}' if n > 1 else ''}.jsonl" for n in count(1))
    files = (directory.resolve().parent / name for name in names)
    return next(file for file in files if not file.exists())
