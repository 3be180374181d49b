"""The artist graph of a store, compared with the store's items and with values by hand."""

from collections import defaultdict
from datetime import UTC, datetime

import pytest

from graph.errors import NoStoreError
from graph.views.artists import artist_graph
from tests.support.oracles.plain_graph import Plain
from tests.support.worlds.made_graph import AT, CLASSES, RECIPE, fill, made_world
from tests.support.worlds.view_world import (
    ANNA,
    BERT,
    CORA,
    DORA,
    LATER,
    RULES,
    choose,
    fill_small,
)


@pytest.fixture
def store(embedded_store):
    fill_small(embedded_store)
    return embedded_store


def test_view_equals_the_items_of_the_store(bolt_store):
    fill(bolt_store, made_world(80))
    plain = Plain(bolt_store.items())
    rules = {"recipe": RECIPE.name, "min_votes": 1, "min_share": 0.15}

    view = artist_graph(bolt_store)

    counting, carried = plain.counting(rules), plain.carried(rules)
    assert list(view) == sorted(plain.nodes["Artist"])
    for artist, data in view.nodes(data=True):
        own, genres = plain.nodes["Artist"][artist], counting[artist]
        classes = [
            c for c in plain.classes(RECIPE.name) if c in carried.get(artist, {})
        ]
        assert data == {
            "label": own["name"],
            "class": classes[0] if len(classes) == 1 else "",
            "classes": tuple(classes),
            "genres": tuple(sorted(genres, key=lambda g: (-genres[g], g))),
            "expanded": "related_at" in own,
            "depth": own.get("depth"),
            "popularity": own.get("popularity"),
            "followers": own.get("followers"),
            "source": own["source"],
            "url": own.get("url"),
            "mbid": own.get("mbid"),
        }
    assert dict(view.edges) == {
        (start, end): {
            "rank": edge["rank"],
            "score": None,
            "weight": 1 / edge["rank"],
            "sources": ("deezer",),
            "first_seen_at": edge["first_seen_at"],
            "last_seen_at": edge["last_seen_at"],
        }
        for start, end, edge in plain.edges["RELATED_TO"]
    }
    assert any(len(data["classes"]) > 1 for _, data in view.nodes(data=True))
    assert any(not expanded for _, expanded in view.nodes(data="expanded"))


def test_edges_are_sorted_by_rank(embedded_store):
    fill(embedded_store, made_world(60))
    view = artist_graph(embedded_store)

    ranks = defaultdict(list)
    for start, _, rank in view.edges(data="rank"):
        ranks[start].append(rank)

    assert list(ranks) == sorted(ranks)
    assert all(own == sorted(own) for own in ranks.values())


def test_two_sources_of_an_edge_merge_with_the_nearer_rank(store):
    edge = artist_graph(store).edges[ANNA, BERT]

    assert edge == {
        "rank": 2,
        "score": 0.75,
        "weight": 0.75,
        "sources": ("listenbrainz", "deezer"),
        "first_seen_at": AT,
        "last_seen_at": LATER,
    }
    assert edge["first_seen_at"].tzinfo is not None


def test_larger_score_counts_and_equal_ranks_sort_sources_by_name(store):
    edge = artist_graph(store).edges[BERT, DORA]

    assert (edge["rank"], edge["score"], edge["weight"]) == (2, 0.25, 0.25)
    assert edge["sources"] == ("deezer", "listenbrainz")


def test_weight_is_the_score_or_one_over_the_rank(store):
    view = artist_graph(store)

    assert view.edges[BERT, DORA]["weight"] == 0.25
    assert view.edges[ANNA, CORA]["weight"] == 1.0


def test_label_of_an_unnamed_artist_is_its_id(store):
    labels = dict(artist_graph(store).nodes(data="label"))

    assert labels == {ANNA: "Anna", BERT: "Bert", CORA: CORA, DORA: DORA}


def test_only_artists_with_requested_relatives_are_expanded(store):
    assert dict(artist_graph(store).nodes(data="expanded")) == {
        ANNA: True,
        BERT: True,
        CORA: False,
        DORA: False,
    }


