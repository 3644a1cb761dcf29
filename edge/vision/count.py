"""Count one clip over one line: what `store-edge count` does, and `validate` for each clip of a truth file."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast, get_args

from edge.clock import Clock, SystemClock
from edge.errors import ConfigError
from edge.events import Direction
from edge.vision.decode import StreamInfo, probe, read_file
from edge.vision.detections import Crossing
from edge.vision.line import Anchor, Line
from edge.vision.look import thumbnail
from edge.vision.models import DEFAULT
from edge.vision.motion_gate import MotionGate
from edge.vision.pipeline import Pipeline, Step, open_pipeline

LINE_ID = "line"
DEFAULT_FPS = 10.0

# A passing that was never settled: when that was clear, media seconds, and which way it went.
Doubt = tuple[float, Direction]

_NUMBER = r"\s*([-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+))\s*"


@dataclass(frozen=True)
class Count:
    """What was counted in a clip.

    Attributes:
        crossings: in the order in which they were settled.
        frames: pictures decoded.
        analysed: how many of them the detector looked at.
        elapsed_s: how long that took, without loading the model.
        model: the detector's name.
        doubts: passings that were never settled.
    """

    crossings: tuple[Crossing, ...]
    frames: int
    analysed: int
    elapsed_s: float
    model: str
    doubts: tuple[Doubt, ...] = ()

    @property
    def decoded_fps(self) -> float:
        """Pictures decoded per second of work."""
        return self.frames / self.elapsed_s if self.elapsed_s else 0.0

    @property
    def analysed_fps(self) -> float:
        """Pictures analysed per second of work."""
        return self.analysed / self.elapsed_s if self.elapsed_s else 0.0

    def total(self, direction: Direction) -> int:
        """How many crossed that way."""
        return sum(crossing.direction is direction for crossing in self.crossings)

    def as_json(self) -> dict[str, Any]:
        """What `--json` prints."""
        return {
            "in": self.total(Direction.IN),
            "out": self.total(Direction.OUT),
            "crossings": [_crossing_json(crossing) for crossing in self.crossings],
            "frames": self.frames,
            "decoded_fps": round(self.decoded_fps, 2),
            "analysed_fps": round(self.analysed_fps, 2),
            "model": self.model,
        }


def _crossing_json(crossing: Crossing) -> dict[str, Any]:
    return {
        "frame": crossing.frame,
        "time_s": round(crossing.at, 3),
        "direction": crossing.direction.value,
        "confidence": round(crossing.confidence, 3),
    }


# Told how many pictures are behind, and how many there are where the file says so.
Progress = Callable[[int, int | None], None]
Watch = Callable[[Step], None]


def count(
    clip: Path,
    line: Line,
    *,
    model: str = DEFAULT,
    fps: float | None = DEFAULT_FPS,
    gate: bool = False,
    progress: Progress | None = None,
    watch: Watch | None = None,
    clock: Clock | None = None,
) -> Count:
    """Count who crosses a line in a clip.

    Args:
        clip: a video file.
        line: in pixels of the clip.
        model: a bundled model's name, or the path of an ONNX file.
        fps: pictures to analyse per second of media time, at most; None is every one.
        gate: pass over pictures while nobody is there and nothing moves.
        progress: told after every analysed picture how far it is.
        watch: shown every step (`drawing`, `report`).
        clock: what the work is timed with.

    Raises:
        SourceError: the clip cannot be read.
        ModelError: the model cannot be used.
        ConfigError: the line does not fit the clip's picture.
    """
    clock = clock or SystemClock()
    info = probe(str(clip))
    check_line(line, info)
    pipeline = open_pipeline(model, [line], frame_size=(info.width, info.height))
    crossings: list[Crossing] = []
    doubts: list[Doubt] = []
    frames = analysed = 0
    began = clock.monotonic_s()
    motion = MotionGate() if gate else None
    for frame in read_file(clip, fps=fps):
        frames = frame.index + 1
        if motion is not None and not motion.wants(thumbnail(frame.image), frame.at):
            continue
        step = pipeline.step(frame)
        if motion is not None and step.anyone:
            motion.people(frame.at)
        crossings += step.crossings
        doubts += doubts_of(pipeline, frame.at)
        analysed += 1
        if watch is not None:
            watch(step)
        if progress is not None:
            progress(frames, info.frames)
    crossings += pipeline.finish()
    elapsed_s = clock.monotonic_s() - began
    frames += _unseen_tail(info, frames, fps)
    doubts += doubts_of(pipeline, frames / info.fps)
    return Count(tuple(crossings), frames, analysed, elapsed_s, pipeline.detector.name, tuple(doubts))


def doubts_of(pipeline: Pipeline, at: float) -> list[Doubt]:
    """The passings that turned out, at a moment, never to be settled."""
    return [(at, one.direction) for counter in pipeline.counters for one in counter.take_doubts()]


def _unseen_tail(info: StreamInfo, frames: int, fps: float | None) -> int:
    """How many pictures were decoded after the last analysed one: fewer than lie between two analysed ones.

    A file that says more than that was cut off.
    """
    tail = (info.frames or 0) - frames
    return tail if fps and 0 < tail < info.fps / fps else 0


def check_line(line: Line, info: StreamInfo) -> None:
    """Refuse a line with an end outside the picture.

    Raises:
        ConfigError: it is.
    """
    for x, y in (line.start, line.end):
        if not (0 <= x <= info.width and 0 <= y <= info.height):
            raise ConfigError(
                f"expected points within the picture of {info.width}x{info.height}, found {x:g},{y:g}", path="--line"
            )


def parse_line(points: str, inside: str, anchor: str = "foot") -> Line:
    """The line that `--line X1,Y1,X2,Y2 --in NX,NY --anchor foot|center` means.

    Raises:
        ConfigError: an argument is none of these, or the line is one that nobody can cross.
    """
    x1, y1, x2, y2 = _numbers(points, 4, "--line", "X1,Y1,X2,Y2")
    nx, ny = _numbers(inside, 2, "--in", "NX,NY")
    if (x1, y1) == (x2, y2):
        raise ConfigError(f"expected two different points, found {points}", path="--line")
    if (nx, ny) == (0, 0):
        raise ConfigError("expected a direction other than 0,0", path="--in")
    if (x2 - x1) * ny == (y2 - y1) * nx:
        raise ConfigError(f"expected a direction off the line, found {inside} along it", path="--in")
    return Line(id=LINE_ID, start=(x1, y1), end=(x2, y2), inside=(nx, ny), anchor=_anchor(anchor))


def _anchor(text: str) -> Anchor:
    if text not in get_args(Anchor):
        raise ConfigError(f"expected foot or center, found {text}", path="--anchor")
    return cast("Anchor", text)


def _numbers(text: str, n: int, option: str, form: str) -> tuple[float, ...]:
    found = re.fullmatch(",".join([_NUMBER] * n), text)
    if found is None:
        raise ConfigError(f"expected {form} (numbers with commas between), found {text!r}", path=option)
    return tuple(float(number) for number in found.groups())
