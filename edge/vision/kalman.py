"""Constant-velocity Kalman filters for the four edges of many boxes at once. Pure.

Each edge of each box is a filter of its own with two states, place and speed, so that a 2×2 covariance is three
numbers and everything is element-wise on (N, 4) arrays. Lengths are measured in box heights: a person near the camera
moves more pixels than one far away, and both move alike in their own size. Time steps are real seconds.

An edge that jumps alone (feet hidden by a counter, an arm stretched out) is believed less the further it jumps: the
measurement's variance grows with the square of the surprise beyond `SURPRISE` standard deviations, as in Huber's
M-estimator (Huber 1964, Robust Estimation of a Location Parameter).
"""

import numpy as np
import numpy.typing as npt

from edge.vision.detections import Boxes

Matrix = npt.NDArray[np.float64]  # (N, 4): one value for each edge x1, y1, x2, y2

# In box heights. A walker does 0.8 heights/s and can stop or start within half a second.
MEASURE_SD = 0.035  # of a detector's box edge
ACCELERATION_SD = 1.2  # per s²
FIRST_SPEED_SD = 0.8  # per s
SURPRISE = 2.5
# After this long without a sight a speed says nothing any more.
SPEED_MEMORY_S = 1.0


class EdgeFilters:
    """The filters of all tracks of one tracker; row i belongs to its i-th track."""

    def __init__(self) -> None:
        self.place: Matrix = np.zeros((0, 4))
        self.speed: Matrix = np.zeros((0, 4))
        self._var_place: Matrix = np.zeros((0, 4))
        self._cov: Matrix = np.zeros((0, 4))
        self._var_speed: Matrix = np.zeros((0, 4))

    def __len__(self) -> int:
        return len(self.place)

    def append(self, boxes: Boxes) -> None:
        """Begin a filter at each of `boxes` (N, 4), at rest."""
        height = heights(boxes)
        zero = np.zeros((len(boxes), 4))
        self.place = np.concatenate([self.place, np.asarray(boxes, dtype=np.float64)])
        self.speed = np.concatenate([self.speed, zero])
        self._var_place = np.concatenate([self._var_place, zero + (MEASURE_SD * height) ** 2])
        self._cov = np.concatenate([self._cov, zero])
        self._var_speed = np.concatenate([self._var_speed, zero + (FIRST_SPEED_SD * height) ** 2])

    def keep(self, rows: npt.NDArray[np.bool_]) -> None:
        """Drop the filters where `rows` (N,) is false."""
        self.place, self.speed = self.place[rows], self.speed[rows]
        self._var_place, self._cov, self._var_speed = self._var_place[rows], self._cov[rows], self._var_speed[rows]

    def predict(self, dt: float) -> None:
        """Let `dt` seconds pass for all."""
        if not len(self) or dt <= 0:
            return
        noise = (ACCELERATION_SD * heights(self.place)) ** 2
        self.place = self.place + dt * self.speed
        self._var_place = self._var_place + 2 * dt * self._cov + dt**2 * self._var_speed + noise * dt**4 / 4
        self._cov = self._cov + dt * self._var_speed + noise * dt**3 / 2
        self._var_speed = self._var_speed + noise * dt**2

    def slow(self, rows: npt.NDArray[np.intp], dt: float) -> None:
        """Let the speed of unseen tracks fade, so that a lost one does not run away."""
        if len(rows):
            self.speed[rows] *= np.exp(-dt / SPEED_MEMORY_S)

    def update(self, rows: npt.NDArray[np.intp], boxes: Boxes) -> None:
        """Correct the filters of `rows` (M,) with what was seen, `boxes` (M, 4)."""
        if not len(rows):
            return
        surprise = np.asarray(boxes, dtype=np.float64) - self.place[rows]
        variance = (MEASURE_SD * heights(boxes)) ** 2
        spread = self._var_place[rows] + variance
        excess = np.maximum(surprise**2 / (SURPRISE**2 * spread), 1.0)
        spread = self._var_place[rows] + variance * excess
        gain_place, gain_speed = self._var_place[rows] / spread, self._cov[rows] / spread
        self.place[rows] += gain_place * surprise
        self.speed[rows] += gain_speed * surprise
        self._var_speed[rows] -= gain_speed * self._cov[rows]
        self._cov[rows] *= 1 - gain_place
        self._var_place[rows] *= 1 - gain_place


def heights(boxes: npt.NDArray[np.floating]) -> Matrix:
    """Heights (N, 1) of boxes (N, 4), at least one pixel."""
    return np.maximum(np.asarray(boxes[:, 3:4] - boxes[:, 1:2], dtype=np.float64), 1.0)
