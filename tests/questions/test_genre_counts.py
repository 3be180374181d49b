"""One rule decides which genres of an artist count: the Cypher agrees with the Python."""

import re
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from crawler.recipe.model import LabelRules
from crawler.selection.select import select_labels
from graph.bolt_store.store import BoltStore
from graph.model.genres import failed_threshold, genre_counts
from graph.model.music import ArtistId, HasGenre
from graph.store import Store
from graph.views.artists import artist_graph
from queries.cypher import code
from queries.label_policies import label_policies
from queries.running import run_query, shipped_queries
from tests.support.project import ROOT
from tests.support.worlds.made_graph import AT, RECIPE, fill, made_world

RULE = re.compile(
    r"coalesce\((\w+)\.votes, \$min_votes\) >= \$min_votes AND "
    r"coalesce\(\1\.share, 1\.0\) >= \$min_share\b"
)
ALL = {"min_votes": -(10**9), "min_share": -1.0}
USING = {
    name: query
    for name, query in shipped_queries().items()
    if "$min_votes" in code(query.text)
}
FILLED = {"recipe": RECIPE.name, "genre": "death metal", "limit": 500}

WORLD = made_world(40)
ARTISTS = sorted(WORLD.depths)
GENRES = ("death metal", "thrash metal", "black metal", "doom metal", "slam", "pop")

thresholds = st.fixed_dictionaries(
    {"min_votes": st.integers(0, 4), "min_share": st.sampled_from([0.0, 0.15, 0.5, 1])}
)
strengths = st.tuples(
    st.none() | st.integers(-1, 5),
    st.none() | st.sampled_from([0.0, 0.1499, 0.15, 0.5, 0.51, 1.0]),
)


@pytest.mark.parametrize(
    "file", [p for p in ROOT.rglob("*.cypher") if ".venv" not in p.parts], ids=str
)
def test_each_cypher_file_that_compares_votes_or_shares_uses_the_one_rule(file):
    text = " ".join(code(file.read_text(encoding="utf-8")).split())
    uses = len(RULE.findall(text))
    assert text.count("$min_votes") == 2 * uses
    assert text.count("$min_share") == uses


def test_the_policies_and_the_classes_of_artists_use_the_rule():
    policies = {policy.query.name for policy in label_policies().values()}
    assert policies | {"artist_classes", "class_sizes"} <= set(USING)


@settings(
    max_examples=6,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    phases=[Phase.explicit, Phase.generate],  # each example fills two graphs
)
@given(
    edges=st.dictionaries(
        st.tuples(st.sampled_from(ARTISTS), st.sampled_from(GENRES)),
        strengths,
        min_size=60,
    ),
    wanted=thresholds,
)
def test_each_query_leaves_out_the_genres_that_do_not_count(
    embedded_store, edges, wanted
):
    """Its rows are those of a graph that never had these genres."""
    genres = [
        HasGenre(ArtistId(artist), genre, "musicbrainz", votes, share)
        for (artist, genre), (votes, share) in edges.items()
    ]
    counting = [one for one in genres if genre_counts(one.votes, one.share, **wanted)]
    under_rule = rows_of(embedded_store, genres, wanted)
    without = rows_of(embedded_store, counting, ALL)
    for name in under_rule:
        assert under_rule[name] == without[name], name


def rows_of(
    store: Store, genres: list[HasGenre], labels: dict[str, Any]
) -> dict[str, object]:
    """The rows of each query, and the view of the graph, under these thresholds."""
    assert isinstance(store, BoltStore)
    store._bolt.alter(["MATCH (n) WHERE NOT n:Schema DETACH DELETE n"])
    # All genres are there, whether or not an artist has them.
    recipe = replace(RECIPE, labels=LabelRules(**labels))
    fill(store, replace(WORLD, changes=replace(WORLD.changes, genres=tuple(genres))))
    view = artist_graph(store, **labels)
    found: dict[str, object] = {
        "view": {artist: data["genres"] for artist, data in view.nodes(data=True)}
    }
    select_labels(store, recipe, now=AT)
    for name, query in USING.items():
        _, rows = run_query(store, query, {}, filled={**FILLED, **labels})
        found[name] = sorted(map(plain, rows))
    return found


def plain(row: Any) -> str:
    """A row as text; of a path the properties of its nodes."""
    return repr(
        [
            [sorted(node.items(), key=str) for node in value.nodes]
            if hasattr(value, "nodes")
            else value
            for value in row
        ]
    )


@pytest.mark.parametrize(
    ("votes", "share", "failed"),
    [
        (None, None, None),
        (2, 0.5, None),
        (1, 0.5, "min_votes"),
        (1, 0.1, "min_votes"),
        (2, 0.1, "min_share"),
        (None, 0.1, "min_share"),
        (9, None, None),
    ],
)
def test_the_threshold_that_a_genre_fails_is_named(votes, share, failed):
    assert failed_threshold(votes, share, min_votes=2, min_share=0.5) == failed
