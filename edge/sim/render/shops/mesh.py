"""Triangles of a room: position, normal, colour and surface kind per vertex."""

from collections.abc import Sequence

import numpy as np

from edge.sim.render.geometry import Array, Colour, Matrix

# Surface kinds of the fragment shader.
PLAIN, TILES, CONCRETE, WOOD, CARPET, METAL, PRODUCT, POSTER, SHINE, BRICK, SPECKLE, LEAF = range(12)

_SIDES = np.array(
    [
        [(0, 0, 0), (1, 0, 0), (1, 0, 1), (0, 0, 1)],
        [(1, 1, 0), (0, 1, 0), (0, 1, 1), (1, 1, 1)],
        [(0, 1, 0), (0, 0, 0), (0, 0, 1), (0, 1, 1)],
        [(1, 0, 0), (1, 1, 0), (1, 1, 1), (1, 0, 1)],
        [(0, 0, 1), (1, 0, 1), (1, 1, 1), (0, 1, 1)],
    ],
    dtype=np.float32,
)
_NORMALS = np.array([(0, -1, 0), (0, 1, 0), (-1, 0, 0), (1, 0, 0), (0, 0, 1)], dtype=np.float32)
_FAN = (0, 1, 2, 0, 2, 3)


class Mesh:
    """A heap of boxes, quads and round things."""

    def __init__(self) -> None:
        self._parts: list[Array] = []

    def triangles(self, corners: Array, normals: Array, colour: Colour, kind: int) -> None:
        """Add triangles: corners and normals (3 N, 3)."""
        paint = np.broadcast_to(np.array([*colour, kind], dtype=np.float32), (len(corners), 4))
        self._parts.append(np.concatenate([corners, normals, paint], axis=1).astype(np.float32))

    def box(self, low: Sequence[float], high: Sequence[float], colour: Colour, kind: int = PLAIN) -> None:
        """Add a box without its underside."""
        start, end = np.asarray(low, dtype=np.float32), np.asarray(high, dtype=np.float32)
        corners = (start + _SIDES * (end - start))[:, _FAN].reshape(-1, 3)
        self.triangles(corners, np.repeat(_NORMALS, 6, axis=0), colour, kind)

    def quad(self, corners: Sequence[Sequence[float]], colour: Colour, kind: int = PLAIN) -> None:
        """Add a flat four-sided face, corners anticlockwise as seen."""
        points = np.asarray(corners, dtype=np.float32)
        normal = np.cross(points[1] - points[0], points[2] - points[0])
        normal = normal / max(1e-9, float(np.linalg.norm(normal)))
        self.triangles(points[list(_FAN)], np.tile(normal, (6, 1)), colour, kind)

    def ellipsoid(
        self,
        centre: Sequence[float] | Array | Matrix,
        radii: Sequence[float],
        colour: Colour,
        kind: int = PLAIN,
        low: float = -1.0,
    ) -> None:
        """Add an ellipsoid, or the part of it above `low` (-1 is all, 0 the upper half)."""
        heights = np.linspace(np.arcsin(low), np.pi / 2, 7)
        round_ = np.linspace(0, 2 * np.pi, 13)
        v, u = np.meshgrid(heights, round_, indexing="ij")
        unit = np.stack([np.cos(v) * np.cos(u), np.cos(v) * np.sin(u), np.sin(v)], axis=-1).astype(np.float32)
        a, b, c, d = unit[:-1, :-1], unit[:-1, 1:], unit[1:, 1:], unit[1:, :-1]
        ball = np.stack([a, b, c, a, c, d], axis=2).reshape(-1, 3)
        size = np.asarray(radii, dtype=np.float32)
        normals = ball / size
        normals /= np.maximum(np.linalg.norm(normals, axis=1, keepdims=True), 1e-9)
        self.triangles(ball * size + np.asarray(centre, dtype=np.float32), normals, colour, kind)

    def add(self, other: "Mesh", turn: Array, at: Sequence[float]) -> None:
        """Add another mesh, turned and moved."""
        for part in other._parts:  # noqa: SLF001 - of our own kind
            moved = part.copy()
            moved[:, :3] = part[:, :3] @ turn.T + np.asarray(at, dtype=np.float32)
            moved[:, 3:6] = part[:, 3:6] @ turn.T
            self._parts.append(moved)

    def array(self) -> Array:
        """All vertices, ten numbers each: position, normal, colour, kind."""
        if not self._parts:
            return np.zeros((0, 10), dtype=np.float32)
        return np.concatenate(self._parts)
