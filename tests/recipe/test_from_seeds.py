"""The recipe that `crawl --seed` makes: its name, its value, and its file."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.recipe.choices import id_mistake, related_source_of
from crawler.recipe.fields import LARGEST
from crawler.recipe.from_seeds import (
    SeedOptions,
    differences,
    recipe_text,
    seed_recipe,
)
from crawler.recipe.loader import recipe_from_text
from crawler.text import text_mistake

names = st.one_of(
    st.text(min_size=1).map(str.strip).filter(lambda name: text_mistake(name) is None),
    st.integers(0, 10**12).map("deezer:{}".format),
    st.from_regex(r"spotify:[0-9A-Za-z]{22}", fullmatch=True),
)
limits = st.none() | st.integers(0, LARGEST)


@st.composite
def seed_options(draw: st.DrawFn) -> SeedOptions:
    """Options as the command line accepts them: ids of one source only."""
    seeds = tuple(draw(st.lists(names, min_size=1, max_size=5, unique=True)))
    related = related_source_of(seeds)
    seeds = tuple(one for one in seeds if id_mistake(one, related) is None)
    return SeedOptions(
        seeds or ("Burial",),
        *(draw(limits) for _ in range(3)),
        related=related,
        store=draw(st.none() | st.text()),
    )


@given(seed_options())
def test_the_rendered_file_read_back_gives_an_equal_recipe(
    options: SeedOptions,
) -> None:
    recipe = seed_recipe(options)
    again = recipe_from_text(recipe_text(recipe, options), f"{options.name}.toml")
    assert again == recipe
    assert again.digest() == recipe.digest()
    assert differences(again, options) == ()


def test_names_with_any_characters_are_in_the_recipe_as_they_are() -> None:
    seeds = ('The "X" \\ Files', "it's", "# not a comment")
    options = SeedOptions(seeds, 3, 7, 9)
    recipe = recipe_from_text(recipe_text(seed_recipe(options), options), "x.toml")
    assert recipe.seeds.artists == seeds
    limits = recipe.crawl
    assert (limits.max_hops, limits.max_artists, limits.max_requests) == (3, 7, 9)


@pytest.mark.parametrize(
    ("seeds", "name"),
    [
        (("Burial",), "burial"),
        (("Sigur Rós", "AC/DC"), "sigur-ros-ac-dc"),
        (("deezer:27",), "deezer-27"),
        (("宇多田ヒカル",), "宇多田ヒカル"),
        (("!!!",), "seeds"),
        (("a", "b", "c", "d", "e"), "a-b-c-and-2-more"),
        (("x" * 99,), "x" * 60),
    ],
)
def test_the_recipe_has_a_name_made_of_its_seeds(
    seeds: tuple[str, ...], name: str
) -> None:
    options = SeedOptions(seeds)
    recipe = seed_recipe(options)
    assert (options.name, recipe.name, recipe.seeds.artists) == (name, name, seeds)
