"""How well the staff are left out: painted people, a detector that fails, the tracker and the counters of the agent.

Customers wear what they like, also what looks like a uniform. Painted clothes are not real ones: the figures say what
the arithmetic can do under uneven light, noise and people before each other, not what a shop will see.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np

from edge.bench.floor_score import BEGAN, TOLERANCE_S
from edge.bench.zones import AHEAD, drawn_doors
from edge.config.staff import StaffConfig
from edge.events import Direction
from edge.sim.floor.detecting import Detecting, Failings
from edge.sim.floor.doors import DOORS, Passing
from edge.sim.floor.painting import Colour, Painter, as_shown, clothes
from edge.sim.floor.staffed import BACK, StaffedDay, staffed_day
from edge.vision.detections import Crossing, Track
from edge.vision.interval import Interval
from edge.vision.matching import Passage, match
from edge.vision.measures import Drawn, Measures
from edge.vision.polygon import Polygon
from edge.vision.staff import StaffRule
from edge.vision.tracker import Tracker
from edge.vision.uniform import Uniform, uniform_of

MINUTES, QUICK_MINUTES = 20, 4
UNIFORMS: dict[str, Colour] = {"red": (32, 32, 208), "blue": (160, 79, 30), "black": (28, 28, 28)}
# Analysed pictures a second, as every so manieth of ten.
RATES = {"10_fps": 1, "5_fps": 2}

Pictured = tuple[float, list[Track]]


def run(seed: int = 1, *, quick: bool = False) -> dict[str, Any]:
    """Measure by uniforms of several colours, and by the zone that the staff come from.

    Args:
        seed: of all that is simulated.
        quick: a fifth of the time.
    """
    seconds = 60.0 * (QUICK_MINUTES if quick else MINUTES)
    figures: dict[str, Any] = {
        f"uniform_{name}": by_uniform(seconds, seed, colour) for name, colour in UNIFORMS.items()
    }
    return {**figures, "zone": by_zone(seconds, seed), "seconds_each": seconds, "seed": seed}


def by_uniform(seconds: float, seed: int, colour: Colour) -> dict[str, Any]:
    """The staff wear one colour, BGR."""
    dice = np.random.default_rng([seed, 4])
    day, seen = staffed_day(seconds, dice), Detecting(AHEAD, Failings(), dice)
    uniform = uniform_of(["#{2:02x}{1:02x}{0:02x}".format(*as_shown(colour))], StaffConfig(zones=("any",)).tolerance)
    upper = [colour if n >= day.first_staff else clothes(dice) for n in range(len(day.walks))]
    painter = Painter(seen, upper, dice)
    frames = list(seen.frames(day.walks, seconds))
    figures = {}
    for rate, every in RATES.items():
        tracker = Tracker()
        tracked = ((at, tracker.update(found, at)) for at, found in frames[::every])
        dressed = ((at, _dressed(tracks, painter, uniform, day, at)) for at, tracks in tracked)
        figures[rate] = _scored(day, dressed, drawn_doors(seen), StaffRule(), 10.0 / every)
    return figures


def by_zone(seconds: float, seed: int) -> dict[str, Any]:
    """The staff come from the back room, which is a staff zone."""
    dice = np.random.default_rng([seed, 4])
    day, seen = staffed_day(seconds, dice), Detecting(AHEAD, Failings(), dice)
    rule = StaffRule([Polygon(seen.pixels(BACK.corners), seen.frame_size)])
    frames = list(seen.frames(day.walks, seconds))
    figures = {}
    for rate, every in RATES.items():
        tracker = Tracker()
        tracked = ((at, tracker.update(found, at)) for at, found in frames[::every])
        figures[rate] = _scored(day, tracked, drawn_doors(seen), rule, 10.0 / every)
    return figures


def _dressed(tracks: list[Track], painter: Painter, uniform: Uniform, day: StaffedDay, at: float) -> list[Track]:
    return uniform.seen(painter.picture(day.walks, at), tracks) if tracks else tracks


def _scored(day: StaffedDay, frames: Iterator[Pictured], drawn: Drawn, rule: StaffRule, fps: float) -> dict[str, Any]:
    """Whose crossings were left out, and whose should have been: of those that were counted at all."""
    every, left = _counted(frames, drawn, rule, day.seconds, fps)
    customers, staff = day.truth()
    counts = {"staff": 0, "staff_missed": 0, "customers": 0, "customers_left_out": 0}
    for door in DOORS:
        here = [one for one in every if one.line == door]
        passings = [(one, True) for one in staff if one.door == door] + [
            (one, False) for one in customers if one.door == door
        ]
        truth = [_passage(one) for one, _ in passings]
        for true, found in match(truth, [Passage(one.at, one.direction) for one in here], TOLERANCE_S).pairs:
            out = here[found] not in left
            if passings[true][1]:
                counts["staff"], counts["staff_missed"] = counts["staff"] + 1, counts["staff_missed"] + (not out)
            else:
                counts["customers"] += 1
                counts["customers_left_out"] += out
    return {
        **counts,
        "staff_missed_share": _share(counts["staff_missed"], counts["staff"]),
        "customers_left_out_share": _share(counts["customers_left_out"], counts["customers"]),
    }


def _counted(
    frames: Iterator[Pictured], drawn: Drawn, rule: StaffRule, seconds: float, fps: float
) -> tuple[list[Crossing], list[Crossing]]:
    """Every crossing, and those that were counted as a customer's."""
    both = [Measures(one, Interval(seconds, fps, BEGAN)) for one in (drawn, replace(drawn, staff=rule))]
    found: tuple[list[Crossing], list[Crossing]] = ([], [])
    for n, (at, tracks) in enumerate(frames):
        for measures, crossings in zip(both, found, strict=True):
            crossings.extend(measures.frame(tracks, n, at))
    for measures, crossings in zip(both, found, strict=True):
        crossings.extend(measures.finish())
    return found


def _passage(one: Passing) -> Passage:
    return Passage(one.at, Direction.IN if one.inwards else Direction.OUT)


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None
