"""The shipped queries about relations and about missing data, in plain Python.

It imports nothing from the program, so both sides cannot share a mistake.
"""

from collections import defaultdict


def listers(g):
    """Artist -> the artists that list it."""
    found = defaultdict(set)
    for start, end, _ in g.edges["RELATED_TO"]:
        found[end].add(start)
    return found


def most_listed_artists(g, p):
    listed, lists = listers(g), defaultdict(set)
    for start, end, _ in g.edges["RELATED_TO"]:
        lists[start].add(end)
    rows = [
        (a, g.name(a), len(by), len(lists[a]), g.nodes["Artist"][a].get("followers"))
        for a, by in listed.items()
    ]
    return sorted(rows, key=lambda row: (-row[2], row[1], row[0]))[: p["limit"]]


def example_artists(g, p):
    class_of = {}
    for artist, key, _ in g.classified["Artist"]:
        node = g.nodes["Class"][key]
        if node["recipe"] == p["recipe"]:
            class_of[artist] = min(node["name"], class_of.get(artist, node["name"]))
    of_class = defaultdict(list)
    for a, by in listers(g).items():
        row = (
            a,
            g.name(a),
            class_of.get(a),
            g.nodes["Artist"][a].get("depth"),
            len(by),
        )
        of_class[class_of.get(a)].append(row)
    best = [
        row
        for rows in of_class.values()
        for row in sorted(rows, key=lambda row: (-row[4], row[0]))[: p["per_class"]]
    ]
    return sorted(best, key=lambda row: (row[2] is None, -row[4], row[0]))


def frontier_artists(g, p):
    rows = []
    for artist, by in listers(g).items():
        node = g.nodes["Artist"][artist]
        if node.get("related_at") is None:
            failed = node.get("related_failed")
            rows.append((artist, node["name"], len(by), node.get("depth"), failed))
    return sorted(rows, key=lambda row: (-row[2], row[1], row[0]))[: p["limit"]]


def artists_without_genres(g, p):
    tagged = {artist for artist, _, _ in g.edges["HAS_GENRE"]}
    listed = listers(g)
    rows = [
        (artist, node["name"], "mbid" in node, len(listed[artist]))
        for artist, node in g.nodes["Artist"].items()
        if "genres_at" in node and artist not in tagged
    ]
    return sorted(rows, key=lambda row: (-row[3], row[1], row[0]))[: p["limit"]]


def genre_artists(g, p):
    rows = []
    for artist, genre, edge in g.edges["HAS_GENRE"]:
        votes, share = edge.get("votes"), edge.get("share")
        if genre != p["genre"]:
            continue
        if votes is not None and votes < p["min_votes"]:
            continue
        if share is not None and share < p["min_share"]:
            continue
        share = 1.0 if share is None else share
        rows.append((artist, g.name(artist), share, votes, edge["source"]))
    key = lambda row: (-row[2], -(row[3] or 0), row[1], row[0], row[4])  # noqa: E731
    return sorted(rows, key=key)[: p["limit"]]


def previews_per_class(g, p):
    carried, credited = g.carried(p), g.credits()
    rows = []
    for name in g.classes(p["recipe"]):
        artists = {artist for artist, own in carried.items() if name in own}
        asked = {a for a in artists if "tracks_at" in g.nodes["Artist"][a]}
        tracks = {
            track: {artist for _, artist in own} & artists
            for track, own in credited.items()
            if any(artist in artists for _, artist in own)
        }
        previews = [t for t in tracks if g.nodes["Track"][t].get("has_preview")]
        heard = {artist for track in previews for artist in tracks[track]}
        counts = (len(artists), len(asked), len(heard), len(tracks), len(previews))
        rows.append((name, *counts))
    return rows


def classes_related(g, p):
    carried, order = g.carried(p), g.classes(p["recipe"])
    pairs = {(start, end) for start, end, _ in g.edges["RELATED_TO"]}
    counts = defaultdict(lambda: [0, 0, 0])
    for start, end in pairs:
        for one in carried.get(start, ()):
            for other in carried.get(end, ()):
                count = counts[one, other]
                count[0] += 1
                count[1] += "related_at" in g.nodes["Artist"][end]
                count[2] += (end, start) in pairs
    rows = [(*pair, *count) for pair, count in counts.items()]
    return sorted(rows, key=lambda row: (order.index(row[0]), order.index(row[1])))


def neighbours(g, p):
    ranks = defaultdict(lambda: [None, None])
    for start, end, edge in g.edges["RELATED_TO"]:
        if start == p["artist"]:
            ranks[end, edge["source"]][0] = edge["rank"]
        if end == p["artist"]:
            ranks[start, edge["source"]][1] = edge["rank"]
    rows = [(a, g.name(a), source, *both) for (a, source), both in ranks.items()]
    far = 1_000_000
    key = lambda row: (row[3] or far, row[4] or far, row[0], row[2])  # noqa: E731
    return sorted(rows, key=key)


def steps_from_seeds(g):
    """Artist -> the fewest steps along RELATED_TO, in its direction, from any seed."""
    after = defaultdict(set)
    for start, end, _ in g.edges["RELATED_TO"]:
        after[start].add(end)
    edge = {a for a, node in g.nodes["Artist"].items() if node.get("depth") == 0}
    found, steps = {}, 0
    while edge:
        found |= dict.fromkeys(edge, steps)
        edge = {n for artist in edge for n in after[artist]} - set(found)
        steps += 1
    return found
