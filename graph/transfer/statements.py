"""The parts of a graph, and the statements that read and write them.

The statements differ only by label and relation type, so they are generated here from
`graph.model.schema`. `make cypher` lints their texts as it lints the packaged files, and
the query-plan test plans them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from graph.model.schema import EXPORTED_LABELS, KEYS, RELATIONS

# A node's key and properties, or a relation's start, end and properties.
ReadRow: TypeAlias = tuple[Any, ...]
# The same as the statement that writes it takes it.
WrittenRow: TypeAlias = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Part:
    """The nodes of a label, or the relations of a type that start at a label."""

    label: str
    relation: str | None = None

    @property
    def name(self) -> str:
        """What messages call it, such as "artist" or "classified_as_track"."""
        if self.relation is None:
            return self.label.lower()
        several = len(RELATIONS[self.relation].starts) > 1
        return self.relation.lower() + (f"_{self.label.lower()}" if several else "")

    @property
    def read_keys(self) -> str:
        """Reads the keys of all nodes of the label."""
        where = "WHERE n.state = 'open'\n" if self.label == WORK_ITEMS.label else ""
        return (
            f"// The keys of the {self.label} nodes.\n"
            f"MATCH (n:{self.label})\n"
            f"{where}"
            f"RETURN n.{KEYS[self.label]} AS key\n"
        )

    @property
    def read_page(self) -> str:
        """Reads the nodes with the keys `$keys`, or the relations that start at them."""
        if self.relation is None:
            return (
                f"// Some {self.label} nodes.\n"
                "UNWIND $keys AS key\n"
                f"MATCH (n:{self.label} {{{KEYS[self.label]}: key}})\n"
                f"{self._returned}\n"
            )
        end = RELATIONS[self.relation].end
        return (
            f"// The {self.relation} of some {self.label} nodes.\n"
            "UNWIND $keys AS key\n"
            f"MATCH (a:{self.label} {{{KEYS[self.label]}: key}})"
            f"-[r:{self.relation}]->(b:{end})\n"
            f"RETURN key, b.{KEYS[end]} AS end, properties(r) AS properties\n"
        )

    @property
    def _returned(self) -> str:
        if self.label == WORK_ITEMS.label:
            fields = ", ".join(f".{name}" for name in _WORK_ITEM_PROPERTIES)
            return f"RETURN\n  key,\n  n {{{fields}}} AS properties"
        return "RETURN key, properties(n) AS properties"

    @property
    def write_rows(self) -> str:
        """Writes `$rows`; written again, they change nothing.

        A row names its times by their place in `$times`, because many rows share them.
        For relations it returns how many rows found both ends.
        """
        if self.relation is None:
            return (
                f"// {self.label} nodes from another store.\n"
                "UNWIND $rows AS row\n"
                f"MERGE (n:{self.label} {{{KEYS[self.label]}: row.key}})\n"
                "SET n += row.properties, n += $times[row.times]\n"
            )
        end = RELATIONS[self.relation].end
        source = " {source: row.source}" if RELATIONS[self.relation].by_source else ""
        return (
            f"// {self.relation} from another store, between nodes that are there.\n"
            "UNWIND $rows AS row\n"
            f"MATCH (a:{self.label} {{{KEYS[self.label]}: row.start}})\n"
            f"MATCH (b:{end} {{{KEYS[end]}: row.end}})\n"
            f"MERGE (a)-[r:{self.relation}{source}]->(b)\n"
            "SET r += row.properties, r += $times[row.times]\n"
            "RETURN count(*) AS found\n"
        )


# What is left of the open round: a copy takes it along, so that the crawl continues
# there. An export does not.
WORK_ITEMS = Part("WorkItem")
# Not who works on it: nobody does in another store.
_WORK_ITEM_PROPERTIES = (
    *("id", "round", "position", "kind", "artists", "subject", "state"),
)

# What an export holds, in its order.
PARTS = (
    *(Part(label) for label in EXPORTED_LABELS),
    *(
        Part(start, relation)
        for relation in sorted(RELATIONS)
        for start in sorted(RELATIONS[relation].starts)
    ),
)


def written_row(part: Part, row: ReadRow) -> WrittenRow:
    """A row that was read, as `Part.write_rows` takes it."""
    if part.relation is None:
        key, properties = row
        return {"key": key, "properties": properties}
    start, end, properties = row
    ends = {"start": start, "end": end, "properties": properties}
    if RELATIONS[part.relation].by_source:
        return {**ends, "source": properties.get("source")}
    return ends


def generated_statements() -> Mapping[str, str]:
    """Every statement of this module, by a name such as "read_page_artist"."""
    found = {}
    for part in (*PARTS, WORK_ITEMS):
        found[f"read_page_{part.name}"] = part.read_page
        found[f"write_rows_{part.name}"] = part.write_rows
        if part.relation is None:
            found[f"read_keys_{part.name}"] = part.read_keys
    return found
