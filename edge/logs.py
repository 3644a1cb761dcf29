"""Structured logs on stderr: JSON under systemd or in a pipe, coloured on a terminal; repeating errors are held back.

`structlog.get_logger()` is all that the rest of the code needs.
"""

import contextlib
import os
import sys
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TextIO

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

REPEAT_S = 60.0
# So many different errors are remembered; the one that was silent for longest is forgotten first.
KEYS = 256
USUAL_LEVEL = "info"
LIMITED = frozenset({"warning", "error", "critical", "exception"})


@dataclass
class _Repeated:
    """One error: when it may be logged again, and how often it was not."""

    due_s: float
    suppressed: int = 0


class RateLimit:
    """A structlog processor: the same warning or error at once, then once in REPEAT_S with what was held back.

    Two lines are the same when level, event and agent are the same.
    """

    def __init__(self, repeat_s: float = REPEAT_S, clock: Callable[[], float] = time.monotonic) -> None:
        """Hold nothing back yet.

        Args:
            repeat_s: seconds between two of the same.
            clock: monotonic seconds.
        """
        self._repeat_s = repeat_s
        self._clock = clock
        self._seen: OrderedDict[tuple[str, str, str], _Repeated] = OrderedDict()
        self._lock = threading.Lock()

    def __call__(self, logger: WrappedLogger, method: str, line: EventDict) -> EventDict:  # noqa: ARG002 - structlog's signature
        """Pass a line on, or hold it back.

        Raises:
            structlog.DropEvent: it is held back.
        """
        if method not in LIMITED:
            return line
        key = (method, str(line.get("event")), str(line.get("agent")))
        with self._lock:
            suppressed = self._suppressed(key, self._clock())
        if suppressed:
            line["suppressed"] = suppressed
        return line

    def _suppressed(self, key: tuple[str, str, str], now_s: float) -> int:
        seen = self._seen.pop(key, None)
        if seen is not None and now_s < seen.due_s:
            seen.suppressed += 1
            self._seen[key] = seen
            raise structlog.DropEvent
        self._seen[key] = _Repeated(due_s=now_s + self._repeat_s)
        if len(self._seen) > KEYS:
            self._seen.popitem(last=False)
        return seen.suppressed if seen else 0


class Lines:
    """The end of the chain: one line each. A reader that has gone, or a full disk, is no reason to die."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def msg(self, line: str) -> None:
        """Write a line, or lose it."""
        with contextlib.suppress(OSError, ValueError):  # ValueError: the stream was closed
            self._stream.write(line + "\n")
            self._stream.flush()

    debug = info = warning = error = critical = exception = msg


def configure(stream: TextIO | None = None, environment: Mapping[str, str] = os.environ, **always: str) -> None:
    """Set structlog up for this process.

    Args:
        stream: where the lines go; stderr when absent.
        environment: the variables to read; JOURNAL_STREAM means systemd (systemd.exec(5)).
        always: what every line says, such as the agent's name.
    """
    out = stream or sys.stderr
    structlog.configure(
        processors=[_bound(always), *_COMMON, RateLimit(), *_rendering(in_colour(out, environment))],
        wrapper_class=structlog.make_filtering_bound_logger(USUAL_LEVEL),
        logger_factory=lambda *_: Lines(out),
        cache_logger_on_first_use=False,
    )


def set_level(level: str) -> None:
    """Log from this level on in this process: ``debug``, ``info``, ``warning``."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(level))


def in_colour(stream: TextIO, environment: Mapping[str, str]) -> bool:
    """Whether a person reads along: on a terminal that is not systemd's journal."""
    return stream.isatty() and "JOURNAL_STREAM" not in environment


def _bound(always: Mapping[str, str]) -> Processor:
    # A processor and not a context variable: it holds in every thread.
    def bind(logger: WrappedLogger, method: str, line: EventDict) -> EventDict:  # noqa: ARG001 - structlog's signature
        for name, value in always.items():
            line.setdefault(name, value)
        return line

    return bind


_COMMON: tuple[Processor, ...] = (
    structlog.processors.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
)


def _rendering(colour: bool) -> tuple[Processor, ...]:
    if colour:
        return (structlog.dev.ConsoleRenderer(),)
    return structlog.processors.format_exc_info, structlog.processors.JSONRenderer(default=_shown)


def _shown(value: Any) -> str:  # noqa: ANN401 - whatever somebody logs
    return str(value)
