"""The help of every command, and what a shell completes."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.core import TyperCommand, TyperGroup

from crawler.cli.commands import COMMANDS, load
from tests.support.processes.program import genregraph


def commands() -> Iterator[tuple[str, TyperCommand]]:
    """Every command with the words that call it."""
    for name, entry in COMMANDS.items():
        found = load(name, entry)
        if isinstance(found, TyperGroup):
            for part, command in found.commands.items():
                yield f"{name} {part}", command
        else:
            yield name, found


EVERY = dict(commands())


@pytest.mark.parametrize("words", EVERY)
def test_the_help_of_each_command_ends_with_an_example(words):
    text = EVERY[words].help or ""
    example = re.search(r"Example:  genregraph (.+)\s*$", text)
    assert example, f"{words} has no example"
    assert example[1].startswith(words)


@pytest.mark.parametrize("words", EVERY)
def test_every_option_and_argument_has_a_help(words):
    for parameter in EVERY[words].params:
        assert getattr(parameter, "help", None), f"{words}: {parameter.name}"


def completed(line: str, folder: Path) -> list[str]:
    """What bash offers when Tab is pressed at the end of a line."""
    words = line.split()
    at = len(words) if line.endswith(" ") else len(words) - 1
    completion = {
        "COMP_WORDS": line,
        "COMP_CWORD": str(at),
        "_GENREGRAPH_COMPLETE": "complete_bash",
    }
    return genregraph(folder=folder, environment=completion).stdout.split()


def test_a_shell_completes_the_names_of_all_commands(tmp_path):
    assert completed("genregraph ", tmp_path) == list(COMMANDS)


def test_a_shell_completes_the_commands_of_a_group(tmp_path):
    assert {"list", "show", "run"} <= set(completed("genregraph query ", tmp_path))


def test_a_shell_completes_the_options_of_a_command(tmp_path):
    assert "--dry-run" in completed("genregraph crawl --dr", tmp_path)


@pytest.mark.parametrize(
    ("line", "offered"),
    [
        ("genregraph query run class_s", ["class_sizes"]),
        ("genregraph query show seed", ["seed_artists"]),
        ("genregraph init --preset met", ["metal-20"]),
        ("genregraph find artist x --source dee", ["deezer"]),
        ("genregraph analyse bri", ["bridges"]),
    ],
)
def test_a_shell_completes_values(tmp_path, line, offered):
    assert completed(line, tmp_path) == offered
