"""The child process that decodes one source: `python -m edge.vision.decoder_process`, started by `camera`.

A native decoder may hang or crash; here it can be killed. The order arrives as one JSON line on standard input. After
it every byte there is a token: one more frame may be announced. Frames go into the shared memory of the inherited
descriptor, and a JSON line on standard output announces them. Without a token a file waits (every frame counts), and a
live frame, or one of a file that is played like one, takes the place of the one that nobody fetched (the newest wins).
"""

import ctypes
import os
import resource
import select
import signal
import sys
import time
from collections.abc import Iterator

import av
import msgspec

from edge.errors import SourceError
from edge.vision.decode import Converter, Losses, decoded, describe, open_source
from edge.vision.file_times import FileTimes
from edge.vision.frame_slot import FrameSlots
from edge.vision.media_clock import MediaClock
from edge.vision.sampling import Sampler

# prctl(2): the signal that this process gets when its parent dies.
PR_SET_PDEATHSIG = 1
# A stream that makes the decoder want more than this is damaged: 4K needs a third of it.
MOST_MEMORY_BYTES = 2**30


class Order(msgspec.Struct, kw_only=True, frozen=True):
    """What to decode and how.

    Attributes:
        url: with credentials, which is why it does not stand on the command line.
        memory: the inherited descriptor of the shared memory.
        file: times are the file's own.
        paced: a file at its own speed.
        waits: every frame counts: one that nobody fetched is waited for.
        loop: a file again and again.
        pulse_s: how often to say at least that pictures are being decoded, though none of them is kept.
        size: width and height to scale to; None is the stream's own.
    """

    url: str
    memory: int
    fps: float
    file: bool
    paced: bool
    waits: bool
    loop: bool
    transport: str
    open_timeout_s: float
    read_timeout_s: float
    pulse_s: float
    size: tuple[int, int] | None = None


class Report(msgspec.Struct, kw_only=True, frozen=True, omit_defaults=True):
    """What the child says, one a line. One that says nothing more is a pulse: pictures are being decoded.

    Attributes:
        size: width and height of the frames, once, before the first one.
        stream: width and height of the stream's pictures, beside it.
        frame: a frame lies in the memory.
        ended: the file is at its end.
        error: why it gave up.
    """

    size: tuple[int, int] | None = None
    stream: tuple[int, int] | None = None
    frame: bool = False
    ended: bool = False
    error: str = ""


def main() -> None:
    """Decode until the source ends or nobody listens any more."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    # A stop that is sent to the whole group is the parent's business.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_DATA, (MOST_MEMORY_BYTES, MOST_MEMORY_BYTES))
    av.logging.set_level(av.logging.PANIC)
    order = msgspec.json.decode(_first_line(), type=Order)
    try:
        Decoding(order).run()
    except SourceError as error:
        say(Report(error=str(error)))
    except MemoryError:
        say(Report(error=f"expected pictures that {MOST_MEMORY_BYTES >> 20} MiB suffice to decode, found larger ones"))
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
        self._slots: FrameSlots | None = None
        self._converter = Converter((0, 0))
        self._losses = Losses()
        self._tokens = 0
        self._index = -1
        self._said_s = time.monotonic()

    def run(self) -> None:
        """Open the source and hand its frames over.

        Raises:
            SourceError: it cannot be opened, or stopped.
        """
        order, sampler = self._order, Sampler(self._order.fps)
        for picture, at in self._pictures(self._said_s):
            self._index += 1
            self._pulse()
            if sampler.keep(at):
                self._hand_over(picture, at)
        if not order.file:
            raise SourceError(f"the stream ended{self._losses.broken_off and f' ({self._losses.broken_off})'}")
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
                for picture in decoded(container, self._losses):
                    if order.file:
                        last = began + times.of(picture.time)
                    else:
                        last = clock.at(picture.time if info.stamped else None, time.monotonic())
                    yield picture, last
            if not (order.file and order.loop) or self._index < 0:
                return
            began = last + 1.0 / info.fps

    def _begin(self, stream: tuple[int, int]) -> None:
        """Make the memory ready, the first time."""
        if self._slots is None:
            size = self._order.size or stream
            self._slots, self._converter = FrameSlots(self._order.memory, size), Converter(size)
            self._slots.clear()
            say(Report(size=size, stream=stream))

    def _hand_over(self, picture: av.VideoFrame, at: float) -> None:
        """Write a frame, and announce it when that is allowed; a file waits until it is."""
        if self._order.paced:
            self._wait_until(at)
        if self._order.waits:
            self._take_token(None)
        if self._slots is not None:
            self._converter.into(picture, self._slots.free())
            self._slots.publish(self._index, at)
        if self._order.waits or self._take_token(0):
            say(Report(frame=True))

    def _wait_until(self, at: float) -> None:
        while (left := at - time.monotonic()) > 0:
            time.sleep(min(left, self._order.pulse_s))  # noqa: TID251 - nobody stops this process but by a signal
            self._pulse()

    def _pulse(self) -> None:
        now_s = time.monotonic()
        if now_s - self._said_s >= self._order.pulse_s:
            self._said_s = now_s
            say(Report())

    def _take_token(self, wait_s: float | None) -> bool:
        """Whether there was one; None waits for it."""
        if not self._tokens and select.select([sys.stdin.fileno()], [], [], wait_s)[0]:
            self._tokens = len(os.read(sys.stdin.fileno(), 64))
            if not self._tokens:
                raise BrokenPipeError
        had = self._tokens > 0
        self._tokens -= had
        return had


if __name__ == "__main__":
    main()
