"""A day of four cameras in minutes: two that play, one that loses its stream at noon, and one that is dead.

    python -m tests.bench.day --hours 24 --fps 2

The agents' own code runs on a clock that is moved on by hand; the detector is the only part replaced: it says again
what it said of the demo's clip. The shop is open from 8 to 22; from 22:30 to 6 it is dark. The dead camera is a real
one: it is opened again and again, in decoder processes of their own. Told are the memory's slope with its 95 %
interval, and whether each minute is accounted for: watched, or with a reason.
"""

import argparse
import gc
import json
import math
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event as Flag
from typing import Any

import numpy as np

from edge.agent.protocol import Host
from edge.clock import ManualClock
from edge.config.camera import CameraConfig, LineConfig
from edge.events import CameraStatus, CameraStatusChanged, ClockState, Event, FootfallCounted, FootfallCrossed, Stamp
from edge.vision.agent import Watch
from edge.vision.camera import Camera, StatusChange
from edge.vision.decode import read_file
from edge.vision.detections import Detections, Frame, Image
from edge.vision.detector import load_detector
from edge.vision.foot_store import FootStore
from edge.vision.pipeline import Pipeline
from edge.vision.still import Still
from edge.vision.tracker import Tracker, TrackerSettings
from tests.media import demo

HOUR_S, MINUTE_S = 3600.0, 60.0
TICK_S = 5.0
OPENS_H, SHUTS_H, DARK_FROM_H, DARK_TO_H = 8.0, 22.0, 22.5, 6.0
# The clip is played once in so long; in between the shop is empty.
EVERY_S = 120.0
LOST_S = (12.0 * HOUR_S, 12.5 * HOUR_S)
WARM_H = 2.0
SHORTEST_H = 1.0
# An interval may be short of its length by a frame or two without a reason.
ROUNDED_S = 1.5
# Pictures are kept at so small a share: what is looked at is smaller still.
SMALLER = 2
BEGAN = Stamp(wall=datetime(2026, 3, 3, tzinfo=UTC), monotonic_s=0.0, boot_id="day", clock_state=ClockState.TRUSTED)


@dataclass
class Ledger:
    """What a camera told, added up: nothing of it grows with the day."""

    intervals: int = 0
    length_s: float = 0.0
    observed_s: float = 0.0
    unexplained: int = 0
    torn: int = 0
    crossed: Counter[str] = field(default_factory=Counter)
    counted: Counter[str] = field(default_factory=Counter)
    statuses: Counter[str] = field(default_factory=Counter)
    degraded_min: Counter[str] = field(default_factory=Counter)
    _end: datetime | None = None

    def emit(self, event: Event, stamp: Stamp) -> None:
        """Take in one event."""
        del stamp
        match event:
            case CameraStatusChanged():
                self.statuses[event.status.value] += 1
            case FootfallCrossed():
                self.crossed[event.direction.value] += 1
            case FootfallCounted():
                self._interval(event)

    def _interval(self, event: FootfallCounted) -> None:
        self.torn += self._end is not None and abs(event.interval_start - self._end) > timedelta(milliseconds=5)
        self._end = event.interval_start + timedelta(seconds=event.interval_s)
        self.intervals += 1
        self.length_s += event.interval_s
        self.observed_s += event.observed_s
        self.counted.update({"in": event.in_, "out": event.out})
        self.unexplained += event.observed_s < event.interval_s - ROUNDED_S and not event.degraded
        for reason in event.degraded:
            self.degraded_min[reason] += 1

    def figures(self, seconds: float) -> dict[str, Any]:
        """The ledger as JSON."""
        return {
            "intervals": self.intervals,
            "minutes_accounted": round(self.length_s / MINUTE_S, 2),
            "lost_s": round(seconds - self.length_s, 3),
            "observed_min": round(self.observed_s / MINUTE_S, 1),
            "gaps_min": round((self.length_s - self.observed_s) / MINUTE_S, 1),
            "unexplained_intervals": self.unexplained,
            "torn_intervals": self.torn,
            "crossed": dict(self.crossed),
            "counted": dict(self.counted),
            "statuses": dict(self.statuses),
            "degraded_minutes": dict(self.degraded_min),
        }


