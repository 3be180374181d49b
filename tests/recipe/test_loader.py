from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.errors import RecipeError
from crawler.recipe.loader import read_recipe, recipe_from_text
from crawler.recipe.model import Focus, Order, Recipe, recipe_from_json
from crawler.toml_schema import Lines

CLASSES = '[classes]\nmetal = "metal"\n'


def complaint(text: str) -> str:
    with pytest.raises(RecipeError) as caught:
        recipe_from_text(text, "my.toml")
    return f"{caught.value} | {caught.value.hint}"


def test_classes_alone_are_a_recipe_with_the_defaults_of_the_design():
    recipe = recipe_from_text(CLASSES, "metal.toml")
    assert recipe.name == "metal"
    assert recipe.class_names == ("metal",)
    assert recipe.seeds.by_genre == 25
    assert recipe.crawl.focus is Focus.CLASS
    assert recipe.crawl.order is Order.YIELD
    assert recipe.labels.policy == "single-class"
    assert recipe.export.split == {"train": 0.8, "validation": 0.1, "test": 0.1}
    assert recipe.export.accept_terms == ()


def test_seeds_alone_are_a_recipe_that_expands_any_artist():
    recipe = recipe_from_text('[seeds]\nartists = ["Metallica"]', "x.toml")
    assert recipe.classes == ()
    assert recipe.crawl.focus is Focus.ANY
    assert recipe.seeds.by_genre == 0


@pytest.mark.parametrize(
    "seed", ['artists = ["A"]', 'playlists = ["A"]', "playlists_per_class = 1"]
)
def test_artists_by_genre_are_not_added_to_other_seeds_unless_requested(seed):
    assert recipe_from_text(f"{CLASSES}[seeds]\n{seed}", "x").seeds.by_genre == 0
    both = recipe_from_text(f"{CLASSES}[seeds]\n{seed}\nby_genre = 7", "x")
    assert both.seeds.by_genre == 7


