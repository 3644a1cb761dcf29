"""Who is in a shop and what stands there in their likeness: posed bodies and the things they carry."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from edge.sim.render.bodies import BodyLibrary, Look
from edge.sim.render.geometry import Array, Matrix, turn
from edge.sim.render.shops import poses, wardrobe
from edge.sim.render.shops.mesh import CARPET, METAL, PLAIN, PRODUCT, Mesh
from edge.sim.render.shops.poses import Stance
from edge.sim.render.shops.shop import Shop
from edge.sim.render.shops.wardrobe import Outfit
from edge.sim.render.walking import bone_frames

MOST = 25
WORN = 100  # a surface kind of WORN + id belongs to the person with that id
ALL_LAYERS = (0, 1, 2, 3, 4, 5)
SAMPLES = 500  # points over a body that tell how much of it is seen
Rest = tuple[Look, Array, Array, Array]  # look, vertices, normals, bone heads


@dataclass(frozen=True)
class Figure:
    """A body in the room.

    Attributes:
        id: 1.. of a person, 0 of something in a person's likeness.
        outfit: what it wears.
        vertices: metres, (V, 3).
        normals: (V, 3).
        layers: which shells are drawn.
        seed: of its cloth.
    """

    id: int
    outfit: Outfit
    vertices: Array
    normals: Array
    layers: tuple[int, ...]
    seed: float


@dataclass(frozen=True)
class Crowd:
    """Everybody in a shop, and what they carry or sit on."""

    figures: list[Figure]
    things: Mesh


class Cast:
    """A pool of bodies to dress and pose."""

    def __init__(self, library: BodyLibrary, rng: np.random.Generator, size: int) -> None:
        self.library = library
        self._pool: list[Rest] = []
        for _ in range(size):
            look = wardrobe.body(rng)
            self._pool.append((look, *library.rest(look)))
        self._feet = np.flatnonzero(library.traits[:, 2] > 0.5)
        self.samples = self._spread(rng)

    def _spread(self, rng: np.random.Generator) -> Array:
        """Vertices of the body, picked evenly over its surface: (SAMPLES,)."""
        faces = self.library.faces["body"]
        a, b, c = (self.library.template[faces[:, k]] for k in range(3))
        area = np.linalg.norm(np.cross(b - a, c - a), axis=1)
        return np.asarray(faces[rng.choice(len(faces), SAMPLES, p=area / area.sum()), 0])

    def crowd(self, shop: Shop, rng: np.random.Generator, *, traps: bool) -> Crowd:
        """People for a shop: alone, in pairs, in a queue; with `traps` also what only looks like people."""
        out = Crowd([], Mesh())
        wanted = 0 if rng.uniform() < 0.08 else min(MOST, 1 + int(rng.gamma(1.6, 4.0)))
        tries = 0
        while sum(figure.id > 0 for figure in out.figures) < wanted and tries < 60:
            tries += 1
            x, y = (rng.uniform(-0.5, 0.5) * side for side in shop.size)
            if shop.free(x, y):
                self._group(out, shop, rng, (x, y), wanted)
        if traps:
            self._traps(out, shop, rng)
        return out

    def _group(self, out: Crowd, shop: Shop, rng: np.random.Generator, at: tuple[float, float], wanted: int) -> None:
        heading, count = poses.facing(rng), int(rng.choice([1, 2, 3], p=[0.62, 0.28, 0.10]))
        for number in range(count):
            apart = rng.uniform(0.28, 0.75) * number
            x, y = at[0] - apart * math.sin(heading), at[1] + apart * math.cos(heading)
            people = sum(figure.id > 0 for figure in out.figures)
            if people < wanted and shop.free(x, y, 0.15):
                turned = heading + rng.normal(0.0, 0.3) + (math.pi * (number == 1) if rng.uniform() < 0.15 else 0.0)
                self._person(out, rng, (x, y), float(turned), people + 1)

    def _person(
        self, out: Crowd, rng: np.random.Generator, at: tuple[float, float], heading: float, number: int
    ) -> None:
        rest = self._pool[int(rng.integers(len(self._pool)))]
        outfit, stance = wardrobe.dressed(rest[0], rng), poses.pick(rng)
        stance = {"umbrella": Stance.RAISED, "parcel": Stance.HOLD, "trolley": Stance.HOLD, "pram": Stance.HOLD}.get(
            outfit.carries, stance
        )
        if stance is Stance.SIT:
            outfit = replace(outfit, carries="")
        vertices, normals, frames = self.posed(rest, poses.pose(stance, rng), at, heading)
        out.figures.append(Figure(number, outfit, vertices, normals, ALL_LAYERS, float(rng.uniform(0, 97))))
        _equip(out.things, self.library, rest, frames, outfit, heading, number, rng)
        if poses.seat_height(stance):
            seat = frames[0, :, 3] + frames[0, :, :3] @ rest[3][0]
            x, y, z = seat[0], seat[1], max(0.2, seat[2] - 0.12)
            out.things.box((x - 0.22, y - 0.22, z - 0.06), (x + 0.22, y + 0.22, z), wardrobe.cloth(rng), CARPET)
            out.things.box((x - 0.03, y - 0.03, 0.0), (x + 0.03, y + 0.03, z), (0.05, 0.05, 0.05), METAL)

    def posed(
        self, rest: Rest, pose: dict[str, Matrix], at: tuple[float, float], heading: float
    ) -> tuple[Array, Array, Matrix]:
        """A body in a pose with its lowest foot on the floor: vertices, normals and bone frames in the room."""
        _, vertices, normals, heads = rest
        spin = turn("z", math.degrees(heading) + 90.0)
        frames = np.einsum("ij,bjk->bik", spin, bone_frames(self.library, heads, pose))
        blended = (self.library.weights @ frames.reshape(len(frames), 12).astype(np.float32)).reshape(-1, 3, 4)
        placed = np.einsum("vij,vj->vi", blended[:, :, :3], vertices) + blended[:, :, 3]
        facing = np.einsum("vij,vj->vi", blended[:, :, :3], normals)
        move = np.array([at[0], at[1], 0.012 - float(placed[self._feet, 2].min())])
        frames[:, :, 3] += move
        return (placed + move).astype(np.float32), facing.astype(np.float32), frames

    def _traps(self, out: Crowd, shop: Shop, rng: np.random.Generator) -> None:
        for _ in range(int(rng.choice([0, 1, 2, 3], p=[0.45, 0.25, 0.2, 0.1]))):
            kind = (self._mannequin, self._poster, self._coats)[int(rng.integers(3))]
            kind(out, shop, rng)

    def _mannequin(self, out: Crowd, shop: Shop, rng: np.random.Generator) -> None:
        x, y = (rng.uniform(-0.5, 0.5) * side for side in shop.size)
        if not shop.free(x, y):
            return
        rest = self._pool[int(rng.integers(len(self._pool)))]
        pose = poses.pose(Stance.STAND, rng)
        vertices, normals, _ = self.posed(rest, pose, (x, y), rng.uniform(0, 2 * math.pi))
        vertices[:, 2] += 0.06
        out.things.box((x - 0.25, y - 0.25, 0.0), (x + 0.25, y + 0.25, 0.07), wardrobe.cloth(rng), PLAIN)
        layers = (0, 1, 2, 3) if rng.uniform() < 0.7 else (1, 2)
        dress = wardrobe.mannequin(rest[0], rng)
        out.figures.append(Figure(0, dress, vertices, normals, layers, float(rng.uniform(0, 97))))

    def _poster(self, out: Crowd, shop: Shop, rng: np.random.Generator) -> None:
        """A picture of a person on a wall: a body pressed flat, before a panel."""
        rest = self._pool[int(rng.integers(len(self._pool)))]
        vertices, normals, _ = self.posed(rest, poses.pose(poses.pick(rng), rng), (0.0, 0.0), rng.normal(1.57, 0.6))
        scale, low = rng.uniform(0.35, 1.3), rng.uniform(0.3, 1.2)
        quarter = int(rng.integers(4))
        spin = turn("z", 90.0 * quarter).astype(np.float32)
        away = shop.size[quarter % 2 == 0] / 2 - 0.06
        along = rng.uniform(-0.35, 0.35) * shop.size[quarter % 2]
        flat = vertices * np.array([scale, -0.01 * scale, scale], dtype=np.float32)
        flat += np.array([along, -away, low], dtype=np.float32)
        half, high = 0.45 * scale, 1.9 * scale
        panel = Mesh()
        panel.quad(
            [
                (along + half, -away - 0.03, low),
                (along - half, -away - 0.03, low),
                (along - half, -away - 0.03, low + high),
                (along + half, -away - 0.03, low + high),
            ],
            wardrobe.cloth(rng),
        )
        out.things.add(panel, spin, (0, 0, 0))
        figure = Figure(0, wardrobe.dressed(rest[0], rng), flat @ spin.T, normals @ spin.T, ALL_LAYERS, 3.0)
        out.figures.append(figure)

    def _coats(self, out: Crowd, shop: Shop, rng: np.random.Generator) -> None:
        """Coats on a rail: the shirt's shell alone."""
        x, y = (rng.uniform(-0.5, 0.5) * side for side in shop.size)
        if not (shop.free(x, y) and shop.free(x + 1.2, y)):
            return
        top = rng.uniform(1.3, 1.8)
        out.things.box((x - 0.2, y - 0.02, top + 0.06), (x + 1.3, y + 0.02, top + 0.1), (0.3, 0.3, 0.3), METAL)
        for number in range(int(rng.integers(1, 4))):
            rest = self._pool[int(rng.integers(len(self._pool)))]
            pose = poses.pose(Stance.STAND, rng)
            vertices, normals, _ = self.posed(rest, pose, (x + 0.4 * number, y), rng.normal(1.57, 0.3))
            vertices[:, 2] += top - float(vertices[:, 2].max()) + 0.25
            dress = wardrobe.dressed(rest[0], rng)
            out.figures.append(Figure(0, dress, vertices, normals, (1,), float(rng.uniform(0, 97))))


