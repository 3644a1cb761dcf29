"""Follow people from frame to frame. Pure.

Of the ByteTrack family (Zhang et al. 2022): sure detections are matched first, unsure ones then keep known people
alive but begin no one. Made for 5–15 frames per second with irregular steps: the motion model takes real seconds, and
a last round with grown boxes catches those who moved further than their own width.
"""

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from edge.vision.association import assign, likeness, likeness_grown, overlap
from edge.vision.detections import Boxes, Detections, Track
from edge.vision.kalman import EdgeFilters

# Times are rounded: a frame may come this much later than the one before did.
LATE = 1.5


@dataclass(frozen=True)
class TrackerSettings:
    """How a tracker decides.

    Attributes:
        sure: a detection of at least this score may begin a track.
        floor: one below this score is passed over.
        least_overlap: of a sure detection with where its track should be (see `association.likeness`).
        least_overlap_unsure: the same for an unsure detection.
        grow: how far boxes are grown in the last round, as a share of their size on each side.
        most_overlap_grown: what grown boxes must overlap when the last frame was just now.
        grown_overlap_s: that over the time between two frames: after a long step a loose fit is enough, after a short
            one it is somebody else's. Never less than `least_overlap`.
        confirm_hits: sights that make a person of a candidate.
        candidate_s: a candidate that is not seen again for this long, or in the next frame if that is later, was none.
        unsure_s: unsure detections keep those alive who were seen within this time, or in the last frame.
        lost_s: a person who is not seen for this long is forgotten.
        duplicate: a sure detection that overlaps a matched one more than this begins no track.
    """

    sure: float = 0.35
    floor: float = 0.1
    least_overlap: float = 0.1
    least_overlap_unsure: float = 0.3
    grow: float = 0.35
    most_overlap_grown: float = 0.2
    grown_overlap_s: float = 0.05
    confirm_hits: int = 2
    candidate_s: float = 0.35
    unsure_s: float = 1.0
    lost_s: float = 2.0
    duplicate: float = 0.45


@dataclass(slots=True)
class _Life:
    """What is kept of one track beside its filter."""

    id: int
    seen_at: float
    hits: int
    score: float


@dataclass
class Tracker:
    """The tracker of one camera. Ids begin at 1 and are never used again."""

    settings: TrackerSettings = field(default_factory=TrackerSettings)
    _filters: EdgeFilters = field(default_factory=EdgeFilters)
    _lives: list[_Life] = field(default_factory=list)
    _next_id: int = 1
    _at: float | None = None

    def update(self, detections: Detections, at: float) -> list[Track]:
        """Take in one frame.

        Args:
            detections: everybody found in it, unsure ones too.
            at: seconds, the frame's; must not go back.

        Returns:
            The confirmed people who are seen in this frame.
        """
        dt = 0.0 if self._at is None else max(0.0, at - self._at)
        self._at = at
        self._forget(at, dt)
        self._filters.predict(dt)
        found = self._associate(detections, at, dt)
        rows = np.asarray(sorted(found), dtype=np.intp)
        self._filters.update(rows, detections.boxes[[found[row] for row in rows]])
        unseen = [row for row in range(len(self._lives)) if row not in found]
        self._filters.slow(np.asarray(unseen, dtype=np.intp), dt)
        for row, column in found.items():
            life = self._lives[row]
            life.seen_at, life.hits, life.score = at, life.hits + 1, float(detections.scores[column])
        self._begin(detections, found, at)
        return self._seen(at)

    def _associate(self, detections: Detections, at: float, dt: float) -> dict[int, int]:
        """Row of a track → column of its detection, in three rounds."""
        settings, scores = self.settings, detections.scores
        sure = np.flatnonzero(scores >= settings.sure)
        unsure = np.flatnonzero((scores >= settings.floor) & (scores < settings.sure))
        found: dict[int, int] = {}
        self._round(found, detections.boxes, sure, settings.least_overlap, 0.0)
        fresh = at - max(settings.unsure_s, LATE * dt)
        self._round(found, detections.boxes, unsure, settings.least_overlap_unsure, 0.0, seen_since=fresh)
        taken = set(found.values())
        left = np.asarray([column for column in sure.tolist() if column not in taken], dtype=np.intp)
        loose = min(settings.most_overlap_grown, settings.grown_overlap_s / dt) if dt else settings.most_overlap_grown
        self._round(found, detections.boxes, left, max(settings.least_overlap, loose), settings.grow)
        return found

    def _round(
        self,
        found: dict[int, int],
        boxes: Boxes,
        columns: npt.NDArray[np.intp],
        least: float,
        grow: float,
        seen_since: float = -np.inf,
    ) -> None:
        rows = [i for i, life in enumerate(self._lives) if i not in found and life.seen_at >= seen_since]
        if not rows or not len(columns):
            return
        known, seen = self._filters.place[rows], boxes[columns]
        gain = likeness_grown(known, seen, grow) if grow else likeness(known, seen)
        found.update({rows[i]: int(columns[j]) for i, j in assign(gain, least)})

    def _begin(self, detections: Detections, found: dict[int, int], at: float) -> None:
        taken = set(found.values())
        new = [j for j in np.flatnonzero(detections.scores >= self.settings.sure).tolist() if j not in taken]
        if not new:
            return
        if taken:
            known = detections.boxes[list(taken)]
            double = overlap(detections.boxes[new], known).max(axis=1) > self.settings.duplicate
            new = [j for j, drop in zip(new, double, strict=True) if not drop]
        self._filters.append(detections.boxes[new])
        for j in new:
            self._lives.append(_Life(self._next_id, at, 1, float(detections.scores[j])))
            self._next_id += 1

    def _forget(self, at: float, dt: float) -> None:
        settings = self.settings
        candidate_s = max(settings.candidate_s, LATE * dt)
        keep = [
            at - life.seen_at <= (settings.lost_s if life.hits >= settings.confirm_hits else candidate_s)
            for life in self._lives
        ]
        if not all(keep):
            self._filters.keep(np.asarray(keep, dtype=np.bool_))
            self._lives = [life for life, kept in zip(self._lives, keep, strict=True) if kept]

    def _seen(self, at: float) -> list[Track]:
        boxes = self._filters.place.astype(np.float32)
        return [
            Track(id=life.id, box=boxes[row], score=life.score, at=at)
            for row, life in enumerate(self._lives)
            if life.seen_at == at and life.hits >= self.settings.confirm_hits
        ]
