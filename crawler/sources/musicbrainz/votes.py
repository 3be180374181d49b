"""Genre tags with votes → HAS_GENRE edges. Pure."""

from collections.abc import Iterable, Mapping

from graph.model.genres import fold
from graph.model.music import ArtistId, HasGenre


def folded_votes(tags: Iterable[tuple[str, int]]) -> Mapping[str, int]:
    """Votes per folded genre name, sorted by name.

    Two spellings of one genre ("hip hop", "hip-hop") are mostly voted for by the same
    people, so the stronger one counts, not their sum.

    >>> dict(folded_votes([("Hip-Hop", 3), ("hip hop", 5), ("trap", 1)]))
    {'hip hop': 5, 'trap': 1}
    """
    votes: dict[str, int] = {}
    for name, count in tags:
        folded = fold(name)
        if folded:
            votes[folded] = max(count, votes.get(folded, count))
    return dict(sorted(votes.items()))


def genre_edges(
    artist: ArtistId, votes: Mapping[str, int], source: str
) -> tuple[HasGenre, ...]:
    """One edge per genre; `share` is 0 for all when nobody's vote is above 0."""
    strongest = max(votes.values(), default=0)
    return tuple(
        HasGenre(artist, genre, source, count, _share(count, strongest))
        for genre, count in votes.items()
    )


def _share(votes: int, strongest: int) -> float:
    return max(votes, 0) / strongest if strongest > 0 else 0.0
