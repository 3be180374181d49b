"""What a store of the music graph promises.

Every write is one transaction and repeatable: it leaves the graph the same when it
is run twice. `MemoryStore` is the reference, `BoltStore` the one on a real database.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Protocol

from graph.model.crawl import AddedSeeds, Crawl, Plan, Snapshot, WorkItem, WorkResult
from graph.model.music import ArtistId, ArtistLabel, Changes, Selection, TrackLabel
from graph.model.rate_limit import Booking, PaceRule, Used
from graph.model.workers import Committed, Kept, Planned, Standing, Worker, WorkerState


class CrawlStore(Protocol):
    """What the crawl needs of a store."""

    def crawl(self) -> Crawl | None:
        """The crawl this store holds, or None in a new store."""
        ...

    def begin(self, crawl: Crawl, seeds: Changes, plan: Plan, *, at: datetime) -> None:
        """Write a new crawl, its named seeds and its first plan, in one transaction."""
        ...

    def change_recipe(self, crawl: Crawl, added: AddedSeeds | None = None) -> None:
        """Write `crawl.recipe` and its digest over those of the crawl that is there.

        Seeds that the new recipe adds are written, counted as one answer, and their
        round opened in the same transaction.
        """
        ...

    def keep_seconds(self, seconds: float) -> None:
        """The crawl has taken so long, over all runs; a smaller number changes nothing."""
        ...

    def open_plan(self) -> Plan | None:
        """The slices of the open round that are not answered yet, by position.

        None when no round is open. A plan without slices is a round whose answers
        are all in and that was not closed.
        """
        ...

    def commit_plan(self, plan: Plan, planned: Planned | None = None) -> bool:
        """Open a round; whether it is the plan's. Nothing of it may be asked before.

        With `planned`, only where no other round was opened, answered or given another
        recipe since, and its `taken` slices are leased at once, with token 1.
        """
        ...

    def commit(
        self, answers: Sequence[WorkResult], *, at: datetime, worker: str = ""
    ) -> Committed:
        """Write answers, mark their slices as answered and count their requests.

        One transaction. Slices that are no longer open under the answer's token are
        left alone with all that their answers hold, so that a commit whose outcome is
        unknown can be repeated, and nothing is written of what another worker has
        taken over. Times of answers become `<question>_at` of the artist, times of
        edges `first_seen_at` and `last_seen_at`. While others than `worker` are alive,
        slices keep their answers for them.
        """
        ...

    def close_round(
        self,
        number: int,
        depths: Mapping[ArtistId, int],
        *,
        seconds: float,
        answers: int | None = None,
    ) -> bool:
        """Write the depths that changed, add `seconds`, and close the round.

        With `answers`, only where the crawl has exactly so many and nothing is left to
        answer: who closes knows all. Tells whether it was this call that closed it.
        """
        ...

    def pause(self, service: str, until: datetime | None) -> None:
        """Keep (or, with None, forget) until when a service must not be asked."""
        ...

    def join(self, worker: Worker) -> None:
        """A worker is at work from now on, for as long as its lease.

        One that is `alone` makes the leases of all others void.
        """
        ...

    def renew(self, worker: Worker) -> bool:
        """A worker is still at work; whether the store still knew it."""
        ...

    def leave(self, worker: Worker) -> None:
        """A worker has ended; its slices are free at once."""
        ...

    def workers(self) -> tuple[WorkerState, ...]:
        """Who is at work, or was and did not say that it left; sorted by name."""
        ...

    def begins(self, worker: Worker) -> str:
        """Claim to be the one who begins the crawl or goes on with it.

        One at a time until it says `has_begun`, leaves, or its lease is over. Tells
        the name of the one who does.
        """
        ...

    def has_begun(self, worker: Worker) -> None:
        """The next worker may begin or go on."""
        ...

    def look(self, worker: Worker) -> Standing | None:
        """How the crawl stands, as this worker sees it; None in a new store.

        The crawl is read before its slices: what is answered in between shows in
        these only.
        """
        ...

    def lease(self, worker: Worker, ids: Sequence[str]) -> tuple[WorkItem, ...]:
        """Take those of the slices that are still free, in order, with new tokens.

        Free is what is open and held by nobody, by this worker, or by one who has left
        or whose lease is over.
        """
        ...

    def kept_answers(self, ids: Sequence[str]) -> Mapping[str, Kept]:
        """The answers that these slices keep; without those that keep none."""
        ...

    def book_turns(
        self, service: str, wanted: int, rule: PaceRule, used: Used
    ) -> Booking:
        """Book turns at a service, which all workers share; see `shared_pace.grant`.

        With it the book learns what became of turns that were booked before.
        """
        ...

    def rest(self, service: str, seconds: float) -> Booking:
        """No turns at a service for so long; the longest wish holds."""
        ...

    def resting(self, service: str) -> Booking:
        """Until when a service rests, and the server's time; books nothing."""
        ...

    def snapshot(self) -> Snapshot:
        """All that planning needs, in a fixed order (artists by id, edges by start and rank)."""
        ...

    def genres(self) -> tuple[str, ...]:
        """The names of all genres, sorted."""
        ...

    def sync_classes(
        self, recipe: str, classes: Sequence[str], in_class: Iterable[tuple[str, str]]
    ) -> None:
        """Make a recipe's Class nodes and IN_CLASS edges exactly these, in one transaction.

        A Class keeps its place in `classes` as `position`, from 1.
        """
        ...


class Store(CrawlStore, Protocol):
    """A whole store: the crawl's needs, selection, questions, and moving graphs."""

    @property
    def where(self) -> str:
        """The store's address in words for people, without any secret."""
        ...

    def about(self) -> Mapping[str, object]:
        """The engine that answers, and what the version node holds.

        Names: "engine", "schema" (its number), "made_by" (our version then), "made_at".
        """
        ...

    def query(
        self, text: str, parameters: Mapping[str, object] | None = None
    ) -> tuple[tuple[str, ...], list[tuple[object, ...]]]:
        """Run a read in a read transaction: its columns and rows.

        Raises:
            BadQueryError: The text is no Cypher, lacks a parameter, or writes.
        """
        ...

    def asking(
        self, text: str, parameters: Mapping[str, object] | None = None
    ) -> AbstractContextManager[tuple[tuple[str, ...], Iterator[tuple[object, ...]]]]:
        """Like `query`, for many rows: they come as they are read, inside the context.

        Raises:
            BadQueryError: As `query`; of a long answer also while its rows are read.
        """
        ...

    def replace_selection(
        self,
        selection: Selection,
        artists: Iterable[ArtistLabel],
        tracks: Iterable[TrackLabel],
    ) -> None:
        """Replace a recipe's CLASSIFIED_AS edges and its Selection node in one step."""
        ...

    def selection(self, recipe: str) -> Selection | None:
        """What was selected for a recipe, or None."""
        ...

    def stats(self) -> Mapping[str, int]:
        """Counts of nodes by label and relations by type, names sorted."""
        ...

    def items(self) -> Iterator[Mapping[str, object]]:
        """Every node, then every relation, in the shape of APOC's JSON export, sorted.

        Nodes are sorted by label and key, relations by type, both ends and source;
        ids in it are the nodes' keys. Slices, workers and turns are left out.
        """
        ...

    def load(self, items: Iterable[Mapping[str, object]]) -> int:
        """Write what `items` gave into this store: how many they are.

        Nothing is written when one of them is bad. Those of a file are read as they
        are written, so that none is kept.

        Raises:
            BadGraphFileError: An item that is no node or relation of the model, a
                relation with an end that is nowhere, or a second crawl.
        """
        ...
