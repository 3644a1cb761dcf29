"""Many cameras on one box: recorded clips played like cameras, each watched by what an agent of its own runs.

Some of them are busy, the others show the same scene without anybody. What each counts is held against the same clip
counted alone, off line, where no picture is missed.
"""

import math
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from edge import sim
from edge.bench.cameras_clips import LEAD_S, Scene, prepare
from edge.bench.cameras_one import Figures, Order
from edge.config.camera import CameraConfig, LineConfig
from edge.errors import ConfigError
from edge.events import Direction
from edge.vision.count import count
from edge.vision.models import DEFAULT

TRUTH = Path(sim.__file__).parent / "clips" / "entrance.json"
HOUR_S = 3600.0


@dataclass(frozen=True)
class Plan:
    """What to play.

    Attributes:
        cameras: how many.
        busy: the share of them that is.
        size: (width, height) of the streams.
        fps: pictures a second of the streams.
        analyse: pictures a second that are analysed, at most.
        model: a bundled name, or an .onnx file.
        gate: with the motion gate.
    """

    cameras: int = 16
    busy: float = 0.34
    size: tuple[int, int] = (640, 360)
    fps: float = 10.0
    analyse: float = 10.0
    model: str = DEFAULT
    gate: bool = True

    @property
    def busy_cameras(self) -> int:
        """How many are busy."""
        return min(self.cameras, math.ceil(self.cameras * self.busy - 1e-9))


def parse_size(text: str) -> tuple[int, int]:
    """Width and height of ``WIDTHxHEIGHT``, both even as H.264's colours need.

    Raises:
        ConfigError: it is none.
    """
    sides = [int(side) for side in text.split("x") if side.isdecimal()]
    if len(sides) == 2 and all(side > 0 and side % 2 == 0 for side in sides):  # noqa: PLR2004 - a picture's sides
        return sides[0], sides[1]
    raise ConfigError(f"expected WIDTHxHEIGHT in even numbers, such as 640x360, found {text}", "--size")


def run(plan: Plan, truth: Path = TRUTH, *, keep: Path | None = None) -> dict[str, Any]:
    """Play all cameras at once, then count each busy clip alone.

    Args:
        plan: what to play.
        truth: a truth file, beside its clips.
        keep: where to leave the prepared clips; None is nowhere.

    Returns:
        One row a camera, and figures over all; `equal` says whether every busy camera counted what its clip gives
        alone.

    Raises:
        ConfigError: no clip has crossings.
        ModelError: the model cannot be used.
    """
    with tempfile.TemporaryDirectory(prefix="store-edge-bench-") as made:
        folder = Path(made) if keep is None else keep
        folder.mkdir(parents=True, exist_ok=True)
        pairs = prepare(truth, folder, plan.size, plan.fps)
        scenes = [pairs[n % len(pairs)][n >= plan.busy_cameras] for n in range(plan.cameras)]
        alone = {pair[0].path: _alone(pair[0], plan) for pair in pairs}
        load_before = os.getloadavg()[0]
        figures = _play(scenes, plan, Path(made) / "outbox.db")
    rows = [_row(one, scene, plan, alone.get(scene.path)) for one, scene in zip(figures, scenes, strict=True)]
    return {"load_before": round(load_before, 2)} | summary(rows) | {"cameras": rows}


def _alone(scene: Scene, plan: Plan) -> tuple[int, int]:
    counted = count(scene.path, scene.line, model=plan.model, fps=plan.analyse, gate=plan.gate)
    return counted.total(Direction.IN), counted.total(Direction.OUT)


def _play(scenes: Sequence[Scene], plan: Plan, outbox: Path) -> list[Figures]:
    """All cameras at once; they begin when the last one is ready."""
    with tempfile.TemporaryFile("w+") as complaints:
        command = [sys.executable, "-m", "edge.bench.cameras_one"]
        pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": complaints}
        children = [subprocess.Popen(command, text=True, **pipes) for _ in scenes]
        try:
            for n, (child, scene) in enumerate(zip(children, scenes, strict=True)):
                order = Order(camera=_camera(n, scene, plan), outbox=str(outbox), lead_s=LEAD_S)
                _write(child, msgspec.json.encode(order).decode())
                _read(child, complaints)
            for child in children:
                _write(child, "go")
            return [msgspec.json.decode(_read(child, complaints), type=Figures) for child in children]
        finally:
            for child in children:
                child.kill()
                child.communicate()


