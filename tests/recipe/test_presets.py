"""What the shipped recipes include, by genre names as MusicBrainz and Spotify write them."""

import re
from dataclasses import asdict

import pytest

from crawler.errors import RecipeError
from crawler.recipe.loader import preset_names, preset_text, recipe_from_text
from crawler.recipe.model import Focus, Order, RecipeFile
from graph.model.genres import ClassMap, fold

GENRES_10 = (
    "pop",
    "rock",
    "rap",
    "metal",
    "house",
    "r&b",
    "classical",
    "techno",
    "jazz",
    "folk",
)
METAL_20 = {
    "black metal", "death metal", "melodic death metal", "doom metal", "thrash metal",
    "power metal", "progressive metal", "folk metal", "symphonic metal", "gothic metal",
    "grindcore", "metalcore", "deathcore", "nu metal", "industrial metal", "groove metal",
    "stoner metal", "speed metal", "post-metal", "djent",
}  # fmt: skip


def recipe(name):
    return recipe_from_text(preset_text(name), f"{name}.toml")


def classes(name):
    return ClassMap(recipe(name).classes)


def test_there_are_three_presets():
    assert preset_names() == ("genres-10", "metal-20", "network")


@pytest.mark.parametrize("name", preset_names())
def test_a_preset_is_a_recipe_without_mistakes_and_has_its_own_name(name):
    assert recipe(name).name == name


@pytest.mark.parametrize("name", preset_names())
def test_no_preset_accepts_terms_for_the_person(name):
    assert recipe(name).export.accept_terms == ()


@pytest.mark.parametrize("name", ["genres-10", "metal-20"])
def test_a_preset_with_classes_shows_every_key_that_a_recipe_has(name):
    for table in asdict(RecipeFile()).values():
        for key in table:
            if key not in {"playlists_per_class", "round"}:
                assert re.search(
                    rf"^(# )?{key} +=|^(# )?{key} =", preset_text(name), re.MULTILINE
                ), key


def test_the_network_has_no_classes_and_goes_breadth_first():
    network = recipe("network")
    assert network.classes == ()
    assert network.seeds.artists
    assert network.crawl.focus is Focus.ANY
    assert network.crawl.order is Order.BREADTH_FIRST


def test_the_ten_genres_are_those_of_2020_and_an_artist_is_of_one():
    assert recipe("genres-10").class_names == GENRES_10
    assert recipe("genres-10").labels.policy == "single-class"


def test_the_twenty_kinds_of_metal_are_labelled_by_precedence():
    assert set(recipe("metal-20").class_names) == METAL_20
    assert len(recipe("metal-20").class_names) == 20
    assert recipe("metal-20").labels.policy == "precedence"


def test_no_kind_of_metal_stands_before_one_that_is_a_special_case_of_it():
    order = recipe("metal-20").class_names
    for special, general in [
        ("melodic death metal", "death metal"), ("deathcore", "metalcore"),
        ("black metal", "thrash metal"), ("djent", "progressive metal"),
        ("stoner metal", "doom metal"), ("death metal", "groove metal"),
    ]:  # fmt: skip
        assert order.index(special) < order.index(general)


@pytest.mark.parametrize("name", ["genres-10", "metal-20"])
def test_each_class_includes_its_own_name(name):
    for one in recipe(name).class_names:
        assert classes(name).classes_of(one) == (one,)


@pytest.mark.parametrize(
    ("wanted", "genres"),
    [
        (("pop",), "k-pop, j-pop, indie pop, synth-pop, swedish electropop, europop, art pop, teen pop, boy band"),
        (("rock",), "indie rock, post-punk, punk rock, grunge, britpop, shoegaze, pop punk, power pop, rock and roll, krautrock, post-grunge"),
        (("rap",), "hip hop, Hip-Hop, trap, grime, uk drill, gangsta rap, boom bap, pop rap, jazz rap, cloud rap, emo rap, g-funk, crunk"),
        (("metal",), "heavy metal, black metal, metalcore, djent, grindcore, folk metal, neo classical metal, rap metal, crossover thrash, funeral doom"),
        (("house",), "deep house, tech house, acid house, hip house, big room, french house, tropical house"),
        (("r&b",), "R&B, contemporary r&b, neo soul, rhythm & blues, new jack swing, quiet storm, deep pop r&b, trap soul, doo-wop"),
        (("classical",), "baroque, opera, modern classical, late romantic era, chamber music, orchestra, string quartet, choral, classical piano"),
        (("techno",), "detroit techno, minimal techno, acid techno, schranz, hardtekk, dub techno"),
        (("jazz",), "bebop, hard bop, swing, big band, jazz fusion, vocal jazz, soul jazz, dixieland, acid jazz"),
        (("folk",), "indie folk, freak folk, anti-folk, bluegrass, celtic, contemporary folk, sea shanty"),
        (("pop", "rock"), "pop rock, soft pop rock"),
        (("rock", "folk"), "folk rock"),
        ((), ("country, lovers rock, electro swing, witch house, electronic trap, drill and bass, blues, reggae, ambient, "
             "indian classical, new romantic, metropopolis, brockton, country pop, bassline, trip hop, folklore")),
    ],
)  # fmt: skip
def test_these_genres_go_to_these_of_the_ten(wanted, genres):
    ten = classes("genres-10")
    assert {g: ten.classes_of(g) for g in genres.split(", ")} == dict.fromkeys(
        genres.split(", "), wanted
    )


@pytest.mark.parametrize(
    ("wanted", "genres"),
    [
        ("black metal", "depressive black metal, dsbm, blackgaze, pagan black metal, symphonic black metal"),
        ("death metal", "technical death metal, brutal death metal, slam death metal, swedish death metal, slam, death 'n' roll"),
        ("melodic death metal", "melodeath, gothenburg metal"),
        ("doom metal", "sludge metal, funeral doom, funeral doom metal, epic doom, drone metal"),
        ("grindcore", "goregrind, deathgrind, cybergrind"),
        ("thrash metal", "crossover thrash, german thrash metal, technical thrash"),
        ("folk metal", "viking metal, celtic metal, balkan folk metal"),
        ("symphonic metal", "gothic symphonic metal, opera metal"),
        ("metalcore", "melodic metalcore, progressive metalcore, nu-metalcore"),
        ("deathcore", "melodic deathcore, technical deathcore"),
        ("industrial metal", "neue deutsche härte, cyber metal"),
        ("post-metal", "post-doom metal, atmospheric sludge metal, atmospheric post-metal"),
    ],
)  # fmt: skip
def test_what_2020_merged_is_merged(wanted, genres):
    twenty = classes("metal-20")
    assert {twenty.classes_of(g) for g in genres.split(", ")} == {(wanted,)}


@pytest.mark.parametrize(
    "genre", ["metal", "heavy metal", "rock", "blackened", "doomcore", "slam poetry"]
)
def test_other_genres_are_in_none_of_the_twenty(genre):
    assert classes("metal-20").classes_of(genre) == ()


@pytest.mark.parametrize("name", ["genres-10", "metal-20"])
def test_no_pattern_is_written_twice_or_shadowed_in_its_own_class(name):
    for rule in recipe(name).classes:
        folded = [
            fold(pattern) if pattern[0] not in "!=" else pattern
            for pattern in rule.patterns
        ]
        assert len(set(folded)) == len(folded), rule


def test_the_error_for_an_unknown_preset_names_the_nearest_one():
    with pytest.raises(RecipeError, match=r'metl-20.*did you mean "metal-20"'):
        preset_text("metl-20")
