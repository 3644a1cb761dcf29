"""The three output layouts, recognised and read."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.errors import ModelError
from edge.vision.decode import read_file
from edge.vision.detector import load_detector
from edge.vision.letterbox import fit, input_for
from edge.vision.yolo import Layout, grid_cells, layout_of, people, suppress
from tests import media

SIZE = (416, 416)


@pytest.mark.parametrize(
    ("shape", "layout", "classes"),
    [
        ((1, 84, 8400), Layout.CHANNELS, 80),
        ((1, 5, 2184), Layout.CHANNELS, 1),
        ((1, 84, "anchors"), Layout.CHANNELS, 80),
        ((1, 300, 6), Layout.END_TO_END, None),
        ((1, 3549, 85), Layout.GRID, 80),
    ],
)
def test_layouts_are_told_apart(shape: tuple[int | str, ...], layout: Layout, classes: int | None) -> None:
    assert layout_of(shape, SIZE) == (layout, classes)


@pytest.mark.parametrize("shape", [(1, 1000), (1, 3, 640, 640), (1, 2, 3), ()])
def test_any_other_output_is_refused_with_what_was_found(shape: tuple[int, ...]) -> None:
    with pytest.raises(ModelError, match="expected an output of"):
        layout_of(shape, SIZE)


def test_each_layout_gives_the_same_person() -> None:
    channels = np.zeros((1, 6, 50), dtype=np.float32)
    channels[0, :, 7] = [100, 120, 40, 80, 0.9, 0.1]
    channels[0, :, 8] = [101, 121, 40, 80, 0.8, 0.1]  # the same person again
    end_to_end = np.zeros((1, 300, 6), dtype=np.float32)
    end_to_end[0, 0] = [80, 80, 120, 160, 0.9, 0]
    end_to_end[0, 1] = [80, 80, 120, 160, 0.9, 5]  # something else there
    grid = np.zeros((1, 3549, 85), dtype=np.float32)
    row = int(np.flatnonzero((grid_cells(SIZE) == [12, 15, 8]).all(axis=1))[0])
    grid[0, row, :6] = [0.5, 0.0, np.log(5), np.log(10), 0.9, 1.0]
    for layout, output in ((Layout.CHANNELS, channels), (Layout.END_TO_END, end_to_end), (Layout.GRID, grid)):
        found = people(layout, output, person=0, floor=0.1, size=SIZE, overlap=0.6)
        assert len(found) == 1, layout
        np.testing.assert_allclose(found.boxes[0], [80, 80, 120, 160], atol=1e-3)
        assert found.scores[0] == pytest.approx(0.9)


def test_suppression_keeps_the_best_of_each() -> None:
    boxes = np.asarray([[0, 0, 10, 10], [1, 0, 11, 10], [50, 0, 60, 10]], dtype=np.float32)
    assert suppress(boxes, np.asarray([0.5, 0.9, 0.3], dtype=np.float32), 0.5).tolist() == [1, 2]


@given(st.integers(40, 4000), st.integers(40, 4000), st.booleans())
def test_a_box_comes_back_from_the_letterbox_where_it_was(width: int, height: int, centred: bool) -> None:
    box = fit((width, height), (640, 384), centred=centred)
    assert box.left + box.width <= 640
    assert box.top + box.height <= 384
    whole = np.asarray([[box.left, box.top, box.left + box.width, box.top + box.height]], dtype=np.float32)
    np.testing.assert_allclose(box.restore(whole)[0], [0, 0, width, height], atol=2 + max(width, height) / 200)


def test_an_open_input_takes_the_shape_of_the_picture() -> None:
    assert input_for((768, 576), 416) == (416, 320)
    assert input_for((360, 640), 416) == (256, 416)


@pytest.mark.parametrize("name", ["person", "yolox_nano.onnx"])
def test_people_are_found_in_the_bundled_clip(name: str) -> None:
    model = name if name == "person" else str(media.models(name))
    detector = load_detector(model)
    frames = list(read_file(media.demo("entrance.mp4"), fps=0.5))
    found = [int((detector.detect(frame.image).scores >= detector.score).sum()) for frame in frames]
    assert sum(found) > len(frames)
    assert max(found) <= 6


def test_what_is_no_model_is_refused_in_one_line(tmp_path: Path) -> None:
    empty, text, cut = tmp_path / "empty.onnx", tmp_path / "text.onnx", tmp_path / "cut.onnx"
    empty.touch()
    text.write_text("not a model")
    cut.write_bytes((media.REPO / "edge/vision/models/person.onnx").read_bytes()[:100_000])
    for path in (empty, text, cut, tmp_path / "missing.onnx"):
        with pytest.raises(ModelError) as caught:
            load_detector(str(path))
        assert path.name in str(caught.value)
        assert "\n" not in str(caught.value)
