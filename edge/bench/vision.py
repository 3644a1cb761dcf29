"""How fast the vision pipeline is, and how much of its time is not decoding or inference.

Each part runs over the same frames of the same clip, several times in turn, and the medians are compared: a machine
whose speed drifts drifts for all.
"""

import statistics
import time
from collections.abc import Callable, Iterator, Mapping
from itertools import takewhile
from pathlib import Path
from typing import Any

import numpy as np

from edge.vision.counting import CountingSettings, LineCounter
from edge.vision.decode import describe, open_source, read_file
from edge.vision.detections import Detections, Frame
from edge.vision.detector import load_detector
from edge.vision.line import Line
from edge.vision.models import DEFAULT
from edge.vision.pipeline import Pipeline
from edge.vision.tracker import Tracker, TrackerSettings

CLIP = Path(__file__).resolve().parent.parent / "sim" / "clips" / "entrance.mp4"
ROUNDS = 3
# Of the clip, at most: its pictures are kept in memory for inference alone (1 MB each, or more).
SECONDS = 20.0
PEOPLE, TRACKED_FRAMES = 30, 300


def run(
    clip: Path = CLIP, model: str = DEFAULT, *, rounds: int = ROUNDS, seconds: float = SECONDS
) -> Mapping[str, Any]:
    """Measure decoding alone, inference alone, and the whole pipeline; CPU seconds, one inference thread.

    Args:
        clip: a video file.
        model: a bundled name, or an .onnx file.
        rounds: how often each part runs; the medians are taken.
        seconds: how much of the clip, from its beginning.

    Returns:
        `pipeline_fps`, `decode_fps`, `inference_fps` (frames per second), `overhead_ratio` (decoding alone plus
        inference alone over the whole pipeline, in CPU seconds), `tracker_ms_30` (one update with 30 people).
    """
    with open_source(str(clip)) as container:
        info = describe(container, str(clip))

    def read() -> Iterator[Frame]:
        return takewhile(lambda frame: frame.at < seconds, read_file(clip))

    frames = list(read())
    line = Line("line", (0, info.height / 2), (info.width, info.height / 2), (0, 1))

    def decode() -> None:
        for _ in read():
            pass

    def infer() -> None:
        for frame in frames:
            detector.detect(frame.image)

    def whole() -> None:
        counter = LineCounter(line.opened((info.width, info.height)), CountingSettings())
        counting = Pipeline(detector, Tracker(TrackerSettings(sure=detector.score)), [counter])
        for frame in read():
            counting.step(frame)

    detector = load_detector(model)
    detector.detect(frames[0].image)
    parts: dict[str, Callable[[], None]] = {"decode": decode, "inference": infer, "pipeline": whole}
    spent: dict[str, list[tuple[float, float]]] = {name: [] for name in parts}
    for _ in range(rounds):
        for name, part in parts.items():
            spent[name].append(_timed(part))
    cpu = {name: statistics.median(one[0] for one in times) for name, times in spent.items()}
    wall = {name: statistics.median(one[1] for one in times) for name, times in spent.items()}
    return {
        "clip": clip.name,
        "model": detector.name,
        "frames": len(frames),
        "pipeline_fps": round(len(frames) / wall["pipeline"], 1),
        "decode_fps": round(len(frames) / wall["decode"], 1),
        "inference_fps": round(len(frames) / wall["inference"], 1),
        "pipeline_cpu_s": round(cpu["pipeline"], 2),
        "overhead_ratio": round((cpu["decode"] + cpu["inference"]) / cpu["pipeline"], 3),
        "tracker_ms_30": round(tracker_ms(), 3),
    }


def tracker_ms(people: int = PEOPLE) -> float:
    """Milliseconds of one tracker update with so many people who walk to and fro, at 10 frames a second."""
    crowd = [_crowd(people, index) for index in range(TRACKED_FRAMES)]
    tracker = Tracker()
    cpu_s, _ = _timed(lambda: [tracker.update(found.found, found.frame.at) for found in crowd])
    return cpu_s / TRACKED_FRAMES * 1000


class _Seen:
    """A frame that needs no picture, and who is in it."""

    def __init__(self, found: Detections, frame: Frame) -> None:
        self.found, self.frame = found, frame


def _crowd(people: int, index: int) -> _Seen:
    dice = np.random.default_rng(index)
    number = np.arange(people)
    x = 60 * (number % 10) + 30 * np.sin(0.1 * index + number) + dice.normal(0, 1, people)
    y = 100 * (number // 10) + dice.normal(0, 1, people)
    boxes = np.stack([x, y, x + 35, y + 90], axis=1).astype(np.float32)
    found = Detections(boxes, dice.uniform(0.3, 0.95, people).astype(np.float32))
    return _Seen(found, Frame(np.zeros((0, 0, 3), dtype=np.uint8), index, index / 10))


def _timed(work: Callable[[], object]) -> tuple[float, float]:
    """CPU seconds and wall seconds of one piece of work."""
    cpu, wall = time.process_time(), time.perf_counter()
    work()
    return time.process_time() - cpu, time.perf_counter() - wall
