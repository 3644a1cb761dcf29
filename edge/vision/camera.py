"""A camera as the agent sees it: frames, and how it is. Decoding happens in a child process that can be killed.

Online means that new frames come. A source that says nothing for too long is killed and opened again with growing
pauses, for as long as it takes; nothing accumulates meanwhile.
"""

import os
import select
import signal
import subprocess
import sys
from collections import deque
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self
from urllib.parse import quote

import msgspec

from edge.clock import Clock
from edge.config.camera import CameraConfig
from edge.errors import ConfigError
from edge.events import CameraStatus
from edge.secrets import camera_login
from edge.vision.decoder_process import Order, Report
from edge.vision.detections import Frame
from edge.vision.frame_slot import FrameSlots

RETRY_FIRST_S, RETRY_MOST_S = 0.5, 30.0
# Changes kept for a caller that does not ask for them, and reasons told in one outage.
MOST_CHANGES, MOST_REASONS = 100, 8
# How many signs of life a decoder gives in the time after which it counts as dead.
PULSES = 4
TOKEN = b"."


@dataclass(frozen=True)
class StatusChange:
    """The camera became something else, why, and when (monotonic seconds)."""

    status: CameraStatus
    reason: str
    at: float


@dataclass
class Retry:
    """When to try again: pauses that double up to a bound. Pure."""

    pause_s: float = RETRY_FIRST_S
    due: float = 0.0

    def failed(self, now: float) -> None:
        """An attempt failed."""
        self.due = now + self.pause_s
        self.pause_s = min(2 * self.pause_s, RETRY_MOST_S)

    def worked(self) -> None:
        """Frames come."""
        self.pause_s = RETRY_FIRST_S


class Child:
    """The decoder process of one attempt."""

    def __init__(self, order: Order) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "edge.vision.decoder_process"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            bufsize=0,
            pass_fds=(order.memory,),
        )
        self._buffer = b""
        self.write(msgspec.json.encode(order) + b"\n" + TOKEN)

    def write(self, data: bytes) -> None:
        """Send it bytes; a child that is gone is noticed when it is read from."""
        try:
            os.write(self._fd(self.process.stdin), data)
        except BrokenPipeError:
            return

    def read(self, timeout_s: float) -> Report | None:
        """Its next report, or None when nothing came in time."""
        while b"\n" not in self._buffer:
            fd = self._fd(self.process.stdout)
            if not select.select([fd], [], [], timeout_s)[0]:
                return None
            chunk = os.read(fd, 4096)
            if not chunk:
                return Report(error=f"the decoder ended by itself ({_ending(self.process.wait())})")
            self._buffer += chunk
        line, _, self._buffer = self._buffer.partition(b"\n")
        return msgspec.json.decode(line, type=Report)

    def kill(self) -> None:
        """End it at once."""
        self.process.kill()
        self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe is not None:
                pipe.close()

    @staticmethod
    def _fd(pipe: object) -> int:
        return pipe.fileno() if hasattr(pipe, "fileno") else -1


def _ending(status: int) -> str:
    """What a process's status says of its end."""
    return signal.Signals(-status).name if status < 0 else f"status {status}"


