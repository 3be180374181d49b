"""Converts values of the model to properties of nodes and relations, and back. Pure.

Absent fields are left out. Where a docstring says that a property is removed, its value
is None.
"""

from collections.abc import Mapping
from dataclasses import fields
from datetime import datetime
from typing import TypeAlias, cast

from graph.model.crawl import Crawl, KnownArtist, QuestionState, WorkItem, WorkKind
from graph.model.music import (
    Answered,
    Artist,
    ArtistId,
    Failed,
    HasGenre,
    Performs,
    Playlist,
    Related,
    Selection,
    Track,
)

Properties: TypeAlias = dict[str, object]

# Fields that must be floats in the database, even if their value is a whole number.
_FLOATS = frozenset({"score", "share", "seconds"})


def node_properties(value: Artist | Track | Playlist) -> Properties:
    """The properties of a node that a source describes, without its id."""
    return _present(value, leave_out=frozenset({"id"}))


def class_id(recipe: str, name: str) -> str:
    """The key of a Class node."""
    return f"{recipe}/{name}"


def of_related(edge: Related) -> Properties:
    """The properties of RELATED_TO, without its ends and source."""
    return _present(edge, leave_out=frozenset({"start", "end", "source"}))


def of_genre(edge: HasGenre) -> Properties:
    """The properties of HAS_GENRE, without its ends and source."""
    return _present(edge, leave_out=frozenset({"artist", "genre", "source"}))


def of_performs(edge: Performs) -> Properties:
    """The properties of PERFORMS, without its ends."""
    return {"position": edge.position}


def of_answered(answer: Answered, at: datetime) -> Properties:
    """When and by which source a question was answered; removes earlier failures."""
    question = answer.question.value
    return {
        f"{question}_at": at,
        f"{question}_by": answer.source,
        f"{question}_failed": None,
        f"{question}_failed_at": None,
        f"{question}_tries": None,
    }


def of_failed(failure: Failed, at: datetime) -> Properties:
    """Why a question failed, after how many attempts, and when."""
    question = failure.question.value
    return {
        f"{question}_failed": failure.why,
        f"{question}_failed_at": at,
        f"{question}_tries": failure.tries,
    }


def of_work_item(item: WorkItem) -> Properties:
    """The properties of an open work item, without its id."""
    return _present(item, leave_out=frozenset({"id", "artists", "kind"})) | {
        "artists": list(item.artists),
        "kind": item.kind.value,
        "state": "open",
    }


def of_selection(selection: Selection) -> Properties:
    """The properties of a Selection node, without its key."""
    return {
        "policy": selection.policy,
        "labels_digest": selection.labels_digest,
        "answers": selection.answers,
        "at": selection.at,
        "stages": [stage for stage, _ in selection.funnel],
        "counts": [count for _, count in selection.funnel],
    }


def of_crawl(crawl: Crawl) -> Properties:
    """The properties of a Crawl node with an open round.

    Without its key, and without the requests and pauses, which Source nodes hold.
    """
    kept = frozenset({"name", "requests", "paused_until"})
    return _present(crawl, leave_out=kept) | {"round_open": True}


def question_state(at: object, why: object, tries: object) -> QuestionState:
    """The state of a question, from `<question>_at`, `_failed` and `_tries`."""
    return QuestionState(
        answered=at is not None,
        tries=cast("int", tries or 0),
        why=cast("str | None", why),
    )


def known_artist(node: Mapping[str, object], previews: int) -> KnownArtist:
    """The planner's data of an artist, from its properties."""

    def state(question: str) -> QuestionState:
        names = (f"{question}_{name}" for name in ("at", "failed", "tries"))
        return question_state(*(node.get(name) for name in names))

    return KnownArtist(
        id=ArtistId(cast("str", node["id"])),
        name=cast("str | None", node.get("name")),
        popularity=cast("int | None", node.get("popularity")),
        followers=cast("int | None", node.get("followers")),
        mbid=cast("str | None", node.get("mbid")),
        depth=cast("int | None", node.get("depth")),
        previews=previews,
        genres=state("genres"),
        related=state("related"),
        tracks=state("tracks"),
    )


def work_item_of(node: Mapping[str, object]) -> WorkItem:
    """A work item from its properties, which include `id`."""
    return WorkItem(
        id=cast("str", node["id"]),
        round=cast("int", node["round"]),
        position=cast("int", node["position"]),
        kind=WorkKind(cast("str", node["kind"])),
        artists=tuple(map(ArtistId, cast("list[str]", node["artists"]))),
        subject=cast("str | None", node.get("subject")),
    )


def crawl_of(
    node: Mapping[str, object],
    requests: Mapping[str, int],
    paused_until: Mapping[str, datetime],
) -> Crawl:
    """A crawl, from its node's properties and those of the Source nodes."""
    return Crawl(
        name=cast("str", node["name"]),
        recipe=cast("str", node["recipe"]),
        recipe_digest=cast("str", node["recipe_digest"]),
        round=cast("int", node["round"]),
        answers=cast("int", node["answers"]),
        requests=requests,
        # An import of an export without times has none.
        seconds=cast("float", node.get("seconds", 0.0)),
        paused_until=paused_until,
    )


def selection_of(node: Mapping[str, object]) -> Selection:
    """A selection from its properties, which include `recipe`."""
    stages = cast("list[str]", node["stages"])
    counts = cast("list[int]", node["counts"])
    return Selection(
        recipe=cast("str", node["recipe"]),
        policy=cast("str", node["policy"]),
        labels_digest=cast("str", node["labels_digest"]),
        answers=cast("int", node["answers"]),
        at=cast("datetime", node["at"]),
        funnel=tuple(zip(stages, counts, strict=True)),
    )


def _present(
    value: Artist | Track | Playlist | Related | HasGenre | WorkItem | Crawl,
    leave_out: frozenset[str],
) -> Properties:
    found = (
        (field.name, getattr(value, field.name))
        for field in fields(value)
        if field.name not in leave_out
    )
    return {
        name: float(content) if name in _FLOATS else content
        for name, content in found
        if content is not None
    }
