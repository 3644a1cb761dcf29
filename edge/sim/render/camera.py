"""A pinhole camera, and how a small surveillance camera makes a picture look."""

import math
from dataclasses import dataclass

import numpy as np

from edge.sim.render.geometry import Image, Matrix


@dataclass(frozen=True)
class Placement:
    """Where a camera hangs and what it sees.

    Attributes:
        at: metres.
        yaw: degrees to the right of straight out of the door.
        tilt: degrees down from the horizon.
        hfov: horizontal field of view in degrees.
        width: of the picture, in pixels.
        height: of the picture, in pixels.
    """

    at: tuple[float, float, float]
    yaw: float
    tilt: float
    hfov: float
    width: int = 640
    height: int = 360


@dataclass(frozen=True)
class Camera:
    """Pinhole camera: world-to-eye matrix, focal length and picture size in pixels."""

    at: tuple[float, float, float]
    view: Matrix
    focal: float
    width: int
    height: int

    @classmethod
    def placed(cls, place: Placement) -> "Camera":
        """The camera that hangs there."""
        yaw, tilt = math.radians(place.yaw), math.radians(place.tilt)
        ahead = np.array([math.sin(yaw) * math.cos(tilt), math.cos(yaw) * math.cos(tilt), -math.sin(tilt)])
        right = np.array([math.cos(yaw), -math.sin(yaw), 0.0])
        up = np.cross(right, ahead)
        view = np.eye(4)
        view[0, :3], view[1, :3], view[2, :3] = right, up, -ahead
        view[:3, 3] = -view[:3, :3] @ np.asarray(place.at)
        focal = place.width / 2 / math.tan(math.radians(place.hfov) / 2)
        return cls(place.at, view, focal, place.width, place.height)

    def projection(self, widen: float = 1.0) -> Matrix:
        """World to OpenGL clip space; ``widen`` > 1 sees past the picture's edges."""
        near, far, out = 0.2, 60.0, np.zeros((4, 4))
        out[0, 0] = 2 * self.focal / self.width / widen
        out[1, 1] = 2 * self.focal / self.height / widen
        out[2, 2], out[2, 3], out[3, 2] = -(far + near) / (far - near), -2 * far * near / (far - near), -1.0
        return out @ self.view

    def pixel(self, x: float, y: float, z: float = 0.0) -> tuple[float, float]:
        """Where a world point falls in the picture."""
        p = self.view @ np.array([x, y, z, 1.0])
        return self.width / 2 + self.focal * p[0] / -p[2], self.height / 2 - self.focal * p[1] / -p[2]


def camera_look(image: Image, rng: np.random.Generator) -> Image:
    """Slight softness, vignette and sensor noise of a small surveillance camera."""
    height, width = image.shape[:2]
    picture = image.astype(np.float32)
    padded = np.pad(picture, ((1, 1), (1, 1), (0, 0)), mode="edge")
    soft = 0.25 * padded[:-2] + 0.5 * padded[1:-1] + 0.25 * padded[2:]
    soft = 0.25 * soft[:, :-2] + 0.5 * soft[:, 1:-1] + 0.25 * soft[:, 2:]
    picture = 0.65 * picture + 0.35 * soft
    ys, xs = np.mgrid[0:height, 0:width].astype(np.float32)
    far = ((xs - width / 2) / width) ** 2 + ((ys - height / 2) / height) ** 2
    picture *= (1.0 - 0.30 * far)[:, :, None]
    grain = rng.normal(0.0, 1.6, (height, width, 1)) + rng.normal(0.0, 0.6, (height, width, 3))
    return np.asarray(np.clip(picture + grain, 0, 255), dtype=np.uint8)
