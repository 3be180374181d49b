"""The schema of the graph: labels, keys, relations, properties and the version.

Stores, export and import, the linter and the documents all read it from here.
"""

from collections.abc import Mapping
from dataclasses import dataclass

VERSION = 3

# The version node marks a database as a genregraph store. It is not part of the graph,
# so an export leaves it out.
VERSION_LABEL = "Schema"
VERSION_KEY = "genregraph"

# The key of the lease node: see `graph.model.lease`.
LEASE_KEY = "crawl"

# The key property of each label. A constraint makes it unique.
KEYS: Mapping[str, str] = {
    "Artist": "id",
    "Class": "id",
    "Crawl": "name",
    "Genre": "name",
    "Lease": "name",
    "Playlist": "id",
    "Schema": "name",
    "Selection": "recipe",
    "Source": "name",
    "Standby": "name",
    "Track": "id",
    "WorkItem": "id",
}

# Nodes of the crawl in progress, which are not part of the graph: work items exist as
# long as their round, the lease and standbys as long as their processes.
_TRANSIENT = frozenset({"Lease", "Standby", "WorkItem"})

EXPORTED_LABELS = tuple(
    label for label in sorted(KEYS) if label not in {*_TRANSIENT, VERSION_LABEL}
)


@dataclass(frozen=True, slots=True)
class Relation:
    """A type of relation.

    Attributes:
        starts: The labels at which it may start.
        end: The label at which it ends.
        by_source: Whether two nodes have one such relation per source.
    """

    starts: tuple[str, ...]
    end: str
    by_source: bool = False


RELATIONS: Mapping[str, Relation] = {
    "CLASSIFIED_AS": Relation(("Artist", "Track"), "Class"),
    "CONTAINS": Relation(("Playlist",), "Track"),
    "HAS_GENRE": Relation(("Artist",), "Genre", by_source=True),
    "IN_CLASS": Relation(("Genre",), "Class"),
    "PERFORMS": Relation(("Artist",), "Track"),
    "RELATED_TO": Relation(("Artist",), "Artist", by_source=True),
}

# All properties of nodes and relations. `make cypher` and `query run` use them to find
# misspelt ones.
_PROPERTIES = """
    album album_id answers artists at copy_from copy_of counts depth duration_ms engine
    explicit first_seen_at followers genres_at genres_by genres_failed
    genres_failed_at genres_tries has_preview holder id identified_by identity_at
    identity_by identity_failed identity_failed_at identity_tries imported isrc kind
    labels_digest last_seen_at lasts license license_url lock made_at mbid name
    paused_until policy popularity position program quiet_until rank reason recipe
    recipe_digest related_at related_by related_failed related_failed_at
    related_tries release_date released renewed requests round round_open score
    seconds seen share since source stages state subject token track_count tracks_at
    tracks_by tracks_failed tracks_failed_at tracks_tries url version votes
"""
PROPERTIES = frozenset(_PROPERTIES.split())


def is_time(name: str) -> bool:
    """Whether a property holds a time, which differs from run to run."""
    return name in {"at", "paused_until"} or name.endswith("_at")


def differs_between_runs(name: str) -> bool:
    """Whether a property describes the run and not the music."""
    return is_time(name) or name == "seconds"
