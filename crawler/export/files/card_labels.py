"""What a card says of classes, labels and where they come from. Pure."""

from collections.abc import Iterator

from crawler.export.files.lock import Provenance
from crawler.export.files.markdown import CardData, count_of, markdown_table, percent
from crawler.recipe.model import LabelRules, Policy, Recipe

TAG_LICENCE = "CC BY-NC-SA 3.0 (https://creativecommons.org/licenses/by-nc-sa/3.0/)"
_POLICIES = {
    Policy.SINGLE_CLASS: (
        "An artist has a label when exactly one class is among its genres that count; "
        "genres of no class do not count against it. Artists of several classes have "
        "no label."
    ),
    Policy.PRECEDENCE: (
        "An artist has the first class, in the order below, that is among its genres "
        "that count; neither genres of no class nor genres of later classes count "
        "against it."
    ),
}
_PATTERNS = (
    "Names are folded first (case, hyphens, accents, usual aliases). Plain words: these "
    "words, side by side, anywhere in the name. `=`: exactly this name. `!`: names with "
    "these words are left out. A name that fits two classes goes to the longest pattern, "
    "on a tie to both."
)
_SHARE = (
    "`label_share` (0 to 1) is the share of the strongest genre of the class among the "
    "artist's genres, by votes: its votes as a part of those of the artist's strongest "
    "genre of all, 1 where no genre has more or votes are not counted. Where several "
    "labelled artists are credited it is the largest of theirs."
)


def labels_text(origin: Provenance, contents: CardData) -> str:
    """How an artist and a clip get their label, and by which classes."""
    rules = origin.recipe.labels
    return "\n\n".join(
        (
            f"Policy `{rules.policy}`: {_POLICIES[rules.policy]} {_counting(rules)}",
            f"{_of_clips(contents, rules)} {_of_collaborations(rules)}",
            _SHARE,
            _classes(origin.recipe),
            _PATTERNS,
        )
    )


def _counting(rules: LabelRules) -> str:
    return (
        f"A genre counts with at least {count_of(rules.min_votes, 'vote')} and "
        f"{percent(rules.min_share)} of the votes of the artist's strongest genre. The "
        "column `genres` holds all genres that count of the artist whose clip it is, "
        "strongest first, those of no class too."
    )


def _of_clips(contents: CardData, rules: LabelRules) -> str:
    candidates = [clip.kept.candidate for clip in contents.clips]
    # Who carries a class without a label carries several: "drop" takes its tracks away.
    lacks = "class that counts" if rules.collaborations == "drop" else "label"
    guests = sum(c.artist != c.credits[0].artist for c in candidates)
    return (
        "A clip has the label of a labelled artist credited on it, and counts as a clip "
        "of the first such artist: the label tells of a career, not of a track. In "
        f"{guests:,} of {count_of(len(candidates), 'clip')} that is not the main artist "
        f"(the first one credited): a track whose main artist has no {lacks}, as far "
        "as the crawl knows, is kept."
    )


def _of_collaborations(rules: LabelRules) -> str:
    if rules.collaborations == "drop":
        return (
            "A track credited to artists of two labels is dropped, and so is one that "
            "is credited also to an artist of another class."
        )
    return (
        "A track credited to artists of two labels is dropped; one that is credited also "
        "to an artist of several classes is kept."
    )


def _classes(recipe: Recipe) -> str:
    rows = [
        (rule.name, ", ".join(f"`{pattern}`" for pattern in rule.patterns))
        for rule in recipe.classes
    ]
    return markdown_table(("class", "patterns over genre names"), rows)


def origin_text(origin: Provenance) -> str:
    """Sources, seeds and settings, and whether the crawl is finished."""
    lines = "\n".join(f"- {line}" for line in _origin_lines(origin))
    if origin.crawl_finished:
        return lines
    return f"{lines}\n\nThe crawl is not finished: this is what it had found so far."


def _origin_lines(origin: Provenance) -> Iterator[str]:
    roles, rules = origin.recipe.sources, origin.recipe.export
    yield (
        f"Sources: related artists from {roles.related}, genres from "
        f"{', '.join(roles.genres)}, tracks from {roles.tracks}, previews from "
        f"{roles.previews}."
    )
    yield _genres(origin)
    asked = "; ".join(_seeds(origin.recipe)) or "nothing"
    yield (
        f"Seeds: the crawl started from {count_of(len(origin.seeds), 'artist')}. The "
        f"recipe asks for {asked}."
    )
    yield (
        f"Tracks: up to {rules.tracks_per_artist} for each labelled artist, of at least "
        f"{rules.min_seconds:g} s. {_pick(origin.recipe)}"
    )


def _genres(origin: Provenance) -> str:
    if origin.accepted is None:
        return (
            "Genres and their votes are invented, as the artists are, and given away "
            "with them: a stand-in plays the services."
        )
    genres = origin.recipe.sources.genres
    others = " and ".join(name for name in genres if name != "musicbrainz")
    under = f"Genres are under the terms of {others}"
    if "musicbrainz" not in genres:
        return f"{under}, which counts no votes: each of its genres counts alike."
    tags = (
        "Genres are MusicBrainz tags with their votes, as ListenBrainz gives them. "
        f"They are under {TAG_LICENCE}, so the labels carry that licence."
    )
    return f"{under}. For artists that it gives none: {tags}" if others else tags


def _seeds(recipe: Recipe) -> Iterator[str]:
    seeds = recipe.seeds
    if seeds.by_genre:
        yield f"up to {seeds.by_genre} artists per class that are tagged with its genres"
    if seeds.artists:
        yield f"{count_of(len(seeds.artists), 'artist')} by name or id"
    if seeds.playlists:
        yield f"the artists of {count_of(len(seeds.playlists), 'named playlist')}"
    if seeds.playlists_per_class:
        number = count_of(seeds.playlists_per_class, "playlist")
        yield f"the artists of {number} per class"


def _pick(recipe: Recipe) -> str:
    if recipe.export.pick == "top":
        return 'Pick "top": the most popular first, so the set is biased to popular tracks.'
    return (
        f'Pick "random": in an order drawn by the seed {recipe.export.seed}, among the '
        "tracks that the crawl knows of the artist."
    )
