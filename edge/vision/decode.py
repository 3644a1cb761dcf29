"""Video in: files and streams to frames, through PyAV (FFmpeg's libraries).

Damaged packets and pictures are dropped, times are repaired so that they never go back, and a picture whose size
changes in the middle is scaled to the first one's size. Pictures are shown as stored: a rotation mark is not applied,
for lines are drawn in the pixels of the stream.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import av
import cv2
import numpy as np
from av.container import InputContainer
from av.error import FFmpegError

from edge.errors import SourceError
from edge.vision.detections import Frame, Image
from edge.vision.sampling import Sampler

# Where neither the container nor the codec knows a rate.
NOMINAL_FPS = 25.0
# Between two pictures of one file; less or more is a wrong time stamp.
SHORTEST_STEP_S, LONGEST_STEP_S = 1e-4, 60.0
# Pictures that fail to decode one after the other before a file is given up.
MOST_ERRORS = 500
# av.open's guards against a peer that accepts and then says nothing, in seconds.
Timeout = tuple[float, float]
DEVICE = "/dev/video"


@dataclass(frozen=True)
class StreamInfo:
    """What a source says of its video.

    Attributes:
        fps: nominal.
        frames: how many there are, None where it does not say.
    """

    width: int
    height: int
    fps: float
    frames: int | None
    codec: str


def open_source(
    url: str, *, timeout: Timeout | None = None, transport: str = "tcp", threads: int = 1
) -> InputContainer:
    """Open a file, stream or device and choose its first video stream.

    Raises:
        SourceError: it cannot be opened, or holds no video.
    """
    options, form = _options(url, transport)
    shown = without_credentials(url)
    try:
        container = av.open(url, format=form, options=dict(options), timeout=timeout, metadata_errors="ignore")
    except (FFmpegError, OSError, ValueError) as error:
        raise SourceError(f"{shown}: expected a video, found {_reason(error)}") from None
    if not container.streams.video:
        container.close()
        raise SourceError(f"{shown}: expected a video stream, found none")
    stream = container.streams.video[0]
    stream.thread_type = "AUTO" if threads > 1 else "SLICE"
    stream.codec_context.thread_count = threads
    return container


def _options(url: str, transport: str) -> tuple[Mapping[str, str], str | None]:
    if url.startswith(("rtsp://", "rtsps://")):
        return {"rtsp_transport": transport, "fflags": "discardcorrupt", "max_delay": "500000"}, None
    if url.startswith(DEVICE):
        return {}, "v4l2"
    return {"fflags": "discardcorrupt"}, None


def _reason(error: Exception) -> str:
    text = getattr(error, "strerror", None) or str(error)
    return str(text).strip().rstrip(".").lower() or type(error).__name__


def without_credentials(url: str) -> str:
    """The URL as it may be shown."""
    scheme, slashes, rest = url.partition("://")
    host, slash, path = rest.partition("/")
    return f"{scheme}{slashes}{host.rpartition('@')[2]}{slash}{path}" if slashes else url


def probe(url: str, *, timeout: Timeout | None = None, transport: str = "tcp") -> StreamInfo:
    """What a source says of its video, without decoding it.

    Raises:
        SourceError: it cannot be opened, or holds no video.
    """
    with open_source(url, timeout=timeout, transport=transport) as container:
        return describe(container, url)


def describe(container: InputContainer, url: str) -> StreamInfo:
    """What an open container says of its video.

    Raises:
        SourceError: its pictures have no size.
    """
    stream = container.streams.video[0]
    if not stream.width or not stream.height:
        raise SourceError(f"{without_credentials(url)}: expected a video, found a stream without a picture size")
    rate = stream.average_rate or stream.guessed_rate
    return StreamInfo(
        width=stream.width,
        height=stream.height,
        fps=float(rate) if rate else NOMINAL_FPS,
        frames=stream.frames or None,
        codec=stream.codec_context.name,
    )


def decoded(container: InputContainer) -> Iterator[av.VideoFrame]:
    """Every sound picture of the video stream, in order; ends where nothing sound follows."""
    stream = container.streams.video[0]
    errors = 0
    packets = container.demux(stream)
    while errors < MOST_ERRORS:
        try:
            packet = next(packets)
        except StopIteration:
            return
        except (FFmpegError, OSError):
            return
        if packet.is_corrupt:
            errors += 1
            continue
        try:
            pictures = packet.decode()
        except FFmpegError:
            errors += 1
            continue
        for picture in pictures:
            if not picture.is_corrupt:
                errors = 0
                yield picture


def read_file(path: Path, *, fps: float | None = None) -> Iterator[Frame]:
    """The frames of a video file that an analysis rate keeps, as fast as they decode.

    Args:
        path: the file.
        fps: frames a second of media time, at most; None is every one.

    Raises:
        SourceError: it is not a video, or holds no picture.
    """
    with open_source(str(path), threads=2) as container:
        info = describe(container, str(path))
        times, sampler = FileTimes(info.fps), Sampler(fps)
        picture, index = None, -1
        for index, picture in enumerate(decoded(container)):
            at = times.of(picture.time)
            if sampler.keep(at):
                yield Frame(to_bgr(picture, (info.width, info.height)), index, at)
        if picture is None:
            raise SourceError(f"{path}: expected pictures, found a video of 0 frames")


class FileTimes:
    """Presentation times made to begin at 0 and never to stand still or go back. Pure."""

    def __init__(self, fps: float) -> None:
        self._step = 1.0 / fps if fps > 0 else 1.0 / NOMINAL_FPS
        self._pts: float | None = None
        self._at = -self._step

    def of(self, pts: float | None) -> float:
        """The time in seconds of the next picture, whose presentation time the file gives as `pts`."""
        step = self._step
        if pts is not None:
            if self._pts is not None and SHORTEST_STEP_S <= pts - self._pts <= LONGEST_STEP_S:
                step = pts - self._pts
            self._pts = pts
        self._at += step
        return max(self._at, 0.0)


def to_bgr(picture: av.VideoFrame, size: tuple[int, int]) -> Image:
    """A decoded picture as (height, width, 3) BGR, scaled to `size` (width, height) if it is of another."""
    image = np.asarray(picture.to_ndarray(format="bgr24"), dtype=np.uint8)
    if (picture.width, picture.height) != size:
        image = np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)
    return image