def _equip(
    things: Mesh,
    library: BodyLibrary,
    rest: Rest,
    frames: Matrix,
    outfit: Outfit,
    heading: float,
    number: int,
    rng: np.random.Generator,
) -> None:
    """Add a person's hat and what it carries."""

    def joint(bone: str, off: Sequence[float] = (0.0, 0.0, 0.0)) -> Array:
        index = library.bone(bone)
        return np.asarray(frames[index] @ np.append(rest[3][index] + np.asarray(off), 1.0), dtype=np.float32)

    colour, ahead = outfit.look.bag_colour, np.array([math.cos(heading), math.sin(heading), 0.0])
    if outfit.hat:
        head = joint("head", (0.0, -0.03, 0.13))
        things.ellipsoid(head, (0.1, 0.1, 0.13), outfit.hat_colour, WORN + number, low=-0.1)
        reach = {"brim": 0.19, "helmet": 0.14}.get(outfit.hat, 0.12)
        things.ellipsoid(head + 0.04 * ahead, (reach, reach, 0.015), outfit.hat_colour, WORN + number)
    if outfit.carries == "hand":
        hand = joint("finger3-1.R")
        things.ellipsoid(hand - np.array([0, 0, 0.22]), (0.13, 0.1, 0.17), colour, CARPET)
    elif outfit.carries == "back":
        things.ellipsoid(joint("spine02", (0.0, 0.2, 0.04)), (0.15, 0.13, 0.22), colour, CARPET)
    elif outfit.carries == "parcel":
        x, y, z = joint("spine03") + 0.38 * ahead
        half = rng.uniform(0.12, 0.28)
        things.box((x - half, y - half, z - half), (x + half, y + half, z + half * 0.7), (0.36, 0.24, 0.13), PRODUCT)
    elif outfit.carries == "umbrella":
        top = joint("head") + np.array([0, 0, 0.25])
        things.ellipsoid(top, (0.55, 0.55, 0.25), colour, PLAIN, low=0.0)
    elif outfit.carries in ("trolley", "pram"):
        x, y, _ = joint("root") + 0.75 * ahead
        piece = _trolley() if outfit.carries == "trolley" else _pram(outfit)
        things.add(piece, turn("z", math.degrees(heading)).astype(np.float32), (x, y, 0.0))


