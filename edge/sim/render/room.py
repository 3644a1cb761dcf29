"""A shop as coloured triangles: walls, front, shelves, goods."""

import math
from collections.abc import Sequence

import numpy as np

from edge.sim.render.geometry import Array, Colour, Matrix

# Surface kinds of the fragment shader.
PLAIN, FLOOR, STREET, FACADE, MAT, PRODUCT, WOOD, METAL, POSTER, LEAF = range(10)


PACKAGING: tuple[Colour, ...] = (
    (0.48, 0.06, 0.05),
    (0.10, 0.20, 0.42),
    (0.55, 0.42, 0.08),
    (0.10, 0.30, 0.12),
    (0.55, 0.52, 0.46),
    (0.36, 0.20, 0.09),
    (0.50, 0.22, 0.05),
    (0.14, 0.34, 0.38),
    (0.30, 0.10, 0.22),
    (0.60, 0.58, 0.55),
)


class Room:
    """Static triangles: position, normal, colour and surface kind per vertex."""

    def __init__(self, rng: np.random.Generator) -> None:
        self.rows: list[Matrix] = []
        self.rng = rng
        self._shell()
        self._front()
        self._furniture()

    def quad(self, corners: Sequence[Sequence[float]], colour: Colour, kind: int) -> None:
        """Add a flat four-sided face, corners anticlockwise as seen."""
        p = np.asarray(corners, dtype=float)
        normal = np.cross(p[1] - p[0], p[2] - p[0])
        normal /= np.linalg.norm(normal)
        for k in (0, 1, 2, 0, 2, 3):
            self.rows.append(np.concatenate([p[k], normal, colour, [kind]]))

    def box(self, low: Sequence[float], high: Sequence[float], colour: Colour, kind: int = PLAIN) -> None:
        """Add a box without its underside."""
        (x0, y0, z0), (x1, y1, z1) = low, high
        self.quad([(x0, y0, z0), (x1, y0, z0), (x1, y0, z1), (x0, y0, z1)], colour, kind)
        self.quad([(x1, y1, z0), (x0, y1, z0), (x0, y1, z1), (x1, y1, z1)], colour, kind)
        self.quad([(x0, y1, z0), (x0, y0, z0), (x0, y0, z1), (x0, y1, z1)], colour, kind)
        self.quad([(x1, y0, z0), (x1, y1, z0), (x1, y1, z1), (x1, y0, z1)], colour, kind)
        self.quad([(x0, y0, z1), (x1, y0, z1), (x1, y1, z1), (x0, y1, z1)], colour, kind)

    def _shell(self) -> None:
        self.quad([(-7, -9, 0), (7, -9, 0), (7, 0.06, 0), (-7, 0.06, 0)], (0.50, 0.48, 0.45), FLOOR)
        self.quad(
            [(-30, 0.06, -0.02), (30, 0.06, -0.02), (30, 40, -0.02), (-30, 40, -0.02)],
            (0.36, 0.36, 0.36),
            STREET,
        )
        self.quad([(-30, 13, 0), (30, 13, 0), (30, 13, 12), (-30, 13, 12)], (0.50, 0.46, 0.41), FACADE)
        wall = (0.62, 0.60, 0.56)
        for x0, x1 in ((-7.0, -3.5), (3.1, 7.0)):
            self.box((x0, -0.05, 0), (x1, 0.12, 3.4), wall)
        self.box((-7, -0.05, 2.45), (7, 0.12, 3.4), wall)
        self.box((-3.5, -0.06, 0), (-1.35, 0.12, 0.13), (0.16, 0.16, 0.17))
        self.box((1.35, -0.06, 0), (3.1, 0.12, 0.13), (0.16, 0.16, 0.17))
        for x in (-7.0, 7.0):
            self.box((x - 0.1, -9, 0), (x + 0.1, 0, 3.4), wall)
        self.box((-7, -0.08, 0), (-3.5, -0.05, 0.10), (0.2, 0.2, 0.2))
        self.box((3.1, -0.08, 0), (7, -0.05, 0.10), (0.2, 0.2, 0.2))

    def _front(self) -> None:
        frame = (0.13, 0.135, 0.14)
        for x in (-3.5, -1.38, 1.32, 3.04):
            self.box((x, -0.07, 0), (x + 0.07, 0.13, 2.45), frame, METAL)
        self.box((-3.5, -0.08, 2.28), (3.11, 0.14, 2.47), frame, METAL)
        self.box((-0.55, -0.16, 2.30), (0.55, -0.08, 2.44), (0.55, 0.55, 0.56), METAL)
        self.box((-1.05, -1.25, 0), (1.0, -0.15, 0.012), (0.06, 0.065, 0.075), MAT)
        for x in (-1.62, 1.50):  # goods protection posts
            self.box((x, -0.95, 0), (x + 0.09, -0.55, 1.42), (0.60, 0.61, 0.63), METAL)
            self.box((x - 0.04, -1.0, 0), (x + 0.13, -0.5, 0.05), (0.3, 0.3, 0.3), METAL)

    def _shelf(self, x0: float, x1: float, y0: float, y1: float, faces: float) -> None:
        """A gondola whose goods face -X (faces < 0) or +X."""
        steel = (0.42, 0.43, 0.45)
        self.box((x0, y0, 0), (x1, y1, 0.12), (0.25, 0.25, 0.26), METAL)
        back = (x1 - 0.04, x1) if faces < 0 else (x0, x0 + 0.04)
        self.box((back[0], y0, 0), (back[1], y1, 1.5), steel, METAL)
        for level in (0.12, 0.50, 0.86, 1.18):
            self.box((x0, y0, level - 0.03), (x1, y1, level), steel, METAL)
            edge = (x0 - 0.01, x0) if faces < 0 else (x1, x1 + 0.01)
            self.box((edge[0], y0, level - 0.05), (edge[1], y1, level + 0.01), (0.7, 0.68, 0.62), PLAIN)
            y = y0 + 0.02
            while y < y1 - 0.28:
                base = np.asarray(PACKAGING[int(self.rng.integers(len(PACKAGING)))]) * self.rng.uniform(0.8, 1.15)
                width, tall = self.rng.uniform(0.09, 0.2), self.rng.uniform(0.14, 0.27)
                for _ in range(int(self.rng.integers(1, 4))):
                    if y + width > y1:
                        break
                    depth = self.rng.uniform(0.0, 0.05)
                    low = (x0 + 0.02 + depth, y, level) if faces < 0 else (back[1], y, level)
                    high = (
                        (back[0], y + width, level + tall)
                        if faces < 0
                        else (x1 - 0.02 - depth, y + width, level + tall)
                    )
                    self.box(low, high, tuple(base.tolist()), PRODUCT)
                    y += width + 0.012
                y += self.rng.uniform(0.0, 0.06)

    def _furniture(self) -> None:
        self._shelf(2.75, 3.25, -4.6, -1.5, -1.0)
        self._shelf(-4.3, -3.85, -3.4, -0.6, 1.0)
        # Till counter on the left.
        self.box((-3.7, -5.9, 0), (-2.95, -3.9, 0.92), (0.36, 0.24, 0.14), WOOD)
        self.box((-3.75, -5.95, 0.92), (-2.9, -3.85, 0.97), (0.55, 0.54, 0.52), PLAIN)
        self.box((-3.5, -4.6, 0.97), (-3.2, -4.3, 1.22), (0.05, 0.05, 0.06), METAL)
        # Baskets, a stand with offers, a plant pot.
        for k in range(5):
            self.box((1.95, -0.62, 0.02 + 0.075 * k), (2.42, -0.30, 0.085 + 0.075 * k), (0.45, 0.04, 0.04), PLAIN)
        self.box((-2.75, -0.8, 0), (-2.15, -0.3, 0.72), (0.50, 0.42, 0.12), PLAIN)
        for i in range(4):
            for j in range(3):
                self.box(
                    (-2.72 + 0.14 * i, -0.78 + 0.16 * j, 0.72),
                    (-2.6 + 0.14 * i, -0.65 + 0.16 * j, 0.88),
                    (0.10, 0.30 + 0.04 * j, 0.12),
                    PRODUCT,
                )
        self.box((-3.36, -0.62, 0), (-3.0, -0.26, 0.4), (0.22, 0.20, 0.19), PLAIN)
        for _ in range(40):
            angle, reach, tall = (
                self.rng.uniform(0, 6.28),
                self.rng.uniform(0.1, 0.34),
                self.rng.uniform(0.3, 0.8),
            )
            cx, cy = -3.18, -0.44
            dx, dy = math.cos(angle), math.sin(angle)
            tip = (cx + reach * dx, cy + reach * dy, 0.4 + tall)
            shade = self.rng.uniform(0.6, 1.2)
            self.quad(
                [
                    (cx - 0.03 * dy, cy + 0.03 * dx, 0.4),
                    (cx + 0.03 * dy, cy - 0.03 * dx, 0.4),
                    (tip[0] + 0.03 * dy, tip[1] - 0.03 * dx, tip[2]),
                    (tip[0] - 0.03 * dy, tip[1] + 0.03 * dx, tip[2]),
                ],
                (0.06 * shade, 0.16 * shade, 0.05 * shade),
                LEAF,
            )
        self.quad(
            [(3.6, -0.06, 0.9), (4.6, -0.06, 0.9), (4.6, -0.06, 2.2), (3.6, -0.06, 2.2)],
            (0.5, 0.3, 0.1),
            POSTER,
        )
        self.quad(
            [(-5.2, -0.06, 1.0), (-4.5, -0.06, 1.0), (-4.5, -0.06, 2.0), (-5.2, -0.06, 2.0)],
            (0.1, 0.3, 0.45),
            POSTER,
        )
        # Across the street: a hedge and two planters.
        self.box((-12, 11.6, 0), (-4, 12.2, 0.9), (0.10, 0.17, 0.07), LEAF)
        self.box((3, 11.6, 0), (12, 12.2, 0.9), (0.10, 0.17, 0.07), LEAF)

    def panes(self) -> Array:
        """Glass: (position, pane coordinate) of two triangles each."""
        rows = []
        for x0, x1 in ((-3.43, -1.38), (1.39, 3.04)):
            corners = [(x0, 0.03, 0.13), (x1, 0.03, 0.13), (x1, 0.03, 2.28), (x0, 0.03, 2.28)]
            rows += [corners[k] for k in (0, 1, 2, 0, 2, 3)]
        return np.asarray(rows, dtype=np.float32)

    def array(self) -> Array:
        """All vertices, ten numbers each."""
        return np.asarray(self.rows, dtype=np.float32)
