"""The shipped queries about single artists and tracks and about chosen ones, in plain Python.

It imports nothing from the program, so both sides cannot share a mistake.
"""

from collections import defaultdict


def artist_progress(g, _p):
    tagged = {artist for artist, _, _ in g.edges["HAS_GENRE"]}
    listed = {end for _, end, _ in g.edges["RELATED_TO"]}
    tracks = defaultdict(list)
    for artist, track, _ in g.edges["PERFORMS"]:
        tracks[artist].append(g.nodes["Track"][track].get("has_preview", False))
    return sorted(
        (
            artist,
            node.get("depth") is not None or artist in listed,
            node.get("genres_at") is not None,
            node.get("mbid") is not None,
            artist in tagged,
            node.get("tracks_at") is not None,
            len(tracks[artist]),
            sum(tracks[artist]),
        )
        for artist, node in g.nodes["Artist"].items()
    )


def track_credits(g, _p):
    return sorted(
        (
            track,
            g.nodes["Track"][track].get("has_preview", False),
            [artist for _, artist in credited],
        )
        for track, credited in g.credits().items()
    )


def artist_names(g, _p):
    return sorted((a, node.get("name")) for a, node in g.nodes["Artist"].items())


def seed_artists(g, _p):
    nodes = g.nodes["Artist"].items()
    return sorted((a, node["name"]) for a, node in nodes if node.get("depth") == 0)


def one_artist(g, p):
    a = p["artist"]
    related = [(start, end) for start, end, _ in g.edges["RELATED_TO"]]
    return [
        (
            g.nodes["Artist"][a],
            sum(start == a for start, _ in related),
            sum(end == a for _, end in related),
            sum(start == a for start, _, _ in g.edges["HAS_GENRE"]),
            sum(start == a for start, _, _ in g.edges["PERFORMS"]),
        )
    ]


def one_track(g, p):
    return [(g.nodes["Track"][p["track"]], len(g.credits()[p["track"]]))]


def genres_of_artist(g, p):
    rows = [
        (genre, edge["source"], edge.get("votes"), edge.get("share"))
        for artist, genre, edge in g.edges["HAS_GENRE"]
        if artist == p["artist"]
    ]
    strength = lambda row: 1.0 if row[3] is None else row[3]  # noqa: E731
    return sorted(rows, key=lambda row: (-strength(row), row[0], row[1]))


def who_lists_artist(g, p):
    rows = []
    for start, end, edge in g.edges["RELATED_TO"]:
        if end == p["artist"]:
            depth = g.nodes["Artist"][start].get("depth")
            rows.append((start, g.name(start), depth, edge["source"], edge["rank"]))
    far = 1_000_000
    key = lambda row: (far if row[2] is None else row[2], row[4], row[0])  # noqa: E731
    return sorted(rows, key=key)[: p["limit"]]


def tracks_of_artist(g, p):
    return sorted(
        (
            track,
            g.nodes["Track"][track]["name"],
            g.nodes["Track"][track]["has_preview"],
            [artist for _, artist in credited],
            [g.name(artist) for _, artist in credited],
        )
        for track, credited in g.credits().items()
        if p["artist"] in [artist for _, artist in credited]
    )


def artists_of_track(g, p):
    return [(pos, a, g.name(a)) for pos, a in g.credits()[p["track"]]]


def labelled(g, p, kind):
    """(id, class, edge) of the CLASSIFIED_AS relations of a recipe, for artists or tracks."""
    found = []
    for start, key, edge in g.classified[kind]:
        node = g.nodes["Class"][key]
        if node["recipe"] == p["recipe"]:
            found.append((start, node["name"], edge))
    return found


def labels_of(g, p):
    order = g.classes(p["recipe"])
    rows = [
        (name, edge["policy"], edge["share"], edge["at"])
        for start, name, edge in labelled(g, p, p["kind"])
        if start == p["id"]
    ]
    return sorted(rows, key=lambda row: order.index(row[0]))


TRACK_PROPERTIES = (
    *("has_preview", "popularity", "duration_ms", "album", "album_id"),
    *("release_date", "isrc", "source", "license", "license_url"),
)


def chosen_tracks(g, p):
    credited, rows = g.credits(), []
    for track, name, edge in labelled(g, p, "Track"):
        node = g.nodes["Track"][track]
        artists = [g.name(artist) for _, artist in credited[track]]
        label = (name, edge["share"], edge["policy"])
        rows.append(
            (track, node["name"], artists, *label, *map(node.get, TRACK_PROPERTIES))
        )
    return sorted(rows, key=lambda row: row[0])


def chosen_credits(g, p):
    label_of = {artist: name for artist, name, _ in labelled(g, p, "Artist")}
    credited = g.credits()
    return sorted(
        (
            track,
            position,
            artist,
            g.name(artist),
            g.nodes["Artist"][artist].get("mbid"),
            label_of.get(artist),
        )
        for track, _, _ in labelled(g, p, "Track")
        for position, artist in credited[track]
    )


def chosen_genres(g, p):
    chosen = {artist for artist, _, _ in labelled(g, p, "Artist")}
    rows = [
        (artist, genre, 1.0 if edge.get("share") is None else edge["share"])
        for artist, genre, edge in g.edges["HAS_GENRE"]
        if artist in chosen
        and edge.get("votes", p["min_votes"]) >= p["min_votes"]
        and edge.get("share", 1.0) >= p["min_share"]
    ]
    return sorted(rows, key=lambda row: (row[0], -row[2], row[1]))