def test_nodes_have_the_properties_of_artists(store):
    anna, dora = artist_graph(store).nodes[ANNA], artist_graph(store).nodes[DORA]

    known = ("source", "url", "popularity", "followers", "mbid", "depth")
    assert [anna[k] for k in known] == [
        "deezer",
        "https://example.invalid/1",
        7,
        9,
        "mbid-1",
        0,
    ]
    assert (dora["depth"], dora["url"], dora["mbid"], dora["genres"]) == (
        2,
        None,
        None,
        (),
    )


def test_genres_count_by_votes_and_share_strongest_first(store):
    def genres(**rules):
        return artist_graph(store, **rules).nodes[ANNA]["genres"]

    assert genres() == ("seen live", "thrash metal", "doom metal")
    assert genres(min_votes=3) == ("seen live", "thrash metal")
    assert genres(min_share=0.3) == ("seen live", "thrash metal")
    assert genres(min_votes=0, min_share=0.0) == (
        "seen live",
        "thrash metal",
        "polka",
        "doom metal",
        "pop",
    )


def test_a_genre_from_two_sources_counts_once_with_the_larger_share(store):
    # The share is 1 in the source without votes, so it precedes the genre of share 0.7.
    assert artist_graph(store).nodes[BERT]["genres"] == ("thrash metal", "thrash pop")


def test_without_a_selection_a_single_carried_class_is_the_class(store):
    view = artist_graph(store)

    assert not view.graph["selected"]
    assert view.nodes[ANNA]["classes"] == (
        "death",
        "thrash",
    )  # in the order of the recipe
    assert (view.nodes[ANNA]["class"], view.nodes[BERT]["class"]) == ("", "thrash")


def test_a_selection_determines_classes_and_chosen_artists(store):
    choose(store, RULES.name, {ANNA: "death", DORA: "black"})

    view, subgraph = artist_graph(store), artist_graph(store, chosen=True)

    assert view.graph["selected"]
    assert dict(view.nodes(data="class")) == {
        ANNA: "death",
        BERT: "",
        CORA: "",
        DORA: "black",
    }
    assert view.nodes[BERT]["classes"] == ("thrash",)
    assert list(subgraph) == [ANNA, DORA]
    assert not subgraph.edges


def test_chosen_artists_keep_the_edges_between_them(store):
    choose(store, RULES.name, {ANNA: "death", BERT: "thrash"})

    assert list(artist_graph(store, chosen=True).edges) == [(ANNA, BERT)]


def test_chosen_is_empty_without_a_selection(store):
    assert not artist_graph(store, chosen=True)


def test_another_recipe_has_its_own_classes_and_selection(store):
    store.sync_classes(
        "other", ("loud", "soft"), [("thrash metal", "loud"), ("seen live", "soft")]
    )
    choose(store, "other", {BERT: "soft"})

    other, own = artist_graph(store, recipe="other"), artist_graph(store)

    assert other.graph["recipe"] == "other"
    assert other.graph["crawl"] == own.graph["crawl"] == RULES.name
    assert other.graph["class_names"] == ("loud", "soft")
    assert other.nodes[ANNA]["classes"] == ("loud", "soft")
    assert other.nodes[BERT]["class"] == "soft"
    assert other.graph["selected"]
    assert not own.graph["selected"]
    assert own.nodes[BERT]["class"] == "thrash"


def test_an_unknown_recipe_has_no_classes(store):
    view = artist_graph(store, recipe="unknown")

    assert view.graph["class_names"] == ()
    assert not any(held for _, held in view.nodes(data="classes"))
    assert view.number_of_edges() == 3


def test_graph_attributes_name_the_crawl_and_its_rules(store):
    known = artist_graph(store).graph

    assert known["crawl"] == known["recipe"] == "metal"
    assert known["class_names"] == tuple(rule.name for rule in CLASSES)
    assert (known["rules"]["order"], known["rules"]["focus"]) == ("random", "any")
    assert known["rules"]["max_hops"] == 2


def test_times_are_datetimes_on_every_store(bolt_store):
    fill(bolt_store, made_world(20))

    _, _, seen = next(iter(artist_graph(bolt_store).edges(data="first_seen_at")))

    assert type(seen) is datetime
    assert seen == AT
    assert seen.utcoffset() == UTC.utcoffset(None)


def test_a_store_without_a_crawl_is_refused_with_a_hint(embedded_store):
    with pytest.raises(NoStoreError, match="holds no crawl") as refused:
        artist_graph(embedded_store)

    assert "genregraph crawl RECIPE" in refused.value.hint
