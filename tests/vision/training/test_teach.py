import json
from pathlib import Path

import cv2
import numpy as np
import pytest

from edge.errors import SourceError
from edge.vision.detections import Detections
from edge.vision.detector import load_detector
from edge.vision.training.teach import opinion, teach

SEEN, UNSEEN = [10, 10, 30, 60, 1.0, 0.9], [200, 10, 220, 60, 1.0, 0.4]


def test_a_find_over_a_person_is_its_score_and_none_is_nought() -> None:
    found = Detections(np.array([[11, 11, 30, 60], [12, 10, 31, 61]], dtype=np.float32), np.array([0.5, 0.8], "f4"))
    assert [row[6] for row in opinion([SEEN, UNSEEN], found)] == [pytest.approx(0.8), 0.0]
    assert opinion([], found) == []


def test_labels_are_taught_once_and_keep_the_rest(tmp_path: Path) -> None:
    cv2.imwrite(str(tmp_path / "a.jpg"), np.full((120, 240, 3), 90, dtype=np.uint8))
    labels = tmp_path / "00000.jsonl"
    labels.write_text(json.dumps({"file": "a.jpg", "boxes": [SEEN]}) + "\n", encoding="utf-8")
    told: list[int] = []
    teach(tmp_path, load_detector("person"), lambda: told.append(1))
    first = labels.read_bytes()
    assert json.loads(first)["boxes"] == [[*SEEN, 0.0]]
    (tmp_path / "a.jpg").unlink()  # whoever has been taught is not looked at again
    teach(tmp_path, load_detector("person"), lambda: told.append(1))
    assert labels.read_bytes() == first
    assert len(told) == 2


def test_a_missing_picture_is_named(tmp_path: Path) -> None:
    row = {"file": "gone.jpg", "boxes": [SEEN]}
    (tmp_path / "00000.jsonl").write_text(json.dumps(row), encoding="utf-8")
    with pytest.raises(SourceError, match=r"gone\.jpg: expected a picture"):
        teach(tmp_path, load_detector("person"), lambda: None)