def _trolley() -> Mesh:
    out, wire = Mesh(), (0.35, 0.36, 0.37)
    for z in np.arange(0.45, 1.0, 0.09):
        for low, high in (((-0.4, -0.25), (0.4, -0.24)), ((-0.4, 0.24), (0.4, 0.25)), ((0.39, -0.25), (0.4, 0.25))):
            out.box((*low, z), (*high, z + 0.015), wire, METAL)
    for x in np.arange(-0.4, 0.41, 0.1):
        for y in (-0.25, 0.24):
            out.box((x, y, 0.45), (x + 0.012, y + 0.012, 1.0), wire, METAL)
    out.box((-0.4, -0.25, 0.44), (0.4, 0.25, 0.46), wire, METAL)
    out.box((-0.35, -0.2, 0.1), (0.35, -0.18, 0.45), wire, METAL)
    out.box((-0.35, 0.18, 0.1), (0.35, 0.2, 0.45), wire, METAL)
    out.box((-0.48, -0.25, 0.98), (-0.42, 0.25, 1.03), (0.5, 0.05, 0.05), PLAIN)
    return out


def _pram(outfit: Outfit) -> Mesh:
    out = Mesh()
    out.ellipsoid((0.0, 0.0, 0.62), (0.42, 0.24, 0.22), outfit.look.bag_colour, CARPET)
    out.ellipsoid((0.18, 0.0, 0.8), (0.22, 0.24, 0.24), outfit.look.bag_colour, CARPET)
    for x in (-0.3, 0.3):
        for y in (-0.24, 0.2):
            out.ellipsoid((x, y, 0.13), (0.13, 0.03, 0.13), (0.02, 0.02, 0.02))
    out.box((-0.5, -0.2, 0.95), (-0.47, 0.2, 0.98), (0.1, 0.1, 0.1), METAL)
    return out
