"""The truth of a rendered clip: every step over the counting line, and everybody's visible box."""

import hashlib
import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from edge.sim.render.camera import Camera
from edge.sim.render.renderer import Renderer
from edge.sim.render.scene import Scene
from edge.sim.render.walking import Walker


def crossings(
    scene: Scene, walkers: Sequence[Walker], camera: Camera
) -> tuple[list[list[int]], list[float], list[dict[str, Any]]]:
    """Line in pixels, its in-normal, and each step of a ground point over the line."""
    ends = [[round(v) for v in camera.pixel(*point)] for point in scene.line]
    (x0, y0), (x1, y1) = ends
    length = math.hypot(x1 - x0, y1 - y0)
    normal = [-(y1 - y0) / length, (x1 - x0) / length]
    inside = camera.pixel(0.0, scene.line[0][1] - 1.0)
    if (inside[0] - x0) * normal[0] + (inside[1] - y0) * normal[1] < 0:
        normal = [-normal[0], -normal[1]]
    found = []
    for walker in walkers:
        before: float | None = None
        for frame in range(scene.frames):
            t = frame / scene.fps
            if not walker.present(t):
                before = None
                continue
            u, v = camera.pixel(*walker.at(t))
            along = ((u - x0) * (x1 - x0) + (v - y0) * (y1 - y0)) / length**2
            side = (u - x0) * normal[0] + (v - y0) * normal[1]
            if before is not None and (before < 0) != (side < 0) and 0 <= along <= 1:
                found.append({"frame": frame, "direction": "in" if side >= 0 else "out", "note": walker.person.name})
            before = side
    found.sort(key=lambda c: c["frame"])
    return ends, [round(v, 4) for v in normal], found


def truth(scene: Scene, path: Path, walkers: Sequence[Walker], camera: Camera) -> dict[str, Any]:
    """The content of truth.json."""
    ends, normal, found = crossings(scene, walkers, camera)
    data = path.read_bytes()
    return {
        "made_by": f"edge.sim.render.scenes.{scene.name}",
        "frame_index": "0-based, in decode order (OpenCV)",
        "pixel_origin": "top left",
        "note": "normal points in the in direction; crossing = the person's point on the floor, projected into "
        "the picture, moves over the segment",
        "clips": [
            {
                "file": path.name,
                "sha256": hashlib.sha256(data).hexdigest(),
                "bytes": len(data),
                "width": camera.width,
                "height": camera.height,
                "fps": float(scene.fps),
                "frames": scene.frames,
                "source": "rendered by edge.sim.render, no recorded footage",
                "licence": "the project's own; body shapes from MakeHuman data (CC0)",
                "line": ends,
                "anchor": "foot: bottom-centre of the person box",
                "in_direction": {
                    "words": "'in' = from the door towards the camera (y rising)",
                    "normal": normal,
                },
                "crossings": found,
                "not_counted": [w.person.name for w in walkers if w.person.name not in {c["note"] for c in found}],
                "how_verified": "known by construction; the frame is the first one past the line",
                "doubtful": [],
                "total_in": sum(c["direction"] == "in" for c in found),
                "total_out": sum(c["direction"] == "out" for c in found),
                "frame_tolerance": 6,  # a box bottom runs up to half a step ahead of or behind the ground point
            }
        ],
    }


def boxes_of(renderer: Renderer, walkers: Sequence[Walker], poses: Sequence[Any]) -> list[dict[str, Any]]:
    """Visible box per person, the share in view and the share not hidden by others."""
    scene = renderer.labels(walkers, poses)
    out = []
    for i, (walker, pose) in enumerate(zip(walkers, poses, strict=True)):
        seen = scene == i + 1
        alone = renderer.labels([walker], [pose], room=False) > 0
        wide = renderer.labels([walker], [pose], widen=2.0, room=False) > 0
        if not seen.any():
            continue
        ys, xs = np.nonzero(seen)
        out.append(
            {
                "name": walker.person.name,
                "box": [int(xs.min()), int(ys.min()), int(xs.max()) + 1, int(ys.max()) + 1],
                "in_view": round(float(min(1.0, alone.sum() / max(1, 4 * wide.sum()))), 3),
                "visible": round(float(seen.sum() / max(1, alone.sum())), 3),
            }
        )
    return out
