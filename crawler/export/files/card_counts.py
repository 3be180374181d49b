"""The counts of a card: splits, artists, and what was lost on the way. Pure."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from crawler.export.download.choice import RejectedTrack
from crawler.export.files.lock import Provenance
from crawler.export.files.manifest import Clip, split_clip
from crawler.export.files.markdown import CardData, count_of, markdown_table, percent
from crawler.export.files.splits import Place, SplitClip, count_leaks
from crawler.recipe.model import Recipe

_MEANINGS = {
    "no-preview": "the service offers no preview",
    "not-found": "the service does not know the track any more",
    "not-audio": "what came back is no MP3",
    "does-not-decode": "the decoder gives up",
    "too-short": "shorter than the recipe wants, or cut off",
    "silent": "silence in more than a quarter of it",
    "clipped": "more than 1 % of the samples at full scale",
    "duplicate-isrc": "the same recording (ISRC) as another track",
    "duplicate-audio": "the same bytes as another clip",
    "unreachable": "nobody answered; tried again by the next export",
    "bad-answer": "not what the service promises; tried again by the next export",
}
CHOSEN = "tracks chosen"
# Why a stage of the selection has fewer than the one before.
LOSSES = {
    "artists asked for genres": (
        "known only from the credits of tracks, not asked yet, or set aside"
    ),
    "artists with genres": "not identified, or identified and without a genre",
    "artists of a class": (
        "genres of no class, too few votes, or too small a share of them"
    ),
    "artists labelled": "several classes",
    "artists with tracks": (
        "not asked for tracks (their class has enough, or the crawl ended before), or "
        "without any"
    ),
    "artists with a preview": "no track with a preview",
    "tracks with a preview": "no preview",
    CHOSEN: "credited to artists of two labels, or also to one of another class",
}


def splits_text(origin: Provenance, contents: CardData) -> str:
    """How many clips of each class are in each split, and how they were dealt out."""
    parts = [split_clip(clip.kept) for clip in contents.clips]
    places = {clip.id: clip.place for clip in contents.clips}
    return "\n\n".join(
        filter(
            None,
            (
                _split_table(origin.recipe, contents),
                _asked(origin.recipe) + " On two sides: " + _leaks(parts, places) + ".",
                _collaborations(contents),
                _few(contents),
            ),
        )
    )


def _split_table(recipe: Recipe, contents: CardData) -> str:
    cells = Counter((c.kept.candidate.label, c.place.split) for c in contents.clips)
    folders = {clip.kept.candidate.label: clip.folder for clip in contents.clips}
    whole = Counter(clip.place.split for clip in contents.clips)
    rows = [
        (label, folders.get(label, ""), *_with_sum(numbers))
        for label in class_names(recipe, contents)
        for numbers in [[cells[label, split] for split in contents.splits]]
    ]
    shares = [percent(whole[s] / max(1, whole.total())) for s in contents.splits]
    asked = [percent(share) for share in asked_shares(recipe).values()]
    return markdown_table(
        ("class", "folder", *contents.splits, "all"),
        [
            *rows,
            ("all clips", "", *_with_sum([whole[s] for s in contents.splits])),
            ("share", "", *shares, ""),
            ("asked share", "", *asked, ""),
        ],
    )


def _with_sum(numbers: Sequence[int]) -> list[str]:
    return [f"{number:,}" for number in (*numbers, sum(numbers))]


def asked_shares(recipe: Recipe) -> dict[str, float]:
    """The shares of the splits that the recipe asks for, of 1 in all."""
    whole = sum(recipe.export.split.values()) or 1
    return {split: share / whole for split, share in recipe.export.split.items()}


def class_names(recipe: Recipe, contents: CardData) -> tuple[str, ...]:
    """All classes of the recipe, also those without a clip, in its order."""
    labels = sorted({clip.kept.candidate.label for clip in contents.clips})
    return tuple(dict.fromkeys((*recipe.class_names, *labels)))


def _asked(recipe: Recipe) -> str:
    return (
        "Clips are dealt out by group, as near to the asked shares as whole groups allow, "
        f"with the seed {recipe.export.seed}. All clips of an artist, of all its ids with "
        "one MBID, of all who are credited together, of one album and of one recording "
        "are one group, in one split."
    )


def _leaks(parts: Sequence[SplitClip], places: Mapping[str, Place]) -> str:
    leaks = count_leaks(parts, places)
    return ", ".join(f"{number} {kind}s" for kind, number in leaks.items())


def _collaborations(contents: CardData) -> str:
    """The bias that groups bring: they are large where artists play together."""
    whole = Counter(clip.place.split for clip in contents.clips)
    joint = Counter(
        clip.place.split
        for clip in contents.clips
        if len(clip.kept.candidate.credits) > 1
    )
    shares = (
        f"{percent(joint[split] / whole[split])} of {split}"
        for split in contents.splits
        if whole[split]
    )
    return f"Tracks of several artists are {', '.join(shares)}."


def _few(contents: CardData) -> str:
    groups = Counter(
        label
        for label, _ in {
            (clip.kept.candidate.label, clip.place.group) for clip in contents.clips
        }
    )
    few = sorted(label for label, n in groups.items() if n < len(contents.splits))
    return f"Too few groups for every split: {', '.join(few)}." if few else ""


def artists_text(origin: Provenance, contents: CardData) -> str:
    """How many artists are behind the clips of each class, by what they are on them."""
    by_label = {
        label: [c for c in contents.clips if c.kept.candidate.label == label]
        for label in class_names(origin.recipe, contents)
    }
    rows = [(label, *_artists(clips)) for label, clips in by_label.items()]
    head = ("class", "labelled artists", "main artists", "credited artists")
    return markdown_table(head, [*rows, ("all", *_artists(contents.clips))]) + (
        "\n\nLabelled artists: those whose clips these are. Main artists: the first "
        "credited on a clip. Credited artists: all on any clip, guests too. Each is "
        "counted once in a row; who is in the clips of two classes is in both rows and "
        "once in the last."
    )


def _artists(clips: Iterable[Clip]) -> tuple[str, str, str]:
    candidates = [clip.kept.candidate for clip in clips]
    return (
        f"{len({c.artist for c in candidates}):,}",
        f"{len({c.credits[0].artist for c in candidates}):,}",
        f"{len({credit.artist for c in candidates for credit in c.credits}):,}",
    )


def funnel_text(origin: Provenance, contents: CardData) -> str:
    """From all artists of the graph to the clips: how many are left, and why not more."""
    rows = []
    before: dict[str, int] = {}
    for stage, count, why in _stages(origin, contents):
        kind = stage.partition(" ")[0]
        lost = before.get(kind, count) - count
        before[kind] = count
        said = (f"{lost:,}", why) if lost > 0 else ("", "")
        rows.append((stage, f"{count:,}", *said))
    return markdown_table(("stage", "count", "lost", "why"), rows)


def _stages(origin: Provenance, contents: CardData) -> Iterator[tuple[str, int, str]]:
    clips, each = contents.clips, origin.recipe.export.tracks_per_artist
    for stage, count in origin.selection.funnel:
        if stage != CHOSEN:
            yield stage, count, LOSSES.get(stage, "")
    yield CHOSEN, contents.chosen.tracks, _lost_choice(origin.recipe)
    had = f"not needed: their artist has its {count_of(each, 'clip')}"
    yield "tracks tried", len(clips) + len(contents.left_out), had
    yield "tracks that became clips", len(clips), "see the next table"
    own = "no chosen track, or none that counts as theirs"
    yield "artists with a chosen track", len(contents.chosen.artists), own
    artists = {clip.kept.candidate.artist for clip in clips}
    yield "artists with a clip", len(artists), "no track of theirs became a clip"


def _lost_choice(recipe: Recipe) -> str:
    if recipe.labels.collaborations == "drop":
        return LOSSES[CHOSEN]
    return "credited to artists of two labels"


def dropped_text(left_out: Iterable[RejectedTrack]) -> str:
    """The tracks that were tried and are no clips, by reason."""
    reasons = Counter(left.fault.reason for left in left_out)
    if not reasons:
        return "Nothing that was tried."
    rows = [
        (reason, f"{count:,}", _MEANINGS.get(reason, "the link was refused"))
        for reason, count in sorted(reasons.items())
    ]
    rows.append(("all", f"{reasons.total():,}", ""))
    return markdown_table(("reason", "tracks", "meaning"), rows) + (
        "\n\n`failed.csv` names each of them. A recording that two classes claim is "
        "dropped from both."
    )
