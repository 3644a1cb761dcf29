"""What a model file says of itself, and a picture's way in and its people's way out."""

from dataclasses import dataclass, field

import cv2
import numpy as np
import numpy.typing as npt
import pytest

from edge.errors import ModelError
from edge.vision.decode import read_file
from edge.vision.detector import DEFAULT_SCORE, Detector, ModelInfo, describe, load_detector
from edge.vision.yolo import Layout
from tests import media

FLOATS = "tensor(float)"
Shape = list[int | str]


@dataclass
class Tensor:
    """One input or output of a model."""

    shape: Shape
    type: str = FLOATS
    name: str = "images"


@dataclass
class Metadata:
    custom_metadata_map: dict[str, str]


@dataclass
class Session:
    """A model that says what it is told to, and remembers what it was fed."""

    inputs: list[Tensor]
    outputs: list[Tensor]
    metadata: dict[str, str] = field(default_factory=dict)
    answer: npt.NDArray[np.float32] = field(default_factory=lambda: np.zeros((1, 300, 6), dtype=np.float32))
    fed: list[npt.NDArray[np.float32]] = field(default_factory=list)

    def get_inputs(self) -> list[Tensor]:
        return self.inputs

    def get_outputs(self) -> list[Tensor]:
        return self.outputs

    def get_modelmeta(self) -> Metadata:
        return Metadata(self.metadata)

    def run(self, _names: None, feed: dict[str, npt.NDArray[np.float32]]) -> list[npt.NDArray[np.float32]]:
        self.fed.append(feed["images"].copy())
        return [self.answer]


def described(output: Shape, *, size: Shape | None = None, names: str = "", kind: str = FLOATS) -> ModelInfo:
    session = Session([Tensor(size or [1, 3, 640, 640], kind)], [Tensor(output)], {"names": names} if names else {})
    return describe(session, "door.onnx", None)


def names_of(number: int) -> str:
    return str({i: "person" if i == 0 else f"thing {i}" for i in range(number)})


def test_the_metadata_names_the_person() -> None:
    assert described([1, 6, 8400], names="{0: 'trolley', 1: 'Person'}").person == 1
    assert described([1, 6, 8400], names="['trolley', 'person']").person == 1


@pytest.mark.parametrize("names", ["", "no dict", "(" * 5000, "{'person': 0}", "{(1, 2): 'person'}", "7"])
def test_without_names_that_can_be_read_coco_is_taken_for_granted(names: str) -> None:
    assert described([1, 84, 8400], names=names).person == 0


def test_names_are_read_and_never_run() -> None:
    assert described([1, 84, 8400], names="__import__('os').abort()").person == 0


def test_open_sides_leave_the_size_to_the_picture() -> None:
    info = described([1, 84, "anchors"], size=["batch", 3, "height", "width"])
    assert (info.size, info.layout) == (None, Layout.CHANNELS)


def test_a_small_yolox_of_one_class_is_not_taken_for_end_to_end() -> None:
    assert described([1, 840, 6], size=[1, 3, 160, 256]).layout is Layout.GRID
    assert described([1, 300, 6], size=[1, 3, 160, 256]).layout is Layout.END_TO_END


@pytest.mark.parametrize(
    ("output", "size", "names", "kind", "said"),
    [
        ([4, 84, 8400], [4, 3, 640, 640], "", FLOATS, r"one input \(1, 3, height, width\), found images \[4, 3"),
        ([1, 84, 8400], [1, 640, 640, 3], "", FLOATS, r"one input \(1, 3, height, width\), found images \[1, 640"),
        ([1, 84, 8400], None, "", "tensor(float16)", r"32-bit floats, found tensor\(float16\)"),
        ([1, 84, "n"], [1, 3, "height", 640], "", FLOATS, "both sides fixed or both open, found 640 x height"),
        ([1, 25200, 85], None, "", FLOATS, r"found \(1, 25200, 85\)"),
        ([1, 8400, 84], None, names_of(80), FLOATS, "without transposing"),
        ([1, 6, 8400], None, "{90: 'person'}", FLOATS, "found 2 classes"),
        ([1, 5, 8400], None, "{0: 'head'}", FLOATS, "a class named person, found head"),
    ],
)
def test_what_cannot_be_read_is_refused_with_what_was_found(
    output: Shape, size: Shape | None, names: str, kind: str, said: str
) -> None:
    with pytest.raises(ModelError, match=said) as caught:
        described(output, size=size, names=names, kind=kind)
    assert "door.onnx" in str(caught.value)


