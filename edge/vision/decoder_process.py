"""The child process that decodes one source: `python -m edge.vision.decoder_process`, started by `camera`.

A native decoder may hang or crash; here it can be killed. The order arrives as one JSON line on standard input. After
it every byte there is a token: one frame may be handed over. Frames go into the shared memory of the inherited
descriptor, and a JSON line on standard output says so. Without a token a live frame is dropped (the newest wins), and a
file waits (every frame counts).
"""

import ctypes
import mmap
import os
import select
import signal
import sys
import time
from collections.abc import Iterator

import av
import msgspec
import numpy as np

from edge.errors import SourceError
from edge.vision.decode import FileTimes, decoded, describe, open_source, to_bgr
from edge.vision.media_clock import MediaClock
from edge.vision.sampling import Sampler

# prctl(2): the signal that this process gets when its parent dies.
PR_SET_PDEATHSIG = 1


class Order(msgspec.Struct, kw_only=True, frozen=True):
    """What to decode and how.

    Attributes:
        url: with credentials, which is why it does not stand on the command line.
        memory: the inherited descriptor of the shared memory.
        file: every frame counts, times are the file's own.
        paced: a file at its own speed.
        loop: a file again and again.
    """

    url: str
    memory: int
    fps: float
    file: bool
    paced: bool
    loop: bool
    transport: str
    open_timeout_s: float
    read_timeout_s: float


class Report(msgspec.Struct, kw_only=True, frozen=True, omit_defaults=True):
    """What the child says, one a line.

    Attributes:
        size: width and height, once, before the first frame.
        frame: index of the frame that lies in the memory now.
        at: monotonic seconds of that frame.
        ended: the file is at its end.
        error: why it gave up.
    """

    size: tuple[int, int] | None = None
    frame: int | None = None
    at: float = 0.0
    ended: bool = False
    error: str = ""


def main() -> None:
    """Decode until the source ends or nobody listens any more."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    av.logging.set_level(av.logging.PANIC)
    order = msgspec.json.decode(_first_line(), type=Order)
    try:
        Decoding(order).run()
    except SourceError as error:
        say(Report(error=str(error)))
    except (BrokenPipeError, KeyboardInterrupt):
        os._exit(0)


def say(report: Report) -> None:
    """One line to the parent."""
    os.write(sys.stdout.fileno(), msgspec.json.encode(report) + b"\n")


def _first_line() -> bytes:
    line = b""
    while not line.endswith(b"\n"):
        byte = os.read(sys.stdin.fileno(), 1)
        if not byte:
            sys.exit(0)
        line += byte
    return line


class Decoding:
    """One source being decoded."""

    def __init__(self, order: Order) -> None:
        self._order = order
        self._size = (0, 0)
        self._memory: mmap.mmap | None = None
        self._tokens = 0
        self._index = -1

    def run(self) -> None:
        """Open the source and hand its frames over.

        Raises:
            SourceError: it cannot be opened, or stopped.
        """
        order, began = self._order, time.monotonic()
        sampler = Sampler(order.fps)
        for picture, at in self._pictures(began):
            self._index += 1
            if not sampler.keep(at):
                continue
            if order.paced:
                time.sleep(max(0.0, at - time.monotonic()))  # noqa: TID251 - nobody stops this process but by a signal
            if self._may_send():
                self._send(picture, at)
        if not order.file:
            raise SourceError("the stream ended")
        if self._index < 0:
            raise SourceError("expected pictures, found a video of 0 frames")
        say(Report(ended=True))

    def _pictures(self, began: float) -> Iterator[tuple[av.VideoFrame, float]]:
        order, clock = self._order, MediaClock()
        while True:
            timeout = None if order.file else (order.open_timeout_s, order.read_timeout_s)
            with open_source(order.url, timeout=timeout, transport=order.transport) as container:
                info = describe(container, order.url)
                self._begin((info.width, info.height))
                times, last = FileTimes(info.fps), began
                for picture in decoded(container):
                    last = began + times.of(picture.time) if order.file else clock.at(picture.time, time.monotonic())
                    yield picture, last
            if not (order.file and order.loop) or self._index < 0:
                return
            began = last + 1.0 / info.fps

    def _begin(self, size: tuple[int, int]) -> None:
        if self._memory is not None:
            return
        self._size = size
        length = size[0] * size[1] * 3
        os.ftruncate(self._order.memory, length)
        self._memory = mmap.mmap(self._order.memory, length)
        say(Report(size=size))

    def _may_send(self) -> bool:
        """Whether a token is there; a file waits for one."""
        wait = None if self._order.file else 0
        if self._tokens or select.select([sys.stdin.fileno()], [], [], wait)[0]:
            if not self._tokens:
                read = os.read(sys.stdin.fileno(), 64)
                if not read:
                    raise BrokenPipeError
                self._tokens = len(read)
            self._tokens -= 1
            return True
        return False

    def _send(self, picture: av.VideoFrame, at: float) -> None:
        image = to_bgr(picture, self._size)
        memory = np.frombuffer(self._memory or b"", dtype=np.uint8)
        memory[:] = image.reshape(-1)
        say(Report(frame=self._index, at=at))


if __name__ == "__main__":
    main()
