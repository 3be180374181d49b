"""Which source answers which question of a recipe."""

from dataclasses import dataclass

from crawler.sources.base import Capability, Source
from graph.model.crawl import WorkKind


@dataclass(frozen=True, slots=True)
class SourceRoles:
    """The sources of a recipe, by what they answer; `genres` in the order asked."""

    related: Source
    genres: tuple[Source, ...]
    tracks: Source

    def of(self, kind: WorkKind) -> Source:
        """The source that a work item belongs to."""
        if kind is WorkKind.RELATED:
            return self.related
        if kind is WorkKind.TRACKS:
            return self.tracks
        return self.tagger if kind is WorkKind.SEEDS else self.genres[0]

    @property
    def tagger(self) -> Source:
        """Who finds the artists of a genre: the first source of genres that can."""
        able = (source for source in self.genres if _identifies(source))
        return next(able, self.genres[0])

    @property
    def related_tells_genres(self) -> bool:
        """Whether who is asked first for genres tells them with the relatives too."""
        return bool(self.genres) and self.genres[0].name == self.related.name

    @property
    def genres_batch(self) -> int:
        """Artists that one genre work item holds; 0 where nobody is asked for genres."""
        return self.genres[0].capabilities[Capability.GENRES] if self.genres else 0


def _identifies(source: Source) -> bool:
    """Who finds artists by genre knows them by MBID, and so who is who."""
    return Capability.BY_GENRE in source.capabilities