@dataclass(frozen=True)
class Recording:
    """The demo's clip: its pictures, who was found in each, and the shop without anybody."""

    pictures: Sequence[Image]
    found: Sequence[Detections]
    empty: Sequence[Image]
    dark: Sequence[Image]
    score: float

    def at(self, second: float, fps: float) -> tuple[Image, Detections]:
        """What the camera sees and the detector finds in a second of the day."""
        hour, n = second / HOUR_S % 24, round(second * fps)
        if hour >= DARK_FROM_H or hour < DARK_TO_H:
            return self.dark[n % len(self.dark)], NOBODY
        place = round(second % EVERY_S * fps)
        if OPENS_H <= hour < SHUTS_H and place < len(self.found):
            return self.pictures[place], self.found[place]
        return self.empty[n % len(self.empty)], NOBODY


NOBODY = Detections(np.zeros((0, 4), dtype=np.float32), np.zeros(0, dtype=np.float32))


def recorded(fps: float) -> Recording:
    """Detect the demo's clip once."""
    detector, still = load_detector("person"), Still(1.5)
    pictures, found = [], []
    for frame in read_file(demo("entrance.mp4"), fps=fps):
        people, small = detector.detect(frame.image), np.ascontiguousarray(frame.image[::SMALLER, ::SMALLER])
        pictures.append(small)
        found.append(Detections(people.boxes / np.float32(SMALLER), people.scores))
        still.add(small, frame.at)
    shop = still.picture()
    assert shop is not None
    dice = np.random.default_rng(1)
    grains = [dice.normal(0, 1.5, shop.shape) for _ in range(4)]
    empty = [np.clip(shop + grain, 0, 255).astype(np.uint8) for grain in grains]
    dark = [np.clip(0.04 * shop + grain, 0, 255).astype(np.uint8) for grain in grains]
    return Recording(pictures, found, empty, dark, detector.score)


class Replayed:
    """A detector that says what is put into its mouth."""

    def __init__(self, score: float) -> None:
        self.score, self.next = score, NOBODY

    def detect(self, _: Image) -> Detections:
        """Whoever was put in."""
        return self.next


class ReplayedWatch(Watch):
    """An agent's watch with such a detector."""

    def __init__(self, config: CameraConfig, host: Host, store: FootStore, detector: Replayed) -> None:
        super().__init__(config, host, store)
        self._detector = detector

    def _open(self, frame: Frame) -> Pipeline:
        self._measures = self._measures_for((frame.image.shape[1], frame.image.shape[0]))
        return Pipeline(self._detector, Tracker(TrackerSettings(sure=self._detector.score)), [])  # type: ignore[arg-type]  # says the same


class Living:
    """A camera that plays, and may lose its stream for a while."""

    def __init__(self, name: str, folder: Path, clock: ManualClock, seen: Recording, fps: float, loses: bool) -> None:
        self.ledger, self._clock, self._seen, self._fps, self._loses = Ledger(), clock, seen, fps, loses
        self._detector = Replayed(seen.score)
        host = Host(self.ledger.emit, beat, clock, Flag())
        store = FootStore(folder / name, days=30, most_bytes=64 * 2**20)
        self._watch = ReplayedWatch(camera(name, "rtsp://127.0.0.1:9/", fps), host, store, self._detector)
        self._status = CameraStatus.OFFLINE
        self._index = 0

    def tick(self, until: float) -> None:
        """Everything up to a second of the day; the clock stands at its begin."""
        lost = self._loses and LOST_S[0] <= until % (24 * HOUR_S) <= LOST_S[1]
        self._become(CameraStatus.STALE if lost else CameraStatus.ONLINE, self._clock.monotonic_s())
        while not lost and self._index / self._fps < until:
            at = self._index / self._fps
            image, self._detector.next = self._seen.at(at, self._fps)
            self._watch.frame(Frame(image, self._index, at))
            self._index += 1
        if lost:
            self._index = math.ceil(until * self._fps)
            self._watch.idle(self._status)
        self._watch.beat(self._status)

    def finish(self) -> None:
        """The day is over."""
        self._watch.finish(self._status)

    def _become(self, status: CameraStatus, at: float) -> None:
        if status is not self._status:
            self._status = status
            self._watch.status(StatusChange(status, "as the day has it", at))


