"""List, check and export detector models: what `store-edge model` does."""

import re
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from edge.clock import Clock, SystemClock
from edge.errors import ConfigError, ModelError
from edge.vision.association import assign, overlap
from edge.vision.decode import read_file
from edge.vision.detections import Detections, Image
from edge.vision.detector import OVERLAP, Detector, load_detector
from edge.vision.letterbox import STRIDE
from edge.vision.models import BUNDLED

CLIP = Path(__file__).resolve().parent.parent / "sim" / "clips" / "entrance.mp4"
# Pictures of the bundled clip that a check looks at: one in every two seconds.
CHECK_FPS = 0.5
WARM_UP, TIMED = 3, 30
# An exported model says the same as the original if sure boxes (of at least SURE) agree this far.
SURE, LEAST_OVERLAP, MOST_SCORE_OFF = 0.4, 0.9, 0.05

Facts = Mapping[str, Any]


def list_models() -> Sequence[Facts]:
    """The bundled models: name, licence, what to know."""
    return [
        {"name": name, "licence": model.licence, "note": model.note, "file": model.file.name}
        for name, model in BUNDLED.items()
    ]


def check(model: str, *, clock: Clock | None = None) -> Facts:
    """What a model is, and how long it takes for one picture on one thread.

    Raises:
        ModelError: it cannot be used.
    """
    detector = load_detector(model)
    pictures = [frame.image for frame in read_file(CLIP, fps=CHECK_FPS)]
    info = detector.info
    return {
        "model": info.name,
        "layout": info.layout.value,
        "input": _size_text(info.size),
        "classes": len(info.classes) or "not stated",
        "person_class": info.person,
        "licence": info.licence,
        "latency_ms": round(_latency_ms(detector, pictures[0], clock or SystemClock()), 2),
        "people_found": sum(int((detector.detect(picture).scores >= detector.score).sum()) for picture in pictures),
        "pictures": len(pictures),
    }


def _size_text(size: tuple[int, int] | None) -> str:
    return f"{size[0]}x{size[1]}" if size else "any"


def _latency_ms(detector: Detector, picture: Image, clock: Clock) -> float:
    times = []
    for _ in range(WARM_UP + TIMED):
        began = clock.monotonic_s()
        detector.detect(picture)
        times.append(clock.monotonic_s() - began)
    return float(np.median(times[WARM_UP:])) * 1000


def export(name: str, *, imgsz: str, out: Path, dynamic: bool = False) -> Facts:
    """Export a YOLO model to ONNX through ultralytics, and check it against the original.

    Args:
        name: a name that ultralytics knows (``yolo26n``), or a local .pt file.
        imgsz: width and height of the input, ``640x384``: multiples of 32.
        out: a folder, or the ONNX file to write; untouched if the export fails or says something else.
        dynamic: leave the input's sides open, for cameras of several shapes.

    Raises:
        ConfigError: `imgsz` is none.
        ModelError: ultralytics is not installed, the model cannot be had, or the export says something else.
    """
    width, height = _size(imgsz)
    yolo = _ultralytics()
    source = Path(name if name.endswith(".pt") else f"{name}.pt")
    target = out if out.suffix == ".onnx" else out / f"{source.stem}-{'dynamic' if dynamic else imgsz}.onnx"
    with tempfile.TemporaryDirectory(prefix="export-") as folder:
        local = Path(folder) / source.name
        if source.is_file():
            shutil.copyfile(source, local)
        try:
            original = yolo(str(local if source.is_file() else source))
            made = original.export(format="onnx", imgsz=(height, width), dynamic=dynamic, simplify=True, nms=False)
        except Exception as error:  # whatever the exporter raises, the user asked for a model and did not get one
            raise ModelError(f"{name}: expected a model that ultralytics can export, found: {error}") from error
        exported = load_detector(str(made))
        agreement = _compare(original, exported)
        if not agreement["agrees"]:
            raise ModelError(f"{name}: expected an export that says the same as the original, found {agreement}")
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.move(made, target)
    return {"file": str(target), "licence": exported.licence, **agreement}


def _size(text: str) -> tuple[int, int]:
    sides = re.fullmatch(r"([0-9]{1,5})x([0-9]{1,5})", text)
    width, height = (int(sides[1]), int(sides[2])) if sides else (0, 0)
    if not width or not height or width % STRIDE or height % STRIDE:
        raise ConfigError(f"expected WIDTHxHEIGHT in multiples of 32, such as 640x384, found {text}", "--imgsz")
    return width, height


def _ultralytics() -> Any:  # noqa: ANN401 - an optional library without types
    try:
        from ultralytics import YOLO  # noqa: PLC0415 - only the extra [export] installs it
    except ImportError:
        raise ModelError("exporting needs the extra [export]: pip install 'store-edge[export]' (AGPL-3.0)") from None
    return YOLO


def _compare(original: Any, exported: Detector) -> dict[str, Any]:  # noqa: ANN401 - as above
    """How far the original and its export agree on real and rendered pictures, put into the same input."""
    pictures = [frame.image for frame in read_file(CLIP, fps=CHECK_FPS)] + _assets()
    boxes, worst_overlap, worst_score, missing = 0, 1.0, 0.0, 0
    for picture in pictures:
        ours = exported.detect(picture)
        width, height = exported.input_size(picture.shape[1], picture.shape[0])
        # Without rect=False ultralytics pads the original's picture less than an export of fixed size can.
        raw = original.predict(
            picture,
            imgsz=(height, width),
            rect=False,
            conf=exported.floor,
            iou=OVERLAP[exported.layout],
            classes=[exported.info.person],
            verbose=False,
        )[0].boxes
        theirs = Detections(raw.xyxy.cpu().numpy(), raw.conf.cpu().numpy())
        sure = np.flatnonzero(theirs.scores >= SURE)
        pairs = assign(overlap(theirs.boxes[sure], ours.boxes), LEAST_OVERLAP) if len(ours) else []
        boxes, missing = boxes + len(sure), missing + len(sure) - len(pairs)
        for i, j in pairs:
            shared = float(overlap(theirs.boxes[sure[i]][None], ours.boxes[j][None])[0, 0])
            worst_overlap = min(worst_overlap, shared)
            worst_score = max(worst_score, abs(float(theirs.scores[sure[i]] - ours.scores[j])))
    return {
        "pictures": len(pictures),
        "boxes": boxes,
        "missing": missing,
        "least_overlap": round(worst_overlap, 3),
        "most_score_difference": round(worst_score, 3),
        "agrees": boxes > 0 and missing == 0 and worst_score <= MOST_SCORE_OFF,
    }


def _assets() -> list[Image]:
    """The photographs that come with ultralytics."""
    from ultralytics.utils import ASSETS  # noqa: PLC0415 - only the extra [export] installs it

    found = [cv2.imread(str(path)) for path in sorted(Path(ASSETS).glob("*.jpg"))]
    return [np.asarray(image, dtype=np.uint8) for image in found if image is not None]
