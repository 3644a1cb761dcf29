"""The training's log as a picture."""

import json
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from edge.vision.detections import Image

Values = npt.NDArray[np.float64]

SIZE = (900, 360)
INK, LINES = (40, 40, 40), {"score": (200, 110, 30), "box": (40, 120, 220), "ap50": (60, 160, 60)}
SHARES = {"ap50"}  # drawn from 0 to 1, and not smoothed; the others to their own largest value
MARGIN = 46


def read(log: Path) -> list[dict[str, float]]:
    """The log's rows; a step that an interrupted run has logged twice counts as logged last."""
    steps: dict[float, dict[str, float]] = {}
    for line in log.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        steps[row["step"]] = steps.get(row["step"], {}) | row
    return [row for _, row in sorted(steps.items())]


def draw(rows: list[dict[str, float]]) -> Image:
    """Costs over the steps, each to its own largest value and smoothed over a twentieth of the run, and the exams."""
    width, height = SIZE
    canvas = np.full((height, width, 3), 255, dtype=np.uint8)
    cv2.rectangle(canvas, (MARGIN, 12), (width - 12, height - MARGIN), INK, 1)
    steps = np.array([row["step"] for row in rows], dtype=np.float64)
    for number, (name, colour) in enumerate(LINES.items()):
        told = [(row["step"], row[name]) for row in rows if name in row]
        if not told:
            continue
        at, values = np.array(told, dtype=np.float64).T
        smooth = values if name in SHARES else _smoothed(values)
        xs = MARGIN + at / steps[-1] * (width - 12 - MARGIN)
        ys = height - MARGIN - smooth / (1.0 if name in SHARES else max(smooth.max(), 1e-9)) * (height - MARGIN - 24)
        points = np.stack([xs, ys], axis=1).round().astype(np.int32)
        cv2.polylines(canvas, [points], isClosed=False, color=colour, thickness=2, lineType=cv2.LINE_AA)
        said = f"{name}: {smooth[0]:.2f} to {smooth[-1]:.2f}"
        cv2.putText(canvas, said, (MARGIN + 220 * number, height - 14), cv2.FONT_HERSHEY_SIMPLEX, 0.5, colour, 1)
    cv2.putText(canvas, f"{steps[-1]:.0f} steps", (width - 130, height - 14), cv2.FONT_HERSHEY_SIMPLEX, 0.5, INK, 1)
    return canvas


def _smoothed(values: Values) -> Values:
    window = max(1, len(values) // 20)
    return np.convolve(np.pad(values, (window - 1, 0), "edge"), np.ones(window) / window, "valid")
