"""Which source answers which kind of question in a crawl."""

from dataclasses import dataclass

from crawler.sources.base import Capability, Source
from graph.model.crawl import WorkKind


@dataclass(frozen=True, slots=True)
class SourceRoles:
    """The sources of a recipe by role; `genres` in the order of requests."""

    related: Source
    genres: tuple[Source, ...]
    tracks: Source

    def of(self, kind: WorkKind) -> Source:
        """The source that answers the work items of a kind first."""
        if kind is WorkKind.RELATED:
            return self.related
        if kind is WorkKind.TRACKS:
            return self.tracks
        return self.tagger if kind is WorkKind.SEEDS else self.genres[0]

    @property
    def tagger(self) -> Source:
        """The source that finds the artists of a genre: the first that is able to."""
        able = (source for source in self.genres if identifies(source))
        return next(able, self.genres[0])

    @property
    def related_includes_genres(self) -> bool:
        """Whether lists of relatives may hold genres of the first source of genres."""
        return bool(self.genres) and self.genres[0].name == self.related.name

    @property
    def genres_batch(self) -> int:
        """Artists in one request for genres; 0 where the recipe has no source of genres."""
        return self.genres[0].capabilities[Capability.GENRES] if self.genres else 0


def identifies(source: Source) -> bool:
    """Whether a source gives artists an identity: those that find artists by genre do."""
    return Capability.BY_GENRE in source.capabilities
