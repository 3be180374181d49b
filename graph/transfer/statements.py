"""The parts of a graph, and the statements that read and write them.

The statements differ only by label and relation type, so they are generated from
`graph.model.schema`. `make cypher` lints them like the packaged files, and the query-plan
test checks their plans.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from graph.model.schema import EXPORTED_LABELS, KEYS, RELATIONS

# A node's key and properties, or a relation's start, end and properties.
ReadRow: TypeAlias = tuple[Any, ...]
# The same, in the form that `Part.write_rows` requires.
WrittenRow: TypeAlias = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Part:
    """The nodes of a label, or the relations of a type that start at a label."""

    label: str
    relation: str | None = None

    @property
    def name(self) -> str:
        """Its name in messages, such as "artist" or "classified_as_track"."""
        if self.relation is None:
            return self.label.lower()
        several = len(RELATIONS[self.relation].starts) > 1
        return self.relation.lower() + (f"_{self.label.lower()}" if several else "")

    @property
    def read_keys(self) -> str:
        """The statement that reads the keys of all nodes of the label."""
        where = "WHERE n.state = 'open'\n" if self.label == WORK_ITEMS.label else ""
        return (
            f"// The keys of the {self.label} nodes.\n"
            f"MATCH (n:{self.label})\n"
            f"{where}"
            f"RETURN n.{KEYS[self.label]} AS key\n"
        )

    @property
    def read_page(self) -> str:
        """The statement that reads the nodes with the keys `$keys`, or their relations."""
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
        """The statement that writes `$rows`. Idempotent.

        A row refers to its times by their index in `$times`. For relations, the
        statement returns how many rows found both ends.
        """
        if self.relation is None:
            return (
                f"// {self.label} nodes of another store.\n"
                "UNWIND $rows AS row\n"
                f"MERGE (n:{self.label} {{{KEYS[self.label]}: row.key}})\n"
                "SET n += row.properties, n += $times[row.times]\n"
            )
        end = RELATIONS[self.relation].end
        source = " {source: row.source}" if RELATIONS[self.relation].by_source else ""
        return (
            f"// {self.relation} of another store, between existing nodes.\n"
            "UNWIND $rows AS row\n"
            f"MATCH (a:{self.label} {{{KEYS[self.label]}: row.start}})\n"
            f"MATCH (b:{end} {{{KEYS[end]}: row.end}})\n"
            f"MERGE (a)-[r:{self.relation}{source}]->(b)\n"
            "SET r += row.properties, r += $times[row.times]\n"
            "RETURN count(*) AS found\n"
        )


# The unanswered work items of the open round. A copy includes them, so that the crawl can
# continue in the target; an export does not.
WORK_ITEMS = Part("WorkItem")
# All properties of a work item.
_WORK_ITEM_PROPERTIES = (
    *("id", "round", "position", "kind", "artists", "subject", "state"),
)

# The parts of an export, in order.
PARTS = (
    *(Part(label) for label in EXPORTED_LABELS),
    *(
        Part(start, relation)
        for relation in sorted(RELATIONS)
        for start in sorted(RELATIONS[relation].starts)
    ),
)


def written_row(part: Part, row: ReadRow) -> WrittenRow:
    """Convert a row that was read to the form that `Part.write_rows` requires."""
    if part.relation is None:
        key, properties = row
        return {"key": key, "properties": properties}
    start, end, properties = row
    ends = {"start": start, "end": end, "properties": properties}
    if RELATIONS[part.relation].by_source:
        return {**ends, "source": properties.get("source")}
    return ends


def generated_statements() -> Mapping[str, str]:
    """Return every statement of this module, by a name such as "read_page_artist"."""
    found = {}
    for part in (*PARTS, WORK_ITEMS):
        found[f"read_page_{part.name}"] = part.read_page
        found[f"write_rows_{part.name}"] = part.write_rows
        if part.relation is None:
            found[f"read_keys_{part.name}"] = part.read_keys
    return found
