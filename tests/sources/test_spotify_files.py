"""Commands that write Spotify's data into a file print what its terms allow."""

from dataclasses import replace

import pytest

from crawler.cli import run_command_line
from crawler.recipe.model import SourceConfig
from crawler.sources.spotify.service import SERVICE
from graph.opening import StoreSettings, open_configured_store
from tests.support.worlds.made_graph import AT, RECIPE, fill, made_world

COMMANDS = (
    ("view", "scene.html"),
    ("graph", "export", "scene.graphml"),
    ("graph", "export", "graph.jsonl"),
)


@pytest.mark.parametrize("related", ["spotify", "deezer"])
def test_writing_a_file_with_spotifys_data_prints_its_terms(
    related, tmp_path, monkeypatch, capsys
):
    monkeypatch.chdir(tmp_path)
    place = tmp_path / ".genregraph" / "store"
    settings = StoreSettings(None, None, None, None, place)
    recipe = replace(RECIPE, sources=SourceConfig(related, ("musicbrainz",), related))
    with open_configured_store(settings, clock_now=lambda: AT) as store:
        fill(store, made_world(20), recipe)
        for command in COMMANDS:
            assert run_command_line(command) == 0
            said = capsys.readouterr().err
            note = f"note: {command[-1]} holds data of spotify. {SERVICE.terms.summary}"
            assert (note in said) == (related == "spotify")
