"""store-edge beside well-known ways to count people over a line, on one clip: CPU seconds, speed and counts.

    python -m tests.bench.peers_vision --clip vtest.avi --line 300,150,300,575 --onnx person-int8 --pt yolo26n.pt

Needs the extra [peers]. Each counter runs in a process of its own and they take turns; every frame is analysed. Only
ours reports a direction for certain: the peers' in and out are the two ways over the line as they name them. What a
counter needs to start (imports, loading the model) is measured apart from the frames. supervision brings no detector:
it is measured with the one that its guides take, and with ours.

The same input for all is an .onnx of 416x320 and `--imgsz 416` on a clip of 768x576; ObjectCounter's own is 640.
"""

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

Counts = dict[str, Any]
MEASURED = ("start_cpu_s", "cpu_s", "cpu_ms_per_frame", "fps", "memory_mb")
# Called when a counter has started and its first frame is next.
Began = Callable[[], None]
Image = npt.NDArray[np.uint8]
Found = Any  # supervision's Detections


def ours(options: argparse.Namespace, began: Began) -> Counts:
    """This project's pipeline, one inference thread."""
    from edge.events import Direction
    from edge.vision.count import parse_line
    from edge.vision.decode import probe, read_file
    from edge.vision.pipeline import open_pipeline

    info = probe(str(options.clip))
    line = parse_line(options.line, options.inside)
    pipeline = open_pipeline(str(options.onnx), [line], frame_size=(info.width, info.height))
    crossings, frames = [], 0
    began()
    for frame in read_file(options.clip):
        crossings += pipeline.step(frame).crossings
        frames += 1
    crossings += pipeline.finish()
    inside = sum(crossing.direction is Direction.IN for crossing in crossings)
    return {"frames": frames, "in": inside, "out": len(crossings) - inside}


def object_counter(options: argparse.Namespace, began: Began) -> Counts:
    """`ultralytics.solutions.ObjectCounter` on the original weights."""
    import cv2
    from ultralytics import solutions

    x1, y1, x2, y2 = (int(float(number)) for number in options.line.split(","))
    counter = solutions.ObjectCounter(
        model=str(options.pt), region=[(x1, y1), (x2, y2)], classes=[0], show=False, verbose=False, imgsz=options.imgsz
    )
    video, frames = cv2.VideoCapture(str(options.clip)), 0
    began()
    while (read := video.read())[0]:
        counter(read[1])
        frames += 1
    return {"frames": frames, "in": counter.in_count, "out": counter.out_count}


def with_our_detector(options: argparse.Namespace, began: Began) -> Counts:
    """supervision and trackers on our ONNX Runtime session."""
    import supervision as sv

    from edge.vision.detector import load_detector

    detector = load_detector(str(options.onnx))

    def people(image: Image) -> Found:
        found = detector.detect(image)
        return sv.Detections(found.boxes, confidence=found.scores, class_id=np.zeros(len(found), dtype=int))

    return _supervision(options, people, began)


def with_ultralytics(options: argparse.Namespace, began: Began) -> Counts:
    """supervision and trackers on ultralytics' own inference of the original weights, as supervision's guides do."""
    import supervision as sv
    from ultralytics import YOLO

    model = YOLO(str(options.pt))

    def people(image: Image) -> Found:
        return sv.Detections.from_ultralytics(model(image, classes=[0], imgsz=options.imgsz, verbose=False)[0])

    return _supervision(options, people, began)


def _supervision(options: argparse.Namespace, people: Callable[[Image], Found], began: Began) -> Counts:
    """supervision's LineZone, with the ByteTrack of its sister package trackers, on anybody's detections."""
    import cv2
    import supervision as sv
    from trackers import ByteTrackTracker

    x1, y1, x2, y2 = (float(number) for number in options.line.split(","))
    video, frames = cv2.VideoCapture(str(options.clip)), 0
    tracker = ByteTrackTracker(frame_rate=video.get(cv2.CAP_PROP_FPS))
    zone = sv.LineZone(sv.Point(x1, y1), sv.Point(x2, y2), triggering_anchors=(sv.Position.BOTTOM_CENTER,))
    began()
    while (read := video.read())[0]:
        tracked = tracker.update(people(np.asarray(read[1], dtype=np.uint8)))
        zone.trigger(tracked[tracked.tracker_id != UNCONFIRMED])
        frames += 1
    return {"frames": frames, "in": zone.in_count, "out": zone.out_count}


COUNTERS = {
    "store-edge": ours,
    "ultralytics ObjectCounter": object_counter,
    "ultralytics YOLO + trackers ByteTrack + supervision LineZone": with_ultralytics,
    "our detector + trackers ByteTrack + supervision LineZone": with_our_detector,
}
# The id that trackers gives to whom it does not follow yet.
UNCONFIRMED = -1


def measure(name: str, options: argparse.Namespace) -> Counts:
    """Run one counter in this process."""
    start: list[tuple[float, float]] = []
    counts = COUNTERS[name](options, lambda: start.append((time.process_time(), time.perf_counter())))
    cpu_s, wall_s = (now - then for now, then in zip((time.process_time(), time.perf_counter()), start[0], strict=True))
    return counts | {
        "start_cpu_s": round(start[0][0], 2),
        "cpu_s": round(cpu_s, 2),
        "cpu_ms_per_frame": round(cpu_s / counts["frames"] * 1000, 1),
        "fps": round(counts["frames"] / wall_s, 1),
        "memory_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
    }


def main() -> None:
    """Take turns, and print the medians as JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--clip", type=Path, required=True)
    parser.add_argument("--line", required=True, metavar="X1,Y1,X2,Y2")
    parser.add_argument("--in", dest="inside", default="-1,0", metavar="NX,NY")
    parser.add_argument("--onnx", required=True, help="for ours and supervision: a bundled name or a file")
    parser.add_argument("--pt", type=Path, required=True, help="for ultralytics")
    parser.add_argument("--imgsz", type=int, default=640, help="ultralytics' input size")
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--one", choices=list(COUNTERS), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        sys.stdout.write("\n" + json.dumps(measure(options.one, options)) + "\n")
        return
    runs: dict[str, list[Counts]] = {name: [] for name in COUNTERS}
    for _ in range(options.rounds):
        for name, results in runs.items():
            command = [sys.executable, "-m", "tests.bench.peers_vision", *sys.argv[1:], "--one", name]
            # What it complains of goes to our own standard error: a counter that fails should say why.
            output = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, env=os.environ).stdout
            results.append(json.loads(output.splitlines()[-1]))
    table = {
        name: results[0] | {key: statistics.median(one[key] for one in results) for key in MEASURED}
        for name, results in runs.items()
    }
    sys.stdout.write(json.dumps(table, indent=1) + "\n")


if __name__ == "__main__":
    main()
