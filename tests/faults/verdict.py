"""What was accepted against what arrived. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from edge.codec import Received, Source
from edge.events import FootfallCounted, Kind
from tests.faults.producer import ACCEPTED, TRIED

Key = tuple[Source, str, int]


@dataclass(frozen=True)
class Account:
    """What the producers tried to emit, and what was accepted: the numbers that their events carry."""

    tried: frozenset[int]
    accepted: frozenset[int]

    @classmethod
    def of(cls, texts: Iterable[str]) -> "Account":
        """Read the producers' files; a last line without an end was being written when its writer died."""
        lines = [line.strip() for text in texts for line in text.splitlines(keepends=True) if line.endswith("\n")]
        return cls(
            tried=frozenset(int(line[1:]) for line in lines if line.startswith(TRIED)),
            accepted=frozenset(int(line[1:]) for line in lines if line.startswith(ACCEPTED)),
        )


@dataclass(frozen=True)
class Verdict:
    """How it went.

    Attributes:
        accepted: events whose `emit` returned.
        messages: event messages that arrived, duplicates and the gateway's own events included.
        duplicates: messages whose (source, epoch, sequence) had arrived before.
        lost: accepted and never arrived.
        doubled: arrived under more than one (source, epoch, sequence).
        phantoms: arrived and never tried.
        unreturned: arrived although the producer was killed before its `emit` returned; no fault.
        gaps: sequence numbers missing below the highest, over all sources and epochs.
        epochs: how many there were.
        conflicts: one (source, epoch, sequence) with two different contents.
    """

    accepted: int
    messages: int
    duplicates: int
    lost: int
    doubled: int
    phantoms: int
    unreturned: int
    gaps: int
    epochs: int
    conflicts: int
    sources: Mapping[str, int] = field(default_factory=dict)

    @property
    def ok(self) -> bool:
        """Nothing lost, nothing twice, nothing invented, no gap."""
        return self.accepted > 0 and not (self.lost or self.doubled or self.phantoms or self.gaps or self.conflicts)


def judge(account: Account, received: Iterable[Received]) -> Verdict:
    """Hold what arrived against the producers' own account."""
    arrived: dict[Key, bytes] = {}
    numbers: defaultdict[int, set[Key]] = defaultdict(set)
    messages = conflicts = 0
    for one in received:
        key = one.record.source, one.record.epoch, one.record.sequence
        messages += 1
        conflicts += arrived.setdefault(key, one.record.data) != one.record.data
        if one.record.source.kind is Kind.CAMERA and isinstance(one.event, FootfallCounted):
            numbers[one.event.in_].add(key)
    return Verdict(
        accepted=len(account.accepted),
        messages=messages,
        duplicates=messages - len(arrived),
        lost=len(account.accepted - numbers.keys()),
        doubled=sum(len(keys) > 1 for keys in numbers.values()),
        phantoms=len(numbers.keys() - account.tried),
        unreturned=len(numbers.keys() - account.accepted),
        gaps=count_gaps(arrived),
        epochs=len({epoch for _, epoch, _ in arrived}),
        conflicts=conflicts,
        sources=_by_source(arrived),
    )


def count_gaps(keys: Iterable[Key]) -> int:
    """How many sequence numbers are missing between 1 and the highest of their source and epoch."""
    seen: defaultdict[tuple[Source, str], set[int]] = defaultdict(set)
    for source, epoch, sequence in keys:
        seen[source, epoch].add(sequence)
    return sum(max(sequences) - len(sequences) for sequences in seen.values())


def _by_source(keys: Iterable[Key]) -> dict[str, int]:
    counts: defaultdict[str, int] = defaultdict(int)
    for source, _, _ in keys:
        counts[str(source)] += 1
    return dict(sorted(counts.items()))
