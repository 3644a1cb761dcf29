"""Examining a network: held out by shop, and asked what it finds."""

import json
from pathlib import Path

import cv2
import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="torch is not installed: pip install 'store-edge[train]'")

from edge.vision.training.exam import Exam  # noqa: E402 - after the check for torch
from edge.vision.training.frames import Labelled, read, split  # noqa: E402
from edge.vision.training.network import PersonNet  # noqa: E402

NOBODY = np.zeros((0, 7), dtype=np.float32)


def test_all_views_of_a_shop_go_the_same_way_and_few_shops_are_held_out() -> None:
    pictures = [Labelled(Path(f"{shop:05d}_{view}.jpg"), NOBODY) for shop in range(500) for view in range(3)]
    learnt, asked = split(pictures)
    shops = [{one.file.stem[:5] for one in part} for part in (learnt, asked)]
    assert not shops[0] & shops[1]
    assert len(learnt) + len(asked) == len(pictures)
    assert 5 <= len(shops[1]) <= 50


def test_what_is_held_out_does_not_depend_on_how_many_there_are() -> None:
    pictures = [Labelled(Path(f"{shop:05d}_0.jpg"), NOBODY) for shop in range(300)]
    assert split(pictures[:100])[1] == [one for one in split(pictures)[1] if int(one.file.stem[:5]) < 100]


def test_a_network_of_random_weights_finds_hardly_anybody(tmp_path: Path) -> None:
    torch.manual_seed(1)
    cv2.imwrite(str(tmp_path / "1_0.png"), np.full((90, 120, 3), 80, dtype=np.uint8))
    row = {"file": "1_0.png", "boxes": [[10, 10, 40, 60, 1.0, 0.9], [60, 10, 90, 60, 1.0, 0.05]]}
    (tmp_path / "1.jsonl").write_text(json.dumps(row), encoding="utf-8")
    exam = Exam(read([tmp_path]), (96, 64))
    assert len(exam) == 1
    assert exam.ap50(PersonNet().eval()) < 0.5


def test_a_box_where_somebody_is_counts_as_found(tmp_path: Path) -> None:
    cv2.imwrite(str(tmp_path / "1_0.png"), np.full((64, 96, 3), 80, dtype=np.uint8))
    row = {"file": "1_0.png", "boxes": [[24, 24, 72, 64, 1.0, 0.9]]}
    (tmp_path / "1.jsonl").write_text(json.dumps(row), encoding="utf-8")
    network = PersonNet().eval()
    with torch.no_grad():
        for heads, (weight, bias) in ((network.score, (0.0, -9.0)), (network.sides, (0.0, 0.0))):
            for head in heads:
                head[1].weight.fill_(weight)
                head[1].bias.fill_(bias)
        # All six cells of the coarsest level are sure of a box 24 px to each side; the one at 48, 48 is right.
        network.score[2][1].bias.fill_(3.0)
        network.sides[2][1].bias.fill_(float(np.log(np.expm1(0.75))))
    exam = Exam(read([tmp_path]), (96, 64))
    assert exam.ap50(network) >= 1 / 6
    assert (exam.misses(network, 0.5)[:64, :96] != 80).any()
