"""Selections: the CLASSIFIED_AS edges and the Selection node of a recipe."""

from collections.abc import Iterable, Mapping
from typing import cast

from graph.bolt.database import BoltDatabase, Row, Transaction
from graph.model.music import ArtistLabel, Selection, TrackLabel
from graph.model.properties import class_id, of_selection, selection_of


def replace_selection(
    bolt: BoltDatabase,
    selected: Selection,
    artists: Iterable[ArtistLabel],
    tracks: Iterable[TrackLabel],
) -> None:
    """See `Store.replace_selection`.

    Edges that remain are updated. To delete 80,000 edges and create them again in one
    transaction would need more memory than most databases allow.
    """
    wanted: dict[str, dict[Row, float]] = {
        "Artist": {(a.artist, _class(selected, a)): float(a.share) for a in artists},
        "Track": {(t.track, _class(selected, t)): float(t.share) for t in tracks},
    }

    def work(transaction: Transaction) -> None:
        found = transaction.run_raw("selections/read_labels", recipe=selected.recipe)
        for label, edges in wanted.items():
            there: set[Row] = {
                (key, class_key)
                for of_label, class_key, keys in found
                if of_label == label
                for key in keys
            }
            _write(transaction, label.lower(), there, edges, selected)
        transaction.run(
            "selections/write_selection",
            recipe=selected.recipe,
            properties=of_selection(selected),
        )

    bolt.write(work)


def selection(bolt: BoltDatabase, recipe: str) -> Selection | None:
    """See `Store.selection`."""
    rows = bolt.read(lambda t: t.run("selections/read_selection", recipe=recipe))
    return selection_of(cast("Mapping[str, object]", rows[0][0])) if rows else None


def _class(selected: Selection, label: ArtistLabel | TrackLabel) -> str:
    return class_id(selected.recipe, label.class_name)


def _write(
    transaction: Transaction,
    kind: str,
    there: set[Row],
    wanted: Mapping[Row, float],
    selected: Selection,
) -> None:
    """Create, update and delete edges of one kind of node until they are `wanted`."""
    gone = sorted(there - wanted.keys(), key=str)
    new = sorted(wanted.keys() - there, key=str)
    kept = sorted(wanted.keys() & there, key=str)
    how = {"policy": selected.policy, "at": selected.at}
    rows = [{"id": key, "class": class_key} for key, class_key in gone]
    transaction.run_rows(f"selections/write_no_{kind}_labels", rows)
    for name, pairs in ((f"{kind}_labels", new), (f"same_{kind}_labels", kept)):
        rows = [{"id": p[0], "class": p[1], "share": wanted[p]} for p in pairs]
        transaction.run_rows(f"selections/write_{name}", rows, **how)
