"""view, graph export and analyse print a note if the selection is stale."""

from dataclasses import replace

import pytest

from crawler.cli import run_command_line
from crawler.recipe.model import LabelRules
from crawler.selection.select import select_labels
from crawler.selection.staleness import selection_note
from graph.model.crawl import Plan, WorkItem, WorkKind, WorkResult
from graph.model.music import Changes
from graph.opening import StoreSettings, open_configured_store
from tests.support.worlds.made_graph import AT, RECIPE, fill, made_world

MADE = f"note: selected {AT:%Y-%m-%d %H:%M} UTC by single-class; "
AGAIN = ": run `genregraph select RECIPE` again"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("shown")


@pytest.fixture(scope="module")
def store(folder):
    """A graph of which a part is selected, where the program looks for one."""
    place = folder / ".genregraph" / "store"
    settings = StoreSettings(None, None, None, None, place)
    with open_configured_store(settings, clock_now=lambda: AT) as store:
        fill(store, made_world(60))
        select_labels(store, RECIPE, now=AT)
        yield store


def _go_on(store):
    part = WorkItem("1/related/0", 1, 0, WorkKind.RELATED)
    store.commit_plan(Plan(1, (part,)))
    store.commit([WorkResult(part, Changes(), {"deezer": 1})], at=AT)
    store.close_round(1, {}, seconds=1.0)


def test_a_selection_by_other_rules_than_the_recipe_names_them(store):
    assert selection_note(store, RECIPE) is None
    assert selection_note(store, replace(RECIPE, name="never selected")) is None
    stricter = replace(RECIPE, labels=LabelRules(min_share=0.9))
    others = "the recipe's classes or label rules are others"
    assert selection_note(store, stricter) == MADE + others + AGAIN
    precedence = replace(RECIPE, labels=LabelRules("precedence"))
    policy = "the recipe's policy is precedence"
    assert selection_note(store, precedence) == MADE + policy + AGAIN


def test_commands_that_show_the_selection_note_that_the_crawl_has_continued(
    store, folder, capsys, monkeypatch
):
    monkeypatch.chdir(folder)
    commands = (
        ("view", "scene.html", "--chosen"),
        ("graph", "export", "scene.graphml", "--chosen"),
        ("analyse", "suspects", "--format", "csv"),
    )
    for command in commands:
        assert run_command_line(command) == 0
        assert "selected" not in capsys.readouterr().err
    _go_on(store)
    for command in commands:
        assert run_command_line(command) == 0
        assert f"{MADE}the crawl went on since{AGAIN}\n" in capsys.readouterr().err
    select_labels(store, RECIPE, now=AT)
    assert selection_note(store, RECIPE) is None
