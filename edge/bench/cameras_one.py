"""One camera of the bench in a process of its own: `python -m edge.bench.cameras_one`, started by `cameras`.

It runs what the camera agent runs, and appends to an outbox that all cameras of the bench share, as on a box. The order
is a JSON line on standard input; it says `{}` when it is ready, begins at the next line, and ends with its figures.
"""

import os
import resource
import sys
import threading
import time
from pathlib import Path

import msgspec

from edge.agent.protocol import Host
from edge.clock import SystemClock
from edge.codec import Source
from edge.config.camera import CameraConfig
from edge.events import CameraStatus, Direction, Event, FootfallCrossed, Kind, Stamp
from edge.outbox.outbox import Outbox
from edge.vision.agent import FRAME_WAIT_S, Watch
from edge.vision.camera import Camera
from edge.vision.detections import Frame

# When the memory is looked at: by then everything is loaded.
MEMORY_AT_S = 20.0
QUOTA_BYTES = 2**30


class Order(msgspec.Struct, frozen=True, kw_only=True):
    """What to run.

    Attributes:
        camera: a file that is played like a camera.
        outbox: the file that all share.
        lead_s: how much of the clip's beginning is not measured.
    """

    camera: CameraConfig
    outbox: str
    lead_s: float


class Figures(msgspec.Struct, kw_only=True):
    """What one camera did. CPU seconds are of the whole run, startup left out.

    Attributes:
        taken: pictures that reached the agent after the lead.
        analysed: pictures that the detector looked at, …
        analysed_after_lead: … after the lead.
        late_s: for each picture taken after the lead, from when it was due to when all that it brought was on disk.
        event_late_s: the same, of the pictures that brought a crossing.
        decode_cpu_s: the decoder's process, its start included.
        gate_cpu_s: pictures that were passed over: health, thumbnail, gate.
        inference_cpu_s: pictures that were analysed: the same, and detecting, tracking, counting.
        rest_cpu_s: taking pictures over, heartbeats, intervals.
        memory_mb: both processes' own share (PSS), MiB.
    """

    id: str = ""
    taken: int = 0
    analysed: int = 0
    analysed_after_lead: int = 0
    late_s: list[float] = []
    event_late_s: list[float] = []
    in_: int = 0
    out: int = 0
    decode_cpu_s: float = 0.0
    gate_cpu_s: float = 0.0
    inference_cpu_s: float = 0.0
    rest_cpu_s: float = 0.0
    memory_mb: float = 0.0

    @property
    def crossed(self) -> int:
        """Both ways."""
        return self.in_ + self.out


def main() -> None:
    """Run one camera as the order says."""
    order = msgspec.json.decode(sys.stdin.readline(), type=Order)
    run = Run(order)
    _say("{}")
    sys.stdin.readline()
    _say(msgspec.json.encode(run.measure()).decode())


class Run:
    """One camera's run."""

    def __init__(self, order: Order) -> None:
        self._order, self._clock = order, SystemClock()
        self._outbox = Outbox(Path(order.outbox), quota_bytes=QUOTA_BYTES)
        self._figures = Figures(id=order.camera.id)
        self._first_s: float | None = None

    def measure(self) -> Figures:
        """Watch the clip to its end."""
        figures, began_cpu_s = self._figures, time.process_time()
        host = Host(emit=self._emit, beat=lambda **_: None, clock=self._clock, stop=threading.Event())
        with Camera(self._order.camera, self._clock) as camera:
            watch = Watch(self._order.camera, host)
            while camera.status is not CameraStatus.ENDED:
                frame = camera.next_frame(FRAME_WAIT_S)
                for change in camera.status_changes():
                    watch.status(change)
                if frame is None:
                    watch.idle(camera.status)
                else:
                    self._step(watch, frame)
                watch.beat(camera.status)
            watch.finish(camera.status)
        self._outbox.close()
        children = resource.getrusage(resource.RUSAGE_CHILDREN)
        figures.decode_cpu_s = children.ru_utime + children.ru_stime
        figures.rest_cpu_s = time.process_time() - began_cpu_s - figures.gate_cpu_s - figures.inference_cpu_s
        figures.analysed = watch.analysed
        return figures

    def _step(self, watch: Watch, frame: Frame) -> None:
        figures, analysed, crossed = self._figures, watch.analysed, self._figures.crossed
        self._first_s = frame.at if self._first_s is None else self._first_s
        began_cpu_s = time.process_time()
        watch.frame(frame)
        spent_s, late_s = time.process_time() - began_cpu_s, self._clock.monotonic_s() - frame.at
        if watch.analysed > analysed:
            figures.inference_cpu_s += spent_s
        else:
            figures.gate_cpu_s += spent_s
        if figures.crossed > crossed:
            figures.event_late_s.append(late_s)
        played_s = frame.at - self._first_s
        if played_s >= self._order.lead_s:
            figures.taken += 1
            figures.analysed_after_lead += watch.analysed > analysed
            figures.late_s.append(late_s)
        if not figures.memory_mb and played_s >= MEMORY_AT_S:
            figures.memory_mb = own_share_mb()

    def _emit(self, event: Event, stamp: Stamp) -> None:
        self._outbox.append(Source(Kind.CAMERA, self._order.camera.id), event, stamp)
        if isinstance(event, FootfallCrossed):
            self._figures.in_ += event.direction is Direction.IN
            self._figures.out += event.direction is Direction.OUT


def own_share_mb() -> float:
    """This process's and its children's memory, MiB: what is shared is shared out (PSS, proc(5) smaps_rollup)."""
    children = Path(f"/proc/self/task/{os.getpid()}/children").read_text(encoding="ascii").split()
    return sum(_pss_kb(process) for process in ("self", *children)) / 1024


def _pss_kb(process: str) -> int:
    lines = Path(f"/proc/{process}/smaps_rollup").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("Pss:"))


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
