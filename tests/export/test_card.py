"""The card describes what is in the data set and agrees with its files."""

import json
import re
from dataclasses import replace

from crawler.export.files.card import LOSSES, percent
from crawler.recipe.model import ExportRules, LabelRules, SeedRules
from crawler.selection.funnel import artist_stages, track_stages
from crawler.selection.select import with_policy
from crawler.sources.base import Terms
from graph.model.music import ArtistLabel, TrackLabel
from tests.support.worlds.export_world import (
    ARTISTS,
    RECIPE,
    TRACKS,
    artist_id,
    label_of,
    select,
    track_id,
    with_rules,
)

TERMS = Terms("No copies, please.", "https://example.invalid/terms", "I may copy.")


def card_of(job, recipe=RECIPE):
    select(job.store, recipe)
    job.run(recipe)
    return (job.out / "README.md").read_text(encoding="utf-8")


def table(card, head):
    """The rows of the table with this head, as lists of cells."""
    after = card[card.index(f"| {head} |") :].split("\n\n")[0]
    return [line.strip("| ").split(" | ") for line in after.splitlines()[2:]]


def test_terms_are_quoted_in_card_and_lock(job):
    job.previews.terms = TERMS
    job.run(with_rules(accept_terms=("deezer",)))
    card = (job.out / "README.md").read_text(encoding="utf-8")
    assert "license: other" in card
    assert TERMS.summary in card
    assert TERMS.accepting_means in card
    lock = json.loads((job.out / "recipe.lock").read_text(encoding="utf-8"))
    assert lock["terms"]["accepted"] == TERMS.accepting_means
    row = job.rows()[0]
    assert row["url"] == f"https://www.deezer.com/track/{row['id'][7:]}"
    assert row["license"] == ""


def test_counts_of_clips_and_rejected_tracks(job):
    job.server.reply_with("deezer:101", b"")
    card = card_of(job)
    assert card.startswith("---\npretty_name: ")
    assert "24 clips of 12 labelled artists in 3 of 3 classes" in card
    assert "| rock | rock | 4 | 2 | 2 | 8 |" in card
    assert "| r&b | rnb |" in card
    assert "| not-audio | 1 |" in card
    assert "| all | 1 |" in card
    assert "0 artists, 0 mbids, 0 isrcs, 0 albums, 0 groups" in card
    assert "| of one class | 12 |" in card
    assert (
        "| tracks tried | 25 | 23 | not needed: their artist has its 2 clips |" in card
    )
    assert "| tracks that became clips | 24 | 1 |" in card


def test_split_table_matches_manifest(job):
    card = card_of(job)
    *classes, whole, shares, asked = table(card, "class | folder")
    columns = list(zip(*(map(int, row[2:]) for row in classes), strict=True))
    assert [sum(column) for column in columns] == [int(n) for n in whole[2:]]
    sides = [row["split"] for row in job.rows()]
    names = ("train", "validation", "test")
    assert [int(n) for n in whole[2:]] == [*map(sides.count, names), len(sides)]
    assert shares[2:5] == [percent(sides.count(n) / len(sides)) for n in names]
    assert asked[2:5] == ["80 %", "10 %", "10 %"]
    assert "with the seed 2026" in card


def test_artists_are_counted_by_role(job):
    card = card_of(job)
    rows = table(card, "class | labelled artists")
    assert rows[-1] == ["all", "12", "12", "12"]
    credited = {a for r in job.rows() for a in json.loads(r["artist_ids"])}
    assert int(rows[-1][3]) == len(credited)


def test_funnel_stages_are_unique(job):
    stages = [row[0] for row in table(card_of(job), "stage | count")]
    words = [frozenset(stage.split()) for stage in stages]
    assert len(set(words)) == len(stages)


def test_every_funnel_stage_explains_its_losses():
    artists = artist_stages((), touched=(), classes={}, labels=())
    tracks = track_stages({})
    later = {stage.name for stage in (*artists[1:], *tracks[1:])}
    assert later == LOSSES.keys()


def test_clips_labelled_by_a_guest_are_counted(job, store):
    assert "In 0 of 24 clips that artist is not the main artist" in card_of(job)
    selection = select(store)
    labelled = range(2, ARTISTS + 1)
    store.replace_selection(
        selection,
        [ArtistLabel(artist_id(n), label_of(n), 1.0) for n in labelled],
        [
            TrackLabel(track_id(1, 1), label_of(4), 1.0),
            *(
                TrackLabel(track_id(n, p), label_of(n), 1.0)
                for n in labelled
                for p in range(1, TRACKS + 1)
            ),
        ],
    )
    job.run()
    card = (job.out / "README.md").read_text(encoding="utf-8")
    assert "In 1 of 22 clips that artist is not the main artist" in card
    assert "main artist has no class that counts" in card


def test_policy_is_described(job):
    card = card_of(job)
    assert "exactly one class is among its genres that count. Genres outside" in card
    first = card_of(job, with_policy(RECIPE, "precedence"))
    assert "the first class, in the order below, that is among its genres" in first
    for said in (card, first):
        assert "all its genres" not in said


def test_thresholds_and_collaborations_are_described(job):
    rules = LabelRules(min_votes=2, min_share=0.125, collaborations="keep")
    card = card_of(job, replace(RECIPE, labels=rules))
    assert "at least 2 votes and 12.5 % of the votes" in card
    assert "to an artist of several classes is kept" in card
    assert "main artist has no label" in card


def test_classes_are_listed_with_patterns(job):
    assert "| r&b | `r&b` |" in card_of(job)


def test_seeds_are_described(job):
    seeds = SeedRules(artists=("a", "b"), playlists=("p",), by_genre=25)
    card = card_of(job, replace(RECIPE, seeds=seeds))
    assert "started from 2 artists" in card
    assert (
        "up to 25 artists per class, tagged with its genres; 2 artists by name "
        "or id; the artists of 1 named playlist."
    ) in card


def test_pick_is_described_with_bias_or_seed(job):
    assert "biases the set to popular tracks" in card_of(job)
    card = card_of(job, with_rules(pick="random", seed=7))
    assert "biases" not in card
    assert "drawn with the seed 7" in card
    assert ExportRules().pick == "top"


def test_licence_of_labels(job):
    card = card_of(job)
    assert "Genres and their votes are invented" in card
    assert "CC BY-NC-SA" not in card
    job.previews.terms = TERMS
    card = card_of(job, with_rules(accept_terms=("deezer",)))
    assert "invented" not in card
    assert re.search(r"CC BY-NC-SA 3\.0 \(https\S+\), so the labels carry", card)


def test_columns_are_explained(job):
    card = card_of(job)
    assert "`mbids` hold one entry for each credited artist" in card
    assert "`label_share` (0 to 1)" in card
