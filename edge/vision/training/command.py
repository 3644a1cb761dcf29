"""The command line: render what is missing, train or go on training, export, quantise."""

import argparse
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
import torch
from rich.console import Console
from rich.progress import Progress

from edge.errors import StoreEdgeError
from edge.vision.detector import load_detector
from edge.vision.training import curves, export
from edge.vision.training.exam import Exam
from edge.vision.training.frames import Labelled, read, split
from edge.vision.training.teach import teach
from edge.vision.training.trainer import LOG, Plan, Trainer

SIZES = ((416, 256), (640, 384))
CALIBRATION = 200  # pictures
LICENCE = "Apache-2.0"


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description="Train the person detector; a run that stopped goes on.")
    parser.add_argument("--out", type=Path, required=True, help="folder for frames, checkpoint, log and models")
    parser.add_argument("--pictures", type=Path, nargs="*", help="labelled folders to take instead of rendering")
    parser.add_argument("--frames", type=int, default=16_000, help="to render")
    parser.add_argument("--teacher", help="a detector (.onnx) whose scores soften the targets")
    parser.add_argument("--steps", type=int, default=9_600)
    parser.add_argument("--seed", type=int, default=3)
    parser.add_argument("--threads", type=int, default=torch.get_num_threads())
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    torch.set_flush_denormal(True)
    try:
        folders = options.pictures or [_rendered(options.out / "frames", options.frames)]
        if options.teacher:
            _taught(folders, options.teacher)
        _train(Plan(options.steps, seed=options.seed), options.out, read(folders))
    except StoreEdgeError as error:
        parser.exit(2, f"{error}\n")


def _rendered(folder: Path, frames: int) -> Path:
    """Render what is missing, in a process of its own: the renderer is a layer above this one."""
    command = [sys.executable, "-m", "edge.sim.render.shops", "--out", str(folder), "--frames", str(frames)]
    subprocess.run(command, check=True)
    return folder


def _taught(folders: Sequence[Path], teacher: str) -> None:
    detector = load_detector(teacher)
    with Progress() as bar:
        for folder in folders:
            task = bar.add_task("teacher", total=sum(1 for _ in folder.glob("*.jsonl")))
            teach(folder, detector, lambda task=task: bar.advance(task))  # type: ignore[misc] # a task's number


def _train(plan: Plan, out: Path, labelled: Sequence[Labelled]) -> None:
    pictures, held_out = split(labelled)
    exam = Exam(held_out)
    trainer = Trainer(plan, out)
    behind = trainer.resume()
    parameters = sum(one.numel() for one in trainer.network.parameters())
    Console().print(f"{len(pictures)} pictures to learn from, {len(exam)} for exams, {parameters} parameters")
    with Progress() as bar:
        task = bar.add_task("steps", total=plan.steps, completed=behind)
        trainer.run(pictures, exam=exam, told=lambda step: bar.update(task, completed=step))
    if (out / LOG).is_file():
        cv2.imwrite(str(out / "curves.png"), curves.draw(curves.read(out / LOG)))
    dice = np.random.default_rng(plan.seed)
    some = dice.choice(len(pictures), min(CALIBRATION, len(pictures)), replace=False)
    calibration = [pictures[int(one)].sample().picture for one in some]
    score = exam.score(trainer.average)
    cv2.imwrite(str(out / "misses.png"), exam.misses(trainer.average, score))
    for size in SIZES:
        name = f"person-{size[0]}x{size[1]}"
        export.write(trainer.average, out / f"{name}.onnx", size, LICENCE, score=score)
        export.quantise(out / f"{name}.onnx", out / f"{name}-int8.onnx", calibration, size)
        Console().print(f"wrote {name}.onnx and {name}-int8.onnx to {out}")