def test_two_inputs_or_no_output_are_refused() -> None:
    picture = Tensor([1, 3, 640, 640])
    with pytest.raises(ModelError, match="one input"):
        describe(Session([picture, picture], [Tensor([1, 84, 8400])]), "door.onnx", None)
    with pytest.raises(ModelError, match="expected an output of"):
        describe(Session([picture], []), "door.onnx", None)


@pytest.mark.parametrize(
    ("layout", "output", "size", "left", "top", "colour"),
    [
        (Layout.END_TO_END, [1, 300, 6], (64, 64), 0, 16, [1.0, 128 / 255, 0.0]),
        (Layout.GRID, [1, 84, 85], (64, 64), 0, 0, [0.0, 128.0, 255.0]),
    ],
)
def test_a_picture_is_fed_as_each_layout_was_trained(
    layout: Layout, output: Shape, size: tuple[int, int], left: int, top: int, colour: list[float]
) -> None:
    answer = np.zeros([int(axis) for axis in output], dtype=np.float32)
    session = Session([Tensor([1, 3, *size])], [Tensor(output)], answer=answer)
    detector = Detector(session, describe(session, "door.onnx", None), score=DEFAULT_SCORE, centred=True)
    assert detector.layout is layout
    detector.detect(np.full((100, 200, 3), (0, 128, 255), dtype=np.uint8))  # BGR
    (blob,) = session.fed
    np.testing.assert_allclose(
        blob[0, :, top : top + 32, left:], np.broadcast_to(np.reshape(colour, (3, 1, 1)), (3, 32, 64))
    )
    grey = 114 if layout is Layout.GRID else 114 / 255
    np.testing.assert_allclose(blob[0, :, top + 32 :], np.float32(grey))
    np.testing.assert_allclose(blob[0, :, :top], np.float32(grey))


def test_boxes_come_back_in_the_picture_s_pixels_and_inside_it() -> None:
    answer = np.zeros((1, 300, 6), dtype=np.float32)
    answer[0, 0] = [10, 20, 20, 40, 0.9, 0]
    answer[0, 1] = [-5, 0, 80, 90, 0.8, 0]
    session = Session([Tensor([1, 3, 64, 64])], [Tensor([1, 300, 6])], answer=answer)
    detector = Detector(session, describe(session, "door.onnx", None), score=DEFAULT_SCORE, centred=True)
    found = detector.detect(np.zeros((128, 256, 3), dtype=np.uint8))  # a quarter of the size, 16 rows down
    np.testing.assert_allclose(found.boxes, [[40, 16, 80, 96], [0, 0, 256, 128]])


def test_a_camera_that_changes_its_picture_s_shape_is_followed() -> None:
    detector = load_detector("person")
    picture = next(iter(read_file(media.demo("entrance.mp4"), fps=0.5))).image
    first = detector.detect(picture)
    detector.detect(np.zeros((100, 900, 3), dtype=np.uint8))
    again = detector.detect(picture)
    np.testing.assert_array_equal(first.boxes, again.boxes)


def test_a_larger_picture_of_the_same_scene_shows_the_same_people() -> None:
    detector = load_detector("person")
    pictures = [frame.image for frame in read_file(media.demo("entrance.mp4"), fps=0.25)]
    sure = 0
    for picture in pictures:
        small = detector.detect(picture)
        large = detector.detect(np.asarray(cv2.resize(picture, None, fx=2, fy=2), dtype=np.uint8))
        for box in small.boxes[small.scores >= 0.6]:
            sure += 1
            assert np.abs(large.boxes / 2 - box).max(axis=1).min() < 8
    assert sure > 5
