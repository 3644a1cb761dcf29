"""A random room: shell, windows, shelves, counters, columns, parcels and the light in it. Pure."""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from edge.sim.render.geometry import Array, Colour
from edge.sim.render.room import PACKAGING
from edge.sim.render.shops import mesh
from edge.sim.render.shops.mesh import Mesh

FLOORS = (mesh.TILES, mesh.CONCRETE, mesh.WOOD, mesh.CARPET, mesh.SPECKLE, mesh.TILES)
WALLS = (mesh.PLAIN, mesh.PLAIN, mesh.CONCRETE, mesh.BRICK, mesh.TILES, mesh.WOOD)
FREE_RADIUS_M = 0.28  # what a person takes of the floor


@dataclass(frozen=True)
class Light:
    """The light of a shop; colours are linear RGB.

    Attributes:
        key: direction to the light that throws shadows, and its colour.
        sky: what falls from above everywhere.
        ground: what the floor throws back.
        lamps: place and colour of four lamps, (4, 3) each.
        exposure: of the camera.
    """

    key: tuple[tuple[float, float, float], Colour]
    sky: Colour
    ground: Colour
    lamps: tuple[Array, Array]
    exposure: float


@dataclass(frozen=True)
class Shop:
    """A room, metres, the origin in the middle of its floor.

    Attributes:
        size: width and depth.
        tall: height.
        shell: floor, walls, ceiling.
        furniture: what stands on the floor and throws shadows.
        taken: low and high corners of what stands on the floor, (N, 4): x0, y0, x1, y1.
    """

    size: tuple[float, float]
    tall: float
    shell: Mesh
    furniture: Mesh
    taken: list[tuple[float, float, float, float]]

    def free(self, x: float, y: float, radius: float = FREE_RADIUS_M) -> bool:
        """Whether somebody can stand there."""
        width, depth = self.size
        if abs(x) > width / 2 - radius or abs(y) > depth / 2 - radius:
            return False
        return not any(x0 - radius < x < x1 + radius and y0 - radius < y < y1 + radius for x0, y0, x1, y1 in self.taken)


def build(rng: np.random.Generator) -> Shop:
    """A furnished room."""
    size = (rng.uniform(4.5, 12.0), rng.uniform(4.5, 12.0))
    shop = Shop(size, rng.uniform(2.6, 6.2), Mesh(), Mesh(), [])
    _shell(shop, rng)
    for _ in range(int(rng.integers(2, 16))):
        _place(shop, rng, _FURNITURE[int(rng.choice(len(_FURNITURE), p=_OFTEN))])
    return shop


def light(rng: np.random.Generator) -> Light:
    """Day or night, one side bright or all even."""
    warm = np.array([1.0, rng.uniform(0.82, 1.02), rng.uniform(0.62, 1.08)])
    night = rng.uniform() < 0.2
    angle, high = rng.uniform(0, 2 * math.pi), rng.uniform(0.5, 2.5)
    key = rng.uniform(0.1, 0.9) * warm * rng.uniform(0.9, 1.1, 3)
    sky = rng.uniform(0.06, 0.2 if night else 0.5) * warm * rng.uniform(0.92, 1.08, 3)
    places = np.stack([rng.uniform(-7, 7, 4), rng.uniform(-7, 7, 4), rng.uniform(2.4, 5.5, 4)], axis=1)
    power = rng.uniform(0.0, 1.6, (4, 1)) * warm * rng.uniform(0.85, 1.15, (4, 3))
    return Light(
        ((math.cos(angle), math.sin(angle), high), _colour(key)),
        _colour(sky),
        _colour(sky * rng.uniform(0.3, 0.9)),
        (places.astype(np.float32), power.astype(np.float32)),
        rng.uniform(0.55, 1.5),
    )


def _colour(values: np.ndarray[tuple[int, ...], np.dtype[np.floating]]) -> Colour:
    red, green, blue = np.clip(values, 0.004, 2.0).tolist()
    return red, green, blue


def _paint(rng: np.random.Generator, low: float = 0.06, high: float = 0.75, hue: float = 0.14) -> Colour:
    return _colour(rng.uniform(low, high) * (1 + rng.uniform(-hue, hue, 3)))


def _shell(shop: Shop, rng: np.random.Generator) -> None:
    width, depth = shop.size
    x, y, z = width / 2, depth / 2, shop.tall
    floor = FLOORS[int(rng.integers(len(FLOORS)))]
    far = 25.0  # the floor goes on outside
    shop.shell.quad([(-far, -far, -0.03), (far, -far, -0.03), (far, far, -0.03), (-far, far, -0.03)], _paint(rng))
    shop.shell.quad([(-x, -y, 0), (x, -y, 0), (x, y, 0), (-x, y, 0)], _paint(rng, hue=0.08), floor)
    wall, kind = _paint(rng, 0.15, 0.8, 0.08), WALLS[int(rng.integers(len(WALLS)))]
    for corners in (
        [(-x, y), (x, y)],
        [(x, -y), (-x, -y)],
        [(x, y), (x, -y)],
        [(-x, -y), (-x, y)],
    ):
        _wall(shop, rng, corners[0], corners[1], z, wall, kind)
    # From within only: a camera may hang above it.
    shop.shell.quad([(-x, y, z), (x, y, z), (x, -y, z), (-x, -y, z)], _paint(rng, 0.3, 0.8, 0.08))


