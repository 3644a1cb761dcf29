"""Our tracker beside those of the package trackers, on the same detections and the same line counters.

    python -m tests.bench.peers_tracker --truth truth.json --onnx yolo26n.onnx

Needs the extra [peers]. Each clip is detected once, at 10 frames a second; each tracker then follows the same boxes,
and each one's tracks go through our line counter. The fewer ids for the same people, the better they are held; the
time is CPU milliseconds a frame of the tracker alone.
"""

import argparse
import json
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from edge.vision import truth as truth_file
from edge.vision.counting import LineCounter
from edge.vision.decode import read_file
from edge.vision.detections import Crossing, Detections, Track
from edge.vision.detector import load_detector
from edge.vision.matching import Passage, match, tolerance_s
from edge.vision.tracker import Tracker, TrackerSettings
from edge.vision.truth import ClipTruth
from edge.vision.validate import line_of

FPS = 10.0
Update = Callable[[Detections, float], list[Track]]
Seen = list[tuple[int, float, Detections]]  # frame number, seconds, who is in it


@dataclass
class Score:
    """What one tracker did over all clips."""

    true: int = 0
    counted: int = 0
    matched: int = 0
    ids: int = 0
    frames: int = 0
    cpu_s: float = 0.0
    clips: dict[str, str] = field(default_factory=dict)

    def figures(self) -> dict[str, Any]:
        """The score as JSON."""
        return {
            "f1": round(2 * self.matched / max(1, self.true + self.counted), 3),
            "ids": self.ids,
            "tracker_ms": round(1000 * self.cpu_s / max(1, self.frames), 3),
            "in/out": self.clips,
        }


def ours(score: float) -> Update:
    """This project's tracker, with its default settings."""
    return Tracker(TrackerSettings(sure=score)).update


def byte_track(score: float) -> Update:
    """Their ByteTrack, told the same threshold and how long to wait."""
    from trackers import ByteTrackTracker

    return theirs(ByteTrackTracker(frame_rate=FPS, track_activation_threshold=score, high_conf_det_threshold=score))


def oc_sort(score: float) -> Update:
    """Their OC-SORT, told the same threshold."""
    from trackers import OCSORTTracker

    return theirs(OCSORTTracker(frame_rate=FPS, minimum_consecutive_frames=2, high_conf_det_threshold=score))


def theirs(tracker: Any) -> Update:  # noqa: ANN401 - untyped library
    """A tracker of `trackers`, asked like ours."""
    import supervision as sv

    def update(seen: Detections, at: float) -> list[Track]:
        people = sv.Detections(seen.boxes, confidence=seen.scores, class_id=np.zeros(len(seen), dtype=int))
        found = tracker.update(people, timestamp=at)
        rows = zip(found.tracker_id, found.xyxy, found.confidence, strict=True)
        return [Track(int(id_), np.asarray(box, np.float32), float(score), at) for id_, box, score in rows if id_ >= 0]

    return update


TRACKERS: dict[str, Callable[[float], Update]] = {
    "store-edge": ours,
    "trackers ByteTrack": byte_track,
    "trackers OC-SORT": oc_sort,
}


def follow(clip: ClipTruth, seen: Seen, update: Update, score: Score) -> None:
    """Run one tracker over one clip and add what came of it to `score`."""
    counter = LineCounter(line_of(clip).opened((clip.width, clip.height)))
    crossings: list[Crossing] = []
    ids: set[int] = set()
    for frame, at, people in seen:
        began = time.process_time()
        tracks = update(people, at)
        score.cpu_s += time.process_time() - began
        ids |= {track.id for track in tracks}
        crossings += counter.update(tracks, frame, at)
    crossings += counter.finish()
    counted = [Passage(crossing.at, crossing.direction) for crossing in crossings]
    matching = match(clip.passages, counted, tolerance_s(clip.fps, min(clip.fps, FPS), clip.own_tolerance))
    score.true, score.counted = score.true + len(clip.passages), score.counted + len(counted)
    score.matched, score.ids = score.matched + len(matching.pairs), score.ids + len(ids)
    score.frames += len(seen)
    inside = sum(crossing.direction == "in" for crossing in crossings)
    score.clips[clip.file] = f"{inside}/{len(crossings) - inside}"


def main() -> None:
    """Detect each clip once, let every tracker follow it, and print the figures as JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--truth", type=Path, required=True)
    parser.add_argument("--onnx", required=True, help="the detector, for all of them")
    options = parser.parse_args()
    detector = load_detector(options.onnx)
    scores = {name: Score() for name in TRACKERS}
    for clip in truth_file.parse(options.truth.read_bytes(), str(options.truth)).clips:
        if clip.line is None:
            continue
        path = options.truth.parent / clip.file
        seen = [(frame.index, frame.at, detector.detect(frame.image)) for frame in read_file(path, fps=FPS)]
        for name, make in TRACKERS.items():
            follow(clip, seen, make(detector.score), scores[name])
    sys.stdout.write(json.dumps({name: score.figures() for name, score in scores.items()}, indent=1) + "\n")


if __name__ == "__main__":
    main()
