"""Draws a shop with its people from any viewpoint, and who is where in the picture, with OpenGL."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from edge.sim.render import shaders as plain
from edge.sim.render.bodies import BodyLibrary
from edge.sim.render.camera import Camera, Placement
from edge.sim.render.geometry import Array, Faces, Image, gl_matrix, light_matrix
from edge.sim.render.renderer import Renderer
from edge.sim.render.shops import shaders, viewpoint
from edge.sim.render.shops.crowd import WORN, Crowd, Figure
from edge.sim.render.shops.shop import Light, Shop

SHADOW_SIZE = 1024
SAMPLES = 0
HEAD, FINE_M, COARSE_M = 0.3, 0.016, 0.032
MESH_LABEL = f"""#version 330
flat in int kind; out vec4 pixel;
void main() {{ pixel = vec4(kind > {WORN} ? float(kind - {WORN}) / 255.0 : 0.0, 0.0, 0.0, 1.0); }}
"""


@dataclass(frozen=True)
class Shot:
    """One view: the picture (height, width, 3) RGB and who is seen at each pixel (height, width), 0 nobody."""

    picture: Image
    ids: Image


class Stage:
    """Holds one shop at a time on the graphics side."""

    def __init__(self, library: BodyLibrary) -> None:
        import moderngl

        self._gl = moderngl
        self._ctx = ctx = moderngl.create_context(standalone=True, backend="egl")
        ctx.enable(moderngl.DEPTH_TEST)
        self._programs = {
            "mesh": ctx.program(plain.ROOM_VERTEX, shaders.ROOM_FRAGMENT),
            "body": ctx.program(plain.BODY_VERTEX, shaders.BODY_FRAGMENT),
            "label": ctx.program(plain.BODY_VERTEX, plain.LABEL_FRAGMENT),
            "mesh_label": ctx.program(plain.ROOM_VERTEX, MESH_LABEL),
            "depth": ctx.program(plain.DEPTH_VERTEX, plain.DEPTH_FRAGMENT),
        }
        depth = ctx.depth_texture((SHADOW_SIZE, SHADOW_SIZE))
        depth.compare_func = "<="
        self._shadow = ctx.framebuffer(depth_attachment=depth)
        self._depth = depth
        self._targets = {size: self._target(size) for size in viewpoint.SIZES}
        still = np.concatenate([library.template, library.traits], axis=1).astype(np.float32)
        self._still = ctx.buffer(still.tobytes())
        self._index = {
            layer: ctx.buffer(_coarse(library, np.concatenate([library.faces[g] for g in groups])).tobytes())
            for layer, groups in Renderer.LAYERS
        }
        self._slots: list[tuple[Any, dict[int, dict[str, Any]]]] = []
        self._vertices = len(library.template)
        self._figures: list[Figure] = []
        self._meshes: list[tuple[Any, dict[str, Any]]] = []

    def _target(self, size: tuple[int, int]) -> tuple[Any, Any, Any]:
        ctx = self._ctx
        many = ctx.framebuffer(
            [ctx.renderbuffer(size, 4, samples=SAMPLES)], ctx.depth_renderbuffer(size, samples=SAMPLES)
        )
        once = ctx.framebuffer([ctx.renderbuffer(size, 4)])
        return many, once, ctx.framebuffer([ctx.renderbuffer(size, 4)], ctx.depth_renderbuffer(size))

    def _slot(self) -> tuple[Any, dict[int, dict[str, Any]]]:
        moving, arrays = self._ctx.buffer(reserve=self._vertices * 24), {}
        for layer, index in self._index.items():
            arrays[layer] = {name: self._arrays(name, moving, index) for name in ("body", "label", "depth")}
        return moving, arrays

    def _arrays(self, name: str, moving: Any, index: Any) -> Any:
        program, content = self._programs[name], []
        for buffer, fields in (
            (moving, (("in_position", "3f", "12x"), ("in_normal", "3f", "12x"))),
            (self._still, (("in_rest", "3f", "12x"), ("in_traits", "4f", "16x"))),
        ):
            used = [field[0] for field in fields if field[0] in program]
            if used:
                content.append((buffer, " ".join(f[1] if f[0] in program else f[2] for f in fields), *used))
        return self._ctx.vertex_array(program, content, index)

    def _static(self, data: Array) -> tuple[Any, dict[str, Any]]:
        buffer = self._ctx.buffer(data.tobytes())
        return buffer, {
            "mesh": self._ctx.vertex_array(
                self._programs["mesh"], [(buffer, "3f 3f 3f 1f", "in_position", "in_normal", "in_colour", "in_kind")]
            ),
            "mesh_label": self._ctx.vertex_array(
                self._programs["mesh_label"], [(buffer, "3f 24x 1f", "in_position", "in_kind")]
            ),
            "depth": self._ctx.vertex_array(self._programs["depth"], [(buffer, "3f 28x", "in_position")]),
        }

    def show(self, shop: Shop, crowd: Crowd, light: Light, seed: float) -> None:
        """Take a shop, its people and its light."""
        for buffer, arrays in self._meshes:
            for one in arrays.values():
                one.release()
            buffer.release()
        data = [mesh.array() for mesh in (shop.shell, shop.furniture, crowd.things)]
        self._meshes = [self._static(one) for one in data if len(one)]
        self._figures = crowd.figures
        while len(self._slots) < len(crowd.figures):
            self._slots.append(self._slot())
        for (moving, _), figure in zip(self._slots, crowd.figures, strict=False):
            moving.write(np.concatenate([figure.vertices, figure.normals], axis=1).astype(np.float32).tobytes())
        key = light_matrix(light.key[0], (0, 0, 0.8), 0.75 * max(shop.size))
        feet = np.zeros((32, 4), dtype=np.float32)
        low = [f.vertices[f.vertices[:, 2].argmin()] for f in crowd.figures if f.id][:32]
        for i, point in enumerate(low):
            feet[i, :2] = point[:2]
        unit = np.asarray(light.key[0]) / np.linalg.norm(light.key[0])
        common = {
            "key_matrix": gl_matrix(key),
            "key_map": 0,
            "key_dir": tuple(unit.tolist()),
            "key_colour": light.key[1],
            "sky": light.sky,
            "ground": light.ground,
            "lamp_at": light.lamps[0].tobytes(),
            "lamp_colour": light.lamps[1].tobytes(),
            "exposure": light.exposure,
        }
        self._set("body", common)
        half = (shop.size[0] / 2, shop.size[1] / 2)
        self._set("mesh", {**common, "feet": feet.tobytes(), "foot_count": len(low), "half_size": half, "seed": seed})
        self._shadow.use()
        self._shadow.clear()
        self._set("depth", {"camera": gl_matrix(key)})
        for _, arrays in self._meshes[1:]:
            arrays["depth"].render()
        for (_, slots), figure in zip(self._slots, self._figures, strict=False):
            for layer in set(figure.layers) & {0, 1, 2}:
                slots[layer]["depth"].render()

    def shoot(self, place: Placement) -> Shot:
        """The picture from a camera, and who is where in it."""
        camera = Camera.placed(place)
        matrix = gl_matrix(camera.projection())
        many, once, mask = self._targets[(place.width, place.height)]
        self._depth.use(0)
        for name in ("mesh", "body"):
            self._set(name, {"camera": matrix, "eye": tuple(camera.at)})
        for name in ("label", "mesh_label"):
            self._set(name, {"camera": matrix})
        there = [i for i, figure in enumerate(self._figures) if self._near(camera, figure)]
        many.use()
        many.clear(0.5, 0.55, 0.6, 1.0)
        # Depth first, so that the costly surfaces are worked out once for each pixel.
        self._draw(there, "label", "mesh_label")
        self._ctx.depth_func = "<="
        self._draw(there, "body", "mesh")
        self._ctx.depth_func = "<"
        self._ctx.copy_framebuffer(once, many)
        mask.use()
        mask.clear(0.0, 0.0, 0.0, 1.0)
        self._draw(there, "label", "mesh_label")
        return Shot(self._read(once, place), self._read(mask, place)[:, :, 0].copy())

    def _draw(self, there: list[int], body: str, mesh: str) -> None:
        for _, arrays in self._meshes:
            arrays[mesh].render()
        for i in there:
            self._draw_figure(self._figures[i], self._slots[i][1], body)

    def _draw_figure(self, figure: Figure, slots: dict[int, dict[str, Any]], program: str) -> None:
        outfit, look = figure.outfit, figure.outfit.look
        bare, coat = look.skirt is not None, look.coat
        self._set(
            program,
            {
                "skin": look.skin,
                "hair": look.hair,
                "shirt": look.shirt,
                "shirt_2": look.shirt_2,
                "front": look.open_front,
                "trousers": look.trousers,
                "skirt": look.skirt or look.shirt,
                "shoes": look.shoes,
                "sleeve": look.sleeve,
                "shirt_hem": max(look.shirt_hem, -0.04),
                "trouser_hem": look.skirt_hem if bare else look.trouser_hem,
                "skirt_hem": look.skirt_hem if bare else look.shirt_hem,
                "hair_hem": 0.82 - look.hair_length,
                "seed": figure.seed,
                "pattern": outfit.pattern,
                "flat_face": 0.0 if figure.id else float(look.hair_length == 0.0),
                "label": float(figure.id),
            },
        )
        ease = (0.0, look.shirt_ease, look.trouser_ease, look.shirt_ease + 0.008 if coat else 0.012, 0.006, 0.0)
        for layer in figure.layers:
            if (layer == 2 and bare) or (layer == 3 and not (bare or coat)) or (layer == 5 and program == "label"):
                continue
            loose = (0.0, 0.03, 0.014, 0.02, 0.0, 0.0)[layer]
            shape = {"ease": ease[layer], "hem_ease": loose, "hem_flare": 0.022 * (layer == 1)}
            self._set(program, {"layer": layer, "foot_ease": 0.012 * (layer == 0), **shape})
            slots[layer][program].render()

    def points(self, place: Placement, figure: Figure, samples: Array) -> Array:
        """Where some of a figure's vertices fall in a picture: (N, 2) pixels, not a number behind the camera."""
        return _project(Camera.placed(place), figure.vertices[samples])

    @staticmethod
    def _near(camera: Camera, figure: Figure) -> bool:
        points = _project(camera, figure.vertices[::97])
        off = 0.1 * camera.width
        return bool(
            (
                (points > -off).all(axis=1) & (points[:, 0] < camera.width + off) & (points[:, 1] < camera.height + off)
            ).any()
        )

    def _set(self, name: str, values: dict[str, Any]) -> None:
        program = self._programs[name]
        for key, value in values.items():
            if key in program:
                if isinstance(value, bytes):
                    program[key].write(value)
                else:
                    program[key].value = value

    @staticmethod
    def _read(buffer: Any, place: Placement) -> Image:
        raw = np.frombuffer(buffer.read(components=3), dtype=np.uint8)
        return np.asarray(raw.reshape(place.height, place.width, 3)[::-1])


def _coarse(library: BodyLibrary, faces: Faces) -> Faces:
    """Fewer triangles: of the vertices in one small cell only one is kept, the head in finer cells."""
    cell = np.where(library.traits[:, 3:4] > HEAD, FINE_M, COARSE_M)
    # A layer keeps to vertices of its own: those of another one are eased out by another distance.
    own = np.full(len(library.template), -1, dtype=np.int64)
    used = np.unique(faces)
    _, first, where = np.unique(
        np.round(library.template[used] / cell[used]), axis=0, return_index=True, return_inverse=True
    )
    own[used] = used[first[where.ravel()]]
    merged = own[faces].astype(np.int32)
    a, b, c = merged.T
    return np.asarray(merged[(a != b) & (b != c) & (a != c)], dtype=np.int32)


def _project(camera: Camera, points: Array) -> Array:
    eye = points @ camera.view[:3, :3].T + camera.view[:3, 3]
    depth = np.where(eye[:, 2] < -0.2, -eye[:, 2], np.nan)
    columns = camera.width / 2 + camera.focal * eye[:, 0] / depth
    rows = camera.height / 2 - camera.focal * eye[:, 1] / depth
    return np.stack([columns, rows], axis=1).astype(np.float32)
