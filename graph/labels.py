"""What is chosen: CLASSIFIED_AS and the Selection node."""

from collections.abc import Iterable, Mapping
from typing import cast

from graph.bolt import Bolt, Transaction
from graph.model import ArtistLabel, Selection, TrackLabel
from graph.properties import class_id, of_selection, selection_of


def replace_selection(
    bolt: Bolt,
    selected: Selection,
    artists: Iterable[ArtistLabel],
    tracks: Iterable[TrackLabel],
) -> None:
    """See `Store.replace_selection`."""
    artist_rows = [
        {"id": a.artist, "class": _class(selected, a), "share": float(a.share)}
        for a in artists
    ]
    track_rows = [
        {"id": t.track, "class": _class(selected, t), "share": float(t.share)}
        for t in tracks
    ]
    how = {"policy": selected.policy, "at": selected.at}

    def work(transaction: Transaction) -> None:
        transaction.run("writes/no_selection", recipe=selected.recipe)
        transaction.run_rows("writes/artist_labels", artist_rows, **how)
        transaction.run_rows("writes/track_labels", track_rows, **how)
        transaction.run(
            "writes/selection",
            recipe=selected.recipe,
            properties=of_selection(selected),
        )

    bolt.write(work)


def selection(bolt: Bolt, recipe: str) -> Selection | None:
    """See `Store.selection`."""
    rows = bolt.read(lambda t: t.run("reads/selection", recipe=recipe))
    return selection_of(cast("Mapping[str, object]", rows[0][0])) if rows else None


def _class(selected: Selection, label: ArtistLabel | TrackLabel) -> str:
    return class_id(selected.recipe, label.class_name)
