"""How well zones, queues and lines are measured: simulated floors, a detector that fails, the tracker of the agent.

Simulated shoppers are not real ones: the figures say what the arithmetic can do, not what a shop will see.
"""

import time
from typing import Any

import numpy as np

from edge.bench.floor_score import SHORT_S, score_doors, score_queue, score_zone, watched
from edge.sim.floor import browsing, doors, queueing
from edge.sim.floor.detecting import Detecting, Failings
from edge.sim.floor.walk import Rect
from edge.sim.render.camera import Placement
from edge.vision.counting import CountingSettings
from edge.vision.line import Line
from edge.vision.measures import Drawn
from edge.vision.polygon import Polygon
from edge.vision.queue_counting import Queue
from edge.vision.zone_counting import Zone

MINUTES, QUICK_MINUTES = 60, 10
BESIDE = Placement(at=(-5.0, 1.0, 3.2), yaw=68.0, tilt=27.0, hfov=92.0)
AHEAD = Placement(at=(0.0, -4.0, 3.2), yaw=0.0, tilt=26.0, hfov=90.0)


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
    drawn = drawn_queue(seen)
    runs = watched(seen.frames(day.walks, seconds), seconds, [(drawn, SHORT_S), (drawn, seconds)])
    return {**score_queue(runs, day.truth(), seconds), "people": len(day.walks)}


def zone(seconds: float, seed: int) -> dict[str, Any]:
    """A browsing zone."""
    dice = np.random.default_rng([seed, 2])
    day = browsing.browsing(seconds, dice)
    seen = Detecting(AHEAD, Failings(), dice)
    drawn = drawn_zone(seen)
    runs = watched(seen.frames(day.walks, seconds), seconds, [(drawn, SHORT_S), (drawn, seconds)])
    return {**score_zone(runs, day.truth()), "people": len(day.walks)}


def two_doors(seconds: float, seed: int) -> dict[str, Any]:
    """Two doors, people abreast, who turn round, and a loiterer."""
    dice = np.random.default_rng([seed, 3])
    day = doors.door_day(seconds, dice)
    seen = Detecting(AHEAD, Failings(), dice)
    (counted,) = watched(seen.frames(day.walks, seconds), seconds, [(drawn_doors(seen), seconds)])
    return {**score_doors(counted, day.truth()), "people": len(day.walks)}


def drawn_queue(seen: Detecting) -> Drawn:
    """The queue, drawn into a camera's picture."""
    return Drawn(queues=[Queue("till", _area(seen, queueing.LANE), _area(seen, queueing.SERVICE))])


def drawn_zone(seen: Detecting) -> Drawn:
    """The zone, drawn into a camera's picture."""
    return Drawn(zones=[Zone("shelf", _area(seen, browsing.ZONE))])


def drawn_doors(seen: Detecting) -> Drawn:
    """The doors' lines, drawn into a camera's picture."""
    lines = []
    for name, ends in doors.DOORS.items():
        start, end = seen.pixels(ends)
        lines.append((Line(name, start, end, (0.0, -1.0)), CountingSettings()))
    return Drawn(lines=lines)


def _area(seen: Detecting, rect: Rect) -> Polygon:
    return Polygon(seen.pixels(rect.corners), seen.frame_size)
