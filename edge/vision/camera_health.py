"""Whether a camera shows what it should: dark, frozen, blocked, moved or blurred. Pure. Seconds.

A picture is held against a reference of its edges, learnt slowly while all is well. It is compared cell by cell, so
that people before the camera, who change some cells, are no fault of it. A fault is told once it has lasted.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from edge.events import CameraStatus
from edge.vision.health_reference import Reference
from edge.vision.look import TALL, WIDE, Grey, Look

Cells = npt.NDArray[np.float32]

# Cells of the small picture: this many rows and columns of them.
_ROWS, _COLUMNS = 6, 8
_EPSILON = 1e-6
# How much less it proves that edges are where they were than that they also go the same way.
_LESS = 0.1


@dataclass(frozen=True)
class HealthSettings:
    """What is a fault.

    Attributes:
        every_s: a picture is looked at so often.
        learn_s: the first pictures make the reference; nothing but dark and uniform is judged before.
        memory_s: how fast the reference follows the scene while all is well.
        lasts_s: a fault is told when it has lasted so long; …
        frozen_s: … the same picture, when it was the same for so long; …
        over_s: … and is over when it was gone for so long.
        dark_mean, dark_bright: dark is a picture whose mean and whose brightest twentieth are below these, 0..255.
        edge: a cell of the reference with a mean edge below this says nothing.
        lost: a cell has lost its edges when less than this share of them is left.
        lost_share: a picture is blocked when so many of its cells have.
        known: a cell is known when its edges correlate with the reference at least so well.
        known_share: a picture is of another view when fewer of its cells are known.
        blur: a picture is blurred when it is less sharp than this share of the usual, …
        least_sharp: … which is at least this, or says nothing.
        least_cells: fewer cells with edges than this cannot tell another view.
    """

    every_s: float = 0.5
    learn_s: float = 5.0
    memory_s: float = 600.0
    lasts_s: float = 4.0
    frozen_s: float = 8.0
    over_s: float = 3.0
    dark_mean: float = 18.0
    dark_bright: float = 45.0
    edge: float = 1.5
    lost: float = 0.35
    lost_share: float = 0.75
    known: float = 0.45
    known_share: float = 0.45
    blur: float = 0.4
    least_sharp: float = 0.1
    least_cells: int = 8


@dataclass(frozen=True, slots=True)
class Verdict:
    """A camera became something else, and the evidence."""

    status: CameraStatus
    reason: str


class CameraHealth:
    """The health of one camera.

    Attributes:
        status: online, or the fault that was told last.
    """

    def __init__(self, settings: HealthSettings | None = None, reference: Reference | None = None) -> None:
        """Begin.

        Args:
            settings: what is a fault.
            reference: of an earlier run; without one the first pictures make it.
        """
        self.status = CameraStatus.ONLINE
        self._settings = settings or HealthSettings()
        self._reference = reference
        self._looked_at: float | None = None
        self._thumb: Grey | None = None
        self._same_since = 0.0
        self._leaning, self._leaning_since = CameraStatus.ONLINE, 0.0

    @property
    def learnt(self) -> Reference | None:
        """The reference, once it can be judged by and while all is well."""
        reference = self._reference
        well = self.status is CameraStatus.ONLINE and self._leaning is CameraStatus.ONLINE
        return reference if well and reference is not None and reference.age_s >= self._settings.learn_s else None

    def due(self, at: float) -> bool:
        """Whether a picture of second `at` is to be looked at."""
        return self._looked_at is None or at - self._looked_at >= self._settings.every_s

    def back(self) -> None:
        """The camera was gone and is online again: a fault that it still has is told anew."""
        self.status, self._leaning, self._looked_at, self._thumb = CameraStatus.ONLINE, CameraStatus.ONLINE, None, None

    def update(self, seen: Look, at: float) -> Verdict | None:
        """Take in a picture; return what the camera became, if anything new."""
        dt = self._settings.every_s if self._looked_at is None else at - self._looked_at
        if self._thumb is None or not np.array_equal(seen.thumb, self._thumb):
            self._same_since = at
        self._looked_at, self._thumb = at, seen.thumb
        across, down = _edges(seen.thumb)
        found = self._judge(seen, across, down, at)
        if found.status is CameraStatus.ONLINE and self.status is CameraStatus.ONLINE:
            self._learn(across, down, seen.sharpness, min(dt, self._settings.learn_s))
        return self._settle(found, at)

    def _judge(self, seen: Look, across: Grey, down: Grey, at: float) -> Verdict:
        settings, reference = self._settings, self._reference
        mean, bright = float(seen.thumb.mean()), float(np.percentile(seen.thumb, 95))
        if mean < settings.dark_mean and bright < settings.dark_bright:
            return Verdict(CameraStatus.DARK, f"brightness {mean:.0f} of 255, the brightest parts {bright:.0f}")
        found = Verdict(CameraStatus.ONLINE, "frames come")
        if reference is not None and reference.age_s >= settings.learn_s:
            found = self._compare(reference, seen, across, down)
        same_s = at - self._same_since
        if found.status is CameraStatus.ONLINE and same_s >= settings.frozen_s:
            return Verdict(CameraStatus.FROZEN, f"the same picture for {same_s:.0f} s")
        return found

    def _compare(self, reference: Reference, seen: Look, across: Grey, down: Grey) -> Verdict:
        settings = self._settings
        usual = _cell_means(np.abs(reference.across) + np.abs(reference.down))
        telling = usual > settings.edge
        cells = int(telling.sum())
        if cells < settings.least_cells:
            return Verdict(CameraStatus.ONLINE, "frames come")
        now = _cell_means(np.abs(across) + np.abs(down))
        lost = float((now[telling] < settings.lost * usual[telling]).mean())
        known = float((_alike(reference, across, down)[telling] >= settings.known).mean())
        usual_sharp = reference.sharpness
        sharp = seen.sharpness / usual_sharp if usual_sharp >= settings.least_sharp else 1.0
        if lost >= settings.lost_share:
            return Verdict(CameraStatus.BLOCKED, f"{lost:.0%} of the picture lost its edges")
        if known < settings.known_share:
            x, y = _shift(reference, across, down)
            where = f", shifted by about {x:+.0%} of its width and {y:+.0%} of its height"
            return Verdict(CameraStatus.MOVED, f"{known:.0%} of the view is as it was{where}")
        if sharp < settings.blur:
            return Verdict(CameraStatus.BLURRED, f"{sharp:.0%} of the usual sharpness")
        evidence = f"{known:.0%} of the view is as it was, {sharp:.0%} of the usual sharpness"
        return Verdict(CameraStatus.ONLINE, evidence)

    def _learn(self, across: Grey, down: Grey, sharpness: float, dt: float) -> None:
        if self._reference is None:
            self._reference = Reference(across.copy(), down.copy(), sharpness)
        self._reference.learn(across, down, sharpness, dt, self._settings.memory_s)

    def _settle(self, found: Verdict, at: float) -> Verdict | None:
        """A change is told once it has lasted."""
        if found.status is not self._leaning:
            self._leaning, self._leaning_since = found.status, at
        if found.status is self.status:
            return None
        lasts_s = self._settings.over_s if found.status is CameraStatus.ONLINE else self._settings.lasts_s
        if found.status is not CameraStatus.FROZEN and at - self._leaning_since < lasts_s:
            return None
        self.status = found.status
        return found


def _edges(thumb: Grey) -> tuple[Grey, Grey]:
    """Differences of neighbours, across and down, of the picture's size."""
    across = np.zeros_like(thumb)
    down = np.zeros_like(thumb)
    across[:, 1:] = np.diff(thumb, axis=1)
    down[1:] = np.diff(thumb, axis=0)
    return across, down