class Dead:
    """A camera that never answers: a real one, opened as often as its agent would."""

    def __init__(self, clock: ManualClock, fps: float) -> None:
        self.ledger, self.opened = Ledger(), 0
        config = camera("dead", "rtsp://127.0.0.1:9/", fps)
        self._camera = Camera(config, clock)
        self._watch = Watch(config, Host(self.ledger.emit, beat, clock, Flag()))
        self._camera.__enter__()

    def tick(self, _: float) -> None:
        """Look whether it is there."""
        before = self._camera._child
        self._camera.next_frame(0.0)
        self.opened += self._camera._child is not None and self._camera._child is not before
        for change in self._camera.status_changes():
            self._watch.status(change)
        self._watch.idle(self._camera.status)
        self._watch.beat(self._camera.status)

    def finish(self) -> None:
        """The day is over."""
        self._watch.finish(self._camera.status)
        self._camera.__exit__(None, None, None)


def beat(**figures: float | str) -> None:
    """Nobody looks."""
    del figures


def camera(name: str, url: str, fps: float) -> CameraConfig:
    """A camera with a line, a motion gate and its health watched."""
    line = LineConfig(id="door", points=((99, 95.5), (235.5, 90)), inside=(0, 1))
    return CameraConfig(id=name, url=url, fps=fps, gate=True, line=(line,))


def slope(hours: Sequence[float], kilobytes: Sequence[float]) -> tuple[float, float]:
    """kB/h and the half of its 95 % interval: a least-squares line, its residuals taken as independent."""
    x, y = np.asarray(hours), np.asarray(kilobytes)
    (rise, level), spread = np.polyfit(x, y, 1), float(((x - x.mean()) ** 2).sum())
    noise = float(((y - rise * x - level) ** 2).sum()) / max(1, len(x) - 2)
    return float(rise), 1.96 * math.sqrt(noise / spread)


def day(hours: float, fps: float) -> dict[str, Any]:
    """Let the hours pass."""
    seen, clock, began_s = recorded(fps), ManualClock(BEGAN), time.monotonic()
    at_h, memory_kb = [], []
    with tempfile.TemporaryDirectory() as folder:
        living = {
            name: Living(name, Path(folder), clock, seen, fps, name == "window")
            for name in ("entrance", "aisle", "window")
        }
        dead = Dead(clock, fps)
        cameras: dict[str, Living | Dead] = {**living, "dead": dead}
        for n in range(round(hours * HOUR_S / TICK_S)):
            clock.advance(TICK_S)
            until = (n + 1) * TICK_S
            for one in cameras.values():
                one.tick(until)
            if until % (10 * MINUTE_S) == 0:
                gc.collect()
                at_h.append(until / HOUR_S)
                memory_kb.append(1024 * resident_mb_of_self())
        for one in cameras.values():
            one.finish()
    warm = [n for n, hour in enumerate(at_h) if hour >= min(WARM_H, hours / 2)]
    rise, half = slope([at_h[n] for n in warm], [memory_kb[n] for n in warm])
    ledgers = {name: one.ledger.figures(hours * HOUR_S) for name, one in cameras.items()}
    took_s = time.monotonic() - began_s
    return {
        "memory_mb": round(memory_kb[-1] / 1024, 1),
        "memory_kb_per_h": round(rise, 1),
        "memory_kb_per_h_95": [round(rise - half, 1), round(rise + half, 1)],
        "dead_opened": dead.opened,
        "cameras": ledgers,
        "hours": hours,
        "fps": fps,
        "took_s": round(took_s, 1),
        "times_real": round(hours * HOUR_S / took_s),
    }


def resident_mb_of_self() -> float:
    """Of this process alone: decoders come and go."""
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * 4096 / 2**20


def main() -> None:
    """Print the figures as JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--hours", type=float, default=24.0)
    parser.add_argument("--fps", type=float, default=2.0, help="analysed frames a second of each camera")
    options = parser.parse_args()
    if options.hours < SHORTEST_H:
        parser.error(f"expected --hours of {SHORTEST_H:g} or more, found {options.hours:g}")
    sys.stdout.write(json.dumps(day(options.hours, options.fps), indent=1) + "\n")


if __name__ == "__main__":
    main()
