"""A YOLO model on ONNX Runtime: picture in, people out."""

import ast
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt
import onnxruntime as ort

from edge.config.camera import ProviderName
from edge.errors import ModelError
from edge.vision import yolo
from edge.vision.detections import Detections, Image
from edge.vision.letterbox import Letterbox, fit, input_for
from edge.vision.models import BUNDLED, Bundled
from edge.vision.providers import chosen

FLOOR = 0.1
DEFAULT_SCORE = 0.35
GREY = 114  # what every YOLO was trained to see around the picture
LONG_SIDE = 416  # of the input, where a model leaves it open
# The suppression's overlap: YOLOX's own default, and the one that Ultralytics' people use for crowds.
OVERLAP = {yolo.Layout.GRID: 0.5, yolo.Layout.CHANNELS: 0.6, yolo.Layout.END_TO_END: 1.0}
NCHW = 4
COCO_CLASSES = 80
# What a model that `quantize` made says of itself beside Ultralytics' keys: where the picture lies in its input, and
# the least score that begins a track.
LETTERBOX_KEY, SCORE_KEY = "store_edge_letterbox", "store_edge_score"


@dataclass(frozen=True)
class ModelInfo:
    """What a model says of itself, or its layout does.

    Attributes:
        name: a bundled name, or the file's.
        layout: how it writes its boxes.
        size: width and height of its input; None where it takes any.
        classes: their names by number.
        person: the number of the class that is a person.
        licence: of the weights, as the file states it.
    """

    name: str
    layout: yolo.Layout
    size: tuple[int, int] | None
    classes: dict[int, str]
    person: int
    licence: str


