"""Draws pictures and instance masks with OpenGL; a software driver will do."""

import hashlib
import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from edge.sim.render import shaders
from edge.sim.render.bodies import BodyLibrary
from edge.sim.render.camera import Camera
from edge.sim.render.geometry import Array, Faces, Image, Posed, gl_matrix, light_matrix
from edge.sim.render.room import Room
from edge.sim.render.walking import Walker

SAMPLES = 4  # of each pixel of the raw picture
SHADOW_SIZE = 1024
# Half of each side, metres: across, along, up. Of prams and trolleys it is the basket, which hangs clear of the floor.
BAG_SIZES = {
    "hand": (0.06, 0.17, 0.19),
    "back": (0.15, 0.09, 0.22),
    "pram": (0.22, 0.36, 0.24),
    "trolley": (0.26, 0.40, 0.24),
}
PUSHED = {"pram": (0.0, -0.70, 0.66), "trolley": (0.0, -0.75, 0.74)}
KEY_LIGHT = (0.28, -0.38, 1.0)  # ceiling lights
DAY_LIGHT = (-0.25, 0.9, 0.85)  # daylight through the shop front


def bag_mesh(kind: str) -> tuple[Array, Array, Faces]:
    """A rounded block: unit super-ellipsoid with normals and triangle indices."""
    rows, columns, power = 14, 20, {"back": 0.55, "pram": 0.45, "trolley": 0.2}.get(kind, 0.35)

    def bend(value: float) -> float:
        return math.copysign(abs(value) ** power, value)

    points = []
    for i in range(rows + 1):
        v = -math.pi / 2 + math.pi * i / rows
        for j in range(columns):
            u = 2 * math.pi * j / columns
            points.append(
                (
                    bend(math.cos(v)) * bend(math.cos(u)),
                    bend(math.cos(v)) * bend(math.sin(u)),
                    bend(math.sin(v)),
                )
            )
    position = np.asarray(points, dtype=np.float32)
    size = BAG_SIZES[kind]
    position *= np.asarray(size, dtype=np.float32)
    normal = position / np.asarray(size, dtype=np.float32) ** 2
    normal /= np.maximum(np.linalg.norm(normal, axis=1, keepdims=True), 1e-9)
    faces = []
    for i in range(rows):
        for j in range(columns):
            a, b = i * columns + j, i * columns + (j + 1) % columns
            faces += [(a, b, b + columns), (a, b + columns, a + columns)]
    return position, normal.astype(np.float32), np.asarray(faces, dtype=np.int32)


