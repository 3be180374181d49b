"""The options that commands share: how they are given, and what a command gets."""

import pytest
import typer
from typer.main import get_command

from crawler.cli import run_command_line
from crawler.cli.exit_status import Status
from crawler.cli.options import (
    CommonOptions,
    StoreOption,
    chosen_format,
    common_options,
)
from crawler.console.output import Format


def program_with(*names, seen):
    """A program of one command with these options, which keeps what it gets."""
    app = typer.Typer(add_completion=False, rich_markup_mode=None)

    @app.command()
    @common_options(*names)
    def work(file: str, *, deep: bool = False, options: CommonOptions):
        seen.append((file, deep, options))

    return app


def test_the_options_follow_the_commands_own_in_one_order():
    command = get_command(program_with("store", "format", "quiet", seen=[]))
    names = [parameter.opts[0] for parameter in command.params]
    assert names == ["file", "--deep", "--store", "--format", "--json", "--quiet"]


def test_a_command_gets_its_own_values_and_the_common_ones():
    seen = []
    line = ["a.txt", "--deep", "--store", "there", "--json", "-q"]
    status = run_command_line(line, program_with("store", "format", "quiet", seen=seen))
    assert status == Status.DONE
    assert seen == [("a.txt", True, CommonOptions("there", Format.JSON, quiet=True))]


def test_a_command_without_values_gets_the_defaults():
    seen = []
    run_command_line(["a.txt"], program_with("store", "format", "quiet", seen=seen))
    assert seen == [("a.txt", False, CommonOptions(None, None, quiet=False))]


def test_a_command_has_only_the_options_that_it_names(capsys):
    seen = []
    program = program_with("quiet", seen=seen)
    assert run_command_line(["a.txt", "--store", "x"], program) == Status.USAGE
    assert "no such option: --store" in capsys.readouterr().err
    assert seen == []


def test_a_command_may_have_an_option_of_its_own_in_place_of_a_common_one():
    app, seen = typer.Typer(add_completion=False, rich_markup_mode=None), []

    @app.command()
    @common_options("quiet")
    def work(*, store: StoreOption = None, options: CommonOptions):
        seen.append((store, options))

    assert run_command_line(["--store", "there"], app) == Status.DONE
    assert seen == [("there", CommonOptions())]


def test_a_contradiction_is_refused_before_the_command_runs(capsys):
    seen = []
    line = ["a.txt", "--json", "--format", "csv"]
    assert run_command_line(line, program_with("format", seen=seen)) == Status.USAGE
    assert "--json and --format csv contradict each other" in capsys.readouterr().err
    assert seen == []


def test_json_and_format_may_agree_but_not_contradict():
    assert chosen_format(None, as_json=False) is None
    assert chosen_format(None, as_json=True) is Format.JSON
    assert chosen_format(Format.JSON, as_json=True) is Format.JSON
    assert chosen_format(Format.CSV, as_json=False) is Format.CSV
    with pytest.raises(typer.BadParameter):
        chosen_format(Format.CSV, as_json=True)
