"""README.md of a data set: its card, rendered from the run. Pure.

Hugging Face reads the head. The rest is for people: counts, how the labels were
determined, what was dropped and why, and what the terms allow, in plain words.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from crawler.export.download.candidates import CandidateSet, RejectedTrack
from crawler.export.files.lock import Provenance
from crawler.export.files.manifest import Clip, split_clip
from crawler.export.files.splits import Place, SplitClip, count_leaks
from crawler.recipe.model import LabelRules, Recipe
from crawler.sources.entry import GenreOrigin
from crawler.sources.registry import services
from queries.label_policies import label_policy


@dataclass(frozen=True, slots=True)
class CardData:
    """What is in the data set, and what was rejected."""

    candidates: CandidateSet
    clips: tuple[Clip, ...]
    rejected: tuple[RejectedTrack, ...]
    splits: tuple[str, ...]


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Render a Markdown table; text in its cells cannot break it."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(map(_safe, line))} |" for line in lines)


def _safe(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


def percent(part: float) -> str:
    """Format a share as a percentage.

    >>> percent(0.125), percent(0.8)
    ('12.5 %', '80 %')
    """
    return f"{round(part * 100, 1):g} %"


def count_of(number: int, what: str) -> str:
    """Format a number of things.

    >>> count_of(1, "vote"), count_of(1000, "vote")
    ('1 vote', '1,000 votes')
    """
    return f"{number:,} {what}" + ("" if number == 1 else "s")


_SIZES = ((1_000, "n<1K"), (10_000, "1K<n<10K"), (100_000, "10K<n<100K"))


def render_card(provenance: Provenance, card_data: CardData) -> str:
    """Render README.md."""
    sections = (
        _head(provenance, card_data),
        f"# {provenance.recipe.name}\n\n{_intro(provenance, card_data)}",
        "## Clips by class and split\n\n" + _render_splits(provenance, card_data),
        "## Artists\n\n" + _render_artists(provenance, card_data),
        "## Where it comes from\n\n" + _render_origin(provenance),
        "## How the labels were determined\n\n" + _render_labels(provenance, card_data),
        "## From the graph to the clips\n\n" + _render_funnel(provenance, card_data),
        "## What was dropped\n\n" + _render_dropped(card_data.rejected),
        "## Terms and licences\n\n" + _terms(provenance, card_data),
        "## Files\n\n" + _FILES,
    )
    return "\n\n".join(sections) + "\n"


def _head(provenance: Provenance, card_data: CardData) -> str:
    size = next((name for n, name in _SIZES if len(card_data.clips) < n), "n>100K")
    used = {clip.place.split for clip in card_data.clips}
    paths = "\n".join(
        f'  - split: {split}\n    path: "{split}/**"'
        for split in card_data.splits
        if split in used
    )
    name = provenance.recipe.name.replace("\\", "\\\\").replace('"', '\\"')
    return f"""---
