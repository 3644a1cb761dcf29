"""How well zones, queues and lines are measured: simulated floors, a detector that fails, the tracker of the agent.

Simulated shoppers are not real ones: the figures say what the arithmetic can do, not what a shop will see.
"""

import statistics
import time
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any, TypeVar

import numpy as np

from edge.events import ClockState, Direction, FootfallCounted, QueueMeasured, Stamp, ZoneCounted
from edge.sim.floor import browsing, doors, queueing
from edge.sim.floor.detecting import Detecting, Failings
from edge.sim.floor.walk import Rect, Walk
from edge.sim.render.camera import Placement
from edge.vision.counting import CountingSettings
from edge.vision.detections import Crossing
from edge.vision.interval import Interval
from edge.vision.line import Line
from edge.vision.matching import Passage, match, tally
from edge.vision.measures import Drawn, Measured, Measures
from edge.vision.polygon import Polygon
from edge.vision.queue_counting import Queue
from edge.vision.tracker import Tracker
from edge.vision.zone_counting import Zone

MINUTES, QUICK_MINUTES = 60, 10
SHORT_S = 10.0
TOLERANCE_S = 0.7
BESIDE = Placement(at=(-5.0, 1.0, 3.2), yaw=68.0, tilt=27.0, hfov=92.0)
AHEAD = Placement(at=(0.0, -4.0, 3.2), yaw=0.0, tilt=26.0, hfov=90.0)
BEGAN = Stamp(wall=datetime(2026, 1, 1, tzinfo=UTC), monotonic_s=0.0, boot_id="bench", clock_state=ClockState.UNTRUSTED)

E = TypeVar("E", bound=Measured)


def run(seed: int = 1, *, quick: bool = False) -> dict[str, Any]:
    """Measure a queue, a browsing zone and two doors.

    Args:
        seed: of all that is simulated.
        quick: a sixth of the time.
    """
    seconds = 60.0 * (QUICK_MINUTES if quick else MINUTES)
    began = time.process_time()
    figures = {"queue": queue(seconds, seed), "zone": zone(seconds, seed), "doors": two_doors(seconds, seed)}
    return {**figures, "seconds_each": seconds, "cpu_s": round(time.process_time() - began, 1), "seed": seed}


def queue(seconds: float, seed: int) -> dict[str, Any]:
    """A queue of 0 to 8 people."""
    dice = np.random.default_rng([seed, 1])
    day = queueing.queue_day(seconds, dice)
    seen = Detecting(BESIDE, Failings(), dice)
    drawn = Drawn(queues=[Queue("till", _area(seen, queueing.LANE), _area(seen, queueing.SERVICE))])
    runs = watched(seen, day.walks, seconds, [(drawn, SHORT_S), (drawn, seconds)])
    truth = day.truth()
    (whole,) = _of(QueueMeasured, runs[1].events)
    waits = [one.left - one.joined for one in truth if one.served]
    short = _of(QueueMeasured, runs[0].events)
    true = [_present([(w.joined, w.left) for w in truth], n * SHORT_S, (n + 1) * SHORT_S) for n in range(len(short))]
    lengths = [abs(event.length_mean - mean) for event, mean in zip(short, true, strict=True)]
    estimates = _estimate_errors(short, truth)
    return {
        "length_mae": round(statistics.fmean(lengths), 3),
        "length_mean_true": round(statistics.fmean(true), 2),
        "length_most_true": _most([(w.joined, w.left) for w in truth]),
        "length_most": max(event.length_max for event in short),
        **_compared("wait_p50", whole.wait_p50_s, _quantile(waits, 50)),
        **_compared("wait_p90", whole.wait_p90_s, _quantile(waits, 90)),
        "served": whole.served,
        "served_true": len(waits),
        "abandoned": whole.abandoned,
        "abandoned_true": sum(not one.served and one.left - one.joined > 0 for one in truth if one.left < seconds - 1),
        "wait_now_mae_s": round(statistics.fmean(estimates), 1) if estimates else None,
        "track_ids": runs[0].track_ids,
        "people": len(day.walks),
    }


def zone(seconds: float, seed: int) -> dict[str, Any]:
    """A browsing zone."""
    dice = np.random.default_rng([seed, 2])
    day = browsing.browsing(seconds, dice)
    seen = Detecting(AHEAD, Failings(), dice)
    drawn = Drawn(zones=[Zone("shelf", _area(seen, browsing.ZONE))])
    runs = watched(seen, day.walks, seconds, [(drawn, SHORT_S), (drawn, seconds)])
    truth = day.truth()
    (whole,) = _of(ZoneCounted, runs[1].events)
    dwells = [end - begin for begin, end in truth]
    short = _of(ZoneCounted, runs[0].events)
    true = [_present(truth, n * SHORT_S, (n + 1) * SHORT_S) for n in range(len(short))]
    return {
        "occupancy_mae": round(
            statistics.fmean(abs(event.occupancy_mean - mean) for event, mean in zip(short, true, strict=True)), 3
        ),
        "occupancy_mean_true": round(statistics.fmean(true), 2),
        **_compared("dwell_p50", whole.dwell_p50_s, _quantile(dwells, 50)),
        **_compared("dwell_p90", whole.dwell_p90_s, _quantile(dwells, 90)),
        "entered": whole.entered,
        "entered_true": len(truth),
        "track_ids": runs[0].track_ids,
        "people": len(day.walks),
    }


def two_doors(seconds: float, seed: int) -> dict[str, Any]:
    """Two doors, people abreast, who turn round, and a loiterer."""
    dice = np.random.default_rng([seed, 3])
    day = doors.door_day(seconds, dice)
    seen = Detecting(AHEAD, Failings(), dice)
    lines = []
    for name, ends in doors.DOORS.items():
        start, end = seen.pixels(ends)
        lines.append((Line(name, start, end, (0.0, -1.0)), CountingSettings()))
    (counted,) = watched(seen, day.walks, seconds, [(Drawn(lines=lines), seconds)])
    tallies, passings = [], day.truth()
    intervals = _of(FootfallCounted, counted.events)
    for name in doors.DOORS:
        truth = [Passage(one.at, _way(inwards=one.inwards)) for one in passings if one.door == name]
        found = [Passage(one.at, one.direction) for one in counted.crossings if one.line == name]
        matching = match(truth, found, TOLERANCE_S)
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
        "people": len(day.walks),
    }


class Watched:
    """What came of a scene."""

    def __init__(self, drawn: Drawn, length_s: float) -> None:
        self.measures = Measures(drawn, Interval(length_s, 10.0, BEGAN))
        self.events: list[Measured] = []
        self.crossings: list[Crossing] = []
        self.track_ids = 0

    def close(self, at: float, *, early: bool = False) -> None:
        """End the interval."""
        self.events += self.measures.close(BEGAN.after(at), early=early)


def watched(
    seen: Detecting, walks: Sequence[Walk], seconds: float, wanted: Sequence[tuple[Drawn, float]]
) -> list[Watched]:
    """Track the people of a scene once, and measure them in each of the wanted ways.

    Args:
        seen: the camera and its detector.
        walks: who is there.
        seconds: how long.
        wanted: what is drawn into the picture, and how long an interval is.
    """
    tracker, runs, ids = Tracker(), [Watched(*one) for one in wanted], set()
    for n, (at, found) in enumerate(seen.frames(walks, seconds)):
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


def _area(seen: Detecting, rect: Rect) -> Polygon:
    return Polygon(seen.pixels(rect.corners), seen.frame_size)


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


def _estimate_errors(events: Sequence[QueueMeasured], truth: Sequence[queueing.Waited]) -> list[float]:
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
