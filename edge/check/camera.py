"""Look at a camera, or at a recorded video, and say what its stream is like."""

from dataclasses import dataclass

from edge.clock import SystemClock
from edge.config.camera import CameraConfig
from edge.errors import SourceError
from edge.events import CameraStatus

PICTURES = 10
_STEP_S = 0.25
# A detector sees no more of a picture that is wider; people far away in a large hall are the exception.
WIDE_PX = 1280


@dataclass(frozen=True)
class StreamSeen:
    """What a stream is like.

    Attributes:
        size: (width, height) in pixels.
        fps: pictures a second; None where it cannot be said.
        how: one or two words more: the codec, or how many pictures were seen.
    """

    size: tuple[int, int]
    fps: float | None
    how: str

    def __str__(self) -> str:
        rate = "" if self.fps is None else f", {self.fps:.3g} pictures a second"
        return f"{self.size[0]}x{self.size[1]}{rate}, {self.how}"


def main_stream_doubt(config: CameraConfig, size: tuple[int, int]) -> str | None:
    """Why a live stream of that size is more than counting needs, or None.

    A detector's input is 640 pixels wide at most in practice, and decoding costs by the pixel.
    """
    if config.is_file or size[0] <= WIDE_PX:
        return None
    return (
        f"{size[0]} pixels wide, which looks like the main stream: the camera's sub-stream (640 to {WIDE_PX} wide) "
        "counts as well for a fraction of the decoding"
    )


def look_at_file(config: CameraConfig) -> StreamSeen:
    """What a video file says of itself.

    Raises:
        SourceError: it is no video.
    """
    from edge.vision.decode import probe  # noqa: PLC0415 - brings a decoder: only where there is something to decode

    info = probe(config.url)
    length = "" if info.frames is None else f", {info.frames} pictures"
    return StreamSeen(size=(info.width, info.height), fps=info.fps or None, how=f"{info.codec}{length}")


def watch(config: CameraConfig) -> StreamSeen:
    """Open a camera as its agent would, for a few pictures.

    Returns within `open_timeout_s` plus `stale_after_s`.

    Raises:
        SourceError: no picture came.
        ConfigError: its secrets cannot be read.
    """
    from edge.vision.camera import Camera  # noqa: PLC0415 - as above

    clock = SystemClock()
    begin_s = clock.monotonic_s()
    times: list[float] = []
    size = (0, 0)
    with Camera(config, clock) as camera:
        limit_s = begin_s + config.open_timeout_s
        while len(times) < PICTURES and clock.monotonic_s() < limit_s:
            frame = camera.next_frame(_STEP_S)
            if frame is None:
                if camera.status is CameraStatus.ENDED:
                    break
                continue
            if not times:
                limit_s = clock.monotonic_s() + config.stale_after_s
            size = (frame.image.shape[1], frame.image.shape[0])
            times.append(frame.at)
        reasons = [change.reason for change in camera.status_changes() if change.reason]
    if not times:
        why = f" ({reasons[-1]})" if reasons else ""
        raise SourceError(f"expected pictures within {config.open_timeout_s:g} s, found none{why}")
    return StreamSeen(size=size, fps=_rate(times), how=f"{len(times)} pictures seen")


def _rate(times: list[float]) -> float | None:
    """Pictures a second, from when they were taken."""
    length_s = times[-1] - times[0]
    return (len(times) - 1) / length_s if length_s > 0 else None
