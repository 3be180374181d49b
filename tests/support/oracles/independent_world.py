"""What a crawl's graph must hold, computed from a world's files alone.

Imports nothing of ours: it reads the folder that `crawler.standin.world.files.write_world`
wrote, the recipe as TOML, and the graph as JSON lines, and uses another method (one
search over the whole world instead of rounds of requests). By hand:

    python tests/support/oracles/independent_world.py FOLDER RECIPE GRAPH.jsonl
"""

import gzip
import heapq
import json
import re
import sys
import tomllib
import unicodedata
from collections import defaultdict
from pathlib import Path
from typing import Any

# Line n of artists.jsonl is this much plus n, where ids are text.
ARTIST_OFFSET = 1_000_000


def rows(folder: Path, name: str) -> list[dict[str, Any]]:
    packed = folder / f"{name}.jsonl.gz"
    if packed.exists():
        return [json.loads(line) for line in gzip.open(packed, "rt", encoding="utf-8")]
    lines = (folder / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def words(name: str, aliases: dict[str, str]) -> tuple[str, ...]:
    text = unicodedata.normalize("NFKD", name.replace("&", " and ")).replace("'", "")
    plain = "".join(sign for sign in text if not unicodedata.combining(sign))
    text = re.sub(r"[\W_]+", " ", plain.casefold()).strip()
    for alias in sorted(aliases, key=len, reverse=True):
        text = re.sub(rf"\b{re.escape(alias)}\b", aliases[alias], text)
    return tuple(text.split())


class Expected:
    """The world as a recipe sees it."""

    def __init__(
        self, folder: Path, recipe: dict[str, Any], aliases: dict[str, str]
    ) -> None:
        self._aliases = aliases
        self._labels = recipe.get("labels", {})
        self._hops = recipe.get("crawl", {}).get("max_untagged_hops", 1)
        self.order = list(recipe["classes"])
        self._patterns = {
            name: self._read([given] if isinstance(given, str) else given)
            for name, given in recipe["classes"].items()
        }
        artists = rows(folder, "artists")
        self.id_of = {
            row[
                "id"
            ]: f"deezer:{row['id'] if isinstance(row['id'], int) else ARTIST_OFFSET + n}"
            for n, row in enumerate(artists, start=1)
        }
        self.votes = {self.id_of[row["id"]]: self._votes(row) for row in artists}
        self.related = {
            self.id_of[row["id"]]: [self.id_of[other] for other in row["related"]]
            for row in rows(folder, "related")
        }
        self.classes = {artist: self._classes_of(artist) for artist in self.votes}

    def _read(self, given: list[str]) -> tuple[list[Any], list[Any]]:
        def one(text: str) -> tuple[tuple[str, ...], bool]:
            return words(text.removeprefix("="), self._aliases), text.startswith("=")

        wanted = [one(text) for text in given if not text.startswith("!")]
        return wanted, [one(text[1:]) for text in given if text.startswith("!")]

    def _votes(self, row: dict[str, Any]) -> dict[str, int]:
        """Votes by folded name; none for artists that MusicBrainz does not know."""
        if "mbid" in row and not row["mbid"]:
            return {}
        votes: dict[str, int] = {}
        for name, count in row.get("votes", dict.fromkeys(row["genres"], 1)).items():
            folded = " ".join(words(name, self._aliases))
            votes[folded] = max(count, votes.get(folded, count))
        return votes

    def counting(self, artist: str) -> list[str]:
        votes = self.votes[artist]
        most = max(votes.values(), default=0)
        return [
            name
            for name, count in votes.items()
            if count >= self._labels.get("min_votes", 1)
            and most > 0
            and count / most >= self._labels.get("min_share", 0.15)
        ]

    def _classes_of(self, artist: str) -> frozenset[str]:
        return frozenset(c for g in self.counting(artist) for c in self._of_genre(g))

    def _of_genre(self, genre: str) -> list[str]:
        name = tuple(genre.split())

        def fits(pattern: tuple[tuple[str, ...], bool]) -> int:
            needle, exact = pattern
            if exact:
                return 1000 if name == needle else 0
            width = len(needle)
            places = range(len(name) - width + 1)
            return width if any(name[i : i + width] == needle for i in places) else 0

        scores = {
            class_name: max(map(fits, wanted), default=0)
            for class_name, (wanted, unwanted) in self._patterns.items()
            if not any(map(fits, unwanted))
        }
        best = max(scores.values(), default=0)
        return [name for name in scores if best and scores[name] == best]

    def reached(self, seeds: set[str]) -> tuple[set[str], dict[str, int]]:
        """The artists found from the seeds, and those expanded on the way."""
        found, expanded = set(seeds), {}
        queue = [(self._distance(seed, 0), seed) for seed in seeds]
        queue = [(hops, seed) for hops, seed in queue if hops <= self._hops]
        heapq.heapify(queue)
        while queue:
            hops, artist = heapq.heappop(queue)
            if artist in expanded:
                continue
            expanded[artist] = hops
            for relative in self.related.get(artist, []):
                found.add(relative)
                distance = self._distance(relative, hops)
                if distance <= self._hops and relative not in expanded:
                    heapq.heappush(queue, (distance, relative))
        return found, expanded

    def _distance(self, artist: str, before: int) -> int:
        """Untagged artists in a row up to this one; far too many where it is foreign."""
        if self.classes[artist]:
            return 0
        return 10**9 if self.counting(artist) else before + 1

    def label(self, artist: str) -> str | None:
        classes = self.classes.get(artist, frozenset())
        if self._labels.get("policy") == "precedence":
            return next((name for name in self.order if name in classes), None)
        return next(iter(classes)) if len(classes) == 1 else None


class Graph:
    """A graph as JSON lines."""

    def __init__(self, file: Path) -> None:
        self.artists: dict[str, dict[str, Any]] = {}
        self.tracks: dict[str, dict[str, Any]] = {}
        self.edges: dict[str, list[tuple[str, str]]] = defaultdict(list)
        for line in file.read_text(encoding="utf-8").splitlines():
            item = json.loads(line)
            if item["type"] == "relationship":
                ends = (item["start"]["id"], item["end"]["id"])
                self.edges[item["label"]].append(ends)
            elif item["labels"] == ["Artist"]:
                self.artists[item["id"]] = item["properties"]
            elif item["labels"] == ["Track"]:
                self.tracks[item["id"]] = item["properties"]

    def chosen(self, kind: str) -> dict[str, str]:
        """Label by id, of artists or of tracks."""
        ours = self.artists if kind == "artist" else self.tracks
        pairs = self.edges["CLASSIFIED_AS"]
        return {one: end.split("/", 1)[1] for one, end in pairs if one in ours}


def differences(
    folder: Path, recipe: Path, graph: Path, aliases: dict[str, str]
) -> dict[str, int]:
    """How many artists, edges, genres, labels and tracks are in one and not in the other."""
    rules = tomllib.loads(recipe.read_text(encoding="utf-8"))
    expected, got = Expected(folder, rules, aliases), Graph(graph)
    seeds = {artist for artist, own in got.artists.items() if own.get("depth") == 0}
    found, expanded = expected.reached(seeds)
    edges = {(a, b) for a in expanded for b in expected.related.get(a, [])}
    genres = {(a, genre) for a in got.artists for genre in expected.votes[a]}
    labels = {a: expected.label(a) for a in got.artists if expected.label(a)}
    wrong = {
        "artists": found ^ {a for a, own in got.artists.items() if "depth" in own},
        "expanded": set(expanded)
        ^ {a for a, own in got.artists.items() if "related_by" in own},
        "edges": edges ^ set(got.edges["RELATED_TO"]),
        "genres": genres ^ set(got.edges["HAS_GENRE"]),
        "labels": set(labels.items()) ^ set(got.chosen("artist").items()),
        "tracks": set(_tracks(expected, got, labels).items())
        ^ set(got.chosen("track").items()),
    }
    return {what: len(both) for what, both in wrong.items()}


def _tracks(expected: Expected, got: Graph, labels: dict[str, str]) -> dict[str, str]:
    """The tracks that can be chosen: of one label, and no foot in another class."""
    credited: dict[str, list[str]] = defaultdict(list)
    for artist, track in got.edges["PERFORMS"]:
        credited[track].append(artist)
    chosen = {}
    for track, artists in credited.items():
        own = {labels[a] for a in artists if a in labels}
        others = [
            {label} if (label := expected.label(a)) else expected.classes[a]
            for a in artists
        ]
        spans = len(set().union(*others)) > 1
        if len(own) == 1 and not spans and got.tracks[track].get("has_preview"):
            chosen[track] = own.pop()
    return chosen


if __name__ == "__main__":
    print(json.dumps(differences(*map(Path, sys.argv[1:4]), {})))