@dataclass
class Camera:
    """One source of frames, opened again as often as it takes. Use as a context manager.

    Frames keep the size of the first one, for lines are drawn in its pixels: a camera that comes back with another
    resolution is scaled, and its status says so.

    Attributes:
        status: how it is now.
        size: width and height of its frames, None before the first one.
    """

    config: CameraConfig
    clock: Clock
    status: CameraStatus = CameraStatus.OFFLINE
    size: tuple[int, int] | None = None
    _changes: deque[StatusChange] = field(default_factory=lambda: deque(maxlen=MOST_CHANGES))
    _child: Child | None = None
    _memory_fd: int = -1
    _slots: FrameSlots | None = None
    _retry: Retry = field(default_factory=Retry)
    _alive_at: float = 0.0
    _seen: str = ""
    _told: set[str] = field(default_factory=set)

    def __enter__(self) -> Self:
        self._memory_fd = os.memfd_create(f"camera-{self.config.id}")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._drop_child()
        os.close(self._memory_fd)

    def next_frame(self, timeout_s: float) -> Frame | None:
        """The next frame to analyse, or None when there is none within the time.

        It returns early, without a frame, when the camera becomes something else.

        Raises:
            ConfigError: the camera's password cannot be read.
        """
        now = self.clock.monotonic_s()
        until, before = now + timeout_s, self.status
        while self.status is before and self.status is not CameraStatus.ENDED:
            frame = self._step(max(0.0, until - now))
            now = self.clock.monotonic_s()
            if frame is not None or now >= until:
                return frame
        return None

    def _step(self, timeout_s: float) -> Frame | None:
        """Wait for one thing to happen."""
        now = self.clock.monotonic_s()
        if self._child is None:
            if now < self._retry.due:
                select.select([], [], [], min(timeout_s, self._retry.due - now))
                return None
            self._child = self._open(now)
        report = self._child.read(min(timeout_s, self.config.stale_after_s))
        now = self.clock.monotonic_s()
        if report is None:
            self._watch(now)
            return None
        return self._take(report, now)

    def status_changes(self) -> list[StatusChange]:
        """What became of the camera since the last call, oldest first."""
        changes = list(self._changes)
        self._changes.clear()
        return changes

    def _open(self, now: float) -> Child:
        self._alive_at = now
        config = self.config
        order = Order(
            url=url_with_credentials(config),
            memory=self._memory_fd,
            fps=config.fps,
            file=config.is_file,
            paced=config.is_file and config.play != "fast",
            waits=config.is_file and config.play != "live",
            loop=config.loop,
            transport=config.rtsp_transport,
            open_timeout_s=config.open_timeout_s,
            # Silence is for the watch on this side to judge; this is for a decoder that nobody watches any more.
            read_timeout_s=2 * config.stale_after_s,
            pulse_s=config.stale_after_s / PULSES,
            size=self.size,
        )
        return Child(order)

    def _take(self, report: Report, now: float) -> Frame | None:
        self._alive_at = now
        if report.error:
            self._failed(report.error, now)
        elif report.ended:
            self._drop_child()
            self._become(CameraStatus.ENDED, "the video is at its end", now)
        elif report.size is not None:
            self._slots = FrameSlots(self._memory_fd, report.size)
            self._seen = _scaled(report.stream, report.size)
        elif report.frame and self._slots is not None and self._child is not None:
            self._retry.worked()
            self._become(CameraStatus.ONLINE, self._seen or "frames come", now)
            frame = self._slots.newest()
            if frame is not None:
                self.size = frame.image.shape[1], frame.image.shape[0]
            self._child.write(TOKEN)
            return frame
        return None

    def _watch(self, now: float) -> None:
        """Nothing came: is it still alive?"""
        silent_s = now - self._alive_at
        stale_s, open_s = self.config.stale_after_s, self.config.open_timeout_s + self.config.stale_after_s
        if self.status is CameraStatus.ONLINE:
            if silent_s > stale_s:
                self._failed(f"no new frame for {stale_s:g} s", now, status=CameraStatus.STALE)
        elif silent_s > open_s:
            self._failed(f"no picture within {open_s:g} s", now)

    def _failed(self, reason: str, now: float, status: CameraStatus = CameraStatus.OFFLINE) -> None:
        self._drop_child()
        self._retry.failed(now)
        self._become(status, reason, now)

    def _become(self, status: CameraStatus, reason: str, now: float) -> None:
        """Take a status, and tell of it if it or its reason is new in this outage."""
        news = reason not in self._told and len(self._told) < MOST_REASONS
        if status is not self.status or (status is not CameraStatus.ONLINE and news):
            self._changes.append(StatusChange(status, reason, now))
        self.status = status
        self._told = set() if status is CameraStatus.ONLINE else self._told | ({reason} if news else set())

    def _drop_child(self) -> None:
        if self._child is not None:
            self._child.kill()
            self._child = None
        self._slots = None


def _scaled(stream: tuple[int, int] | None, size: tuple[int, int]) -> str:
    """What to say of a stream that is not of the size which lines were drawn into; empty where it is."""
    if stream is None or stream == size:
        return ""
    told = f"frames come, scaled from {_text(stream)} to {_text(size)}"
    # A side may be off by a pixel: sizes of sub-streams are rounded.
    same_shape = abs(stream[0] * size[1] - stream[1] * size[0]) <= max(*stream, *size)
    return told if same_shape else f"{told}, which is another shape: see whether the lines still fit"


def _text(size: tuple[int, int]) -> str:
    return "×".join(str(side) for side in size)


def url_with_credentials(config: CameraConfig) -> str:
    """The camera's URL with its user name and password.

    Raises:
        ConfigError: the password cannot be read.
    """
    username, password = camera_login(config)
    if username is None:
        return config.url
    scheme, slashes, rest = config.url.partition("://")
    if not slashes:
        raise ConfigError(f"expected a URL, for there is a username, found {config.url}", path=f"camera {config.id}")
    return f"{scheme}://{quote(username, safe='')}:{quote(password or '', safe='')}@{rest}"
