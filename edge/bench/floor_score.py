"""Simulated and rendered floors: what is measured on them, held against what is true."""

import statistics
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any, TypeVar

import numpy as np

from edge.events import ClockState, Direction, FootfallCounted, QueueMeasured, Stamp, ZoneCounted
from edge.sim.floor.doors import Passing
from edge.sim.floor.queueing import Waited
from edge.vision.detections import Crossing, Detections
from edge.vision.interval import Interval
from edge.vision.matching import Passage, Tally, match, tally
from edge.vision.measures import Drawn, Measured, Measures
from edge.vision.tracker import Tracker

# Queues and zones are compared with the truth over intervals of so long.
SHORT_S = 10.0
TOLERANCE_S = 0.7
# Whoever left so shortly before the end may have gone on.
EDGE_S = 1.0
BEGAN = Stamp(wall=datetime(2026, 1, 1, tzinfo=UTC), monotonic_s=0.0, boot_id="bench", clock_state=ClockState.UNTRUSTED)

E = TypeVar("E", bound=Measured)


class Watched:
    """What came of a scene."""

    def __init__(self, drawn: Drawn, length_s: float, fps: float) -> None:
        self.measures = Measures(drawn, Interval(length_s, fps, BEGAN))
        self.events: list[Measured] = []
        self.crossings: list[Crossing] = []
        self.track_ids = 0

    def close(self, at: float, *, early: bool = False) -> None:
        """End the interval."""
        self.events += self.measures.close(BEGAN.after(at), early=early)


def watched(
    frames: Iterable[tuple[float, Detections]],
    seconds: float,
    wanted: Sequence[tuple[Drawn, float]],
    tracker: Tracker | None = None,
    fps: float = 10.0,
) -> list[Watched]:
    """Track the people of a scene once, and measure them in each of the wanted ways.

    Args:
        frames: the second of each, and who is found in it.
        seconds: how long they are.
        wanted: what is drawn into the picture, and how long an interval is.
        tracker: the agent's usual one when left out.
        fps: frames a second.
    """
    tracker = tracker or Tracker()
    runs, ids = [Watched(*one, fps) for one in wanted], set()
    for n, (at, found) in enumerate(frames):
        tracks = tracker.update(found, at)
        ids |= {track.id for track in tracks}
        for one in runs:
            if one.measures.interval.due(at):
                one.close(at)
            one.crossings += one.measures.frame(tracks, n, at)
    for one in runs:
        one.crossings += one.measures.finish()
        one.close(seconds, early=True)
        one.track_ids = len(ids)
    return runs


def score_queue(runs: Sequence[Watched], truth: Sequence[Waited], seconds: float) -> dict[str, Any]:
    """Figures of a queue.

    Args:
        runs: the queue measured in short intervals, and in one as long as the scene.
        truth: who waited.
        seconds: how long the scene is.
    """
    (whole,) = _of(QueueMeasured, runs[1].events)
    waits = [one.left - one.joined for one in truth if one.served]
    short = _of(QueueMeasured, runs[0].events)
    stays = [(one.joined, one.left) for one in truth]
    true = [_present(stays, n * SHORT_S, (n + 1) * SHORT_S) for n in range(len(short))]
    lengths = [abs(event.length_mean - mean) for event, mean in zip(short, true, strict=True)]
    estimates = _estimate_errors(short, truth)
    left = [one for one in truth if not one.served and one.left - one.joined > 0 and one.left < seconds - EDGE_S]
    return {
        "length_mae": round(statistics.fmean(lengths), 3),
        "length_mean_true": round(statistics.fmean(true), 2),
        "length_most_true": _most(stays),
        "length_most": max(event.length_max for event in short),
        **_compared("wait_p50", whole.wait_p50_s, _quantile(waits, 50)),
        **_compared("wait_p90", whole.wait_p90_s, _quantile(waits, 90)),
        "served": whole.served,
        "served_true": len(waits),
        "abandoned": whole.abandoned,
        "abandoned_true": len(left),
        "wait_now_mae_s": round(statistics.fmean(estimates), 1) if estimates else None,
        "track_ids": runs[0].track_ids,
    }


