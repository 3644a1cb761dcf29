"""The installer's test walks, held against what a line counted. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from edge.errors import ConfigError
from edge.events import Direction
from edge.vision.counting import LineCounter
from edge.vision.detections import Crossing, Track
from edge.vision.line import Line
from edge.vision.matching import Passage, Tally, match, tally

# Somebody who walks and notes the time by hand is so late or early.
TOLERANCE_S = 2.0
MOST_WALKS = 1000

_SOME = re.compile(r"\s*(in|out)\s*(?::\s*([0-9]{1,4})\s*)?")


@dataclass(frozen=True)
class Walks:
    """Who walked over the line, in the order of their walks.

    Attributes:
        ways: in or out, for each.
        times: seconds from the begin of the survey, for each; empty when nobody noted them.
    """

    ways: tuple[Direction, ...]
    times: tuple[float, ...] = ()

    @property
    def passages(self) -> list[Passage]:
        """Each walk with its time; of walks without times none."""
        return [Passage(at, way) for at, way in zip(self.times, self.ways, strict=False)]


@dataclass(frozen=True)
class Compared:
    """What a line counted of the walks.

    Attributes:
        line: its id.
        tallies: walked and counted, each way; matched walk by walk where there are times.
        timed: whether there are.
    """

    line: str
    tallies: dict[Direction, Tally]
    timed: bool

    @property
    def errors(self) -> int:
        """Walks that were not counted, and counts that were no walk."""
        return sum(one.true + one.counted - 2 * one.matched for one in self.tallies.values())

    @property
    def right(self) -> bool:
        """Whether every walk was counted, and nothing else."""
        return self.errors == 0


def parse(walks: str, times: str = "") -> Walks:
    """The walks that `--walks in:5,out:5 --at 10,22,…` means.

    Args:
        walks: ways in the order in which they were walked, each with how many one after the other.
        times: seconds from the begin of the survey, one for each walk; or nothing.

    Raises:
        ConfigError: an argument is none of these.
    """
    ways: list[Direction] = []
    for part in walks.split(","):
        found = _SOME.fullmatch(part)
        if found is None:
            raise ConfigError(f"expected ways such as in:5,out:5, found {walks!r}", "--walks")
        ways += [Direction(found[1])] * int(found[2] or 1)
    if not 0 < len(ways) <= MOST_WALKS:
        raise ConfigError(f"expected 1 to {MOST_WALKS} walks, found {len(ways)}", "--walks")
    return _timed(tuple(ways), times.split(",") if times.strip() else [], "--at")


def parse_file(text: str, name: str) -> Walks:
    """The walks of a file: a line each, as in `12.5 in`; what follows a # is passed over.

    Raises:
        ConfigError: a line is none of these.
    """
    rows = [row.split("#")[0].split() for row in text.splitlines()]
    rows = [row for row in rows if row]
    for row in rows:
        if len(row) != 2 or row[1] not in set(Direction):  # noqa: PLR2004 - time and way
            raise ConfigError(f"expected lines such as '12.5 in', found {' '.join(row)!r} in {name}", "--walks")
    if not 0 < len(rows) <= MOST_WALKS:
        raise ConfigError(f"expected 1 to {MOST_WALKS} lines with walks, found {len(rows)} in {name}", "--walks")
    return _timed(tuple(Direction(row[1]) for row in rows), [row[0] for row in rows], "--walks")


def _timed(ways: tuple[Direction, ...], times: Sequence[str], option: str) -> Walks:
    try:
        seconds = tuple(float(one) for one in times)
    except ValueError:
        raise ConfigError(f"expected seconds such as 10,22.5, found {','.join(times)!r}", option) from None
    if seconds and len(seconds) != len(ways):
        raise ConfigError(f"expected one time for each of {len(ways)} walks, found {len(seconds)}", option)
    if any(not 0 <= one < float("inf") for one in seconds):
        raise ConfigError(f"expected seconds from the begin of the survey, found {','.join(times)!r}", option)
    return Walks(ways, seconds)


def crossings(line: Line, frames: Sequence[tuple[float, Sequence[Track]]], size: tuple[int, int]) -> list[Crossing]:
    """What the counter of a line makes of frames, each (seconds, who is seen)."""
    counter = LineCounter(line.opened(size))
    found = [one for n, (at, tracks) in enumerate(frames) for one in counter.update(list(tracks), n, at)]
    return found + counter.finish()


def compare(walks: Walks, line: str, counted: Sequence[Crossing], began: float) -> Compared:
    """Hold what a line counted against the walks.

    Args:
        walks: who walked.
        line: the line's id.
        counted: what it counted.
        began: seconds, the survey's first frame: the walks' times count from it.
    """
    found = [Passage(one.at - began, one.direction) for one in counted]
    if walks.times:
        matching = match(walks.passages, found, TOLERANCE_S)
        return Compared(line, {way: tally(walks.passages, found, matching, way) for way in Direction}, timed=True)
    return Compared(line, {way: _counted(walks, found, way) for way in Direction}, timed=False)


def _counted(walks: Walks, found: Sequence[Passage], way: Direction) -> Tally:
    """Totals alone: as many as both have count as the same."""
    true, counted = walks.ways.count(way), sum(one.direction is way for one in found)
    return Tally(true, counted, min(true, counted))
