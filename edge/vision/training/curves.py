"""The training's log as a picture."""

import json
from pathlib import Path

import cv2
import numpy as np

from edge.vision.detections import Image

SIZE = (900, 360)
INK, LINES = (40, 40, 40), {"score": (200, 110, 30), "box": (40, 120, 220)}
MARGIN = 46


def read(log: Path) -> list[dict[str, float]]:
    """The log's rows; a step that an interrupted run has logged twice counts as logged last."""
    rows = (json.loads(line) for line in log.read_text(encoding="utf-8").splitlines())
    return [row for _, row in sorted({row["step"]: row for row in rows}.items())]


def draw(rows: list[dict[str, float]]) -> Image:
    """Both costs over the steps, each scaled to its own largest value; smoothed over a twentieth of the run."""
    width, height = SIZE
    canvas = np.full((height, width, 3), 255, dtype=np.uint8)
    cv2.rectangle(canvas, (MARGIN, 12), (width - 12, height - MARGIN), INK, 1)
    steps = np.array([row["step"] for row in rows], dtype=np.float64)
    for number, (name, colour) in enumerate(LINES.items()):
        values = np.array([row[name] for row in rows], dtype=np.float64)
        window = max(1, len(values) // 20)
        smooth = np.convolve(np.pad(values, (window - 1, 0), "edge"), np.ones(window) / window, "valid")
        xs = MARGIN + steps / steps[-1] * (width - 12 - MARGIN)
        ys = height - MARGIN - smooth / max(smooth.max(), 1e-9) * (height - MARGIN - 24)
        points = np.stack([xs, ys], axis=1).round().astype(np.int32)
        cv2.polylines(canvas, [points], isClosed=False, color=colour, thickness=2, lineType=cv2.LINE_AA)
        said = f"{name}: {smooth[0]:.2f} to {smooth[-1]:.2f}"
        cv2.putText(canvas, said, (MARGIN + 240 * number, height - 14), cv2.FONT_HERSHEY_SIMPLEX, 0.5, colour, 1)
    cv2.putText(canvas, f"{steps[-1]:.0f} steps", (width - 130, height - 14), cv2.FONT_HERSHEY_SIMPLEX, 0.5, INK, 1)
    return canvas
