"""Plausible mistakes in the Cypher of each query: the text to replace, and its replacement.

Each must change the rows of the query in `tests/questions/test_questions.py`. That test
itself removes thresholds, limits and the recipe's name in all files; the other mistakes
are listed here.
"""

from collections.abc import Mapping

ASKED = "a.genres_at IS NOT NULL AND\n"
COUNTS_ONLY = "WHERE NOT genre IN own"
LATER = "d.position > c.position"
UNIQUE_TRACKS = "DISTINCT\n    CASE\n      WHEN t.has_preview THEN t"
OWN_RANK = "out.rank AS rank,\n  back.rank AS rank_back"
UNMAPPED = "NOT EXISTS {"

MUTATIONS: Mapping[str, tuple[tuple[str, str], ...]] = {
    "artists_without_genres": (
        (ASKED, ""),
        ("NOT EXISTS", "EXISTS"),
        ("OPTIONAL MATCH", "MATCH"),
        ("a.mbid IS NOT NULL", "a.mbid IS NULL"),
        ("(a)<-[:RELATED_TO]-(b:Artist)", "(a)-[:RELATED_TO]->(b:Artist)"),
    ),
    "bridge_artists": (
        ("(b)-[:RELATED_TO]-(a:Artist)", "(b)-[:RELATED_TO]->(a:Artist)"),
        ("(b)-[:RELATED_TO]-(a:Artist)", "(b)<-[:RELATED_TO]-(a:Artist)"),
        ("collect(DISTINCT genre)", "collect(genre)"),
        (COUNTS_ONLY, ""),
        ("foreign_genres DESC", "foreign_genres"),
    ),
    "chosen_tracks": (
        ("ORDER BY t.id, p.position, a.id", "ORDER BY t.id, a.id"),
        ("k.share AS share", "c.position AS share"),
        ("ORDER BY track, c.position", "ORDER BY c.position, track"),
    ),
    "class_overlap": (
        (LATER, "d.position <> c.position"),
        (LATER, "d.position >= c.position"),
        ("count(DISTINCT a)", "count(a)"),
    ),
    "class_sizes": (
        ("classes = 1", "classes >= 1"),
        ("count(DISTINCT other)", "count(other)"),
        ("OPTIONAL MATCH (c)", "MATCH (c)"),
        ("ORDER BY c.position", "ORDER BY class DESC"),
    ),
    "classes_related": (
        ("(a)-[:RELATED_TO]->(b:Artist)", "(a)<-[:RELATED_TO]-(b:Artist)"),
        ("(a)-[:RELATED_TO]->(b:Artist)", "(a)-[:RELATED_TO]-(b:Artist)"),
        ("(a)<-[:RELATED_TO]-(x", "(a)-[:RELATED_TO]->(x"),
        ("(a)<-[:RELATED_TO]-(x", "(a)-[:RELATED_TO]-(x"),
        ("IS NULL THEN 0", "IS NULL THEN 1"),
        (" * asked", ""),
        ("WITH DISTINCT a, c", "WITH a, c"),
        ("WITH DISTINCT b, lists, d", "WITH b, lists, d"),
        ("sum(listing)", "count(listing)"),
    ),
    "collaborations_across_classes": (
        (" AND class_count > 1", ""),
        ("artist_count > 1 AND ", ""),
        ("credit.order, credit.position", "credit.order"),
        ("credit.order, credit.position", "credit.position"),
        ("collect(DISTINCT credit.artist)", "collect(credit.artist)"),
    ),
    "frontier_artists": (
        ("IS NULL", "IS NOT NULL"),
        ("WHERE a.related_at IS NULL\n", ""),
        ("<-[:RELATED_TO]-", "-[:RELATED_TO]->"),
        ("listed_by DESC", "listed_by"),
    ),
    "genre_artists": (
        ("ORDER BY share DESC", "ORDER BY share"),
        ("coalesce(votes, 0) DESC, ", ""),
    ),
    "genre_overlap": (
        ("o.name > g.name", "o.name <> g.name"),
        ("(g)<-[h:HAS_GENRE]", "(o)<-[h:HAS_GENRE]"),
        ("artists DESC, g.name", "artists, g.name"),
        (">= $min_artists", "> $min_artists"),
    ),
    "most_listed_artists": (
        ("(a:Artist)<-[:RELATED_TO]-(b", "(a:Artist)-[:RELATED_TO]->(b"),
        ("OPTIONAL MATCH", "MATCH"),
        ("(a)-[:RELATED_TO]->(c", "(a)<-[:RELATED_TO]-(c"),
    ),
    "neighbours": (
        ("-[r:RELATED_TO]-(b", "-[r:RELATED_TO]->(b"),
        ("-[r:RELATED_TO]-(b", "<-[r:RELATED_TO]-(b"),
        (OWN_RANK, "back.rank AS rank,\n  out.rank AS rank_back"),
        ("WITH DISTINCT a, b", "WITH a, b"),
        ("OPTIONAL MATCH (a)<-", "MATCH (a)<-"),
    ),
    "path_between": (
        ("*..15]-(b)", "*..15]->(b)"),
        ("*..15", "*..2"),
        ("{id: $end}", "{id: $start}"),
    ),
    "path_from_seed": (
        ("*..50]->(b)", "*..50]-(b)"),
        ("s.depth = 0", "s.depth = 1"),
        ("ORDER BY length(p)", "ORDER BY length(p) DESC"),
        ("relations[step - 1]", "relations[step]"),
    ),
    "previews_per_class": (
        ("count(DISTINCT t) AS tracks", "count(t) AS tracks"),
        (UNIQUE_TRACKS, UNIQUE_TRACKS.removeprefix("DISTINCT")),
        ("tracks_at IS NOT NULL", "tracks_at IS NULL"),
        ("THEN a\n    END) AS heard", "THEN t\n    END) AS heard"),
        ("OPTIONAL MATCH (a)", "MATCH (a)"),
    ),
    "seed_artists": (
        ("a.depth = 0", "a.depth <= 1"),
        ("WHERE a.depth = 0\n", ""),
    ),
    "single_class_artists": (
        ("classes = 1", "classes >= 1"),
        ("count(DISTINCT c)", "count(c)"),
        ("max(strength)", "min(strength)"),
        ("ORDER BY g.name", "ORDER BY g.name DESC"),
        ("ORDER BY class", "ORDER BY share"),
    ),
    "single_genre_artists": (
        ("genres = 1", "genres >= 1"),
        ("genres = 1", "genres = 2"),
        ("ORDER BY genre, ", "ORDER BY "),
    ),
    "spanning_artists": (
        ("class_count > 1", "class_count > 0"),
        ("ORDER BY c.position, g.name", "ORDER BY g.name"),
        ("ORDER BY c.position, g.name", "ORDER BY c.position DESC, g.name"),
    ),
    "unmapped_genres": (
        (UNMAPPED, "EXISTS {"),
        ("classes = 0", "classes > 0"),
        ("artists DESC", "classless_artists DESC"),
    ),
}
