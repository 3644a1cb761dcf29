"""store-edge beside two well-known ways to count people over a line, on one clip: CPU seconds, speed and counts.

    python -m tests.bench.peers_vision --clip vtest.avi --line 300,150,300,575 --onnx yolo26n.onnx --pt yolo26n.pt

Needs the extra [peers]. Each counter runs in a process of its own and they take turns; every frame is analysed. Only
ours reports a direction for certain: the peers' in and out are the two ways over the line as they name them.
"""

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

Counts = dict[str, Any]


def ours(options: argparse.Namespace) -> Counts:
    """This project's pipeline, one inference thread."""
    from edge.events import Direction
    from edge.vision.count import count, parse_line

    result = count(options.clip, parse_line(options.line, options.inside), model=str(options.onnx), fps=None)
    return {"frames": result.analysed, "in": result.total(Direction.IN), "out": result.total(Direction.OUT)}


def object_counter(options: argparse.Namespace) -> Counts:
    """`ultralytics.solutions.ObjectCounter` on the original weights."""
    import cv2
    from ultralytics import solutions

    x1, y1, x2, y2 = (int(float(number)) for number in options.line.split(","))
    counter = solutions.ObjectCounter(
        model=str(options.pt), region=[(x1, y1), (x2, y2)], classes=[0], show=False, verbose=False, imgsz=options.imgsz
    )
    video, frames = cv2.VideoCapture(str(options.clip)), 0
    while (read := video.read())[0]:
        counter(read[1])
        frames += 1
    return {"frames": frames, "in": counter.in_count, "out": counter.out_count}


def supervision(options: argparse.Namespace) -> Counts:
    """supervision's ByteTrack and LineZone on our ONNX Runtime session."""
    import cv2
    import numpy as np
    import supervision as sv

    from edge.vision.detector import load_detector

    x1, y1, x2, y2 = (float(number) for number in options.line.split(","))
    detector, tracker = load_detector(str(options.onnx)), sv.ByteTrack(frame_rate=10)
    zone = sv.LineZone(sv.Point(x1, y1), sv.Point(x2, y2), triggering_anchors=(sv.Position.BOTTOM_CENTER,))
    video, frames = cv2.VideoCapture(str(options.clip)), 0
    while (read := video.read())[0]:
        found = detector.detect(np.asarray(read[1], dtype=np.uint8))
        people = sv.Detections(found.boxes, confidence=found.scores, class_id=np.zeros(len(found), dtype=int))
        zone.trigger(tracker.update_with_detections(people))
        frames += 1
    return {"frames": frames, "in": zone.in_count, "out": zone.out_count}


COUNTERS = {
    "store-edge": ours,
    "ultralytics ObjectCounter": object_counter,
    "supervision ByteTrack + LineZone": supervision,
}


def measure(name: str, options: argparse.Namespace) -> Counts:
    """Run one counter in this process."""
    began = time.perf_counter()
    counts = COUNTERS[name](options)
    used = resource.getrusage(resource.RUSAGE_SELF)
    return counts | {
        "cpu_s": round(used.ru_utime + used.ru_stime, 2),
        "fps": round(counts["frames"] / (time.perf_counter() - began), 1),
        "memory_mb": round(used.ru_maxrss / 1024),
    }


def main() -> None:
    """Take turns, and print the medians as JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--clip", type=Path, required=True)
    parser.add_argument("--line", required=True, metavar="X1,Y1,X2,Y2")
    parser.add_argument("--in", dest="inside", default="-1,0", metavar="NX,NY")
    parser.add_argument("--onnx", type=Path, required=True, help="for ours and supervision")
    parser.add_argument("--pt", type=Path, required=True, help="for ObjectCounter")
    parser.add_argument("--imgsz", type=int, default=640, help="ObjectCounter's input size")
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
            output = subprocess.run(command, check=True, capture_output=True, text=True, env=os.environ).stdout
            results.append(json.loads(output.splitlines()[-1]))
    table = {
        name: results[0]
        | {key: statistics.median(one[key] for one in results) for key in ("cpu_s", "fps", "memory_mb")}
        for name, results in runs.items()
    }
    sys.stdout.write(json.dumps(table, indent=1) + "\n")


if __name__ == "__main__":
    main()