def test_every_value_of_the_file_is_in_the_recipe():
    recipe = recipe_from_text(
        """
        [dataset]
        name = "metal-subgenres"
        [classes]
        "thrash metal" = "thrash"
        "black metal" = ["black metal", "!blackened"]
        [seeds]
        artists = ["Metallica", "deezer:119"]
        playlists = ["thrash metal classics"]
        playlists_per_class = 2
        by_genre = 50
        [sources]
        related = "deezer"
        genres = "musicbrainz"
        [crawl]
        focus = "any"
        order = "random"
        round = 10
        max_hops = 3
        max_untagged_hops = 2
        artists_per_class = 5
        max_artists = 6
        max_requests = 7
        max_minutes = 1.5
        max_wait_minutes = 0
        [labels]
        policy = "precedence"
        min_votes = 2
        min_share = 0.5
        [export]
        tracks_per_artist = 1
        pick = "random"
        min_seconds = 10.5
        split = {train = 0.5, test = 0.5, validation = 0}
        seed = 1
        accept_terms = ["deezer"]
        """,
        "x",
    )
    assert recipe.name == "metal-subgenres"
    assert recipe.classes[1].patterns == ("black metal", "!blackened")
    assert recipe.seeds.artists == ("Metallica", "deezer:119")
    assert recipe.seeds.playlists == ("thrash metal classics",)
    assert (recipe.seeds.playlists_per_class, recipe.seeds.by_genre) == (2, 50)
    assert recipe.sources.genres == ("musicbrainz",)
    crawl = recipe.crawl
    assert (crawl.focus, crawl.order, crawl.round) == (Focus.ANY, Order.RANDOM, 10)
    assert (crawl.max_hops, crawl.max_untagged_hops) == (3, 2)
    assert (crawl.artists_per_class, crawl.max_artists, crawl.max_requests) == (5, 6, 7)
    assert (crawl.max_minutes, crawl.max_wait_minutes) == (1.5, 0)
    assert recipe.labels.policy == "precedence"
    assert (recipe.labels.min_votes, recipe.labels.min_share) == (2, 0.5)
    assert (recipe.export.tracks_per_artist, recipe.export.pick) == (1, "random")
    assert (recipe.export.min_seconds, recipe.export.seed) == (10.5, 1)
    assert recipe.export.split == {"train": 0.5, "test": 0.5}
    assert recipe.export.accept_terms == ("deezer",)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", ["no [classes] and no [seeds]", "genregraph init"]),
        ("[classes]", ["line 1", "[classes] is empty"]),
        ("[seeds]\nartists = []", ["no [classes] and no [seeds]"]),
        (CLASSES + "[seeds]\nby_genre = 0", ["line 4", "by_genre is 0"]),
        ("[seeds]\nby_genre = 5", ["line 2", "seeds.by_genre", "no [classes]"]),
        ("[classes]\nr&b = 'soul'", ["line 2", "in quotes", '"r&b" = …']),
        ("[classes]\nhip hop = 'rap'", ["line 2", "in quotes", '"hip hop" = …']),
        ("[classes]\nlo.fi = 'lofi'", ["line 2", "in quotes", '"lo.fi" = …']),
        ("[classes\nx = 1", ["line 1", "not valid TOML"]),
        ("[classes]\nx = 'x'\nx = 'y'", ["line 3", "not valid TOML", "overwrite"]),
        (CLASSES + "[seads]\n", ["line 3", "[seads]", 'did you mean "seeds"?']),
        (CLASSES + "[crawl]\nmax_hop=1", ["line 4", "crawl.max_hop", '"max_hops"']),
        (CLASSES + "[labels]\nmax_hops=1", ["line 4", "belongs in [crawl]"]),
        ('name = "x"\n' + CLASSES, ["line 1", "name", "belongs in [dataset]"]),
        ("classes = 3", ["line 1", "classes must be a table"]),
        ("[classes]\nx = []", ["line 2", "classes.x", "no pattern"]),
        ("[classes]\nx = ['!y']", ["line 2", "classes.x", "no pattern"]),
        ("[classes]\nx = ['x', '!']", ["line 2", '"!"', "no words"]),
        ("[classes]\nx = ['x', '=']", ["line 2", '"="', "no words"]),
        ("[classes]\nx = ''", ["line 2", "is empty"]),
        ("[classes]\nx = 3", ["line 2", "must be a list", "the number 3"]),
        ("[classes]\n'a/b' = 'x'", ["line 2", '"/"']),
        ("[classes]\n'R&B' = 'x'\nrnb = 'y'", ["line 3", 'same class as "R&B"']),
        (CLASSES + "[dataset]\nname = ''", ["line 4", "dataset.name is empty"]),
        (CLASSES + "[dataset]\nname = 3", ["line 4", "must be text"]),
        (CLASSES + "[seeds]\nartists='A'", ["line 4", 'write ["A"]']),
        (CLASSES + "[seeds]\nartists=['']", ["line 4", "is empty"]),
        (CLASSES + "[seeds]\nartists=['A', 'A']", ["line 4", '"A" twice']),
        (CLASSES + "[seeds]\nartists=['spotify:1']", ["line 4", '"deezer"']),
        (CLASSES + "[seeds]\nartists=['deezer:x']", ["line 4", "numbers"]),
        (CLASSES + "[seeds]\nby_genre=true", ["line 4", "whole number"]),
        (CLASSES + "[seeds]\nby_genre=-1", ["line 4", "0 or more", "-1"]),
        (CLASSES + "[sources]\ntracks=''", ["line 4", "sources.tracks is empty"]),
        (CLASSES + "[sources]\ntracks='deezr'", ["line 4", 'did you mean "deezer"?']),
        (CLASSES + "[sources]\nrelated='recorded'", ["line 4", "not in this version"]),
        (CLASSES + "[sources]\nrelated='musicbrainz'", ["line 4", "cannot answer"]),
        (CLASSES + "[sources]\ngenres='listenbrainz'", ["line 4", '"musicbrainz"']),
        (CLASSES + "[sources]\ngenres=[]", ["line 4", "need genres"]),
        (CLASSES + "[crawl]\nfocus='clas'", ["line 4", 'did you mean "class"?']),
        ("[seeds]\nartists=['A']\n[crawl]\nfocus='class'", ["line 4", "no [classes]"]),
        (CLASSES + "[crawl]\norder='breadth first'", ["line 4", '"breadth-first"']),
        (CLASSES + "[crawl]\nround=0", ["line 4", "1 or more"]),
        (CLASSES + "[crawl]\nmax_requests=1.5", ["line 4", "whole number"]),
        (CLASSES + "[crawl]\nmax_minutes=nan", ["line 4", "crawl.max_minutes"]),
        (
            CLASSES + "[crawl]\nmax_wait_minutes=inf",
            ["line 4", "1,000,000,000 or less"],
        ),
        (CLASSES + "[labels]\npolicy='dominant'", ["line 4", "not in this version"]),
        (CLASSES + "[labels]\npolicy='single'", ["line 4", '"single-class"']),
        (CLASSES + "[labels]\nmin_share=15", ["line 4", "1 or less", "15"]),
        (CLASSES + "[labels]\ncollaborations='drp'", ["line 4", '"drop"']),
        (CLASSES + "[export]\npick='topp'", ["line 4", 'did you mean "top"?']),
        (CLASSES + "[export]\nsplit={train=80, test=20}", ["line 4", "sum to 1"]),
        (
            CLASSES + "[export]\nsplit={train=0.9, valid=0.1}",
            ["line 4", '"validation"'],
        ),
        (CLASSES + "[export.split]\ntrain=0.5", ["line 3", "sum to 1, not 0.5"]),
        (CLASSES + "[export]\ntracks_per_artist=0", ["line 4", "1 or more"]),
        (CLASSES + "[export]\nseed=2026-01-01", ["line 4", "a date or time"]),
        (CLASSES + "[export]\naccept_terms=['dezer']", ["line 4", '"deezer"']),
    ],
)
def test_a_mistake_names_its_line_its_key_and_what_would_be_right(text, words):
    found = complaint(text)
    assert found.startswith("my.toml")
    for word in words:
        assert word in found