def _wall(
    shop: Shop,
    rng: np.random.Generator,
    start: tuple[float, float],
    end: tuple[float, float],
    tall: float,
    colour: Colour,
    kind: int,
) -> None:
    (x0, y0), (x1, y1) = start, end
    shop.shell.quad([(x0, y0, 0), (x1, y1, 0), (x1, y1, tall), (x0, y0, tall)], colour, kind)
    inward = np.array([-(y1 - y0), x1 - x0]) / math.dist(start, end)
    for number in range(int(rng.integers(0, 5))):
        a = rng.uniform(0.02, 0.8)
        b = min(0.98, a + rng.uniform(0.06, 0.35))
        low = rng.uniform(0.0, 1.4)
        high = min(tall, low + rng.uniform(0.5, 2.0))
        what = int(rng.integers(3))
        tone, made = ((_paint(rng, 1.2, 2.0, 0.1), mesh.SHINE), (_paint(rng), mesh.POSTER), (_paint(rng), mesh.WOOD))[
            what
        ]
        off = -0.015 * (number + 1) * inward
        p = [(x0 + s * (x1 - x0) + off[0], y0 + s * (y1 - y0) + off[1]) for s in (a, b)]
        shop.shell.quad([(*p[0], low), (*p[1], low), (*p[1], high), (*p[0], high)], tone, made)


def _gondola(rng: np.random.Generator) -> tuple[Mesh, float, float]:
    out, long, deep, tall = Mesh(), rng.uniform(1.2, 5.0), rng.uniform(0.4, 0.9), rng.uniform(1.1, 2.2)
    steel, goods = _paint(rng, 0.05, 0.6, 0.1), rng.integers(0, len(PACKAGING), 6)
    out.box((-long / 2, -0.03, 0), (long / 2, 0.03, tall), steel, mesh.METAL)
    levels = np.arange(0.12, tall - 0.2, rng.uniform(0.28, 0.45))
    for level in levels:
        out.box((-long / 2, -deep / 2, level - 0.03), (long / 2, deep / 2, level), steel, mesh.METAL)
        for side in (-1.0, 1.0):
            x = -long / 2 + 0.02
            while x < long / 2 - 0.3:
                wide, high, set_back = rng.uniform(0.08, 0.3), rng.uniform(0.1, 0.26), rng.uniform(0.0, 0.12)
                base = np.array(PACKAGING[int(goods[int(rng.integers(6))])])
                count = int(rng.integers(1, 4))
                if rng.uniform() < 0.9:
                    near, away = side * (deep / 2 - 0.02 - set_back), side * 0.05
                    colour = _colour(base * rng.uniform(0.5, 1.4) * (1.0 - 2.0 * set_back))
                    end = min(x + wide * count, long / 2)
                    out.box((x, min(near, away), level), (end, max(near, away), level + high), colour, mesh.PRODUCT)
                x += wide * count + 0.01
    return out, long, deep


def _counter(rng: np.random.Generator) -> tuple[Mesh, float, float]:
    out, long, deep = Mesh(), rng.uniform(0.8, 3.0), rng.uniform(0.5, 0.9)
    tall = rng.uniform(0.7, 1.1)
    out.box(
        (-long / 2, -deep / 2, 0), (long / 2, deep / 2, tall), _paint(rng), int(rng.choice([mesh.WOOD, mesh.PLAIN]))
    )
    for _ in range(int(rng.integers(0, 6))):
        x, y = rng.uniform(-long / 2, long / 2 - 0.3), rng.uniform(-deep / 2, deep / 2 - 0.3)
        high = tall + rng.uniform(0.1, 0.5)
        out.box((x, y, tall), (x + rng.uniform(0.1, 0.4), y + rng.uniform(0.05, 0.3), high), _paint(rng), mesh.PRODUCT)
    return out, long, deep


def _column(rng: np.random.Generator) -> tuple[Mesh, float, float]:
    out, wide = Mesh(), rng.uniform(0.15, 0.6)
    tall = rng.uniform(1.2, 6.0)
    out.box((-wide / 2, -wide / 2, 0), (wide / 2, wide / 2, tall), _paint(rng), int(rng.choice([0, 2, 5, 9])))
    return out, wide, wide


def _parcels(rng: np.random.Generator) -> tuple[Mesh, float, float]:
    out, wide = Mesh(), rng.uniform(0.5, 1.2)
    level = 0.0
    for _ in range(int(rng.integers(1, 6))):
        x, y, high = rng.uniform(0, 0.2), rng.uniform(0, 0.2), rng.uniform(0.15, 0.5)
        out.box((x - wide / 2, y - wide / 2, level), (wide / 2, wide / 2, level + high), _paint(rng), mesh.PRODUCT)
        level += high
    return out, wide, wide


