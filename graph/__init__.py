"""The music graph and its stores.

Scripts need two functions. They are imported on first use, so that `import graph` does
not load the Neo4j driver:

>>> from graph import artist_graph, open_store
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from graph.opening import open_store
    from graph.views.artists import artist_graph

__all__ = ["artist_graph", "open_store"]

_MODULES = {
    "artist_graph": "graph.views.artists",
    "open_store": "graph.opening",
}


def __getattr__(name: str) -> object:
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_MODULES[name]), name)
