"""What lens, sensor and codec make of a rendered picture."""

import io

import av
import cv2
import numpy as np

from edge.sim.render.geometry import Array, Image

INFRARED_SHARE, LOW_RATE_SHARE = 0.10, 0.4
GRAIN = (0.001, 0.03)  # standard deviation, share of white


def bend_maps(width: int, height: int, barrel: float) -> tuple[Array, Array]:
    """Where each pixel of a barrel-distorted picture comes from (x and y maps for `cv2.remap`)."""
    ys, xs = np.mgrid[0:height, 0:width].astype(np.float32)
    u, v = (xs - width / 2) / (width / 2), (ys - height / 2) / (width / 2)
    grow = (1.0 + barrel * (u * u + v * v)) / (1.0 + barrel * (1.0 + (height / width) ** 2))
    return u * grow * width / 2 + width / 2, v * grow * width / 2 + height / 2


def bend(picture: Image, ids: Image, barrel: float) -> tuple[Image, Image]:
    """Both with the lens's distortion."""
    if barrel <= 0:
        return picture, ids
    across, down = bend_maps(ids.shape[1], ids.shape[0], barrel)
    bent = cv2.remap(picture, across, down, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(bent, dtype=np.uint8), np.asarray(cv2.remap(ids, across, down, cv2.INTER_NEAREST), dtype=np.uint8)


def develop(picture: Image, rng: np.random.Generator) -> Image:
    """Exposure, white balance, softness, grain and the codec; one picture in ten is infrared grey."""
    out = _softened(_haze(_toned(np.asarray(picture / 255, dtype=np.float32), rng), rng), rng)
    # As often fine as coarse: most cameras by day show hardly any grain.
    grain = float(np.exp(rng.uniform(*np.log(GRAIN))))
    out += grain * rng.standard_normal((*out.shape[:2], 1), dtype=np.float32)
    out += 0.3 * grain * rng.standard_normal(out.shape, dtype=np.float32)
    made = np.asarray(np.clip(out * 255, 0, 255), dtype=np.uint8)
    return low_rate(made, int(rng.integers(26, 40))) if rng.uniform() < LOW_RATE_SHARE else made


def _toned(out: Array, rng: np.random.Generator) -> Array:
    """As bright as a camera would make it, in its colours, or grey."""
    target = rng.uniform(0.24, 0.62)
    bright = np.log(target) / np.log(np.clip(out.mean(), 0.02, 0.95))
    out = np.clip(out, 1e-3, 1) ** float(np.clip(bright, 0.5, 1.7))
    if rng.uniform() < INFRARED_SHARE:
        grey = out @ np.array([0.5, 0.3, 0.2], dtype=np.float32)
        return np.repeat(grey[:, :, None] ** rng.uniform(0.7, 1.1), 3, axis=2).astype(np.float32)
    grey = out.mean(axis=2, keepdims=True)
    out = grey + (out - grey) * rng.uniform(0.4, 1.3)
    return (out * rng.uniform(0.9, 1.1, 3)).astype(np.float32)


def _softened(out: Array, rng: np.random.Generator) -> Array:
    """A lens out of focus, a movement, and the sharpening of a cheap camera."""
    soft = np.asarray(out)
    if rng.uniform() < 0.45:
        soft = np.asarray(cv2.GaussianBlur(soft, (0, 0), rng.uniform(0.35, 1.1)), dtype=np.float32)
    if rng.uniform() < 0.15:
        kernel = np.zeros((9, 9), dtype=np.float32)
        cv2.line(kernel, (4, 4), tuple(rng.integers(0, 9, 2).tolist()), 1.0)
        soft = np.asarray(cv2.filter2D(soft, -1, kernel / max(1.0, float(kernel.sum()))), dtype=np.float32)
    if rng.uniform() < 0.4:
        blurred = np.asarray(cv2.GaussianBlur(soft, (0, 0), 1.4), dtype=np.float32)
        soft = (soft + rng.uniform(0.3, 1.2) * (soft - blurred)).astype(np.float32)
    return soft


def low_rate(picture: Image, crf: int) -> Image:
    """The picture as H.264 leaves it (constant rate factor: 18 fine .. 45 coarse)."""
    file = io.BytesIO()
    height, width = picture.shape[:2]
    with av.open(file, "w", format="h264") as container:
        stream = container.add_stream("libx264", rate=10)
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        stream.options = {"crf": str(crf), "preset": "ultrafast", "threads": "1"}
        container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        container.mux(stream.encode())
    file.seek(0)
    with av.open(file, "r", format="h264") as coded:
        frame = next(coded.decode(video=0))
    return np.asarray(frame.to_ndarray(format="rgb24"), dtype=np.uint8)


def _haze(out: Array, rng: np.random.Generator) -> Array:
    """Vignette, and light that strays in the lens."""
    height, width = out.shape[:2]
    ys, xs = np.mgrid[0:height, 0:width].astype(np.float32)
    far = ((xs - width / 2) / width) ** 2 + ((ys - height / 2) / height) ** 2
    black = rng.uniform(0.0, 0.08)
    return np.asarray(black + out * (1 - black) * (1.0 - rng.uniform(0, 0.6) * far)[:, :, None], dtype=np.float32)
