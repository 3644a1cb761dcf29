"""A detector in 8-bit integers: calibrated on the user's own clips, and kept only if it counts as well as before.

Dynamic quantisation is not offered: it takes the ranges of activations from each picture as it comes, which costs time
in every convolution, and ONNX Runtime's own guide gives it to recurrent and transformer models only.
"""

import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from edge.errors import ConfigError, ModelError
from edge.events import Direction
from edge.vision.decode import read_file
from edge.vision.detector import LETTERBOX_KEY, SCORE_KEY, Detector, load_detector
from edge.vision.models import BUNDLED
from edge.vision.static_quantization import Blob, quantize_static
from edge.vision.truth import ClipTruth, Truth, read
from edge.vision.validate import Validation, validate

# Pictures that the ranges are taken from, over all clips.
PICTURES = 200
# F1 may fall by so much, and neither direction's absolute error, over all clips, may grow by more crossings than this.
MOST_F1_LOSS, MOST_WORSE = 0.01, 1

Facts = Mapping[str, Any]


def quantize(
    model: str, truth: Path, out: Path, *, pictures: int = PICTURES, most_f1_loss: float = MOST_F1_LOSS
) -> Facts:
    """Make an INT8 model, hold its counts against the original's, and write it if they are as good.

    Args:
        model: a bundled name, or an .onnx file.
        truth: a truth file beside its clips: calibration takes pictures of all of them, judgement those with a line.
        out: the file to write; untouched where the model is not accepted.
        pictures: to calibrate on, over all clips.
        most_f1_loss: how much lower F1 over all clips may be.

    Returns:
        `accepted`, the figures of both models, and the file's size.

    Raises:
        ConfigError: the truth names no clip that is there.
        ModelError: the package onnx is missing, or the model cannot be quantised.
    """
    told = read(truth)
    clips = [clip for clip in told.clips if (truth.parent / clip.file).is_file()]
    if not any(clip.line is not None and clip.crossings for clip in clips):
        raise ConfigError("expected a clip with a line and crossings to judge by, found none", str(truth))
    _onnx()
    detector = load_detector(model)
    source = BUNDLED[model].file if model in BUNDLED else Path(model)
    with tempfile.TemporaryDirectory(prefix="quantize-") as folder:
        made = Path(folder) / out.name
        inputs = list(_inputs(detector, truth.parent, clips, pictures))
        _quantized(source, made, inputs, detector)
        before, after = (validate(Truth(clips=tuple(clips)), truth.parent, model=one) for one in (model, str(made)))
        verdict = judge(before, after, most_f1_loss)
        if verdict.accepted:
            out.parent.mkdir(parents=True, exist_ok=True)
            shutil.move(made, out)
    sizes = {"bytes_before": source.stat().st_size, "bytes": out.stat().st_size if verdict.accepted else None}
    return {"accepted": verdict.accepted, "why": verdict.why, "pictures": len(inputs), **verdict.figures, **sizes}


@dataclass(frozen=True)
class Verdict:
    """Whether a quantised model counts as well as its original.

    Attributes:
        why: in one line.
        figures: F1 and absolute errors of both.
    """

    accepted: bool
    why: str
    figures: Facts


def judge(before: Validation, after: Validation, most_f1_loss: float = MOST_F1_LOSS) -> Verdict:
    """Hold a quantised model's counts against the original's, over the same clips.

    Args:
        before: the original's.
        after: the quantised one's.
        most_f1_loss: how much lower F1 may be.
    """
    figures: dict[str, Any] = {"f1_before": round(before.both.f1, 4), "f1": round(after.both.f1, 4)}
    why = ""
    if after.both.f1 < before.both.f1 - most_f1_loss:
        why = f"F1 fell from {before.both.f1:.4f} to {after.both.f1:.4f}, by more than {most_f1_loss:g}"
    for way in Direction:
        was, now = before.absolute_error(way), after.absolute_error(way)
        figures |= {f"absolute_error_{way}_before": was, f"absolute_error_{way}": now}
        if now > was + MOST_WORSE:
            why = why or f"the absolute error of {way} grew from {was} to {now} crossings, by more than {MOST_WORSE}"
    return Verdict(not why, why or "it counts as well as the original", figures)


def _inputs(detector: Detector, folder: Path, clips: Sequence[ClipTruth], pictures: int) -> Iterator[Blob]:
    """What the model is given for pictures spread evenly over the clips."""
    each = max(1, pictures // len(clips))
    for clip in clips:
        frames = read_file(folder / clip.file, fps=min(clip.fps, each * clip.fps / max(1, clip.frames)))
        for frame in islice(frames, each):
            yield detector.input_of(frame.image)


def _quantized(source: Path, made: Path, inputs: Sequence[Blob], detector: Detector) -> None:
    """Write the quantised model.

    Raises:
        ModelError: the library cannot quantise this one.
    """
    onnx = _onnx()
    try:
        quantize_static(source, made, detector.input_name, inputs)
        model = onnx.load(made)
        onnx.helper.set_model_props(model, _stated(onnx.load(source), detector))
        onnx.save(model, made)
    except Exception as error:  # whatever the library raises, the user asked for a model and did not get one
        raise ModelError(f"{source}: expected a model that can be quantised, found: {error}") from error


def _stated(source: Any, detector: Detector) -> dict[str, str]:  # noqa: ANN401 - an optional library without types
    """What the model says of itself, and what only our table said of a bundled one."""
    said = {one.key: one.value for one in source.metadata_props}
    ours = {SCORE_KEY: f"{detector.score:g}", LETTERBOX_KEY: "centre" if detector.centred else "top-left"}
    return {"license": detector.licence, "names": repr(detector.info.classes)} | said | ours


def _onnx() -> Any:  # noqa: ANN401 - as above
    try:
        import onnx  # noqa: PLC0415 - only the extra [export] installs it
    except ImportError:
        raise ModelError("quantising needs the package onnx: pip install 'store-edge[export]', or onnx alone") from None
    return onnx
