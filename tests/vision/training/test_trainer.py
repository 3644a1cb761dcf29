"""Training in the small: who learns what, what it costs, and that a run that stopped goes on the same."""

import dataclasses
import json
from pathlib import Path

import cv2
import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="torch is not installed: pip install 'store-edge[train]'")

from edge.errors import ConfigError, SourceError  # noqa: E402 - after the check for torch
from edge.vision.detector import load_detector  # noqa: E402
from edge.vision.training import curves, export  # noqa: E402
from edge.vision.training.assignment import assign, overlaps  # noqa: E402
from edge.vision.training.augment import Sample, Strength  # noqa: E402
from edge.vision.training.batch import Batch, collate  # noqa: E402
from edge.vision.training.frames import Labelled, read  # noqa: E402
from edge.vision.training.loss import complete_iou, loss  # noqa: E402
from edge.vision.training.network import Exported, PersonNet, cells, corners  # noqa: E402
from edge.vision.training.trainer import LOG, Phase, Plan, Trainer  # noqa: E402

SMALL = (Phase(1.0, (64, 64), 2, Strength(0.5, 1.0)),)


def test_a_person_is_learnt_by_cells_within_and_nobody_by_none() -> None:
    centres, strides = cells(64, 64)
    boxes = torch.cat([centres - strides[:, None], centres + strides[:, None]], 1)[None]
    people, there = torch.tensor([[[10.0, 10.0, 40.0, 50.0], [0, 0, 0, 0]]]), torch.tensor([[True, False]])
    out = assign(torch.zeros(1, len(centres)), boxes, centres, people, there)
    taken = centres[out.taken[0]]
    assert len(taken) > 0
    assert ((taken > 10) & (taken < 50)).all()
    assert (out.owner[out.taken] == 0).all()
    assert (out.target[~out.taken] == 0).all()
    none = assign(torch.zeros(1, len(centres)), boxes, centres, people, torch.zeros(1, 2, dtype=torch.bool))
    assert not none.taken.any()


def test_a_person_no_cell_overlaps_takes_the_nearest() -> None:
    centres, _ = cells(64, 64)
    boxes = torch.zeros(1, len(centres), 4)
    out = assign(
        torch.zeros(1, len(centres)), boxes, centres, torch.tensor([[[18.0, 18.0, 22.0, 22.0]]]), torch.tensor([[True]])
    )
    assert int(out.taken.sum()) == 1


def test_equal_boxes_overlap_fully_and_apart_not_at_all() -> None:
    a, b = torch.tensor([[0.0, 0.0, 10.0, 10.0]]), torch.tensor([[20.0, 0.0, 30.0, 10.0]])
    assert float(overlaps(a, a)) == pytest.approx(1.0)
    assert float(overlaps(a, b)) == 0.0
    assert float(complete_iou(a, a)) == pytest.approx(1.0, abs=1e-5)
    assert float(complete_iou(a, b)) < 0.0


def batch(**changes: object) -> Batch:
    boxes = np.array([[10, 10, 40, 50, 1.0]], dtype=np.float32)
    made = collate([Sample(np.full((64, 64, 3), 90, dtype=np.uint8), boxes, np.ones(1, dtype=np.bool_))])
    return dataclasses.replace(made, **changes)


def test_a_surer_right_answer_costs_less() -> None:
    grid = cells(64, 64)
    one = batch()
    wrong = torch.full((1, len(grid[0])), 0.0)
    sides = torch.ones(1, len(grid[0]), 4)
    found = assign(wrong, corners(sides, *grid), grid[0], one.people, one.there)
    better = torch.where(found.taken, 2.0, -6.0)
    assert loss(better, sides, grid, one)[0] < loss(wrong, sides, grid, one)[0]


def test_where_it_is_unsure_a_find_costs_nothing() -> None:
    grid = cells(64, 64)
    none = torch.zeros(1, 1, dtype=torch.bool)
    loud, quiet = (torch.full((1, len(grid[0])), value) for value in (4.0, -9.0))
    sides = torch.ones(1, len(grid[0]), 4)
    everywhere = torch.tensor([[[-1.0, -1.0, 65.0, 65.0]]])
    known = batch(there=none)
    unsure = batch(there=none, unsure=everywhere, unsure_there=torch.ones(1, 1, dtype=torch.bool))
    assert loss(loud, sides, grid, unsure)[0] < loss(quiet, sides, grid, known)[0] + 0.1
    assert loss(loud, sides, grid, known)[0] > 100