def _cells(values: Grey) -> Grey:
    """(6, 8, 48): the values of each cell."""
    tall, wide = TALL // _ROWS, WIDE // _COLUMNS
    return values.reshape(_ROWS, tall, _COLUMNS, wide).transpose(0, 2, 1, 3).reshape(_ROWS, _COLUMNS, tall * wide)


def _cell_means(values: Grey) -> Cells:
    means: Cells = _cells(values).mean(axis=2)
    return means


def _alike(reference: Reference, across: Grey, down: Grey) -> Cells:
    """-1..1 a cell: how well its edges go along with the reference's, whatever their strength.

    By their sign, or else only by where they are, which proves less: infrared light by night turns dark cloth bright.
    """
    ours, theirs = _both(across, down), _both(reference.across, reference.down)
    signed = _correlation(ours, theirs)
    places = _correlation(_centred(np.abs(ours)), _centred(np.abs(theirs)))
    alike: Cells = np.maximum(signed, places - _LESS)
    return alike


def _both(across: Grey, down: Grey) -> Grey:
    return np.concatenate([_cells(across), _cells(down)], axis=2)


def _centred(values: Grey) -> Grey:
    centred: Grey = values - values.mean(axis=2, keepdims=True)
    return centred


def _correlation(ours: Grey, theirs: Grey) -> Cells:
    product = (ours * theirs).sum(axis=2)
    found: Cells = product / (np.sqrt((ours**2).sum(axis=2) * (theirs**2).sum(axis=2)) + _EPSILON)
    return found


def _shift(reference: Reference, across: Grey, down: Grey) -> tuple[float, float]:
    """How far the view went, as shares of width and height (phase correlation of the edges)."""
    ours = np.fft.rfft2(np.abs(across) + np.abs(down))
    theirs = np.fft.rfft2(np.abs(reference.across) + np.abs(reference.down))
    cross = ours * np.conj(theirs)
    peak = np.fft.irfft2(cross / (np.abs(cross) + _EPSILON), s=(TALL, WIDE))
    y, x = (int(one) for one in np.unravel_index(int(peak.argmax()), peak.shape))
    return (x - WIDE if x > WIDE / 2 else x) / WIDE, (y - TALL if y > TALL / 2 else y) / TALL
