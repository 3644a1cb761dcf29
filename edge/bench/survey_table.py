"""Measures the table of `edge.vision.survey.accuracy`.

    python -m edge.bench.survey_table --clips DIR

The rendered doors and the demo's clip are made smaller, thinned out and counted by the bundled model. What people
hide of each other is measured on simulated doors with ever more people.
"""

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from edge.bench.scenes import STEP_S
from edge.bench.zones import AHEAD, drawn_doors
from edge.events import Direction
from edge.sim.floor.detecting import Detecting, Failings
from edge.sim.floor.doors import DoorDay, door_day
from edge.sim.render.floor_truth import read
from edge.vision import truth as truth_file
from edge.vision.decode import read_file
from edge.vision.detections import Detections, Image, Track
from edge.vision.detector import GREY, load_detector
from edge.vision.line import Line
from edge.vision.matching import Passage, match, tolerance_s
from edge.vision.models import DEFAULT
from edge.vision.sampling import Sampler
from edge.vision.survey.paths import Paths
from edge.vision.survey.proposal import CLEAR
from edge.vision.survey.walks import crossings
from edge.vision.tracker import Tracker, TrackerSettings
from edge.vision.validate import line_of

ENTRANCE = Path(__file__).resolve().parent.parent / "sim" / "clips" / "entrance.json"
SCALES = (1.0, 0.7, 0.5, 0.35, 0.25, 0.18)
RATES = (10.0, 5.0, 2.5, 1.25)
CROWDS = (8.0, 4.0, 2.0, 1.0)
CROWD_S = 600.0
LINE_TOLERANCE_S = 0.7

Frames = Sequence[tuple[float, Detections]]


@dataclass(frozen=True)
class Clip:
    """A clip with lines, and who goes over each."""

    file: Path
    fps: float
    lines: Sequence[tuple[Line, Sequence[Passage]]]


def smaller(image: Image, scale: float) -> Image:
    """The picture shrunk into the upper left of an empty one of the same size: people as from further away."""
    canvas: Image = np.full_like(image, GREY)
    height, width = round(image.shape[0] * scale), round(image.shape[1] * scale)
    canvas[:height, :width] = cv2.resize(image, (width, height), interpolation=cv2.INTER_AREA)
    return canvas


def cells(clip: Clip, scale: float, score: float, seen: Frames, size: tuple[int, int], input_scale: float) -> list[Any]:
    """For each rate and line: pixels that the model has of a person, frames near the line, and how F1 adds up."""
    rows = []
    for fps in RATES:
        sampler, tracker = Sampler(fps), Tracker(TrackerSettings(sure=score))
        paths = Paths(size)
        for at, found in seen:
            if sampler.keep(at):
                paths.add(found, tracker.update(found, at), at)
        for line, truth in clip.lines:
            small = _scaled(line, scale)
            counted = [Passage(one.at, one.direction) for one in crossings(small, paths.frames, size)]
            pairs = match(truth, counted, tolerance_s(clip.fps, min(clip.fps, fps)) + STEP_S).pairs
            height, near = _near(small, paths.frames)
            rows.append([round(height * input_scale), near, fps, len(truth), len(counted), len(pairs)])
    return rows


def _near(line: Line, frames: Sequence[tuple[float, Sequence[Track]]]) -> tuple[float, float]:
    """Of people at a line: their height, and in how many frames each is within half of it; medians."""
    heights: list[float] = []
    counts: dict[int, int] = {}
    for _, tracks in frames:
        for track in tracks:
            foot = ((float(track.box[0]) + float(track.box[2])) / 2, float(track.box[3]))
            height = float(track.box[3] - track.box[1])
            if abs(line.distance(foot)) <= CLEAR * height and line.holds(foot):
                heights.append(height)
                counts[track.id] = counts.get(track.id, 0) + 1
    return (float(np.median(heights)), float(np.median(list(counts.values())))) if heights else (0.0, 0.0)


def _scaled(line: Line, scale: float) -> Line:
    start, end = ((x * scale, y * scale) for x, y in (line.start, line.end))
    return Line(line.id, start, end, line.inside, line.anchor)


def doors(folder: Path) -> Clip:
    """The rendered doors."""
    truth = read(folder, "doors")
    camera = Detecting(AHEAD, Failings(), np.random.default_rng(0))
    passings = DoorDay(truth.walks, truth.seconds).truth()
    lines = []
    for line, _ in drawn_doors(camera).lines:
        ways = [(one.at, "in" if one.inwards else "out") for one in passings if one.door == line.id]
        lines.append((line, [Passage(at, Direction(way)) for at, way in ways]))
    return Clip(folder / "doors.mp4", truth.fps, lines)


def entrance() -> Clip:
    """The demo's clip."""
    (clip,) = truth_file.read(ENTRANCE).clips
    return Clip(ENTRANCE.with_suffix(".mp4"), clip.fps, [(line_of(clip), clip.passages)])


def crowds() -> list[dict[str, float]]:
    """Simulated doors with ever more people: the share of sights partly hidden, and F1."""
    found = []
    for every_s in CROWDS:
        dice = np.random.default_rng([1, round(100 * every_s)])
        day = door_day(CROWD_S, dice, every_s)
        camera = Detecting(AHEAD, Failings(), dice)
        paths, tracker = Paths(camera.frame_size), Tracker()
        for at, people in camera.frames(day.walks, CROWD_S):
            paths.add(people, tracker.update(people, at), at)
        true = counted = matched = 0
        for line, _ in drawn_doors(camera).lines:
            ways = [(one.at, "in" if one.inwards else "out") for one in day.truth() if one.door == line.id]
            truth = [Passage(at, Direction(way)) for at, way in ways]
            got = [Passage(one.at, one.direction) for one in crossings(line, paths.frames, camera.frame_size)]
            true, counted = true + len(truth), counted + len(got)
            matched += len(match(truth, got, LINE_TOLERANCE_S).pairs)
        f1 = 2 * matched / max(1, true + counted)
        found.append({"every_s": every_s, "occlusion": round(paths.occlusion or 0.0, 3), "f1": round(f1, 3)})
    return found


def main() -> None:
    """Print every cell as JSON: [model pixels, frames near, fps, true, counted, matched]."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--clips", type=Path, required=True, help="the folder of rendered scenes")
    options = parser.parse_args()
    detector = load_detector(DEFAULT)
    rows: list[Any] = []
    for clip in (doors(options.clips), entrance()):
        for scale in SCALES:
            seen, size = [], (0, 0)
            for frame in read_file(clip.file):
                size = (frame.image.shape[1], frame.image.shape[0])
                seen.append((frame.at, detector.detect(smaller(frame.image, scale))))
            input_scale = detector.input_size(*size)[0] / size[0]
            rows += cells(clip, scale, detector.score, seen, size, input_scale)
    sys.stdout.write(json.dumps({"cells": rows, "crowds": crowds()}) + "\n")


if __name__ == "__main__":
    main()
