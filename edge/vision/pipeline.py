"""Frames in, crossings out: detector, tracker and line counters in a row."""

from collections.abc import Sequence
from dataclasses import dataclass

from edge.config.camera import ProviderName
from edge.vision.counting import CountingSettings, LineCounter
from edge.vision.detections import Crossing, Detections, Frame, Track
from edge.vision.detector import Detector, load_detector
from edge.vision.line import Line
from edge.vision.tracker import Tracker, TrackerSettings


@dataclass(frozen=True, slots=True, eq=False)
class Step:
    """What came of one frame.

    Attributes:
        anyone: somebody is tracked, or was found with a score that may begin a track.
    """

    frame: Frame
    detections: Detections
    tracks: list[Track]
    crossings: list[Crossing]
    anyone: bool


class Pipeline:
    """Counts the people of one camera over its lines."""

    def __init__(self, detector: Detector, tracker: Tracker, counters: Sequence[LineCounter]) -> None:
        self.detector, self.tracker, self.counters = detector, tracker, tuple(counters)

    def step(self, frame: Frame) -> Step:
        """Take in one frame; frames come in the order of their times."""
        detections = self.detector.detect(frame.image)
        tracks = self.tracker.update(detections, frame.at)
        crossings = [c for counter in self.counters for c in counter.update(tracks, frame.index, frame.at)]
        anyone = bool(tracks) or bool((detections.scores >= self.tracker.settings.sure).any())
        return Step(frame, detections, tracks, crossings, anyone)

    def finish(self) -> list[Crossing]:
        """The video is over: the crossings that only its end settles."""
        return [crossing for counter in self.counters for crossing in counter.finish()]


def open_pipeline(
    model: str,
    lines: Sequence[Line],
    *,
    frame_size: tuple[int, int],
    settings: Sequence[CountingSettings] = (),
    score: float | None = None,
    threads: int = 1,
    provider: ProviderName = "cpu",
) -> Pipeline:
    """The pipeline for a stream.

    Args:
        model: a bundled model's name, or the path of an .onnx file.
        lines: in pixels of the stream.
        frame_size: width and height of the stream; a line that ends at its border goes on beyond it.
        settings: how each line counts, in the order of `lines`; by default all as `CountingSettings()`.
        score: the least score that begins a track; by default the model's own.
        threads: that inference may use.
        provider: where inference runs.

    Raises:
        ModelError: the model or the provider cannot be used.
    """
    detector = load_detector(model, threads=threads, provider=provider)
    tracker = Tracker(TrackerSettings(sure=score if score is not None else detector.score))
    each = settings or [CountingSettings()] * len(lines)
    counters = [LineCounter(line.opened(frame_size), how) for line, how in zip(lines, each, strict=True)]
    return Pipeline(detector, tracker, counters)