pretty_name: "{name}"
license: {"other" if provenance.accepted else "cc0-1.0"}
task_categories:
- audio-classification
tags:
- music
- genre
size_categories:
- {size}
configs:
- config_name: default
  data_files:
{paths}
---"""


def _intro(provenance: Provenance, card_data: CardData) -> str:
    artists = {clip.accepted.candidate.artist for clip in card_data.clips}
    labels = {clip.accepted.candidate.label for clip in card_data.clips}
    seconds = sum(clip.accepted.clip.duration_s for clip in card_data.clips)
    return (
        f"{count_of(len(card_data.clips), 'clip')} of "
        f"{count_of(len(artists), 'labelled artist')} in {len(labels)} of "
        f"{len(_class_names(provenance.recipe, card_data))} classes, {seconds / 3600:.1f} "
        f"hours of audio from {provenance.recipe.sources.previews}, made by {provenance.tool}."
    )


def _terms(provenance: Provenance, card_data: CardData) -> str:
    source = provenance.recipe.sources.previews
    lines = [f"{provenance.terms.summary} ({provenance.terms.url})"]
    if provenance.accepted:
        lines.append(f'The recipe accepts these terms: "{provenance.accepted}"')
        lines += _sharing(provenance, source)
    licences = Counter(clip.license for clip in card_data.clips)
    lines.append(
        "\n".join(
            f"- {count_of(number, 'clip')}: {name or 'no licence stated'}"
            for name, number in sorted(licences.items())
        )
    )
    return "\n\n".join(lines)


def _sharing(provenance: Provenance, source: str) -> Iterator[str]:
    """What may be shared, and the terms of the sources of the metadata."""
    for one in provenance.metadata:
        yield f"Of {one.source}, which is in the graph too: {one.terms.summary} ({one.terms.url})"
        yield f'The recipe accepts these terms as well: "{one.means}"'
    covered = _covered(provenance, source)
    if covered:
        yield (
            f"Pass on nothing of this, be it audio, labels or the lock, beyond what the "
            f"permission of {' and '.join(covered)} says."
        )
    else:
        yield (
            "Keep the audio to yourself. What can be shared is the recipe and its lock: "
            f"ids and checksums, from which others make it anew at {source}."
        )
    for tags in _genre_origins(provenance.recipe):
        yield f"Labels that come from {tags.name} are under {tags.licence}."


def _covered(provenance: Provenance, source: str) -> list[str]:
    """The services whose terms cover more than audio."""
    named = [source, *(one.source for one in provenance.metadata)]
    entries = (services().get(name) for name in named)
    return [entry.name for entry in entries if entry and entry.terms_cover_metadata]


_FILES = """\
- `<split>/<class>/<id>.mp3` and `<split>/metadata.csv`: an audiofolder.
- `manifest.csv`: one row per clip, with everything that is known about it.
  `artist_ids`, `artist_names` and `mbids` hold one entry for each credited artist, main
  artist first; an unknown MBID is "". `isrc` and `release_date` come from the graph, or
  else from the service together with the link.
- `failed.csv`: tracks that were tried and rejected, and why.
- `fetch-log.csv`: every attempt, with times.
- `recipe.lock`: the recipe, the seeds, the digest of the graph, the checksum of each
  clip, and those of the files above except the log.

