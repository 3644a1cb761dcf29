"""Drawn pictures into a file: MP4, GIF or PNG, by the file's name. Encoded with PyAV, no ffmpeg program needed."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path
from typing import Protocol, cast

import av
import cv2
from av.codec import codecs_available
from av.filter import Graph
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from edge.errors import ConfigError, SourceError
from edge.vision.detections import Image
from edge.vision.drawing import Overlay
from edge.vision.line import Line
from edge.vision.pipeline import Step

# Times are kept to the millisecond, so that irregular pictures keep their rhythm.
TIME_BASE = Fraction(1, 1000)
GIF_WIDTH = 480
GIF = ".gif"

Write = Callable[[Image, float], None]


@contextmanager
def open_video(path: Path, fps: float) -> Iterator[Write]:
    """Open a file for drawn pictures, which are written one after the other.

    Args:
        path: ``.gif`` gives an animated GIF of at most 480 pixels' width (all pictures are held until its end: for
            short stretches); any other name a video in that container, H.264 where the encoder is there, else MPEG-4.
        fps: about how many pictures a second will come.

    Yields:
        A function that takes a picture, all of one size, and its time in seconds, which only goes up.

    Raises:
        SourceError: the file cannot be written.
    """
    with _explained(path):
        # The name is looked at first, and nothing is cut off: what stands there is lost with the first picture only.
        sink: _Sink = _Gif(path, fps) if path.suffix.lower() == GIF else _Video(path, fps)
        path.open("ab").close()

    def write(image: Image, at: float) -> None:
        with _explained(path):
            sink.write(image, at)

    try:
        yield write
    finally:
        with _explained(path):
            sink.close()


@contextmanager
def watching(path: Path, clip: Path, lines: Sequence[Line], fps: float) -> Iterator[Callable[[Step], None]]:
    """Draw every step of a pipeline into a file; gives what `count.count` takes as `watch`.

    Raises:
        ConfigError: the file is the clip itself.
        SourceError: the file cannot be written.
    """
    if path.exists() and clip.exists() and path.samefile(clip):
        raise ConfigError(f"expected another file than the clip, found {path}", "--annotate")
    overlay = Overlay(lines)
    with open_video(path, fps) as write:
        yield lambda step: write(overlay.draw(step), step.frame.at)


def save_picture(path: Path, image: Image) -> None:
    """Write one picture, as its name says (``.png``, ``.jpg``).

    Raises:
        SourceError: it cannot be written.
    """
    try:
        _, data = cv2.imencode(path.suffix, image)
        path.write_bytes(data.tobytes())
    except cv2.error:
        raise SourceError(f"{path}: expected a picture's name such as demo.png, found {path.name}") from None
    except OSError as error:
        raise SourceError(f"{path}: expected to write a picture here, found: {error.strerror}") from None


@contextmanager
def _explained(path: Path) -> Iterator[None]:
    """Turn what the encoder and the disk complain about into one line."""
    try:
        yield
    except (OSError, ValueError, av.error.FFmpegError) as error:
        reason = getattr(error, "strerror", None) or error
        raise SourceError(f"{path}: expected to write a video here, found: {reason}") from None


class _Sink(Protocol):
    def write(self, image: Image, at: float) -> None: ...

    def close(self) -> None: ...


class _Times:
    """Seconds to presentation times: whole milliseconds that always go up."""

    def __init__(self) -> None:
        self._last = -1

    def __call__(self, at: float) -> int:
        self._last = max(round(at / TIME_BASE), self._last + 1)
        return self._last


class _Video:
    """A video stream, encoded while the pictures come."""

    def __init__(self, path: Path, fps: float) -> None:
        self._container = av.open(str(path), "w")
        codec = "libx264" if "libx264" in codecs_available else "mpeg4"
        rate = Fraction(fps).limit_denominator(1000)
        self._stream = cast("VideoStream", self._container.add_stream(codec, rate=rate))
        self._stream.pix_fmt = "yuv420p"
        self._stream.codec_context.time_base = TIME_BASE
        if codec == "libx264":
            self._stream.options = {"crf": "23", "preset": "veryfast"}
        self._times = _Times()

    def write(self, image: Image, at: float) -> None:
        even = image[: image.shape[0] // 2 * 2, : image.shape[1] // 2 * 2]  # yuv420p halves both sides
        if not self._stream.codec_context.is_open:
            self._stream.height, self._stream.width = even.shape[:2]
        self._container.mux(self._stream.encode(_frame(even, self._times(at))))

    def close(self) -> None:
        if self._stream.codec_context.is_open:
            self._container.mux(self._stream.encode(None))
        self._container.close()


class _Gif:
    """A GIF with a palette of its own, which is made from all its pictures."""

    def __init__(self, path: Path, fps: float) -> None:
        self._path, self._fps = path, fps
        self._frames: list[VideoFrame] = []
        self._times = _Times()

    def write(self, image: Image, at: float) -> None:
        self._frames.append(_frame(_shrink(image, GIF_WIDTH), self._times(at)))

    def close(self) -> None:
        if not self._frames:
            return
        with av.open(str(self._path), "w", format="gif") as container:
            stream: VideoStream = container.add_stream("gif", rate=Fraction(self._fps).limit_denominator(100))
            stream.width, stream.height, stream.pix_fmt = self._frames[0].width, self._frames[0].height, "pal8"
            stream.codec_context.time_base = TIME_BASE
            for frame in _with_palette(self._frames):
                container.mux(stream.encode(frame))
            container.mux(stream.encode(None))


def _with_palette(frames: Sequence[VideoFrame]) -> Iterator[VideoFrame]:
    first = frames[0]
    graph = Graph()
    source = graph.add_buffer(width=first.width, height=first.height, format=first.format, time_base=TIME_BASE)
    split, palette = graph.add("split"), graph.add("palettegen")
    use, sink = graph.add("paletteuse", "dither=bayer:bayer_scale=4:diff_mode=rectangle"), graph.add("buffersink")
    source.link_to(split)
    split.link_to(palette, 0, 0)
    split.link_to(use, 1, 0)
    palette.link_to(use, 0, 1)
    use.link_to(sink)
    graph.configure()
    for frame in frames:
        source.push(frame)
    source.push(None)
    for _ in frames:
        pulled = sink.pull()
        if isinstance(pulled, VideoFrame):
            yield pulled


def _frame(image: Image, pts: int) -> VideoFrame:
    frame = VideoFrame.from_ndarray(image, format="bgr24")
    frame.pts, frame.time_base = pts, TIME_BASE
    return frame


def _shrink(image: Image, width: int) -> Image:
    if image.shape[1] <= width:
        return image
    size = (width, round(image.shape[0] * width / image.shape[1]))
    return cv2.resize(image, size, interpolation=cv2.INTER_AREA).astype(image.dtype)
