"""How well the agent measures rendered scenes whose truth is known: the bundled detector on pictures of people.

Rendered people are seen more easily than real ones: the figures say what the whole chain can do on clean pictures.
"""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from edge.bench import scene_health
from edge.bench.floor_score import SHORT_S, score_doors, score_queue, score_zone, watched
from edge.bench.zones import AHEAD, BESIDE, drawn_doors, drawn_queue, drawn_zone
from edge.errors import ConfigError
from edge.sim.floor.browsing import Browsing
from edge.sim.floor.detecting import Detecting, Failings
from edge.sim.floor.doors import DoorDay
from edge.sim.floor.queueing import QueueDay
from edge.sim.render.floor_truth import FloorTruth, read
from edge.vision.decode import read_file
from edge.vision.detections import Detections
from edge.vision.detector import load_detector
from edge.vision.matching import tolerance_s
from edge.vision.models import DEFAULT
from edge.vision.tracker import Tracker, TrackerSettings

FLOORS = ("queue", "browsing", "doors", "loiterer")
# Those that last long enough to be disturbed.
LONG = ("queue", "browsing", "doors")
LOITERED_S = 600.0
# A box's lower edge runs up to half a step ahead of the point on the floor, or behind it.
STEP_S = 0.6

Frames = list[tuple[float, Detections]]


def run(clips: Path, model: str = DEFAULT) -> dict[str, Any]:
    """Render what is missing in a folder, and measure all scenes.

    Args:
        clips: the folder.
        model: a bundled name, or the path of an .onnx file.

    Raises:
        ConfigError: a scene is missing and cannot be rendered here.
        ModelError: the model cannot be used.
    """
    for scene in FLOORS:
        if not (clips / f"{scene}.json").is_file():
            _render(scene, clips)
    figures: dict[str, Any] = {scene: _measured(scene, clips, model) for scene in FLOORS}
    return {**figures, "health": scene_health.run([clips / f"{scene}.mp4" for scene in LONG]), "model": model}


def _render(scene: str, clips: Path) -> None:
    command = [sys.executable, "-m", f"edge.sim.render.scenes.{scene}", "--out", str(clips)]
    # The renderer's libraries talk: standard output is for the figures alone.
    if subprocess.run(command, check=False, stdout=sys.stderr).returncode:
        raise ConfigError(
            f"expected to render {scene}.mp4, and could not; install the extra [render] and an OpenGL driver, "
            "or give a folder with rendered clips",
            "--clips",
        )


def _measured(scene: str, clips: Path, model: str) -> dict[str, Any]:
    truth = read(clips, scene)
    frames, score = detected(clips / f"{scene}.mp4", model)
    figures = _FIGURES[scene](truth, frames, Tracker(TrackerSettings(sure=score)))
    return {**figures, "people": len(truth.people), "seconds": truth.seconds, "fps": truth.fps}


def detected(clip: Path, model: str) -> tuple[Frames, float]:
    """Who is found in every picture of a clip, and the score that may begin a track."""
    detector = load_detector(model)
    return [(frame.at, detector.detect(frame.image)) for frame in read_file(clip)], detector.score


def _queue(truth: FloorTruth, frames: Frames, tracker: Tracker) -> dict[str, Any]:
    drawn, seconds = drawn_queue(_camera("queue")), truth.seconds
    runs = watched(frames, seconds, [(drawn, SHORT_S), (drawn, seconds)], tracker, truth.fps)
    return score_queue(runs, QueueDay(truth.walks, seconds).truth(), seconds)


def _browsing(truth: FloorTruth, frames: Frames, tracker: Tracker) -> dict[str, Any]:
    drawn, seconds = drawn_zone(_camera("browsing")), truth.seconds
    runs = watched(frames, seconds, [(drawn, SHORT_S), (drawn, seconds)], tracker, truth.fps)
    return score_zone(runs, Browsing(truth.walks, seconds).truth())


def _doors(truth: FloorTruth, frames: Frames, tracker: Tracker) -> dict[str, Any]:
    (counted,) = watched(frames, truth.seconds, [(drawn_doors(_camera("doors")), truth.seconds)], tracker, truth.fps)
    return score_doors(counted, DoorDay(truth.walks, truth.seconds).truth(), tolerance_s(truth.fps, truth.fps) + STEP_S)


def _loiterer(truth: FloorTruth, frames: Frames, tracker: Tracker) -> dict[str, Any]:
    """The clip played to and fro for ten minutes: whatever is counted is false."""
    played = list(to_and_fro([found for _, found in frames], truth.fps, LOITERED_S))
    (counted,) = watched(played, LOITERED_S, [(drawn_doors(_camera("doors")), LOITERED_S)], tracker, truth.fps)
    return {"crossings_true": 0, "crossings": len(counted.crossings), "stood_s": LOITERED_S}


def to_and_fro(found: list[Detections], fps: float, seconds: float) -> Iterator[tuple[float, Detections]]:
    """Frames played to the end and back again, for so long."""
    turn = max(1, 2 * (len(found) - 1))
    for n in range(round(seconds * fps)):
        place = n % turn
        yield n / fps, found[place if place < len(found) else turn - place]


def _camera(scene: str) -> Detecting:
    """The camera of a scene, to draw with."""
    return Detecting(BESIDE if scene == "queue" else AHEAD, Failings(), np.random.default_rng(0))


_FIGURES = {"queue": _queue, "browsing": _browsing, "doors": _doors, "loiterer": _loiterer}
