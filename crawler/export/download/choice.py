"""Which candidates become clips, and why the others do not. Pure.

Each artist's candidates are gone through in order until it has its number of good
clips. A recording (the same ISRC, or the same bytes) is taken once: by the first in
order. Where two classes claim it, its label cannot be told and neither gets it.

The choice is a function of the candidates and of what became of each, so it does
not depend on the order of the downloads, nor on where an export was cut off.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from crawler.export.download.audio import AudioFault, ClipFacts
from crawler.export.download.candidates import ArtistCandidates, Candidate


@dataclass(frozen=True, slots=True)
class DownloadResult:
    """What became of a track: a fault, a clip, or only its ISRC (it was not fetched yet).

    Attributes:
        isrc: As the service stated it when it gave the link.
        transient: Whether the fault may be gone tomorrow.
        release_date: As the service stated it with the ISRC.
    """

    track: str
    isrc: str | None = None
    fault: AudioFault | None = None
    clip: ClipFacts | None = None
    transient: bool = False
    release_date: str | None = None


@dataclass(frozen=True, slots=True)
class AcceptedClip:
    """A candidate that becomes a clip of the data set.

    Attributes:
        isrc: That of the graph, or else what the service stated with the link; so is
            `release_date`.
    """

    candidate: Candidate
    isrc: str | None
    clip: ClipFacts
    release_date: str | None = None


@dataclass(frozen=True, slots=True)
class RejectedTrack:
    """A candidate that was tried and is no clip of the data set."""

    candidate: Candidate
    fault: AudioFault
    outcome: DownloadResult


@dataclass(frozen=True, slots=True)
class MissingClips:
    """An artist lacks `clips` good clips, and nothing is known of its candidate `first`."""

    clips: int
    first: str


@dataclass(frozen=True, slots=True)
class ClipSelection:
    """The clips and the others, in the order they were tried.

    Attributes:
        wanted: What is still to be fetched, by artist. Empty when the choice is final.
    """

    kept: tuple[AcceptedClip, ...] = ()
    left_out: tuple[RejectedTrack, ...] = ()
    wanted: Mapping[str, MissingClips] = field(default_factory=dict)


def select_clips(
    artists: Sequence[ArtistCandidates],
    outcomes: Mapping[str, DownloadResult],
    *,
    tracks_per_artist: int,
) -> ClipSelection:
    """Go through all artists; drop what two classes claim; go through them again."""
    contested: dict[str, tuple[Candidate, Candidate]] = {}
    while True:
        walk = _Pass(outcomes, tracks_per_artist, contested)
        for artist in artists:
            walk.through(artist)
        if walk.found.keys() <= contested.keys():
            return walk.choice()
        contested |= walk.found


def is_pending(outcome: DownloadResult | None) -> bool:
    """Whether a track has still to be fetched before anything is known of its audio."""
    return outcome is None or (outcome.clip is None and outcome.fault is None)


class _Pass:
    """One go through all artists, with what is contested known from the goes before."""

    def __init__(
        self,
        outcomes: Mapping[str, DownloadResult],
        tracks_per_artist: int,
        contested: Mapping[str, tuple[Candidate, Candidate]],
    ) -> None:
        self._outcomes = outcomes
        self._each = tracks_per_artist
        self._contested = contested
        self._holders: dict[str, Candidate] = {}
        self._kept: list[AcceptedClip] = []
        self._left_out: list[RejectedTrack] = []
        self._wanted: dict[str, MissingClips] = {}
        self.found: dict[str, tuple[Candidate, Candidate]] = {}

    def choice(self) -> ClipSelection:
        return ClipSelection(
            tuple(self._kept), tuple(self._left_out), dict(self._wanted)
        )

    def through(self, artist: ArtistCandidates) -> None:
        good = 0
        for candidate in artist.candidates:
            if good == self._each:
                return
            judged = self._judge(candidate)
            if judged is None:
                self._wanted[artist.id] = MissingClips(self._each - good, candidate.id)
                return
            good += judged

    def _judge(self, candidate: Candidate) -> bool | None:
        """Whether it is kept; None when that cannot be told yet."""
        outcome = self._outcomes.get(candidate.id) or DownloadResult(candidate.id)
        isrc = candidate.isrc or outcome.isrc
        # The ISRC comes first: a copy is a copy, whether or not it was fetched.
        fault = self._same(candidate, "isrc", isrc) or outcome.fault
        if fault is None and outcome.clip is None:
            return None
        if fault is None and outcome.clip is not None:
            fault = self._same(candidate, "audio", outcome.clip.sha256)
        if fault is None and outcome.clip is not None:
            date = candidate.release_date or outcome.release_date
            self._keep(AcceptedClip(candidate, isrc, outcome.clip, date))
            return True
        if fault is not None:
            self._left_out.append(RejectedTrack(candidate, fault, outcome))
        return False

    def _keep(self, kept: AcceptedClip) -> None:
        self._kept.append(kept)
        self._holders[f"audio {kept.clip.sha256}"] = kept.candidate
        if kept.isrc:
            self._holders[f"isrc {kept.isrc}"] = kept.candidate

    def _same(
        self, candidate: Candidate, kind: str, value: str | None
    ) -> AudioFault | None:
        if value is None:
            return None
        key, reason = f"{kind} {value}", f"duplicate-{kind}"
        if key in self._contested:
            other = self._other(candidate, key)
            return AudioFault(reason, f"also {other.id} in {other.label}: both dropped")
        holder = self._holders.get(key)
        if holder is None:
            return None
        if holder.label != candidate.label:
            self.found[key] = (holder, candidate)
        return AudioFault(reason, f"same as {holder.id}")

    def _other(self, candidate: Candidate, key: str) -> Candidate:
        """Who claims the same recording for another class."""
        one, other = self._contested[key]
        return other if candidate.label == one.label else one
