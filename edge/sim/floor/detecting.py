"""What a detector sees of people on the floor: boxes that jitter, are hidden, fail for a while, or are of nobody."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from edge.sim.floor.walk import Place, Walk
from edge.sim.render.camera import Camera, Placement
from edge.vision.detections import Boxes, Detections

Sides = npt.NDArray[np.float64]

FPS = 10.0
# A box is so wide, as a share of its height.
WIDTH = 0.38


@dataclass(frozen=True)
class Failings:
    """How a detector fails; the defaults are of the bundled model's sort.

    Attributes:
        jitter: of each side of a box, as a share of its height.
        memory: 0..1, how much of a jitter is that of the frame before.
        miss: how often a person in full view is not found.
        lapse_per_s: how often somebody begins to be not found for a while, …
        lapse_s: … and for how long, on average.
        hidden: whoever shows less of themselves than this is not found.
        false_per_s: how often a box of nobody comes up; it lasts a few frames.
    """

    jitter: float = 0.025
    memory: float = 0.7
    miss: float = 0.03
    lapse_per_s: float = 1 / 25
    lapse_s: float = 0.8
    hidden: float = 0.4
    false_per_s: float = 1 / 60


class Detecting:
    """A camera over the floor and its detector."""

    def __init__(self, placement: Placement, failings: Failings, dice: np.random.Generator) -> None:
        self.camera = Camera.placed(placement)
        self._failings, self._dice = failings, dice
        self._jitter: dict[int, Sides] = {}
        self._lapses: dict[int, float] = {}
        self._nobody: tuple[float, Boxes] = (-1.0, np.zeros((0, 4), dtype=np.float32))

    @property
    def frame_size(self) -> tuple[int, int]:
        """Width and height of the picture, pixels."""
        return self.camera.width, self.camera.height

    def pixels(self, places: Sequence[Place]) -> tuple[tuple[float, float], ...]:
        """Where places on the floor are in the picture."""
        return tuple((float(x), float(y)) for x, y in (self.camera.pixel(*place) for place in places))

    def frames(self, walks: Sequence[Walk], seconds: float) -> Iterator[tuple[float, Detections]]:
        """Every frame's time and what was found in it."""
        for n in range(round(seconds * FPS)):
            at = n / FPS
            yield at, self._found(walks, at)

    def truth(self, walks: Sequence[Walk], at: float) -> tuple[npt.NDArray[np.intp], Boxes, Sides]:
        """Who is there at a time.

        Returns:
            Their numbers (N,), their boxes (N, 4), cut to the picture, and how much of each shows (N,), 0..1.
        """
        there = [(key, walk, place) for key, walk in enumerate(walks) if (place := walk.at(at)) is not None]
        whole = np.asarray([self._box(place, walk.height_m) for _, walk, place in there]).reshape(-1, 4)
        width, tall = self.frame_size
        held = np.clip(whole, 0, [width, tall, width, tall])
        within = (held[:, 2:] - held[:, :2]).prod(axis=1) / np.maximum((whole[:, 2:] - whole[:, :2]).prod(axis=1), 1e-9)
        numbers = np.asarray([key for key, _, _ in there], dtype=np.intp)
        return numbers, held.astype(np.float32), _shown(whole) * within

    def _found(self, walks: Sequence[Walk], at: float) -> Detections:
        there = [(key, walk, place) for key, walk in enumerate(walks) if (place := walk.at(at)) is not None]
        true = np.asarray([self._box(place, walk.height_m) for _, walk, place in there]).reshape(-1, 4)
        shown = _shown(true)
        boxes, scores = [], []
        for (key, _, _), box, share in zip(there, true, shown, strict=True):
            if self._misses(key, at, share):
                continue
            boxes.append(self._jittered(key, box))
            scores.append(float(np.clip(0.35 + 0.55 * share + self._dice.normal(0, 0.06), 0.1, 0.97)))
        for box in self._of_nobody(at):
            boxes.append(box)
            scores.append(float(self._dice.uniform(0.2, 0.5)))
        return Detections(np.asarray(boxes, dtype=np.float32).reshape(-1, 4), np.asarray(scores, dtype=np.float32))

    def _box(self, place: Place, height_m: float) -> tuple[float, float, float, float]:
        x, foot = self.camera.pixel(*place)
        _, head = self.camera.pixel(*place, height_m)
        half = WIDTH * (foot - head) / 2
        return x - half, head, x + half, foot

    def _misses(self, key: int, at: float, share: float) -> bool:
        failings, dice = self._failings, self._dice
        if dice.random() < failings.lapse_per_s / FPS:
            self._lapses[key] = at + dice.exponential(failings.lapse_s)
        if at < self._lapses.get(key, -1.0) or share < failings.hidden:
            return True
        return bool(dice.random() < failings.miss + 0.3 * max(0.0, 0.8 - share))

    def _jittered(self, key: int, box: Sides) -> Sides:
        failings = self._failings
        fresh = self._dice.normal(0, failings.jitter, 4)
        before = self._jitter.get(key, fresh)
        drift = failings.memory * before + np.sqrt(1 - failings.memory**2) * fresh
        self._jitter[key] = drift
        height = box[3] - box[1]
        width, tall = self.frame_size
        moved = box + drift * height * np.asarray([0.5, 1.0, 0.5, 1.0])
        held: Sides = np.clip(moved, 0, [width, tall, width, tall])
        return held

    def _of_nobody(self, at: float) -> Boxes:
        if self._dice.random() < self._failings.false_per_s / FPS:
            width, tall = self.frame_size
            x, y, height = self._dice.uniform(0, width), self._dice.uniform(tall / 2, tall), self._dice.uniform(40, 90)
            box = np.asarray([[x - height / 5, y - height, x + height / 5, y]], dtype=np.float32)
            self._nobody = (at + self._dice.uniform(0.1, 0.6), box)
        return self._nobody[1] if at <= self._nobody[0] else self._nobody[1][:0]


def _shown(boxes: Sides) -> Sides:
    """How much of each box is not behind the box that hides most of it; who stands lower in the picture is nearer."""
    shown = np.ones(len(boxes))
    for i, box in enumerate(boxes):
        for other in boxes:
            if other[3] > box[3]:
                wide = min(box[2], other[2]) - max(box[0], other[0])
                tall = min(box[3], other[3]) - max(box[1], other[1])
                if wide > 0 and tall > 0:
                    hidden = wide * tall / ((box[2] - box[0]) * (box[3] - box[1]))
                    shown[i] = min(shown[i], 1 - hidden)
    return shown
