"""Rules for Spotify: recipes, settings, terms, and which genres count."""

import json
import threading
from dataclasses import replace

import pytest

from crawler.cli.wiring import services_in_force
from crawler.config.settings import Flags, load_settings
from crawler.crawl.fetch import Fetcher
from crawler.errors import (
    QuotaExhaustedError,
    RecipeError,
    SettingsError,
    TermsNotAcceptedError,
)
from crawler.export.dataset import export_dataset
from crawler.export.download.candidates import CandidateSet
from crawler.export.files.card import CardData, render_card
from crawler.export.files.lock import Accepted, Provenance, render_lock, source_of
from crawler.export.preconditions import accepted_metadata, accepted_terms
from crawler.http.cooldown import wait_out
from crawler.recipe.loader import recipe_from_text
from crawler.recipe.model import ExportRules, Recipe, SourceConfig
from crawler.sources.base import (
    INVENTED_MUSIC,
    Answer,
    Capability,
    RelatedArtists,
    Source,
)
from crawler.sources.deezer.service import SERVICE as DEEZER
from crawler.sources.roles import SourceRoles
from crawler.sources.spotify.service import SERVICE
from graph.model.crawl import Crawl, Plan, WorkItem, WorkKind, WorkResult
from graph.model.genres import ClassRule
from graph.model.music import (
    Answered,
    Artist,
    ArtistId,
    Changes,
    HasGenre,
    Question,
    Related,
    Selection,
)
from tests.support.export_job import open_filled_store
from tests.support.fakes import FakeClock, RecordingProgress
from tests.support.memory_store.store import MemoryStore
from tests.support.worlds.export_world import artist_id, select, with_rules

CLASSES = '[classes]\nmetal = "metal"\n'
SEEDS = '[seeds]\nartists = ["Ana"]\n'
AT = FakeClock().now()
TERMS = SERVICE.terms
DEEZER_TERMS = DEEZER.terms


def test_the_source_of_related_also_answers_tracks_and_previews():
    recipe = recipe_from_text(CLASSES + '[sources]\nrelated = "spotify"\n', "r.toml")
    assert recipe.sources == SourceConfig(
        "spotify", ("musicbrainz",), "spotify", "spotify"
    )


@pytest.mark.parametrize(
    ("sources", "words", "write"),
    [
        ('related = "spotify"\ntracks = "deezer"', 'tracks is "deezer"', "spotify"),
        ('related = "spotify"\npreviews = "deezer"', 'previews is "deezer"', "spotify"),
        ('tracks = "spotify"', "does not know the ids of", "deezer"),
        ('genres = "spotify"', 'sources.genres is "spotify"', "musicbrainz"),
    ],
)
def test_a_source_that_knows_other_ids_is_refused(sources, words, write):
    text = f"{CLASSES}{SEEDS}[sources]\n{sources}\n"
    with pytest.raises(RecipeError, match=words) as caught:
        recipe_from_text(text, "r.toml")
    assert f'Write "{write}"' in caught.value.hint


def test_seeds_by_genre_need_musicbrainz():
    only = CLASSES + '[sources]\nrelated = "spotify"\ngenres = "spotify"\n'
    with pytest.raises(RecipeError, match='by_genre needs "musicbrainz"'):
        recipe_from_text(only, "r.toml")
    named = recipe_from_text(only + SEEDS, "r.toml")
    assert named.seeds.by_genre == 0


def test_a_seed_that_is_not_a_spotify_id_is_refused():
    text = '[seeds]\nartists = ["spotify:27"]\n[sources]\nrelated = "spotify"\n'
    with pytest.raises(RecipeError, match="22 letters and digits"):
        recipe_from_text(text, "r.toml")