def test_the_exported_output_has_the_detectors_layout() -> None:
    out = Exported(PersonNet().eval(), (96, 64)).eval()(torch.zeros(1, 3, 64, 96))
    assert out.shape == (1, 5, 12 * 8 + 6 * 4 + 3 * 2)
    assert ((out[:, 4] >= 0) & (out[:, 4] <= 1)).all()


def test_the_network_keeps_to_two_million_parameters() -> None:
    assert sum(one.numel() for one in PersonNet().parameters()) <= 2_000_000


@pytest.fixture
def pictures(tmp_path: Path) -> list[Labelled]:
    folder = tmp_path / "frames"
    folder.mkdir()
    rng = np.random.default_rng(1)
    rows = []
    for number in range(3):
        cv2.imwrite(str(folder / f"{number}.png"), rng.integers(0, 255, (80, 80, 3), dtype=np.uint8))
        rows.append({"file": f"{number}.png", "boxes": [[10, 10, 40, 60, 1.0, 0.9]]})
    (folder / "00000.jsonl").write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    return read([folder])


def test_a_run_that_stopped_ends_like_one_that_did_not(tmp_path: Path, pictures: list[Labelled]) -> None:
    torch.set_num_threads(1)
    plan = Plan(4, phases=SMALL, workers=0, checkpoint_steps=2)
    whole = Trainer(plan, tmp_path / "whole")
    whole.run(pictures)
    Trainer(plan, tmp_path / "parts").run(pictures, until=2)
    parts = Trainer(plan, tmp_path / "parts")
    assert parts.resume() == 2
    parts.run(pictures)
    for name, value in whole.average.state_dict().items():
        assert torch.equal(value, parts.average.state_dict()[name]), name


def test_a_run_of_another_length_is_refused(tmp_path: Path, pictures: list[Labelled]) -> None:
    Trainer(Plan(2, phases=SMALL, workers=0), tmp_path).run(pictures, until=1)
    with pytest.raises(ConfigError, match="steps 3 and seed 3, found a run of 2"):
        Trainer(Plan(3, phases=SMALL, workers=0), tmp_path).resume()


def test_a_folder_without_pictures_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="expected rendered pictures"):
        read([tmp_path])


def test_the_log_becomes_a_picture_with_all_lines(tmp_path: Path) -> None:
    rows = [{"step": step, "score": 9 / step, "box": 1.0} for step in (20, 40, 40, 60)]
    rows += [{"step": step, "ap50": step / 100} for step in (40, 60)]
    (tmp_path / LOG).write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    kept = curves.read(tmp_path / LOG)
    assert [row["step"] for row in kept] == [20, 40, 60]
    assert kept[1] == {"step": 40, "score": 9 / 40, "box": 1.0, "ap50": 0.4}
    drawn = curves.draw(kept)
    for colour in curves.LINES.values():
        assert (drawn == colour).all(axis=2).any()


@pytest.mark.slow
def test_int8_answers_like_fp32(tmp_path: Path) -> None:
    pytest.importorskip("onnx", reason="onnx is not installed: pip install 'store-edge[train]'")
    torch.manual_seed(1)
    size, rng = (96, 64), np.random.default_rng(2)
    some = [rng.integers(0, 255, (64, 96, 3), dtype=np.uint8) for _ in range(8)]
    export.write(PersonNet().eval(), tmp_path / "a.onnx", size, "Apache-2.0")
    export.quantise(tmp_path / "a.onnx", tmp_path / "b.onnx", some, size)
    fp32, int8 = (load_detector(str(tmp_path / name)) for name in ("a.onnx", "b.onnx"))
    assert fp32.licence == "Apache-2.0"
    assert (fp32.centred, fp32.score) == (False, 0.35)
    assert (int8.centred, int8.score) == (False, 0.35)
    blob = export.blob(some[0], size)
    assert np.abs(fp32.infer(blob) - int8.infer(blob))[:, :4].mean() < 2.0
    assert np.abs(fp32.infer(blob) - int8.infer(blob))[:, 4].max() < 0.05


def test_the_step_length_rises_and_falls_in_every_round() -> None:
    plan, begin = Plan(9_600), 0
    rates = [plan.rate_at(step) for step in range(plan.steps)]
    for one in plan.rounds:
        end = round(one.until * plan.steps)
        assert max(rates[begin:end]) == pytest.approx(plan.rate * one.rate, rel=0.02)
        assert rates[begin] < 0.02 * plan.rate
        assert rates[end - 1] < 0.03 * plan.rate
        begin = end
    assert begin == plan.steps
