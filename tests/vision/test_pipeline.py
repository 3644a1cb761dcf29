"""The stages in a row: what the detector sees comes out as crossings."""

import numpy as np
import pytest

from edge.errors import ModelError
from edge.events import Direction
from edge.vision.counting import CountingSettings, LineCounter
from edge.vision.decode import read_file
from edge.vision.detections import Detections, Frame, Image
from edge.vision.detector import Detector
from edge.vision.line import Line
from edge.vision.pipeline import Pipeline, open_pipeline
from edge.vision.tracker import Tracker
from tests import media

DOOR = Line("door", (0, 100), (400, 100), (0, 1))
GATE = Line("gate", (0, 150), (400, 150), (0, -1))


class OnePerson(Detector):
    """Sees a person with feet at the height that the picture's first pixel names; nobody when it is 0."""

    def __init__(self) -> None:  # no session: nothing is inferred
        pass

    def detect(self, image: Image) -> Detections:
        foot = float(image[0, 0, 0])
        boxes = [[180, foot - 80, 220, foot]] if foot else []
        return Detections(
            np.asarray(boxes, dtype=np.float32).reshape(-1, 4), np.full(len(boxes), 0.9, dtype=np.float32)
        )


def frames(*feet: int) -> list[Frame]:
    return [Frame(np.full((2, 2, 3), foot, dtype=np.uint8), 3 * n, n / 10) for n, foot in enumerate(feet)]


def test_one_walk_over_two_lines_is_a_crossing_of_each() -> None:
    pipeline = Pipeline(OnePerson(), Tracker(), [LineCounter(DOOR), LineCounter(GATE)])
    steps = [pipeline.step(frame) for frame in frames(*range(60, 220, 8), 214, 214, 214)]
    crossings = [crossing for step in steps for crossing in step.crossings] + pipeline.finish()
    assert [(c.line, c.direction) for c in crossings] == [("door", Direction.IN), ("gate", Direction.OUT)]
    assert all(crossing.frame % 3 == 0 for crossing in crossings), "the decoder's numbers, not our own"
    assert [len(step.detections) for step in steps] == [1] * len(steps)
    assert len(steps[-1].tracks) == 1


def test_the_end_of_the_video_settles_who_had_just_passed() -> None:
    pipeline = Pipeline(OnePerson(), Tracker(), [LineCounter(DOOR)])
    steps = [pipeline.step(frame) for frame in frames(*range(50, 108, 8))]
    assert not any(step.crossings for step in steps)
    assert [crossing.direction for crossing in pipeline.finish()] == [Direction.IN]


def test_no_frames_are_no_crossings() -> None:
    pipeline = Pipeline(OnePerson(), Tracker(), [LineCounter(DOOR)])
    assert pipeline.step(frames(0)[0]).tracks == []
    assert pipeline.finish() == []


def test_a_stream_is_opened_with_its_lines_settings_and_score() -> None:
    to_border = Line("l", (200, 50), (200, 478), (1, 0))
    wide = CountingSettings(band_px=40.0)
    pipeline = open_pipeline("person", [to_border, DOOR], frame_size=(640, 480), settings=[wide, wide], score=0.6)
    assert pipeline.tracker.settings.sure == 0.6
    assert pipeline.counters[0].line.holds((200, 700))
    assert all(counter.settings.band_px == 40.0 for counter in pipeline.counters)
    assert open_pipeline("person", [], frame_size=(640, 480)).tracker.settings.sure == pipeline.detector.score


def test_an_unknown_model_is_refused() -> None:
    with pytest.raises(ModelError, match="no-such-model"):
        open_pipeline("no-such-model", [DOOR], frame_size=(640, 480))


def test_the_bundled_clip_begins_with_one_in_and_one_out() -> None:
    line = Line("door", (198, 191), (471, 180), (0.04, 1))
    pipeline, crossings = open_pipeline("person", [line], frame_size=(640, 360)), []
    for frame in read_file(media.demo("entrance.mp4")):
        if frame.index == 100:
            break
        crossings += pipeline.step(frame).crossings
    assert [crossing.direction for crossing in crossings] == [Direction.IN, Direction.OUT]
    assert [abs(crossing.frame - true) <= 5 for crossing, true in zip(crossings, (42, 69), strict=True)] == [True] * 2
