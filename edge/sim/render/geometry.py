"""Matrices and the array types of the renderer. Metres; X to the right, Y from the shop to the street, Z up."""

import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float32]
Matrix = npt.NDArray[np.float64]
Faces = npt.NDArray[np.int32]
Image = npt.NDArray[np.uint8]
Pose = dict[str, Matrix]  # bone name -> rotation in body axes
Posed = tuple[Array, Array, Matrix, Array]  # vertices, normals, bone frames, both feet
Colour = tuple[float, float, float]  # linear RGB, 0..1


def turn(axis: str, degrees: float) -> Matrix:
    """Rotation matrix about x, y or z."""
    c, s = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    if axis == "x":
        return np.array([[1, 0, 0], [0, c, -s], [0, s, c]])
    if axis == "y":
        return np.array([[c, 0, s], [0, 1, 0], [-s, 0, c]])
    return np.array([[c, -s, 0], [s, c, 0], [0, 0, 1]])


def light_matrix(direction: Sequence[float], centre: Sequence[float], half: float) -> Matrix:
    """Orthographic view from a light that is far away."""
    back = np.asarray(direction, dtype=float) / np.linalg.norm(direction)
    right = np.cross([0.0, 1.0, 0.2], back)
    right /= np.linalg.norm(right)
    up = np.cross(back, right)
    out = np.eye(4)
    out[:3, :3] = np.stack([right, up, back])
    out[:3, 3] = -out[:3, :3] @ np.asarray(centre, dtype=float)
    scale = np.diag([1 / half, 1 / half, -1 / 12.0, 1.0])
    return scale @ out


def gl_matrix(matrix: Matrix) -> bytes:
    """Bytes of a matrix in OpenGL's column order."""
    return matrix.T.astype(np.float32).tobytes()
