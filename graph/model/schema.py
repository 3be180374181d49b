"""Labels, keys, relations and the version: one list for stores, moving and docs."""

from collections.abc import Mapping
from dataclasses import dataclass

VERSION = 3

# The node that says whose database this is; it belongs to no graph and is not moved.
VERSION_LABEL = "Schema"
VERSION_KEY = "genregraph"

# The node that says who may crawl: see `graph.model.lease`.
LEASE_KEY = "crawl"

# The property that names a node, by label. Each is unique by a constraint.
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

# What says how things stand at the moment, and no graph holds: work items live as long as
# a round, the lease and those who stand by as long as their processes.
_MOMENTARY = frozenset({"Lease", "Standby", "WorkItem"})

EXPORTED_LABELS = tuple(
    label for label in sorted(KEYS) if label not in {*_MOMENTARY, VERSION_LABEL}
)


@dataclass(frozen=True, slots=True)
class Relation:
    """A relation of the model: which nodes it joins, and whether each source has its own."""

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

# What nodes and relations may carry, whichever they are: `make cypher` and `query run`
# find a misspelt property by it.
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
    """Whether a property holds a time: such a one differs from run to run."""
    return name in {"at", "paused_until"} or name.endswith("_at")


def differs_between_runs(name: str) -> bool:
    """Whether a property says something about the run and not about the music."""
    return is_time(name) or name == "seconds"
