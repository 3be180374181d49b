"""The shipped queries in plain Python over `tests.support.oracles.plain_graph.Plain`.

It imports nothing from the program, so both sides cannot share a mistake.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping
from itertools import combinations

from tests.support.oracles import brute_force_lookups as lookups
from tests.support.oracles import brute_force_relations as relations


def artist_classes(g, p):
    order = g.classes(p["recipe"])
    rows = [(a, c, s) for a, own in g.carried(p).items() for c, (s, _) in own.items()]
    return sorted(rows, key=lambda row: (row[0], order.index(row[1])))


def single_class(g, p):
    return sorted(
        (a, *((c, share) for c, (share, _) in own.items()).__next__())
        for a, own in g.carried(p).items()
        if len(own) == 1
    )


def precedence(g, p):
    order = g.classes(p["recipe"])
    rows = []
    for artist, own in g.carried(p).items():
        first = min(own, key=order.index)
        rows.append((artist, first, own[first][0]))
    return sorted(rows)


def single_class_artists(g, p):
    rows = []
    for artist, own in g.carried(p).items():
        if len(own) == 1:
            ((name, (share, genres)),) = own.items()
            rows.append((artist, g.name(artist), name, share, sorted(genres)))
    return sorted(rows, key=lambda row: (row[2], row[1], row[0]))


def single_genre_artists(g, p):
    rows = [
        (artist, g.name(artist), *genres)
        for artist, genres in g.counting(p).items()
        if len(genres) == 1
    ]
    return sorted(rows, key=lambda row: (row[2], row[1], row[0]))


def spanning_artists(g, p):
    order, rows = g.classes(p["recipe"]), []
    for artist, own in g.carried(p).items():
        if len(own) < 2:
            continue
        classes = sorted(own, key=order.index)
        genres = []
        for name in classes:
            genres += [x for x in sorted(own[name][1]) if x not in genres]
        rows.append((artist, g.name(artist), classes, genres))
    return sorted(rows, key=lambda row: (row[1], row[0]))


def class_sizes(g, p):
    carried = g.carried(p)
    return [
        (
            name,
            sum(name in own for own in carried.values()),
            sum(set(own) == {name} for own in carried.values()),
        )
        for name in g.classes(p["recipe"])
    ]


def class_overlap(g, p):
    carried, order = g.carried(p), g.classes(p["recipe"])
    rows = [
        (one, other, sum(one in own and other in own for own in carried.values()))
        for one, other in combinations(order, 2)
    ]
    key = lambda row: (-row[2], order.index(row[0]), order.index(row[1]))  # noqa: E731
    return sorted((row for row in rows if row[2]), key=key)


def genre_overlap(g, p):
    members = defaultdict(set)
    for artist, genres in g.counting(p).items():
        for genre in genres:
            members[genre].add(artist)
    rows = [
        (a, b, len(members[a] & members[b]), len(members[a]), len(members[b]))
        for a, b in combinations(sorted(members), 2)
    ]
    rows = [row for row in rows if row[2] >= p["min_artists"]]
    return sorted(rows, key=lambda row: (-row[2], row[0], row[1]))[: p["limit"]]


def unmapped_genres(g, p):
    classes_of, carried = g.classes_of_genres(p["recipe"]), g.carried(p)
    everybody, classless = defaultdict(int), defaultdict(int)
    for artist, genres in g.counting(p).items():
        for genre in genres:
            if not classes_of.get(genre):
                everybody[genre] += 1
                classless[genre] += artist not in carried
    rows = [(genre, count, classless[genre]) for genre, count in everybody.items()]
    return sorted(rows, key=lambda row: (-row[1], row[0]))[: p["limit"]]


def bridge_artists(g, p):
    counting, around = g.counting(p), defaultdict(set)
    for start, end, _ in g.edges["RELATED_TO"]:
        around[start].add(end)
        around[end].add(start)
    rows = []
    for artist, neighbours in around.items():
        genres = {genre for n in neighbours for genre in counting.get(n, ())}
        foreign = len(genres - set(counting.get(artist, ())))
        if foreign >= p["min_genres"]:
            rows.append((artist, g.name(artist), foreign))
    return sorted(rows, key=lambda row: (-row[2], row[1], row[0]))[: p["limit"]]


def collaborations_across_classes(g, p):
    carried, order, rows = g.carried(p), g.classes(p["recipe"]), []
    for track, credited in g.credits().items():
        classed = [(pos, a) for pos, a in credited if a in carried]
        firsts = {}
        for position, artist in classed:
            for name in carried[artist]:
                key = (order.index(name), position, artist)
                firsts[artist] = min(firsts.get(artist, key), key)
        classes = {name for _, artist in classed for name in carried[artist]}
        if len(classed) > 1 and len(classes) > 1:
            artists = sorted(firsts, key=firsts.__getitem__)
            title = g.nodes["Track"][track]["name"]
            rows.append((track, title, artists, sorted(classes, key=order.index)))
    return sorted(rows)


def hops(g, start, end):
    """The fewest RELATED_TO steps between two artists in either direction, or None."""
    around = defaultdict(set)
    for a, b, _ in g.edges["RELATED_TO"]:
        around[a].add(b)
        around[b].add(a)
    reached, edge, steps = {start}, {start}, 0
    while edge and end not in reached:
        edge = {n for artist in edge for n in around[artist]} - reached
        reached |= edge
        steps += 1
    return steps if end in reached else None


def selection(g, p, labels, *, drop):
    """The labels of tracks and the counts of the funnel.

    Args:
        g: The graph.
        p: The parameters of the query.
        labels: (artist, class, share) of each labelled artist.
        drop: Whether to drop collaborations across classes.

    Returns:
        {track: (class, share)} of the chosen tracks, and the counts of
        [tracks of labelled artists, with a preview, after collaborations, chosen].
    """
    label_of = {artist: (name, share) for artist, name, share in labels}
    carried = g.carried(p)
    chosen, mine, previewed, alone = {}, 0, 0, 0
    for track, credited in g.credits().items():
        own = [label_of[artist] for _, artist in credited if artist in label_of]
        if not own:
            continue
        mine += 1
        if not g.nodes["Track"][track].get("has_preview"):
            continue
        previewed += 1
        names = {name for name, _ in own}
        others = {
            name
            for _, artist in credited
            if artist not in label_of
            for name in carried.get(artist, ())
        }
        if drop and others - names:
            continue
        alone += 1
        if len(names) == 1:
            chosen[track] = (names.pop(), max(share for _, share in own))
    return chosen, [mine, previewed, alone, len(chosen)]


# All shipped queries except those for paths, where any shortest path is right: see `hops`
# and `relations.steps_from_seeds`.
QUERIES: Mapping[str, Callable] = {
    "artist_classes": artist_classes,
    "artist_names": lookups.artist_names,
    "artist_progress": lookups.artist_progress,
    "artists_of_track": lookups.artists_of_track,
    "artists_without_genres": relations.artists_without_genres,
    "bridge_artists": bridge_artists,
    "chosen_credits": lookups.chosen_credits,
    "chosen_genres": lookups.chosen_genres,
    "chosen_tracks": lookups.chosen_tracks,
    "class_overlap": class_overlap,
    "class_sizes": class_sizes,
    "classes_related": relations.classes_related,
    "collaborations_across_classes": collaborations_across_classes,
    "example_artists": relations.example_artists,
    "frontier_artists": relations.frontier_artists,
    "genre_artists": relations.genre_artists,
    "genre_overlap": genre_overlap,
    "genres_of_artist": lookups.genres_of_artist,
    "labels_of": lookups.labels_of,
    "most_listed_artists": relations.most_listed_artists,
    "neighbours": relations.neighbours,
    "one_artist": lookups.one_artist,
    "one_track": lookups.one_track,
    "previews_per_class": relations.previews_per_class,
    "seed_artists": lookups.seed_artists,
    "single_class_artists": single_class_artists,
    "single_genre_artists": single_genre_artists,
    "spanning_artists": spanning_artists,
    "track_credits": lookups.track_credits,
    "tracks_of_artist": lookups.tracks_of_artist,
    "unmapped_genres": unmapped_genres,
    "who_lists_artist": lookups.who_lists_artist,
    "policies/precedence": precedence,
    "policies/single-class": single_class,
}
