"""Odd videos, made as they are needed."""

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

import av
import numpy as np


def video(
    path: Path,
    *,
    frames: int = 20,
    size: tuple[int, int] = (160, 120),
    fps: int = 10,
    codec: str = "mpeg4",
    stamps: Sequence[int] | None = None,
) -> Path:
    """A video of a moving square; `stamps` are presentation times in milliseconds."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream(codec, rate=fps)
        assert isinstance(stream, av.VideoStream)
        stream.width, stream.height, stream.pix_fmt = *size, "yuv420p"
        stream.codec_context.time_base = Fraction(1, 1000)
        for number in range(frames):
            image = np.zeros((size[1], size[0], 3), dtype=np.uint8)
            image[:20, number % (size[0] - 20) :][:, :20] = 255
            picture = av.VideoFrame.from_ndarray(image, format="rgb24")
            picture.pts = stamps[number] if stamps else number * 1000 // fps
            picture.time_base = Fraction(1, 1000)
            container.mux(stream.encode(picture))
        container.mux(stream.encode())
    return path
