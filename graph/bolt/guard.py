"""What is refused for the embedded store's sake before it is asked. Pure.

Neo4j refuses a writing query by itself and computes every aggregate rightly.
"""

from functools import lru_cache

from graph.bolt.errors import writes
from graph.cypher.aggregates import unsupported_aggregate
from graph.cypher.statements import writing_word
from graph.errors import BadQueryError

_KEPT = 256  # texts whose answer is kept: a page asks the same few again and again


def guard(text: str) -> None:
    """Let a question pass that the embedded store answers rightly, without any writing.

    Raises:
        BadQueryError: It writes, or holds an aggregate that the store does not see.
    """
    if writing_word(text):
        raise writes()
    if found := _hidden(text):
        raise BadQueryError(
            f"the embedded store would compute {found.call} wrongly "
            f"under {found.under}, on line {found.line} of the query",
            hint="Name it first and use the name, with the other columns in both: "
            f"`WITH {found.call} AS n RETURN {found.rewritten}`.",
        )


_hidden = lru_cache(_KEPT)(unsupported_aggregate)