class Renderer:
    """Draws frames and instance masks with OpenGL (a software driver will do)."""

    LAYERS = (
        (0, ("body",)),
        (2, ("helper-tights",)),
        (1, ("shirt",)),
        (3, ("helper-skirt",)),
        (4, ("helper-hair",)),
        (5, ("helper-l-eye", "helper-r-eye")),
    )

    def __init__(self, library: BodyLibrary, room: Room, camera: Camera, oversample: int = 2) -> None:
        import moderngl

        self.gl = moderngl
        self.camera, self.oversample = camera, oversample
        self.ctx = ctx = moderngl.create_context(standalone=True, backend="egl")
        ctx.enable(moderngl.DEPTH_TEST)
        size = (self.camera.width * oversample, self.camera.height * oversample)
        self.frame = ctx.framebuffer(
            [ctx.renderbuffer(size, 4, samples=SAMPLES)], ctx.depth_renderbuffer(size, samples=SAMPLES)
        )
        self.resolved = ctx.framebuffer([ctx.renderbuffer(size, 4)])
        self.mask = ctx.framebuffer(
            [ctx.texture((self.camera.width, self.camera.height), 4)],
            ctx.depth_renderbuffer((self.camera.width, self.camera.height)),
        )
        self.shadows: list[Any] = []
        for _ in range(2):
            depth = ctx.depth_texture((SHADOW_SIZE, SHADOW_SIZE))
            depth.compare_func = "<="
            depth.filter = (moderngl.LINEAR, moderngl.LINEAR)
            self.shadows.append(ctx.framebuffer(depth_attachment=depth))
        self.lights = [
            light_matrix(KEY_LIGHT, (0, -2.6, 0.8), 5.2),
            light_matrix(DAY_LIGHT, (0, -2.0, 0.8), 5.2),
        ]
        self.programs = {
            "room": ctx.program(shaders.ROOM_VERTEX, shaders.ROOM_FRAGMENT),
            "glass": ctx.program(shaders.GLASS_VERTEX, shaders.GLASS_FRAGMENT),
            "body": ctx.program(shaders.BODY_VERTEX, shaders.BODY_FRAGMENT),
            "label": ctx.program(shaders.BODY_VERTEX, shaders.LABEL_FRAGMENT),
            "depth": ctx.program(shaders.DEPTH_VERTEX, shaders.DEPTH_FRAGMENT),
            "black": ctx.program(shaders.DEPTH_VERTEX, shaders.BLACK_FRAGMENT),
        }
        data = room.array()
        buffer = ctx.buffer(data.tobytes())
        self.room = ctx.vertex_array(
            self.programs["room"],
            [(buffer, "3f 3f 3f 1f", "in_position", "in_normal", "in_colour", "in_kind")],
        )
        self.room_depth = ctx.vertex_array(self.programs["depth"], [(buffer, "3f 28x", "in_position")])
        self.room_black = ctx.vertex_array(self.programs["black"], [(buffer, "3f 28x", "in_position")])
        self.glass = ctx.vertex_array(
            self.programs["glass"], [(ctx.buffer(room.panes().tobytes()), "3f", "in_position")]
        )
        count = len(library.template)
        static = np.concatenate([library.template, library.traits], axis=1).astype(np.float32)
        self.dynamic = ctx.buffer(reserve=count * 24)
        fixed = ctx.buffer(static.tobytes())
        self.layers: dict[int, list[dict[str, Any]]] = {}
        for layer, groups in self.LAYERS:
            index = ctx.buffer(np.concatenate([library.faces[g] for g in groups]).astype(np.int32).tobytes())
            self.layers[layer] = [self._arrays(self.dynamic, fixed, index)]
        self.bags: dict[str, tuple[Array, Array, Any, dict[str, Any]]] = {}
        for kind in BAG_SIZES:
            position, normal, faces = bag_mesh(kind)
            dynamic = ctx.buffer(reserve=len(position) * 24)
            still = np.concatenate([position, np.zeros((len(position), 4))], axis=1).astype(np.float32)
            arrays = self._arrays(dynamic, ctx.buffer(still.tobytes()), ctx.buffer(faces.tobytes()))
            self.bags[kind] = (position, normal, dynamic, arrays)
        self.library = library

    def _arrays(self, dynamic: Any, fixed: Any, index: Any) -> dict[str, Any]:
        out = {}
        for name in ("body", "label"):
            program = self.programs[name]
            content = []
            for buffer, fields in (
                (dynamic, (("in_position", "3f", "12x"), ("in_normal", "3f", "12x"))),
                (fixed, (("in_rest", "3f", "12x"), ("in_traits", "4f", "16x"))),
            ):
                used = [f for f in fields if f[0] in program]
                layout = " ".join(f[1] if f[0] in program else f[2] for f in fields)
                if used:
                    content.append((buffer, layout, *[f[0] for f in used]))
            out[name] = self.ctx.vertex_array(program, content, index)
        out["depth"] = self.ctx.vertex_array(self.programs["depth"], [(dynamic, "3f 12x", "in_position")], index)
        return out

    @staticmethod
    def _set(program: Any, values: dict[str, Any]) -> None:
        for key, value in values.items():
            if key in program:
                if isinstance(value, bytes):
                    program[key].write(value)
                else:
                    program[key].value = value

    def _upload(self, walker: Walker, pose: Posed) -> None:
        vertices, normals, frames, _ = pose
        self.dynamic.write(np.concatenate([vertices, normals], axis=1).astype(np.float32).tobytes())
        kind = walker.person.look.bag
        if kind not in self.bags:
            return
        position, normal, dynamic, _ = self.bags[kind]
        if kind == "back":
            bone = self.library.bone("spine02")
            chest = walker.heads[bone] + np.array([0.0, 0.205, 0.06])
            linear, move = frames[bone, :, :3], frames[bone] @ np.append(chest, 1.0)
        elif kind in PUSHED:
            linear, move = frames[0, :, :3], self._before(walker, pose, kind)
        else:
            bone = self.library.bone("finger3-1.R")
            hand = frames[bone] @ np.append(walker.heads[bone], 1.0)
            linear, move = frames[0, :, :3], hand + np.array([0.0, 0.0, -0.25])
        where = position @ linear.T.astype(np.float32) + move.astype(np.float32)
        facing = normal @ linear.T.astype(np.float32)
        dynamic.write(np.concatenate([where, facing], axis=1).astype(np.float32).tobytes())

    def _before(self, walker: Walker, pose: Posed, kind: str) -> Array:
        """Where what they push is: before them, on the floor."""
        frames, feet = pose[2], pose[3]
        across, ahead, up = PUSHED[kind]
        level = frames[0, :, :3] @ np.array([across, ahead, 0.0])
        middle = frames[0] @ np.append(walker.heads[0], 1.0)
        floor = float(feet[:, 2].min()) - 0.08
        return np.array([middle[0] + level[0], middle[1] + level[1], floor + up], dtype=np.float32)

    def _draw(self, walker: Walker, program: str) -> None:
        look = walker.person.look
        bare, coat = look.skirt is not None, look.coat
        common = {
            "skin": look.skin,
            "hair": look.hair,
            "shirt": look.shirt,
            "shirt_2": look.shirt_2 or look.shirt,
            "front": look.open_front or look.shirt,
            "trousers": look.trousers,
            "skirt": look.skirt or look.shirt,
            "shoes": look.shoes,
            "bag": look.bag_colour,
            "sleeve": look.sleeve,
            "shirt_hem": max(look.shirt_hem, -0.04),
            "trouser_hem": look.skirt_hem if bare else look.trouser_hem,
            "skirt_hem": look.skirt_hem if bare else look.shirt_hem,
            "hair_hem": 0.82 - look.hair_length,
            "seed": float(
                int(hashlib.md5(walker.person.name.encode(), usedforsecurity=False).hexdigest()[:4], 16) % 97
            ),
            "pattern": 1 if look.shirt_2 else 2 if look.open_front else 0,
        }
        handle = self.programs[program]
        self._set(handle, common)
        for layer, _ in self.LAYERS:
            if (layer == 2 and bare) or (layer == 3 and not (bare or coat)):
                continue
            ease = {
                0: 0.0,
                1: look.shirt_ease,
                2: look.trouser_ease,
                3: look.shirt_ease + 0.008 if coat else 0.012,
                4: 0.006,
                5: 0.0,
            }[layer]
            loose = {1: 0.03, 2: 0.014, 3: 0.02}.get(layer, 0.0)
            flare = 0.022 if layer == 1 else 0.0
            self._set(
                handle,
                {
                    "layer": layer,
                    "ease": ease,
                    "hem_ease": loose,
                    "hem_flare": flare,
                    "foot_ease": 0.012 if layer == 0 else 0.0,
                },
            )
            for arrays in self.layers[layer]:
                arrays[program].render()
        if look.bag in self.bags:
            self._set(handle, {"layer": 6, "ease": 0.0, "hem_ease": 0.0, "hem_flare": 0.0, "foot_ease": 0.0})
            self.bags[look.bag][3][program].render()

    def image(self, walkers: Sequence[Walker], poses: Sequence[Posed]) -> Image:
        """One frame in RGB at full size."""
        for shadow, matrix in zip(self.shadows, self.lights, strict=True):
            shadow.use()
            shadow.clear()
            self._set(self.programs["depth"], {"camera": gl_matrix(matrix)})
            if matrix is self.lights[0]:
                self.room_depth.render()
            for walker, pose in zip(walkers, poses, strict=True):
                self._upload(walker, pose)
                self.layers[0][0]["depth"].render()
                self.layers[2][0]["depth"].render()
                if walker.person.look.bag in self.bags:
                    self.bags[walker.person.look.bag][3]["depth"].render()
        self.shadows[0].depth_attachment.use(0)
        self.shadows[1].depth_attachment.use(1)
        unit = [np.asarray(d) / np.linalg.norm(d) for d in (KEY_LIGHT, DAY_LIGHT)]
        common = {
            "camera": gl_matrix(self.camera.projection()),
            "key_matrix": gl_matrix(self.lights[0]),
            "day_matrix": gl_matrix(self.lights[1]),
            "key_map": 0,
            "day_map": 1,
            "key_dir": tuple(unit[0]),
            "day_dir": tuple(unit[1]),
            "eye": self.camera.at,
        }
        feet = np.zeros((24, 4), dtype=np.float32)
        flat = np.concatenate([pose[3] for pose in poses])[:24] if poses else np.zeros((0, 3))
        for i, foot in enumerate(flat):
            height = max(0.0, float(foot[2]) - 0.09)
            feet[i] = (foot[0], foot[1], min(0.2, height), math.exp(-height / 0.08))
        self._set(self.programs["room"], {**common, "feet": feet.tobytes(), "foot_count": len(flat)})
        self._set(self.programs["body"], common)
        self._set(self.programs["glass"], common)
        self.frame.use()
        self.frame.clear(0.9, 0.92, 0.95, 1.0)
        order = sorted(range(len(walkers)), key=lambda i: -float(poses[i][3][:, 1].mean()))
        outside = [i for i in order if float(poses[i][3][:, 1].mean()) > 0.03]
        inside = [i for i in order if i not in outside]
        for i in inside + outside:
            self._upload(walkers[i], poses[i])
            self._draw(walkers[i], "body")
        self.room.render()
        self.ctx.enable(self.gl.BLEND)
        self.frame.depth_mask = False
        self.glass.render()
        self.frame.depth_mask = True
        self.ctx.disable(self.gl.BLEND)
        self.ctx.copy_framebuffer(self.resolved, self.frame)
        raw = np.frombuffer(self.resolved.read(components=3), dtype=np.uint8)
        wide, tall, fine = self.camera.width, self.camera.height, self.oversample
        big = raw.reshape(tall * fine, wide * fine, 3)[::-1].astype(np.float32)
        small = big.reshape(tall, fine, wide, fine, 3).mean(axis=(1, 3))
        return np.asarray(small, dtype=np.uint8)

    def labels(self, walkers: Sequence[Walker], poses: Sequence[Posed], widen: float = 1.0, room: bool = True) -> Image:
        """Instance mask: 0 is room, i + 1 is ``walkers[i]``."""
        matrix = gl_matrix(self.camera.projection(widen))
        self._set(self.programs["label"], {"camera": matrix})
        self._set(self.programs["black"], {"camera": matrix})
        self.mask.use()
        self.mask.clear(0.0, 0.0, 0.0, 1.0)
        if room:
            self.room_black.render()
        for i, (walker, pose) in enumerate(zip(walkers, poses, strict=True)):
            self._upload(walker, pose)
            self._set(self.programs["label"], {"label": float(i + 1)})
            self._draw(walker, "label")
        raw = np.frombuffer(self.mask.read(components=3), dtype=np.uint8)
        return np.asarray(raw.reshape(self.camera.height, self.camera.width, 3)[::-1, :, 0], dtype=np.uint8)