def score_zone(runs: Sequence[Watched], truth: Sequence[tuple[float, float]]) -> dict[str, Any]:
    """Figures of a zone.

    Args:
        runs: as for a queue.
        truth: from when to when each stay was.
    """
    (whole,) = _of(ZoneCounted, runs[1].events)
    dwells = [end - begin for begin, end in truth]
    short = _of(ZoneCounted, runs[0].events)
    true = [_present(truth, n * SHORT_S, (n + 1) * SHORT_S) for n in range(len(short))]
    off = [abs(event.occupancy_mean - mean) for event, mean in zip(short, true, strict=True)]
    return {
        "occupancy_mae": round(statistics.fmean(off), 3),
        "occupancy_mean_true": round(statistics.fmean(true), 2),
        **_compared("dwell_p50", whole.dwell_p50_s, _quantile(dwells, 50)),
        **_compared("dwell_p90", whole.dwell_p90_s, _quantile(dwells, 90)),
        "entered": whole.entered,
        "entered_true": len(truth),
        "track_ids": runs[0].track_ids,
    }


def score_doors(counted: Watched, passings: Sequence[Passing], tolerance_s: float = TOLERANCE_S) -> dict[str, Any]:
    """Figures of doors, each with a line of its name.

    Args:
        counted: what was counted.
        passings: who went through.
        tolerance_s: how far apart the two may be.
    """
    intervals = _of(FootfallCounted, counted.events)
    tallies: list[Tally] = []
    for name in sorted({one.line for one in intervals}):
        truth = [Passage(one.at, _way(inwards=one.inwards)) for one in passings if one.door == name]
        found = [Passage(one.at, one.direction) for one in counted.crossings if one.line == name]
        matching = match(truth, found, tolerance_s)
        tallies += [tally(truth, found, matching, direction) for direction in Direction]
    total = sum(tallies[1:], tallies[0])
    return {
        "f1": round(total.f1, 4),
        "precision": round(total.precision, 4),
        "recall": round(total.recall, 4),
        "crossings_true": total.true,
        "crossings": total.counted,
        "parties_true": sum(not one.with_other for one in passings),
        "parties": sum((one.in_parties or 0) + (one.out_parties or 0) for one in intervals),
        "track_ids": counted.track_ids,
    }


def _of(kind: type[E], events: Iterable[Measured]) -> list[E]:
    return [event for event in events if isinstance(event, kind)]


def _present(stays: Sequence[tuple[float, float]], begin: float, end: float) -> float:
    """How many were there on average between two times."""
    return sum(max(0.0, min(end, left) - max(begin, came)) for came, left in stays) / (end - begin)


def _most(stays: Sequence[tuple[float, float]]) -> int:
    return max(sum(came <= at < left for came, left in stays) for at, _ in stays)


def _quantile(values: Sequence[float], percent: int) -> float:
    return float(np.percentile(values, percent))


def _compared(name: str, found: float | None, true: float) -> dict[str, float | None]:
    error = None if found is None else round((found - true) / true, 4)
    return {f"{name}_s": found, f"{name}_true_s": round(true, 2), f"{name}_error": error}


def _estimate_errors(events: Sequence[QueueMeasured], truth: Sequence[Waited]) -> list[float]:
    """How far each estimate of the present wait was from the wait of the next one who joined and was served."""
    errors = []
    for n, event in enumerate(events):
        at = (n + 1) * SHORT_S
        later = [one for one in truth if one.served and at <= one.joined < at + SHORT_S]
        if later and event.wait_now_s is not None:
            errors.append(abs(event.wait_now_s - (later[0].left - later[0].joined)))
    return errors


def _way(*, inwards: bool) -> Direction:
    return Direction.IN if inwards else Direction.OUT
