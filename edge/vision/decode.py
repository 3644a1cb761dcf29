"""Video in: files and streams to frames, through PyAV (FFmpeg's libraries).

Damaged packets and pictures are dropped, times are repaired so that they never go back, and a picture whose size
changes in the middle is scaled to the first one's size. Pictures are shown as stored: a rotation mark is not applied,
for lines are drawn in the pixels of the stream.
"""

import logging
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import av
import numpy as np
from av.container import InputContainer
from av.error import FFmpegError, HTTPUnauthorizedError, InvalidDataError
from av.video.reformatter import Interpolation, VideoReformatter

from edge.errors import SourceError
from edge.vision.detections import Frame, Image
from edge.vision.file_times import NOMINAL_FPS, FileTimes
from edge.vision.sampling import Sampler

# Faster is not a rate but a time base.
FASTEST_FPS = 1000.0
# More is no picture of a camera but a damaged header: 8192 x 8192.
MOST_PIXELS = 2**26
# Pictures that fail to decode, or reads that fail, one after the other before a source is given up.
MOST_ERRORS, MOST_READ_ERRORS = 500, 20
# av.open's guards against a peer that accepts and then says nothing, in seconds: to open, and to read.
Timeout = tuple[float, float]
DEVICES = "/dev/"
# Every packet is a picture of its own, stamped by the demultiplexer with a rate that it made up.
UNSTAMPED_FORMATS = {"mpjpeg"}

# Generic in the stubs alone.
_Packet: TypeAlias = "av.Packet[av.VideoStream]"

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class StreamInfo:
    """What a source says of its video.

    Attributes:
        fps: nominal.
        frames: how many there are, None where it does not say.
        stamped: whether its times are the camera's own.
    """

    width: int
    height: int
    fps: float
    frames: int | None
    codec: str
    stamped: bool = True


@dataclass
class Losses:
    """What was lost on the way through a source.

    Attributes:
        dropped: damaged packets and pictures.
        broken_off: why reading ended before the source's end, empty where it did not.
    """

    dropped: int = 0
    broken_off: str = ""


def open_source(
    url: str, *, timeout: Timeout | None = None, transport: str = "tcp", threads: int = 1
) -> InputContainer:
    """Open a file, stream or device and choose its first video stream.

    Raises:
        SourceError: it cannot be opened, or holds no video.
    """
    options, form = _options(url, transport)
    shown = without_credentials(url)
    began_s = time.monotonic()
    try:
        container = av.open(url, format=form, options=dict(options), timeout=timeout, metadata_errors="ignore")
    except HTTPUnauthorizedError:
        raise SourceError(
            f"{shown}: expected to be let in, found 401 unauthorized; give username and password_file or password_env"
        ) from None
    except (FFmpegError, OSError, ValueError) as error:
        if timeout is not None and time.monotonic() - began_s >= timeout[0]:
            raise SourceError(f"{shown}: expected a video, found no answer within {timeout[0]:g} s") from None
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
    if url.startswith(DEVICES):
        return {}, "v4l2"
    return {"fflags": "discardcorrupt"}, None


def _reason(error: Exception) -> str:
    text = getattr(error, "strerror", None) or str(error)
    return str(text).strip().rstrip(".").lower() or type(error).__name__


