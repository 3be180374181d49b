import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.model.genres import ALIASES, ClassMap, ClassRule, fold

words = st.text(string.ascii_lowercase, min_size=1, max_size=6)
names = st.lists(words, min_size=1, max_size=4).map(" ".join)


def classes(**patterns: tuple[str, ...]) -> ClassMap:
    return ClassMap([ClassRule(name, own) for name, own in patterns.items()])


@given(st.text())
def test_folding_twice_changes_nothing(name):
    assert fold(fold(name)) == fold(name)


@given(st.sampled_from(sorted(ALIASES)), st.sampled_from(["", "korean ", "old "]))
def test_an_alias_is_folded_anywhere_in_a_name(alias, before):
    assert fold(before + alias) == before + ALIASES[alias]


@given(names, st.sampled_from(["-", "_", " ", "  ", "/", ". "]))
def test_case_and_separators_make_no_difference(name, between):
    assert fold(between.join(name.upper().split())) == fold(name)


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("R&B", "r and b"),
        ("Rhythm & Blues", "r and b"),
        ("Drum'n'Bass", "drum and bass"),
        ("drum 'n' bass", "drum and bass"),
        ("rock ’n’ roll", "rock and roll"),
        ("Neue Deutsche Härte", "neue deutsche harte"),
        ("Post-Metal", "post metal"),
        ("Synthpop", "synth pop"),
        ("  ", ""),
        ("!!!", "!!!"),
        ("演歌", "演歌"),
    ],
)
def test_examples_of_folded_names(written, folded):
    assert fold(written) == folded


def test_a_pattern_matches_whole_words_only():
    rock = classes(rock=("rock",))
    assert rock.classes_of("indie rock") == ("rock",)
    assert rock.classes_of("brockton hip hop") == ()
    assert rock.classes_of("rockabilly") == ()


def test_the_words_of_a_pattern_match_only_adjacent_and_in_order():
    black = classes(black=("black metal",))
    assert black.classes_of("atmospheric black metal") == ("black",)
    assert black.classes_of("metal black") == ()
    assert black.classes_of("black death metal") == ()


def test_the_longest_pattern_wins():
    metal = classes(death=("death metal",), melodic=("melodic death metal",))
    assert metal.classes_of("swedish melodic death metal") == ("melodic",)


def test_an_exact_pattern_beats_longer_ones_and_matches_nothing_else():
    metal = classes(exact=("=black metal",), loose=("black metal", "black"))
    assert metal.classes_of("Black-Metal") == ("exact",)
    assert metal.classes_of("pagan black metal") == ("loose",)


def test_a_tie_gives_both_classes_in_the_recipes_order():
    both = classes(rock=("rock",), pop=("pop",))
    assert both.classes_of("pop rock") == ("rock", "pop")


def test_an_excluded_name_is_excluded_from_its_own_class_only():
    metal = classes(black=("black", "!blackened", "!black noise"), noise=("noise",))
    assert metal.classes_of("black noise") == ("noise",)
    assert metal.classes_of("black metal") == ("black",)


def test_an_exact_exclusion_keeps_longer_names():
    folk = classes(folk=("folk", "!=folk metal"))
    assert folk.classes_of("folk metal") == ()
    assert folk.classes_of("spanish folk metal") == ("folk",)


def test_patterns_are_folded_like_names():
    assert classes(soul=("R&B",)).classes_of("contemporary rnb") == ("soul",)


@given(names, names)
def test_a_name_with_the_pattern_between_other_words_is_in_the_class(name, around):
    genre = f"{around} {name} {around}"
    assert classes(own=(name,)).classes_of(genre) == ("own",)


@given(st.lists(names, min_size=1, max_size=5, unique_by=fold), names)
def test_adding_a_class_never_adds_genres_to_other_classes(own, genre):
    rules = [ClassRule(name, (name,)) for name in own]
    fewer, more = ClassMap(rules[:-1]), ClassMap(rules)
    for name in more.classes_of(genre):
        assert name == own[-1] or name in fewer.classes_of(genre)


def test_in_class_lists_each_class_of_each_genre_in_order():
    both = classes(rock=("rock",), pop=("pop",))
    assert both.in_class(["pop", "jazz", "pop rock"]) == (
        ("pop", "pop"),
        ("pop rock", "rock"),
        ("pop rock", "pop"),
    )