class Detector:
    """One model, loaded. Not for use by two threads at once: the input's buffer is kept.

    Attributes:
        info: what the model is.
        score: the least score that should begin a track.
        centred: whether pictures lie in the middle of the input, or in its top left corner.
        input_name: of the model's input.
    """

    floor = FLOOR

    def __init__(self, session: Any, info: ModelInfo, *, score: float, centred: bool) -> None:  # noqa: ANN401 - untyped library
        self.info = info
        self.score = score
        self._session = session
        self.centred = centred
        self.input_name: str = session.get_inputs()[0].name
        self._blob: npt.NDArray[np.float32] = np.zeros((1, 3, 0, 0), dtype=np.float32)
        self._canvas: Image = np.zeros((0, 0, 3), dtype=np.uint8)

    @property
    def name(self) -> str:
        """The bundled name, or the file's."""
        return self.info.name

    @property
    def layout(self) -> yolo.Layout:
        """How the model writes its boxes."""
        return self.info.layout

    @property
    def licence(self) -> str:
        """Of the weights."""
        return self.info.licence

    def input_size(self, width: int, height: int) -> tuple[int, int]:
        """Width and height of the input that a picture of this size is put into."""
        return self.info.size or input_for((width, height), LONG_SIDE)

    def detect(self, image: Image) -> Detections:
        """Everybody in a picture (height, width, 3) BGR with a score of at least `floor`, in its pixels."""
        blob, box = self._put(image)
        found = yolo.people(
            self.layout,
            self.infer(blob),
            person=self.info.person,
            floor=self.floor,
            size=(blob.shape[3], blob.shape[2]),
            overlap=OVERLAP[self.layout],
        )
        return Detections(box.restore(found.boxes), found.scores)

    def input_of(self, image: Image) -> npt.NDArray[np.float32]:
        """What the model is given for a picture: (1, 3, height, width)."""
        return self._put(image)[0].copy()

    def infer(self, blob: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
        """The model's raw output for an input (1, 3, height, width)."""
        output: npt.NDArray[np.float32] = self._session.run(None, {self.input_name: blob})[0]
        return output

    def _put(self, image: Image) -> tuple[npt.NDArray[np.float32], Letterbox]:
        """The input's buffer with a picture in it, and where it lies."""
        height, width = image.shape[:2]
        size = self.input_size(width, height)
        box = fit((width, height), size, centred=self.centred and self.layout is not yolo.Layout.GRID)
        canvas = self._canvas_of(size)
        inner = canvas[box.top : box.top + box.height, box.left : box.left + box.width]
        canvas[:] = GREY
        cv2.resize(image, (box.width, box.height), dst=inner, interpolation=cv2.INTER_LINEAR)
        return self._fill(canvas), box

    def _canvas_of(self, size: tuple[int, int]) -> Image:
        if self._canvas.shape[:2] != (size[1], size[0]):
            self._canvas = np.zeros((size[1], size[0], 3), dtype=np.uint8)
            self._blob = np.zeros((1, 3, size[1], size[0]), dtype=np.float32)
        return self._canvas

    def _fill(self, canvas: Image) -> npt.NDArray[np.float32]:
        """The canvas as the model wants it: YOLOX takes BGR 0..255, the others RGB 0..1."""
        raw = self.layout is yolo.Layout.GRID
        for channel in range(3):
            plane = canvas[:, :, channel if raw else 2 - channel]
            np.multiply(plane, np.float32(1 if raw else 1 / 255), out=self._blob[0, channel], casting="unsafe")
        return self._blob


def load_detector(model: str, *, threads: int = 1, provider: ProviderName = "cpu") -> Detector:
    """Load a bundled model by name, or an .onnx file by path.

    Args:
        model: the name or path.
        threads: that one inference may use.
        provider: where inference runs.

    Raises:
        ModelError: there is no such model, it is not one we can read, or the provider is not installed.
    """
    bundled = BUNDLED.get(model)
    path = bundled.file if bundled else Path(model)
    session = _open(path, model, threads, provider)
    info = describe(session, model if bundled else path.name, bundled)
    if bundled:
        return Detector(session, info, score=bundled.score, centred=bundled.centred)
    said = session.get_modelmeta().custom_metadata_map
    score, centred = _stated_score(said.get(SCORE_KEY, "")), said.get(LETTERBOX_KEY) != "top-left"
    return Detector(session, info, score=score, centred=centred)


def _stated_score(text: str) -> float:
    """The score that a model states, or the usual one."""
    try:
        score = float(text)
    except ValueError:
        return DEFAULT_SCORE
    return score if 0 < score <= 1 else DEFAULT_SCORE


def _open(path: Path, model: str, threads: int, provider: ProviderName) -> Any:  # noqa: ANN401 - untyped library
    if not path.is_file():
        names = ", ".join(BUNDLED)
        raise ModelError(f"{model}: expected a bundled model ({names}) or an .onnx file, found neither")
    providers = chosen(provider, ort.get_available_providers())
    options = ort.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.execution_mode = ort.ExecutionMode.ORT_SEQUENTIAL
    # Waiting threads would otherwise burn a core that the other cameras need (onnxruntime#3099).
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    options.log_severity_level = 4
    try:
        return ort.InferenceSession(str(path), options, providers=list(providers))
    except Exception as error:  # noqa: BLE001 - the library raises a class of its own for each thing that is wrong
        first = str(error).splitlines()[0]
        raise ModelError(
            f"{path}: expected an ONNX model, found {path.stat().st_size} bytes that are none: {first}"
        ) from None


def describe(session: Any, name: str, bundled: Bundled | None) -> ModelInfo:  # noqa: ANN401 - untyped library
    """What a loaded model is.

    Raises:
        ModelError: it does not take one picture, or its output is none of the three layouts.
    """
    inputs, outputs = session.get_inputs(), session.get_outputs()
    shape = inputs[0].shape if inputs else []
    if len(inputs) != 1 or len(shape) != NCHW or shape[1] != 3 or (isinstance(shape[0], int) and shape[0] != 1):  # noqa: PLR2004 - colours
        found = ", ".join(f"{i.name} {i.shape}" for i in inputs) or "none"
        raise ModelError(f"{name}: expected one input (1, 3, height, width), found {found}")
    if inputs[0].type != "tensor(float)":
        raise ModelError(f"{name}: expected an input of 32-bit floats, found {inputs[0].type}")
    size = _size(name, shape[3], shape[2])
    try:
        layout, classes = yolo.layout_of(outputs[0].shape if outputs else (), size)
    except ModelError as error:
        raise ModelError(f"{name}: {error}") from None
    metadata = session.get_modelmeta().custom_metadata_map
    stated = _stated_names(metadata.get("names", ""))
    # A transposed YOLOv8 of 640×640 has as many rows as a YOLOX: only its class names tell them apart.
    if layout is yolo.Layout.GRID and stated and len(stated) != classes:
        raise ModelError(
            f"{name}: expected (1, N, 5+classes) with {len(stated)} classes, found {outputs[0].shape}; "
            "export a YOLOv8/11 model without transposing its output"
        )
    names = stated or _usual_names(classes)
    person = _person_class(name, names)
    if classes is not None and person >= classes:
        raise ModelError(f"{name}: expected class {person} (person) among its outputs, found {classes} classes")
    licence = bundled.licence if bundled else metadata.get("license", "not stated in the file")
    return ModelInfo(name, layout, size, names, person, licence)


def _size(name: str, width: int | str | None, height: int | str | None) -> tuple[int, int] | None:
    if isinstance(width, int) and isinstance(height, int):
        return width, height
    if isinstance(width, int) or isinstance(height, int):
        raise ModelError(f"{name}: expected an input with both sides fixed or both open, found {width} x {height}")
    return None


def _stated_names(text: str) -> dict[int, str]:
    """The class names in Ultralytics' metadata, a Python dict or list; empty where there are none to be read."""
    try:
        names = ast.literal_eval(text) if text else {}
    except (ValueError, SyntaxError, RecursionError, MemoryError):
        return {}
    pairs = names.items() if isinstance(names, dict) else enumerate(names) if isinstance(names, list) else ()
    return {number: str(word) for number, word in pairs if isinstance(number, int)}


def _usual_names(classes: int | None) -> dict[int, str]:
    """The names of a model that states none: COCO's, or a person detector's."""
    if classes is None or classes == COCO_CLASSES:
        return {0: "person"}  # COCO's first; the others do not matter here
    return {0: "person"} if classes == 1 else {}


def _person_class(name: str, names: dict[int, str]) -> int:
    for number, word in names.items():
        if word.lower() in {"person", "people", "pedestrian", "human"}:
            return number
    raise ModelError(f"{name}: expected a class named person, found {', '.join(names.values()) or 'no class names'}")
