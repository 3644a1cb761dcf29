"""Hold models against recorded clips.

python -m edge.vision.training.evaluate --clips DIR --boxes FILE person other.onnx

Three questions, all models in one run: how many people of checked pictures are found (AP50), how many true crossings
of the clips are counted with the default tracker, and how long one picture takes on one thread. With --shops DIR a
fourth one: AP50 on the rendered shops of that folder that no training learns from, and finds there that are nobody,
such as mannequins.
"""

import argparse
import json
import statistics
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console
from rich.table import Table

from edge.vision import truth, validate
from edge.vision.decode import read_file
from edge.vision.detections import Detections, Image
from edge.vision.detector import Detector, load_detector
from edge.vision.training.frames import read, split
from edge.vision.training.precision import Marked, average_precision, wrong

BUNDLED_CLIP = Path(__file__).resolve().parents[2] / "sim" / "clips"
ROUNDS = 30


@dataclass(frozen=True)
class Figures:
    """One model's.

    Attributes:
        model: as it was asked for.
        ap50: over all checked pictures together, 0..1; None without any.
        crossings: true ones.
        hits: those counted.
        false: counted ones that did not happen.
        bundled: the bundled clip's in and out, as counted.
        shops: AP50 on held-out rendered shops, 0..1; None without any.
        nobody: finds there that are nobody and would begin a track, for 100 pictures; None without any.
        ms: of one picture on one thread, the model's run alone; the median.
    """

    model: str
    ap50: float | None
    crossings: int
    hits: int
    false: int
    bundled: tuple[int, int]
    shops: float | None
    nobody: float | None
    ms: float


Marks = Sequence[tuple[Image, Marked]]


def marked(path: Path, clips: Path) -> list[tuple[Image, Marked]]:
    """The checked pictures: `{clip: {frame: {"people": boxes, "unsure": boxes}}}`, boxes in the clip's pixels."""
    told: Mapping[str, Mapping[str, Mapping[str, Any]]] = json.loads(path.read_text(encoding="utf-8"))
    out = []
    for clip, frames in told.items():
        for frame in read_file(clips / clip):
            row = frames.get(str(frame.index))
            if row is not None:
                out.append((frame.image.copy(), Marked(_boxes(row["people"]), _boxes(row["unsure"]))))
    return out


def held_out(folder: Path) -> list[tuple[Image, Marked]]:
    """Rendered pictures that no training learns from; who is hardly seen is unsure."""
    return [(one.sample().picture, one.marked()) for one in split(read([folder]))[1]]


def _boxes(rows: Sequence[Sequence[float]]) -> Any:
    return np.asarray(rows, dtype=np.float32).reshape(-1, 4)


def evaluate(model: str, clips: Path, pictures: Marks, shops: Marks, ms: float) -> Figures:
    """One model's figures on the clips beside a truth.json, on rendered shops, and on the bundled clip."""
    detector = load_detector(model)
    recorded = validate.validate(truth.read(clips / "truth.json"), clips, model=model)
    rendered, nobody = _precision(detector, shops)
    ours = validate.validate(truth.read(BUNDLED_CLIP / "entrance.json"), BUNDLED_CLIP, model=model).clips[0].as_json()
    return Figures(
        model=Path(model).name,
        ap50=_precision(detector, pictures)[0],
        crossings=recorded.both.true,
        hits=recorded.both.true - sum(len(clip.missed) for clip in recorded.clips),
        false=sum(len(clip.false) for clip in recorded.clips),
        bundled=(ours["in"], ours["out"]),
        shops=rendered,
        nobody=nobody,
        ms=round(ms, 2),
    )


def _precision(detector: Detector, pictures: Marks) -> tuple[float | None, float | None]:
    """AP50, and finds that are nobody for 100 pictures."""
    if not pictures:
        return None, None
    found: list[Detections] = [detector.detect(image) for image, _ in pictures]
    truths = [one for _, one in pictures]
    nobody = 100 * wrong(found, truths, detector.score) / len(pictures)
    return round(average_precision(found, truths), 4), round(nobody, 1)


def milliseconds(models: Sequence[str], picture: tuple[int, int] = (640, 360)) -> list[float]:
    """The median time of one run of each model, one thread, in turn: a machine that slows down does so for all."""
    loaded: list[tuple[Detector, Any]] = []
    for model in models:
        detector = load_detector(model)
        wide, tall = detector.input_size(*picture)
        loaded.append((detector, np.zeros((1, 3, tall, wide), dtype=np.float32)))
    spent: list[list[float]] = [[] for _ in models]
    for _ in range(ROUNDS):
        for times, (detector, blob) in zip(spent, loaded, strict=True):
            began = time.perf_counter()
            detector.infer(blob)
            times.append((time.perf_counter() - began) * 1000)
    return [statistics.median(times) for times in spent]


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description="Hold person detectors against recorded clips.")
    parser.add_argument("models", nargs="+", help="bundled names or .onnx files")
    parser.add_argument("--clips", type=Path, required=True, help="folder of the clips and their truth.json")
    parser.add_argument("--boxes", type=Path, help="checked boxes of pictures of those clips (JSON)")
    parser.add_argument("--shops", type=Path, help="folder of rendered shops")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    pictures = marked(options.boxes, options.clips) if options.boxes else []
    shops = held_out(options.shops) if options.shops else []
    asked = zip(options.models, milliseconds(options.models), strict=True)
    rows = [evaluate(model, options.clips, pictures, shops, ms) for model, ms in asked]
    if options.json:
        Console().print_json(json.dumps([asdict(row) for row in rows]))
        return
    table = Table("model", "AP50", "crossings", "false", "bundled in/out", "shops' AP50", "nobody", "ms")
    for row in rows:
        ap50, rendered = ("" if one is None else f"{one:.3f}" for one in (row.ap50, row.shops))
        nobody = "" if row.nobody is None else f"{row.nobody:.1f}"
        hits, bundled = f"{row.hits}/{row.crossings}", f"{row.bundled[0]}/{row.bundled[1]}"
        table.add_row(row.model, ap50, hits, str(row.false), bundled, rendered, nobody, f"{row.ms:.1f}")
    Console().print(table)


if __name__ == "__main__":
    main()