def test_market_and_account_reach_the_service_and_no_text_holds_the_secret():
    environ = {
        "SPOTIPY_CLIENT_ID": "me",
        "SPOTIPY_CLIENT_SECRET": "hunter2",
        "GENREGRAPH_SPOTIFY_MARKET": "de",
        "GENREGRAPH_SPOTIFY_URL": "http://127.0.0.1:5/v1",
        "GENREGRAPH_SPOTIFY_TOKEN_URL": "http://127.0.0.1:5/token",
    }
    services = services_in_force(load_settings(Flags(), environ))
    by_name = {service.name: service for service in services}
    assert by_name["spotify"].account["market"] == "DE"
    assert by_name["spotify"].account["client_secret"] == "hunter2"
    assert by_name["spotify"].base_url == "http://127.0.0.1:5"
    assert by_name["spotify-token"].base_url == "http://127.0.0.1:5/token"
    assert by_name["spotify-previews"].requests == 0
    assert "hunter2" not in repr(services)
    with pytest.raises(SettingsError, match="SPOTIFY_MARKET is not a country"):
        load_settings(Flags(), {"GENREGRAPH_SPOTIFY_MARKET": "Germany"})


class RelativesWithGenres(Source):
    """A source whose relatives come with genres, except one of them."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.capabilities = dict.fromkeys(Capability, 50)

    def related(self, artist: ArtistId) -> Answer[RelatedArtists]:
        two = tuple(Artist(ArtistId(f"spotify:{n}"), n, "spotify") for n in "ab")
        edges = tuple(
            Related(artist, one.id, "spotify", rank) for rank, one in enumerate(two, 1)
        )
        genres = (HasGenre(two[0].id, "black metal", "spotify"),)
        return Answer(RelatedArtists(two, edges, genres), {"spotify": 1})


def changes_of(roles: SourceRoles) -> Changes:
    recipe = Recipe("r", (ClassRule("metal", ("metal",)),))
    part = WorkItem("1/related/0", 1, 0, WorkKind.RELATED, (ArtistId("spotify:me"),))
    return Fetcher(roles, recipe).fetch(part).changes


def test_genres_that_come_with_relatives_are_stored_as_answers_and_missing_ones_are_not():
    spotify = RelativesWithGenres("spotify")
    changes = changes_of(SourceRoles(spotify, (spotify,), spotify))
    assert [edge.genre for edge in changes.genres] == ["black metal"]
    assert changes.in_class == (("black metal", "metal"),)
    assert (
        Answered(ArtistId("spotify:a"), Question.GENRES, "spotify") in changes.answered
    )
    assert [a.artist for a in changes.answered if a.question is Question.GENRES] == [
        "spotify:a"
    ]


def test_genres_that_come_with_relatives_count_only_if_the_recipe_names_their_source_first():
    spotify, other = RelativesWithGenres("spotify"), RelativesWithGenres("musicbrainz")
    changes = changes_of(SourceRoles(spotify, (other, spotify), spotify))
    assert changes.genres == changes.in_class == ()
    assert {a.question for a in changes.answered} == {Question.RELATED}


class Previews(Source):
    def __init__(self, name: str, terms: object) -> None:
        self.name, self.terms = name, terms
        self.capabilities = {}


BY_SPOTIFY = SourceConfig("spotify", ("spotify",), "spotify", "spotify")


def test_nothing_of_spotify_is_exported_without_its_written_permission():
    recipe = Recipe("r", sources=BY_SPOTIFY)
    previews = Previews("spotify", TERMS)
    with pytest.raises(TermsNotAcceptedError, match="machine learning") as caught:
        accepted_terms(previews, recipe)
    assert 'accept_terms = ["spotify"]' in caught.value.hint
    assert "written permission" in caught.value.hint
    accepting = replace(recipe, export=ExportRules(accept_terms=("spotify",)))
    assert accepted_terms(previews, accepting) == TERMS.accepting_means


@pytest.mark.parametrize(
    ("sources", "graph"),
    [
        (SourceConfig("spotify"), ()),
        (SourceConfig(genres=("musicbrainz", "spotify")), ()),
        (SourceConfig(tracks="spotify"), ()),
        (SourceConfig(), ("deezer", "spotify")),
    ],
)
def test_labels_and_relations_from_spotify_need_permission_as_much_as_audio(
    sources, graph
):
    export = ExportRules(accept_terms=("deezer",))
    recipe = Recipe("r", sources=sources, export=export)
    previews = Previews("deezer", DEEZER_TERMS)
    with pytest.raises(TermsNotAcceptedError, match="every other metadata"):
        accepted_metadata(previews, recipe, graph)
    both = replace(recipe, export=ExportRules(accept_terms=("deezer", "spotify")))
    (accepted,) = accepted_metadata(previews, both, graph)
    assert accepted.means == TERMS.accepting_means
    invented = Previews("deezer", INVENTED_MUSIC)
    assert accepted_metadata(invented, recipe, graph) == ()


def test_an_export_reads_in_the_graph_which_terms_must_be_accepted(tmp_path):
    genre = HasGenre(artist_id(1), "rock", "spotify", 1, 1.0)
    part = WorkItem("1/genres/0", 1, 0, WorkKind.GENRES)
    with open_filled_store(tmp_path / "store") as store:
        store.commit_plan(Plan(1, (part,)))
        store.commit([WorkResult(part, Changes(genres=(genre,)), {})], at=AT)
        store.close_round(1, {}, seconds=0)
        select(store)
        with pytest.raises(TermsNotAcceptedError, match="Spotify forbids"):
            export_dataset(
                store,
                with_rules(accept_terms=("deezer",)),
                Previews("deezer", DEEZER_TERMS),
                None,
                tmp_path / "out",
                clock=FakeClock(),
                progress=RecordingProgress(),
                stop=threading.Event(),
            )
    assert not (tmp_path / "out").exists()


def test_the_source_of_an_item_is_read_from_the_graph():
    genre = {
        "type": "relationship",
        "label": "HAS_GENRE",
        "properties": {"source": "s"},
    }
    state = {"type": "node", "labels": ["Source"], "properties": {"source": "s"}}
    assert source_of(genre) == "s"
    assert source_of(state) is None


def test_card_and_lock_quote_what_the_terms_of_the_metadata_mean():
    origin = Provenance(
        tool="genregraph 0",
        recipe=Recipe("r", (ClassRule("metal", ("metal",)),)),
        selection=Selection("r", "single-class", "d", 1, AT),
        seeds=(),
        graph_digest="0",
        terms=DEEZER_TERMS,
        accepted=DEEZER_TERMS.accepting_means,
        metadata=(Accepted("spotify", TERMS, TERMS.accepting_means),),
    )
    text = render_card(origin, CardData(CandidateSet((), {}, 0), (), (), ("train",)))
    assert TERMS.accepting_means in text
    assert "Pass on nothing of this" in text
    assert "What can be shared" not in text
    rendered = json.loads(render_lock(origin, (), (), {}, {}))
    assert rendered["terms_of_metadata"][0]["accepted"] == TERMS.accepting_means
    alone = replace(origin, metadata=())
    assert "terms_of_metadata" not in json.loads(render_lock(alone, (), (), {}, {}))
    assert "What can be shared" in render_card(
        alone, CardData(CandidateSet((), {}, 0), (), (), ("train",))
    )


def test_a_stored_wait_of_another_service_delays_nothing():
    clock = FakeClock()
    store = MemoryStore(lambda: clock.now().timestamp())
    store.begin(Crawl("r", "{}", "d"), Changes(), Plan(0, ()), at=clock.now())
    store.pause("spotify", 365 * 86_400)

    def wait(*services: str) -> None:
        progress, stop = RecordingProgress(), threading.Event()
        wait_out(store, clock, progress, stop, max_wait_minutes=15, services=services)

    wait("deezer")
    assert clock.slept == []
    with pytest.raises(QuotaExhaustedError, match="before 2027"):
        wait("spotify")