`genregraph verify` checks all of them except the log."""


_MEANINGS = {
    "no-preview": "the service offers no preview",
    "not-found": "the service no longer has the track",
    "not-audio": "the reply is not an MP3",
    "does-not-decode": "the decoder failed",
    "too-short": "shorter than the recipe requires, or cut off",
    "silent": "more than a quarter of it is silence",
    "clipped": "more than 1 % of the samples at full scale",
    "duplicate-isrc": "the same recording (ISRC) as another track",
    "duplicate-audio": "the same bytes as another clip",
    "unreachable": "the service did not answer; the next export tries again",
    "bad-answer": "the reply breaks the service's own rules; the next export tries again",
}
CHOSEN = "tracks chosen"
# Why a stage of the selection has fewer items than the one before.
LOSSES = {
    "artists asked for genres": (
        "known only from the credits of tracks, not requested yet, or deferred"
    ),
    "artists with genres": "not identified, or identified but without a genre",
    "artists of a class": (
        "genres outside all classes, too few votes, or too small a share of them"
    ),
    "artists labelled": "in several classes",
    "artists with tracks": (
        "tracks not requested (their class has enough, or the crawl ended before), or "
        "without any track"
    ),
    "artists with a preview": "no track with a preview",
    "tracks with a preview": "no preview",
    CHOSEN: "credited to artists with two labels, or also to one of another class",
}


def _render_splits(provenance: Provenance, card_data: CardData) -> str:
    """How many clips of each class are in each split, and how they were assigned."""
    parts = [split_clip(clip.accepted) for clip in card_data.clips]
    places = {clip.id: clip.place for clip in card_data.clips}
    return "\n\n".join(
        filter(
            None,
            (
                _split_table(provenance.recipe, card_data),
                _split_rules(provenance.recipe)
                + f" In two splits: {_leaks(parts, places)}.",
                _collaborations(card_data),
                _classes_with_few_groups(card_data),
            ),
        )
    )


def _split_table(recipe: Recipe, card_data: CardData) -> str:
    cells = Counter(
        (c.accepted.candidate.label, c.place.split) for c in card_data.clips
    )
    folders = {clip.accepted.candidate.label: clip.folder for clip in card_data.clips}
    whole = Counter(clip.place.split for clip in card_data.clips)
    rows = [
        (label, folders.get(label, ""), *_with_total(numbers))
        for label in _class_names(recipe, card_data)
        for numbers in [[cells[label, split] for split in card_data.splits]]
    ]
    shares = [percent(whole[s] / max(1, whole.total())) for s in card_data.splits]
    requested = [percent(share) for share in _requested_shares(recipe).values()]
    return _table(
        ("class", "folder", *card_data.splits, "all"),
        [
            *rows,
            ("all clips", "", *_with_total([whole[s] for s in card_data.splits])),
            ("share", "", *shares, ""),
            ("requested share", "", *requested, ""),
        ],
    )


def _with_total(numbers: Sequence[int]) -> list[str]:
    return [f"{number:,}" for number in (*numbers, sum(numbers))]


def _requested_shares(recipe: Recipe) -> dict[str, float]:
    """The shares of the splits in the recipe, which add up to 1."""
    whole = sum(recipe.export.split.values()) or 1
    return {split: share / whole for split, share in recipe.export.split.items()}


def _class_names(recipe: Recipe, card_data: CardData) -> tuple[str, ...]:
    """All classes of the recipe in its order, including those without a clip."""
    labels = sorted({clip.accepted.candidate.label for clip in card_data.clips})
    return tuple(dict.fromkeys((*recipe.class_names, *labels)))


def _split_rules(recipe: Recipe) -> str:
    return (
        "Clips are assigned to splits by group, as close to the requested shares as whole "
        f"groups allow, with the seed {recipe.export.seed}. A group holds all clips of an "
        "artist, of all its ids with one MBID, of all artists credited together, of one "
        "album and of one recording, and stays in one split."
    )


def _leaks(parts: Sequence[SplitClip], places: Mapping[str, Place]) -> str:
    leaks = count_leaks(parts, places)
    return ", ".join(f"{number} {kind}s" for kind, number in leaks.items())


def _collaborations(card_data: CardData) -> str:
    """The bias that groups cause: they are large where artists collaborate."""
    whole = Counter(clip.place.split for clip in card_data.clips)
    joint = Counter(
        clip.place.split
        for clip in card_data.clips
        if len(clip.accepted.candidate.credits) > 1
    )
    shares = (
        f"{percent(joint[split] / whole[split])} of {split}"
        for split in card_data.splits
        if whole[split]
    )
    return f"Tracks of several artists make up {', '.join(shares)}."


def _classes_with_few_groups(card_data: CardData) -> str:
    groups = Counter(
        label
        for label, _ in {
            (clip.accepted.candidate.label, clip.place.group)
            for clip in card_data.clips
        }
    )
    few = sorted(label for label, n in groups.items() if n < len(card_data.splits))
    return f"Too few groups for every split: {', '.join(few)}." if few else ""


def _render_artists(provenance: Provenance, card_data: CardData) -> str:
    """How many artists contribute to the clips of each class, by role."""
    by_label = {
        label: [c for c in card_data.clips if c.accepted.candidate.label == label]
        for label in _class_names(provenance.recipe, card_data)
    }
    rows = [(label, *_artists(clips)) for label, clips in by_label.items()]
    head = ("class", "labelled artists", "main artists", "credited artists")
    return _table(head, [*rows, ("all", *_artists(card_data.clips))]) + (
        "\n\nLabelled artists are those that the clips are attributed to. Main artists are "
        "credited first on a clip. "
        "Credited artists are all artists on any clip, including guests. Each row counts "
        "an artist once; an artist with clips in two classes is in both rows, and once in "
        "the last."
    )


def _artists(clips: Iterable[Clip]) -> tuple[str, str, str]:
    candidates = [clip.accepted.candidate for clip in clips]
    return (
        f"{len({c.artist for c in candidates}):,}",
        f"{len({c.credits[0].artist for c in candidates}):,}",
        f"{len({credit.artist for c in candidates for credit in c.credits}):,}",
    )


def _render_funnel(provenance: Provenance, card_data: CardData) -> str:
    """From all artists in the graph to the clips: how many remain at each stage, and why."""
    rows = []
    before: dict[str, int] = {}
    for stage, count, why in _stages(provenance, card_data):
        kind = stage.partition(" ")[0]
        lost = before.get(kind, count) - count
        before[kind] = count
        loss = (f"{lost:,}", why) if lost > 0 else ("", "")
        rows.append((stage, f"{count:,}", *loss))
    return _table(("stage", "count", "lost", "why"), rows)


def _stages(
    provenance: Provenance, card_data: CardData
) -> Iterator[tuple[str, int, str]]:
    clips, each = card_data.clips, provenance.recipe.export.tracks_per_artist
    for stage, count in provenance.selection.funnel:
        if stage != CHOSEN:
            yield stage, count, LOSSES.get(stage, "")
    yield CHOSEN, card_data.candidates.tracks, _lost_choice(provenance.recipe)
    enough = f"not needed: their artist has its {count_of(each, 'clip')}"
    yield "tracks tried", len(clips) + len(card_data.rejected), enough
    yield "tracks that became clips", len(clips), "see the next table"
    no_track = "no chosen track, or none that is attributed to them"
    yield "artists with a chosen track", len(card_data.candidates.artists), no_track
    artists = {clip.accepted.candidate.artist for clip in clips}
    yield "artists with a clip", len(artists), "none of their tracks became a clip"


def _lost_choice(recipe: Recipe) -> str:
    if recipe.labels.collaborations == "drop":
        return LOSSES[CHOSEN]
    return "credited to artists with two labels"


def _render_dropped(rejected: Iterable[RejectedTrack]) -> str:
    """Tracks that were tried and rejected, by reason."""
    reasons = Counter(track.fault.reason for track in rejected)
    if not reasons:
        return "Nothing: every track that was tried became a clip."
    rows = [
        (reason, f"{count:,}", _MEANINGS.get(reason, "the service refused the link"))
        for reason, count in sorted(reasons.items())
    ]
    rows.append(("all", f"{reasons.total():,}", ""))
    return _table(("reason", "tracks", "meaning"), rows) + (
        "\n\n`failed.csv` names each of them. A recording that two classes claim is "
        "dropped from both."
    )


_PATTERNS = (
    "Names are normalised first (case, hyphens, accents, common aliases). Plain words "
    "match the same words in sequence anywhere in the name; `=` matches exactly this "
    "name; `!` excludes names with these words. A name that matches two classes goes to "
    "the longest pattern; on a tie, to both."
)
_SHARE = (
    "`label_share` (0 to 1) compares votes: those of the artist's strongest genre in the "
    "class, divided by those of its strongest genre overall. It is 1 if no genre has more "
    "votes, or if votes are not counted. If several labelled artists are credited, it is "
    "the largest of their values."
)


def _render_labels(provenance: Provenance, card_data: CardData) -> str:
    """How artists and clips get their labels, and the classes."""
    rules = provenance.recipe.labels
    policy = label_policy(rules.policy)
    return "\n\n".join(
        (
            f"Policy `{policy.name}`: {policy.card} {_counting(rules)}",
            f"{_of_clips(card_data, rules)} {_of_collaborations(rules)}",
            _SHARE,
            _classes(provenance.recipe),
            _PATTERNS,
        )
    )


def _counting(rules: LabelRules) -> str:
    return (
        f"A genre counts with at least {count_of(rules.min_votes, 'vote')} and "
        f"{percent(rules.min_share)} of the votes of the artist's strongest genre. The "
        "column `genres` holds all counting genres of the artist that the clip is "
        "attributed to, strongest first, including genres outside all classes."
    )


def _of_clips(card_data: CardData, rules: LabelRules) -> str:
    candidates = [clip.accepted.candidate for clip in card_data.clips]
    # An artist with classes but without a label has several: "drop" drops its tracks.
    lacks = "class that counts" if rules.collaborations == "drop" else "label"
    guests = sum(c.artist != c.credits[0].artist for c in candidates)
    return (
        "A clip takes the label of the first labelled artist credited on it, and is "
        "attributed to that artist: the label describes a career, not a track. In "
        f"{guests:,} of {count_of(len(candidates), 'clip')} that artist is not the main "
        f"artist (the first one credited): a track whose main artist has no {lacks}, as "
        "far as the crawl knows, is kept."
    )


def _of_collaborations(rules: LabelRules) -> str:
    if rules.collaborations == "drop":
        return (
            "A track credited to artists with two labels is dropped, and so is a track "
            "credited also to an artist of another class."
        )
    return (
        "A track credited to artists with two labels is dropped; a track credited also to "
        "an artist of several classes is kept."
    )


def _classes(recipe: Recipe) -> str:
    rows = [
        (rule.name, ", ".join(f"`{pattern}`" for pattern in rule.patterns))
        for rule in recipe.classes
    ]
    return _table(("class", "patterns over genre names"), rows)


def _render_origin(provenance: Provenance) -> str:
    """Sources, seeds and settings, and a note if the crawl is not finished."""
    lines = "\n".join(f"- {line}" for line in _origin_lines(provenance))
    if provenance.crawl_finished:
        return lines
    return f"{lines}\n\nThe crawl is not finished: this is what it had found so far."


def _origin_lines(provenance: Provenance) -> Iterator[str]:
    roles, rules = provenance.recipe.sources, provenance.recipe.export
    yield (
        f"Sources: related artists from {roles.related}, genres from "
        f"{', '.join(roles.genres)}, tracks from {roles.tracks}, previews from "
        f"{roles.previews}."
    )
    yield _genres(provenance)
    requested = "; ".join(_seeds(provenance.recipe)) or "nothing"
    yield (
        f"Seeds: the crawl started from {count_of(len(provenance.seeds), 'artist')}. The "
        f"recipe requests {requested}."
    )
    yield (
        f"Tracks: up to {rules.tracks_per_artist} for each labelled artist, each at least "
        f"{rules.min_seconds:g} s long. {_pick(provenance.recipe)}"
    )


def _genres(provenance: Provenance) -> str:
    if provenance.accepted is None:
        return (
            "Genres and their votes are invented, as the artists are, and given away "
            "with them: a stand-in plays the services."
        )
    entries = [services()[name] for name in provenance.recipe.sources.genres]
    others = [entry for entry in entries if not entry.genre_origin]
    under = f"Genres are under the terms of {' and '.join(e.name for e in others)}"
    tags = " ".join(
        f"Genres are {one.name} {one.details}. They are under {one.licence}, so the "
        "labels carry that licence."
        for one in _genre_origins(provenance.recipe)
    )
    if not tags:
        if any(entry.counts_votes for entry in others):
            return f"{under}."
        return f"{under}, which counts no votes: each of its genres counts alike."
    return f"{under}. For artists that it gives none: {tags}" if others else tags


def _genre_origins(recipe: Recipe) -> tuple[GenreOrigin, ...]:
    """Where the recipe's genres come from, as far as they have a licence of their own."""
    entries = (services()[name] for name in recipe.sources.genres)
    return tuple(entry.genre_origin for entry in entries if entry.genre_origin)


def _seeds(recipe: Recipe) -> Iterator[str]:
    seeds = recipe.seeds
    if seeds.by_genre:
        yield f"up to {seeds.by_genre} artists per class, tagged with its genres"
    if seeds.artists:
        yield f"{count_of(len(seeds.artists), 'artist')} by name or id"
    if seeds.playlists:
        yield f"the artists of {count_of(len(seeds.playlists), 'named playlist')}"
    if seeds.playlists_per_class:
        number = count_of(seeds.playlists_per_class, "playlist")
        yield f"the artists of {number} per class"


def _pick(recipe: Recipe) -> str:
    if recipe.export.pick == "top":
        return 'Pick "top": the most popular first, which biases the set to popular tracks.'
    return (
        f'Pick "random": in an order drawn with the seed {recipe.export.seed}, among the '
        "artist's tracks that the crawl knows."
    )
