"""Odd videos, made as they are needed."""

import json
import struct
import zlib
from collections.abc import Sequence
from fractions import Fraction
from itertools import islice
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
    still: bool = False,
) -> Path:
    """A video of a square that moves, unless `still`; `stamps` are presentation times in milliseconds."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream(codec, rate=fps)
        assert isinstance(stream, av.VideoStream)
        stream.width, stream.height, stream.pix_fmt = *size, "yuv420p"
        stream.codec_context.time_base = Fraction(1, 1000)
        for number in range(frames):
            image = np.full((size[1], size[0], 3), 100 if still else 0, dtype=np.uint8)
            place = 0 if still else number % (size[0] - 20)
            image[:20, place:][:, :20] = 255
            picture = av.VideoFrame.from_ndarray(image, format="rgb24")
            picture.pts = stamps[number] if stamps else number * 1000 // fps
            picture.time_base = Fraction(1, 1000)
            container.mux(stream.encode(picture))
        container.mux(stream.encode())
    return path


def marked(clip: Path, *, frames: int) -> Path:
    """A truth file beside a clip of 160x120, in which it says that somebody goes down over the middle."""
    told = {
        "file": clip.name,
        "width": 160,
        "height": 120,
        "fps": 10.0,
        "frames": frames,
        "line": [[0, 60], [160, 60]],
        "in_direction": {"normal": [0, 1]},
        "crossings": [{"frame": 5, "direction": "in"}],
    }
    path = clip.with_name("truth.json")
    path.write_text(json.dumps({"clips": [told]}), encoding="utf-8")
    return path


def beginning(clip: Path, path: Path, packets: int) -> Path:
    """The first pictures of a video, as they are."""
    with av.open(str(clip)) as source, av.open(str(path), "w") as container:
        stream = source.streams.video[0]
        copy = container.add_stream_from_template(stream)
        for packet in islice((one for one in source.demux(stream) if one.dts is not None), packets):
            packet.stream = copy
            container.mux(packet)
    return path


def float_picture(path: Path, side: int, channels: str) -> Path:
    """A black square of a few hundred kB that takes 4 bytes a pixel and channel to decode: OpenEXR, ZIP compression.

    Args:
        path: what to write.
        side: in pixels, a multiple of 16.
        channels: such as BGR, in the order of the alphabet.
    """

    def attribute(name: bytes, kind: bytes, value: bytes) -> bytes:
        return name + b"\0" + kind + b"\0" + struct.pack("<I", len(value)) + value

    listed = b"".join(name.encode() + b"\0" + struct.pack("<4I", 2, 0, 1, 1) for name in channels) + b"\0"
    window = struct.pack("<4i", 0, 0, side - 1, side - 1)
    head = struct.pack("<2I", 20000630, 2)
    head += attribute(b"channels", b"chlist", listed) + attribute(b"compression", b"compression", b"\x03")
    head += attribute(b"dataWindow", b"box2i", window) + attribute(b"displayWindow", b"box2i", window)
    head += attribute(b"lineOrder", b"lineOrder", b"\0") + attribute(b"pixelAspectRatio", b"float", bytes(4))
    head += attribute(b"screenWindowCenter", b"v2f", bytes(8)) + attribute(b"screenWindowWidth", b"float", bytes(4))
    head += b"\0"
    block = zlib.compress(bytes(16 * side * 4 * len(channels)))
    count, size = side // 16, 8 + len(block)
    start = len(head) + 8 * count
    offsets = b"".join(struct.pack("<Q", start + n * size) for n in range(count))
    blocks = b"".join(struct.pack("<iI", 16 * n, len(block)) + block for n in range(count))
    path.write_bytes(head + offsets + blocks)
    return path