def without_credentials(url: str) -> str:
    """The URL as it may be shown: without what stands before its ``@``, and without its query."""
    scheme, slashes, rest = url.partition("://")
    if not slashes:
        return url
    host, slash, path = rest.partition("/")
    path, question, _ = path.partition("?")
    return f"{scheme}{slashes}{host.rpartition('@')[2]}{slash}{path}{question and '?…'}"


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
        SourceError: its pictures have no size, or one that no camera has.
    """
    stream = container.streams.video[0]
    if not stream.width or not stream.height:
        raise SourceError(f"{without_credentials(url)}: expected a video, found a stream without a picture size")
    if stream.width * stream.height > MOST_PIXELS:
        raise SourceError(
            f"{without_credentials(url)}: expected pictures of {MOST_PIXELS} pixels at most, "
            f"found {stream.width}x{stream.height}"
        )
    rate = float(stream.average_rate or stream.guessed_rate or 0)
    return StreamInfo(
        width=stream.width,
        height=stream.height,
        fps=rate if 0 < rate <= FASTEST_FPS else NOMINAL_FPS,
        frames=stream.frames or None,
        codec=stream.codec_context.name,
        stamped=container.format.name not in UNSTAMPED_FORMATS,
    )


def decoded(container: InputContainer, losses: Losses | None = None) -> Iterator[av.VideoFrame]:
    """Every sound picture of the video stream, in order; ends where nothing sound follows.

    Args:
        container: as `open_source` gave it.
        losses: told what is left out.
    """
    losses = Losses() if losses is None else losses
    errors = 0
    for packet in _packets(container, losses):
        pictures, damaged = _decode(container.streams.video[0], packet)
        errors += damaged
        losses.dropped += damaged
        for picture in pictures:
            if picture.is_corrupt:
                losses.dropped += 1
                continue
            errors = 0
            yield picture
        if errors >= MOST_ERRORS:
            losses.broken_off = f"{errors} damaged packets one after the other"
            return


def _decode(stream: av.VideoStream, packet: "_Packet | None") -> tuple[list[av.VideoFrame], bool]:
    """A packet's pictures, and whether it was damaged."""
    if packet is not None and packet.is_corrupt:
        return [], True
    try:
        return stream.decode(packet), False
    except FFmpegError:
        return [], True


def _packets(container: InputContainer, losses: Losses) -> Iterator["_Packet | None"]:
    """The video packets and, where reading fails, a last None that brings out what the decoder still holds.

    Damage in the middle of a file is stepped over: what follows may be sound.
    """
    stream = container.streams.video[0]
    errors = 0
    while errors < MOST_READ_ERRORS:
        try:
            for packet in container.demux(stream):
                errors = 0
                yield packet
        except InvalidDataError as error:
            errors += 1
            losses.dropped += 1
            losses.broken_off = _reason(error)
        except (FFmpegError, OSError) as error:
            losses.broken_off = _reason(error)
            break
        else:
            losses.broken_off = ""
            return
    yield None


def read_file(path: Path, *, fps: float | None = None) -> Iterator[Frame]:
    """The frames of a video file that an analysis rate keeps, as fast as they decode.

    A file that is damaged or cut off gives what is sound in it, and a line in the log.

    Args:
        path: the file.
        fps: frames a second of media time, at most; None is every one.

    Raises:
        SourceError: it is not a video, or holds no picture.
    """
    with open_source(str(path), threads=2) as container:
        info = describe(container, str(path))
        times, sampler, losses = FileTimes(info.fps), Sampler(fps), Losses()
        converter = Converter((info.width, info.height))
        index = -1
        for index, picture in enumerate(decoded(container, losses)):
            at = times.of(picture.time)
            if sampler.keep(at):
                yield Frame(converter.image(picture), index, at)
    if index < 0:
        raise SourceError(f"{path}: expected pictures, found a video of 0 frames")
    _report(path, info.frames, index + 1, losses)


def _report(path: Path, expected: int | None, found: int, losses: Losses) -> None:
    if losses.dropped or losses.broken_off or (expected or 0) > found:
        _log.warning(
            "%s: expected %s pictures, found %d and %d damaged packets or pictures%s",
            path,
            expected or "sound",
            found,
            losses.dropped,
            f"; it broke off: {losses.broken_off}" if losses.broken_off else "",
        )


class Converter:
    """Decoded pictures to BGR of one size. It keeps one scaler: setting one up costs as much as a picture."""

    def __init__(self, size: tuple[int, int]) -> None:
        self._size = size
        self._scaler = VideoReformatter()

    def image(self, picture: av.VideoFrame) -> Image:
        """The picture as (height, width, 3) BGR."""
        image = np.empty((self._size[1], self._size[0], 3), dtype=np.uint8)
        self.into(picture, image)
        return image

    def into(self, picture: av.VideoFrame, image: Image) -> None:
        """The picture, written into `image`."""
        width, height = self._size
        scaled = (picture.width, picture.height) != self._size
        way = Interpolation.AREA if scaled else Interpolation.BILINEAR
        bgr = self._scaler.reformat(picture, width, height, format="bgr24", interpolation=way, threads=1)
        plane = bgr.planes[0]
        rows = np.frombuffer(memoryview(plane), dtype=np.uint8).reshape(height, plane.line_size)
        image.reshape(height, width * 3)[:] = rows[:, : width * 3]
