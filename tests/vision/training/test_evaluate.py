"""Evaluation: checked pictures are taken from their clips, and only shops that no training learns from are asked."""

import json
from pathlib import Path

import cv2
import numpy as np
import pytest

from edge.vision.decode import read_file
from edge.vision.training import evaluate
from edge.vision.training.frames import HELD_OUT, read, split

CLIP = evaluate.BUNDLED_CLIP / "entrance.mp4"


def test_a_checked_picture_is_the_frame_of_its_number(tmp_path: Path) -> None:
    told = {CLIP.name: {"5": {"people": [[1, 2, 30, 40]], "unsure": []}}}
    (tmp_path / "boxes.json").write_text(json.dumps(told), encoding="utf-8")
    [(picture, marks)] = evaluate.marked(tmp_path / "boxes.json", CLIP.parent)
    wanted = next(frame.image.copy() for frame in read_file(CLIP) if frame.index == 5)
    assert np.array_equal(picture, wanted)
    assert marks.people.tolist() == [[1, 2, 30, 40]]
    assert marks.unsure.shape == (0, 4)


def test_held_out_shops_are_those_that_training_leaves_aside(tmp_path: Path) -> None:
    for shop in range(3 * HELD_OUT):
        name = f"{shop:05d}_0.jpg"
        cv2.imwrite(str(tmp_path / name), np.full((20, 30, 3), shop, dtype=np.uint8))
        # The second is hardly in view: finding it or not is both right.
        boxes = [[0, 0, 10, 18, 1.0, 1.0], [12, 0, 20, 18, 0.05, 1.0]]
        row = {"file": name, "boxes": boxes}
        (tmp_path / f"{shop:05d}.jsonl").write_text(json.dumps(row) + "\n", encoding="utf-8")
    asked = evaluate.held_out(tmp_path)
    learnt, aside = split(read([tmp_path]))
    assert len(learnt) + len(asked) == 3 * HELD_OUT
    assert 0 < len(asked) == len(aside) < HELD_OUT
    assert [marks.people.tolist() for _, marks in asked] == [[[0, 0, 10, 18]]] * len(asked)
    assert [marks.unsure.tolist() for _, marks in asked] == [[[12, 0, 20, 18]]] * len(asked)


def test_each_model_is_timed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(evaluate, "ROUNDS", 1)
    assert all(ms > 0 for ms in evaluate.milliseconds(["person", "person-int8"]))