def test_all_mistakes_are_reported_at_once_in_the_order_of_their_lines():
    found = complaint(
        "[export]\nsede = 1\n[crawl]\nround = 0\norder = 'x'\n[classes]\na = ''\nb = 'b'"
    )
    places = [found.index(f"line {number}:") for number in (2, 4, 5, 7)]
    assert places == sorted(places)
    assert "4 mistakes" in found
    assert "no [seeds]" not in found


def test_rules_between_keys_are_checked_beside_keys_that_are_wrong():
    found = complaint(
        "[classes]\na = 3\n'R&B' = 'x'\nrnb = 'y'\n[crawl]\nround = 0\n"
        "[sources]\ntracks = 'spotify'\n[seeds]\nartists = ['deezer:x']"
    )
    assert "5 mistakes" in found
    for words in (
        "line 2: classes.a must be a list of texts",
        'line 4: "rnb" is the same class as "R&B"',
        "line 6: crawl.round must be 1 or more",
        'line 8: sources.tracks is "spotify", which does not know the ids',
        'line 10: seeds.artists names "deezer:x"',
    ):
        assert words in found


@pytest.mark.parametrize(
    ("text", "digest", "labels_digest"),
    [
        (
            CLASSES + "[crawl]\nmax_minutes = 10",
            "efc55e523f78c95bbdadeb1d8dcce1d5bf28969f6b8915a3eb5439a96d2503cf",
            "8fba5360ad5c02e4ae0bf3b25f97a3503338703c32efb7d25c7944b29a4cca8c",
        ),
        (
            CLASSES + "[crawl]\nmax_minutes = 1e1",
            "fc829eae1ac234636097e3bf6915e4d191c4bb1e9927dbb8b233c4e8b6dcf1b5",
            "8fba5360ad5c02e4ae0bf3b25f97a3503338703c32efb7d25c7944b29a4cca8c",
        ),
    ],
)
def test_the_digests_of_a_recipe_stay_what_they_are(text, digest, labels_digest):
    recipe = recipe_from_text(text, "metal.toml")
    assert recipe.digest() == digest
    assert recipe.labels_digest() == labels_digest
    assert recipe_from_json(recipe.to_json()) == recipe


def test_one_broken_class_does_not_hide_the_mistakes_after_it():
    assert complaint("[classes]\na = 3\nb = 4").count("line") == 2


def test_the_error_for_a_missing_file_shows_how_to_write_one(tmp_path):
    with pytest.raises(RecipeError, match=r"there is no recipe .*gone\.toml") as caught:
        read_recipe(tmp_path / "gone.toml")
    assert "genregraph init gone.toml" in caught.value.hint


def test_the_error_for_a_preset_in_place_of_a_file_shows_how_to_use_it():
    with pytest.raises(RecipeError) as caught:
        read_recipe(Path("metal-20"))
    assert "--preset metal-20" in caught.value.hint


def test_a_folder_is_not_a_recipe(tmp_path):
    with pytest.raises(RecipeError, match="is a folder"):
        read_recipe(tmp_path)


def test_the_error_for_a_file_that_is_not_text_names_the_line(tmp_path):
    path = tmp_path / "latin.toml"
    path.write_bytes("# a\n# Härte\n".encode("latin-1"))
    with pytest.raises(RecipeError, match="line 2: not UTF-8 text"):
        read_recipe(path)


def test_a_byte_order_mark_and_windows_line_ends_are_read(tmp_path):
    path = tmp_path / "notepad.toml"
    path.write_bytes(b"\xef\xbb\xbf" + CLASSES.replace("\n", "\r\n").encode())
    assert read_recipe(path).class_names == ("metal",)


def test_lines_are_found_past_comments_headers_quotes_and_long_texts():
    lines = Lines.of(
        '# round = 1\n[ crawl ] # x\n"round" = 1\nx = """\norder = 2\n"""\norder = 3\n'
        "[a.'b c']\nd.e = 1\n"
    )
    assert lines.of_key("crawl", "round") == 3
    assert lines.of_key("crawl", "order") == 7
    assert lines.of_key("a", "b c", "d", "e") == 9
    assert lines.of_key("crawl", "unknown") == 2
    assert lines.of_key("nowhere") is None


@given(st.text(), st.text())
def test_any_text_gives_a_recipe_or_a_sentence(key, value):
    try:
        made = recipe_from_text(f"[classes]\n{key} = {value}\n[crawl]\n{value}", "x")
    except RecipeError as error:
        assert str(error).startswith("x")  # noqa: PT017
    else:
        assert isinstance(made, Recipe)