def _plant(rng: np.random.Generator) -> tuple[Mesh, float, float]:
    out, tall = Mesh(), rng.uniform(0.7, 1.7)
    out.box((-0.18, -0.18, 0), (0.18, 0.18, 0.35), _paint(rng))
    for _ in range(30):
        x, y = rng.normal(0, 0.18, 2)
        z = rng.uniform(0.4, tall)
        size = rng.uniform(0.03, 0.16, 3)
        out.ellipsoid((x, y, z), size.tolist(), _colour(np.array([0.05, 0.14, 0.04]) * rng.uniform(0.5, 2)), mesh.LEAF)
    return out, 0.5, 0.5


def _desk(rng: np.random.Generator) -> tuple[Mesh, float, float]:
    out, long, deep = Mesh(), rng.uniform(1.0, 1.8), rng.uniform(0.6, 0.9)
    top = _paint(rng)
    out.box((-long / 2, -deep / 2, 0.70), (long / 2, deep / 2, 0.74), top, mesh.WOOD)
    for x in (-long / 2, long / 2 - 0.05):
        out.box((x, -deep / 2, 0), (x + 0.05, deep / 2, 0.70), top, mesh.METAL)
    out.box((-0.28, 0.1, 0.80), (0.28, 0.13, 1.15), (0.02, 0.02, 0.02), mesh.METAL)
    chair = _paint(rng, 0.01, 0.3)
    out.box((-0.25, -deep / 2 - 0.6, 0.42), (0.25, -deep / 2 - 0.1, 0.50), chair, mesh.CARPET)
    out.box((-0.25, -deep / 2 - 0.62, 0.5), (0.25, -deep / 2 - 0.56, 1.0), chair, mesh.CARPET)
    out.box((-0.04, -deep / 2 - 0.4, 0.0), (0.04, -deep / 2 - 0.32, 0.42), (0.03, 0.03, 0.03), mesh.METAL)
    return out, long, deep


def _pile(rng: np.random.Generator) -> tuple[Mesh, float, float]:
    """A table or a bin of round things: bowls, jars, fruit, balls, as large as a head and smaller."""
    out, long, deep = Mesh(), rng.uniform(0.8, 2.4), rng.uniform(0.5, 1.1)
    tall = rng.uniform(0.4, 0.9)
    out.box((-long / 2, -deep / 2, 0), (long / 2, deep / 2, tall), _paint(rng), int(rng.choice([mesh.WOOD, 0])))
    tone, wide = rng.uniform(0.1, 0.85, 3), rng.uniform(0.05, 0.14)
    for _ in range(int(rng.integers(6, 28))):
        x, y = rng.uniform(-0.5, 0.5) * (long - 2 * wide), rng.uniform(-0.5, 0.5) * (deep - 2 * wide)
        size = wide * rng.uniform(0.7, 1.0, 3)
        z = tall + size[2] * rng.choice([1.0, 1.0, 2.2])
        out.ellipsoid((x, y, z), size.tolist(), _colour(tone * rng.uniform(0.8, 1.1)), mesh.PLAIN)
    return out, long, deep


def _screen(rng: np.random.Generator) -> tuple[Mesh, float, float]:
    """A large screen on a stand: dark, or showing something."""
    out, long, high = Mesh(), rng.uniform(0.6, 2.0), rng.uniform(0.5, 1.2)
    low = rng.uniform(0.5, 1.3)
    out.box((-long / 2, -0.04, low), (long / 2, 0.04, low + high), (0.015, 0.015, 0.016), mesh.METAL)
    shown, kind = ((0.02, 0.02, 0.022), mesh.PLAIN) if rng.uniform() < 0.6 else (_paint(rng), mesh.POSTER)
    out.box((-long / 2 + 0.03, -0.045, low + 0.03), (long / 2 - 0.03, 0.045, low + high - 0.03), shown, kind)
    out.box((-0.05, -0.03, 0), (0.05, 0.03, low), (0.03, 0.03, 0.03), mesh.METAL)
    out.box((-0.4, -0.25, 0), (0.4, 0.25, 0.05), (0.03, 0.03, 0.03), mesh.METAL)
    return out, long, 0.5


_FURNITURE = (_gondola, _counter, _column, _parcels, _plant, _desk, _pile, _screen)
_OFTEN = (0.32, 0.14, 0.11, 0.11, 0.07, 0.12, 0.08, 0.05)


def _place(
    shop: Shop, rng: np.random.Generator, make: Callable[[np.random.Generator], tuple[Mesh, float, float]]
) -> None:
    piece, long, deep = make(rng)
    quarter = int(rng.integers(4))
    c, s = ((1, 0), (0, 1), (-1, 0), (0, -1))[quarter]
    spin = np.array([[c, -s, 0], [s, c, 0], [0, 0, 1]], dtype=np.float32)
    half = np.array([long, deep] if quarter % 2 == 0 else [deep, long]) / 2
    x, y = (rng.uniform(-0.5, 0.5) * shop.size[k] for k in (0, 1))
    shop.furniture.add(piece, spin, (x, y, 0.0))
    shop.taken.append((x - half[0], y - half[1], x + half[0], y + half[1]))
