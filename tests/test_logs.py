"""Logs: what a line looks like, and what is held back."""

import io
import json
from collections.abc import Iterator
from typing import Any

import pytest
import structlog

from edge import logs
from edge.logs import KEYS, RateLimit


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture(autouse=True)
def _structlog_as_it_was() -> Iterator[None]:
    yield
    structlog.reset_defaults()


def lines(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_json_with_level_time_and_what_is_always_said() -> None:
    stream = io.StringIO()
    logs.configure(stream, {}, agent="camera/door")
    structlog.get_logger().info("started", at=object(), n=3)
    (line,) = lines(stream)
    assert (line["agent"], line["event"], line["level"], line["n"]) == ("camera/door", "started", "info", 3)
    assert line["timestamp"].endswith("Z")


def test_the_journal_gets_json_even_on_a_terminal_and_a_person_gets_colour() -> None:
    assert not logs.in_colour(Terminal(), {"JOURNAL_STREAM": "8:1"})
    assert not logs.in_colour(io.StringIO(), {})
    terminal = Terminal()
    logs.configure(terminal, {})
    structlog.get_logger().info("hello")
    assert "\x1b[" in terminal.getvalue()


def test_an_exception_is_one_line_of_json() -> None:
    stream = io.StringIO()
    logs.configure(stream, {})
    try:
        int("odd")
    except ValueError:
        structlog.get_logger().exception("broken")
    assert "ValueError: invalid literal" in lines(stream)[0]["exception"]


def test_the_same_error_is_logged_once_a_minute_with_what_was_held_back() -> None:
    limit, now = RateLimit(clock=lambda: at), 0.0

    def passes(event: str, level: str = "error") -> dict[str, Any] | None:
        try:
            return dict(limit(None, level, {"event": event}))
        except structlog.DropEvent:
            return None

    at = now
    assert passes("disk full") == {"event": "disk full"}
    assert [passes("disk full") for _ in range(9)] == [None] * 9
    assert passes("another") is not None
    assert all(passes("tick", "info") for _ in range(9)), "what is no trouble is not limited"
    at = 60.0
    assert passes("disk full") == {"event": "disk full", "suppressed": 9}
    assert passes("disk full") is None


def test_any_number_of_different_errors_takes_bounded_memory() -> None:
    limit = RateLimit(clock=lambda: 0.0)
    for n in range(10 * KEYS):
        limit(None, "error", {"event": f"error {n}"})
    assert len(limit._seen) == KEYS


def test_a_reader_that_has_gone_does_not_kill_who_logs() -> None:
    stream = io.StringIO()
    logs.configure(stream, {})
    stream.close()
    structlog.get_logger().error("nobody reads this")
