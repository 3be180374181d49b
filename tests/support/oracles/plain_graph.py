"""The items that `Store.items()` returns, as dictionaries.

It imports nothing from the program, so both sides cannot share a mistake.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime


class Plain:
    """Nodes and relations of a graph as dictionaries of properties."""

    def __init__(self, items: Iterable[Mapping]):
        self.nodes = defaultdict(dict)
        self.edges = defaultdict(list)
        self.classified = defaultdict(list)
        for item in items:
            properties = _with_times(item["properties"])
            if item["type"] == "node":
                self.nodes[item["labels"][0]][item["id"]] = properties
                continue
            edge = (item["start"]["id"], item["end"]["id"], properties)
            self.edges[item["label"]].append(edge)
            # An artist and a track may share an id.
            if item["label"] == "CLASSIFIED_AS":
                self.classified[item["start"]["labels"][0]].append(edge)

    def classes(self, recipe):
        """The names of the classes, in the recipe's order."""
        own = [c for c in self.nodes["Class"].values() if c["recipe"] == recipe]
        return [c["name"] for c in sorted(own, key=lambda c: c["position"])]

    def classes_of_genres(self, recipe):
        """Genre -> the set of its class names."""
        found = defaultdict(set)
        for genre, key, _ in self.edges["IN_CLASS"]:
            node = self.nodes["Class"][key]
            if node["recipe"] == recipe:
                found[genre].add(node["name"])
        return found

    def counting(self, p):
        """Artist -> {genre: largest share}, for the genres that count."""
        found = defaultdict(dict)
        for artist, genre, edge in self.edges["HAS_GENRE"]:
            votes, share = edge.get("votes"), edge.get("share")
            if votes is not None and votes < p["min_votes"]:
                continue
            if share is not None and share < p["min_share"]:
                continue
            share = 1.0 if share is None else share
            found[artist][genre] = max(share, found[artist].get(genre, 0.0))
        return found

    def carried(self, p):
        """Artist -> {class: (largest share, genres)}, for artists with a class."""
        classes_of = self.classes_of_genres(p["recipe"])
        found = {}
        for artist, genres in self.counting(p).items():
            own = {}
            for genre, share in genres.items():
                for name in classes_of.get(genre, ()):
                    before, names = own.get(name, (0.0, set()))
                    own[name] = (max(before, share), names | {genre})
            if own:
                found[artist] = own
        return found

    def name(self, artist):
        return self.nodes["Artist"][artist]["name"]

    def credits(self):
        """Track -> sorted [(position, artist)]."""
        found = defaultdict(list)
        for artist, track, edge in self.edges["PERFORMS"]:
            found[track].append((edge["position"], artist))
        return {track: sorted(credited) for track, credited in found.items()}


def _with_times(properties):
    return {
        name: datetime.fromisoformat(value)
        if isinstance(value, str) and (name == "at" or name.endswith("_at"))
        else value
        for name, value in properties.items()
    }