def _camera(number: int, scene: Scene, plan: Plan) -> CameraConfig:
    line = LineConfig(
        id="line", points=(scene.line.start, scene.line.end), inside=scene.line.inside, anchor=scene.line.anchor
    )
    return CameraConfig(
        id=f"camera-{number + 1}",
        url=str(scene.path),
        model=plan.model,
        fps=plan.analyse,
        play="live",
        gate=plan.gate,
        line=(line,),
    )


def _write(child: "subprocess.Popen[str]", text: str) -> None:
    if child.stdin is not None:
        child.stdin.write(text + "\n")
        child.stdin.flush()


def _read(child: "subprocess.Popen[str]", complaints: Any) -> str:  # noqa: ANN401 - a temporary file's wrapper
    line = child.stdout.readline() if child.stdout is not None else ""
    if not line:
        complaints.seek(0)
        raise RuntimeError(f"expected a camera's figures, found that its process ended: {complaints.read()[-2000:]}")
    return str(line)


def _row(one: Figures, scene: Scene, plan: Plan, alone: tuple[int, int] | None) -> dict[str, Any]:
    """One camera's figures; CPU seconds per hour of camera."""
    seconds = scene.seconds - LEAD_S
    due = round(seconds * min(plan.fps, plan.analyse))
    hours = scene.seconds / HOUR_S
    return {
        "id": one.id,
        "busy": scene.busy,
        "taken_fps": round(one.taken / seconds, 2),
        "analysed_fps": round(one.analysed_after_lead / seconds, 2),
        "shed": max(0, due - one.taken),
        "late_p50_s": _quantile(one.late_s, 0.5),
        "late_p95_s": _quantile(one.late_s, 0.95),
        "event_late_p95_s": _quantile(one.event_late_s, 0.95),
        "in": one.in_,
        "out": one.out,
        "alone_in": alone[0] if alone is not None and scene.busy else 0,
        "alone_out": alone[1] if alone is not None and scene.busy else 0,
        "decode_cpu_s_per_h": round(one.decode_cpu_s / hours),
        "gate_cpu_s_per_h": round(one.gate_cpu_s / hours),
        "inference_cpu_s_per_h": round(one.inference_cpu_s / hours),
        "rest_cpu_s_per_h": round(one.rest_cpu_s / hours),
        "memory_mb": round(one.memory_mb),
    }


def _quantile(values: Sequence[float], share: float) -> float | None:
    return round(float(np.quantile(values, share)), 3) if values else None


def summary(rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Figures over all cameras: the worst, sums, and means of the busy and the empty ones."""
    busy, empty = ([row for row in rows if row["busy"] is which] for which in (True, False))
    return {
        "busy_cameras": len(busy),
        "empty_cameras": len(empty),
        "least_taken_fps": min((row["taken_fps"] for row in busy), default=None),
        "shed": sum(row["shed"] for row in rows),
        "worst_late_p95_s": _worst(row["late_p95_s"] for row in rows),
        "worst_event_late_p95_s": _worst(row["event_late_p95_s"] for row in rows),
        "equal": all((row["in"], row["out"]) == (row["alone_in"], row["alone_out"]) for row in rows),
        "cpu_s_per_camera_hour_busy": _cpu(busy),
        "cpu_s_per_camera_hour_empty": _cpu(empty),
        "memory_mb": sum(row["memory_mb"] for row in rows),
    }


def _worst(values: Iterable[float | None]) -> float | None:
    return max((value for value in values if value is not None), default=None)


def _cpu(rows: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    """Mean CPU seconds per camera-hour, by part, and their sum."""
    if not rows:
        return {}
    parts = {
        part: round(sum(row[f"{part}_cpu_s_per_h"] for row in rows) / len(rows))
        for part in ("decode", "gate", "inference", "rest")
    }
    return parts | {"all": sum(parts.values())}
