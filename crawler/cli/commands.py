"""All commands: each one's module is imported only when the command is used.

`genregraph --help` reads this table and imports none of the modules, so it stays quick
however much the commands import.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from typer import Typer
from typer.core import TyperCommand, TyperGroup
from typer.main import get_group


@dataclass(frozen=True, slots=True)
class Entry:
    """Where a command lives.

    Attributes:
        module: Its `app` is a `typer.Typer` that holds the command.
        help: The first sentence of the command's own help.
        group: Whether the module's whole app is the command (as of `query list`).
    """

    module: str
    help: str
    group: bool = False


COMMANDS: Mapping[str, Entry] = {
    "init": Entry("crawler.cli.init", "Write a commented recipe to start from."),
    "probe": Entry(
        "crawler.cli.probe",
        "Check whether each source works today: one cheap request for each capability.",
    ),
    "find": Entry("crawler.cli.find", "Search a source by name.", group=True),
    "crawl": Entry(
        "crawler.cli.crawl",
        "Ask the recipe's sources and write "
        "artists, genres, tracks and edges to the graph.",
    ),
    "status": Entry(
        "crawler.cli.crawl",
        "Say what is answered, open and failed, what was spent, "
        "and how full the classes are.",
    ),
    "classes": Entry(
        "crawler.cli.classes", "Check the classes of a recipe.", group=True
    ),
    "select": Entry(
        "crawler.cli.select",
        "Choose the artists and tracks of each class, and count those that are lost.",
    ),
    "show": Entry(
        "crawler.cli.show",
        "Show what the graph holds about an artist or a track, or what its source lists.",
    ),
    "export": Entry(
        "crawler.cli.export",
        "Download the chosen clips as a data set, checked, de-duplicated and split.",
    ),
    "verify": Entry("crawler.cli.export", "Check a data set against its own manifest."),
    "run": Entry("crawler.cli.run", "Crawl, select, export and verify in one go."),
    "query": Entry("crawler.cli.query", "Query the graph in Cypher.", group=True),
    "analyse": Entry(
        "crawler.cli.analyse",
        "Analyse the graph of artists; print, draw or report the results.",
        group=True,
    ),
    "view": Entry(
        "crawler.cli.view",
        "Write a page to explore the graph of artists in a browser, offline.",
    ),
    "graph": Entry(
        "crawler.cli.graph",
        "Move the graph into and out of files and stores.",
        group=True,
    ),
    "store": Entry("crawler.cli.store", "Look after the store.", group=True),
    "demo": Entry(
        "crawler.cli.demo",
        "Do the whole job offline, on invented music, in under a minute.",
    ),
}


class LazyCommand(TyperCommand):
    """Stands in for a command in the list of commands until the command is used."""

    def __init__(self, name: str, entry: Entry) -> None:
        super().__init__(
            name=name, help=entry.help, short_help=entry.help, rich_markup_mode=None
        )
        self._entry = entry

    def get_short_help_str(self, limit: int = 45) -> str:  # noqa: ARG002  the signature is typer's
        """The whole line: a shortened one explains nothing."""
        return self._entry.help

    def make_context(self, *args: Any, **settings: Any) -> Any:
        """The real command's context; typer continues with the command in it."""
        command = load(self.name or "", self._entry)
        return command.make_context(*args, **settings)


class CommandTable(TyperGroup):
    """The group of all `COMMANDS`."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        for name, entry in COMMANDS.items():
            self.add_command(LazyCommand(name, entry))


def load(name: str, entry: Entry) -> TyperCommand | TyperGroup:
    """Import a command's module and take the command from its app."""
    app: Typer = import_module(entry.module).app
    app.rich_markup_mode = None  # as in `genregraph --help`
    group = get_group(app)
    if entry.group:
        group.name = name
        group.help = group.help or entry.help
        # A missing sub-command is reported like any bad usage: one sentence, status 2.
        group.no_args_is_help = False
        return group
    command = group.commands[name]
    assert isinstance(command, TyperCommand)  # noqa: S101  typer makes no others
    return command
