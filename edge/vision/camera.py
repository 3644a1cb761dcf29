"""A camera as the agent sees it: frames, and how it is. Decoding happens in a child process that can be killed.

Online means that new frames come. A source that says nothing for too long is killed and opened again with growing
pauses, for as long as it takes; nothing accumulates meanwhile.
"""

import mmap
import os
import select
import subprocess
import sys
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self
from urllib.parse import quote

import msgspec
import numpy as np

from edge.clock import Clock
from edge.config import CameraConfig
from edge.errors import ConfigError
from edge.events import CameraStatus
from edge.secrets import camera_login
from edge.vision.decoder_process import Order, Report
from edge.vision.detections import Frame, Image

RETRY_FIRST_S, RETRY_MOST_S = 0.5, 30.0
SCHEMES = ("rtsp://", "rtsps://", "http://", "https://")
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
                return Report(error=f"the decoder ended with status {self.process.wait()}")
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


@dataclass
class Camera:
    """One source of frames, opened again as often as it takes. Use as a context manager."""

    config: CameraConfig
    clock: Clock
    status: CameraStatus = CameraStatus.OFFLINE
    size: tuple[int, int] | None = None
    _changes: list[StatusChange] = field(default_factory=list)
    _child: Child | None = None
    _memory_fd: int = -1
    _memory: mmap.mmap | None = None
    _retry: Retry = field(default_factory=Retry)
    _alive_at: float = 0.0
    _was_told: bool = False

    def __enter__(self) -> Self:
        self._memory_fd = os.memfd_create(f"camera-{self.config.id}")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._drop_child()
        os.close(self._memory_fd)

    @property
    def is_file(self) -> bool:
        """Whether every frame counts, because the source is a recording."""
        return not self.config.url.startswith((*SCHEMES, "/dev/"))

    def next_frame(self, timeout_s: float) -> Frame | None:
        """The next frame to analyse, or None when there is none within the time."""
        now = self.clock.monotonic_s()
        if self.status is CameraStatus.ENDED:
            return None
        if self._child is None:
            if now < self._retry.due:
                select.select([], [], [], min(timeout_s, self._retry.due - now))
                return None
            self._open(now)
        report = self._child.read(timeout_s) if self._child else None
        now = self.clock.monotonic_s()
        if report is None:
            self._watch(now)
            return None
        return self._take(report, now)

    def status_changes(self) -> list[StatusChange]:
        """What became of the camera since the last call, oldest first."""
        changes, self._changes = self._changes, []
        return changes

    def _open(self, now: float) -> None:
        self._alive_at = now
        config = self.config
        order = Order(
            url=url_with_credentials(config),
            memory=self._memory_fd,
            fps=config.fps,
            file=self.is_file,
            paced=self.is_file and config.play == "real_time",
            loop=config.loop,
            transport=config.rtsp_transport,
            open_timeout_s=config.open_timeout_s,
            read_timeout_s=config.stale_after_s,
        )
        self._child = Child(order)

    def _take(self, report: Report, now: float) -> Frame | None:
        self._alive_at = now
        if report.error:
            self._failed(report.error, now)
        elif report.ended:
            self._drop_child()
            self._become(CameraStatus.ENDED, "the video is at its end", now)
        elif report.size is not None:
            self.size = report.size
            self._memory = mmap.mmap(self._memory_fd, report.size[0] * report.size[1] * 3)
        elif report.frame is not None and self.size is not None and self._child is not None:
            self._retry.worked()
            self._become(CameraStatus.ONLINE, "frames come", now)
            image = self._picture(self.size)
            self._child.write(TOKEN)
            return Frame(image, report.frame, report.at)
        return None

    def _picture(self, size: tuple[int, int]) -> Image:
        raw = np.frombuffer(self._memory or b"", dtype=np.uint8, count=size[0] * size[1] * 3)
        return raw.reshape(size[1], size[0], 3).copy()

    def _watch(self, now: float) -> None:
        """Nothing came: is it still alive?"""
        silent_s = now - self._alive_at
        online = self.status is CameraStatus.ONLINE
        if online and silent_s > self.config.stale_after_s:
            self._become(CameraStatus.STALE, f"no new frame for {silent_s:.1f} s", now)
            self._failed(f"no new frame for {silent_s:.1f} s", now, status=CameraStatus.STALE)
        elif not online and silent_s > self.config.open_timeout_s + self.config.stale_after_s:
            self._failed(f"no answer within {silent_s:.0f} s", now)

    def _failed(self, reason: str, now: float, status: CameraStatus = CameraStatus.OFFLINE) -> None:
        self._drop_child()
        self._retry.failed(now)
        self._become(status, reason, now)

    def _become(self, status: CameraStatus, reason: str, now: float) -> None:
        if status is not self.status or (status is CameraStatus.OFFLINE and not self._was_told):
            self.status = status
            self._was_told = True
            self._changes.append(StatusChange(status, reason, now))

    def _drop_child(self) -> None:
        if self._child is not None:
            self._child.kill()
            self._child = None
        self._memory, self.size = None, None


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
