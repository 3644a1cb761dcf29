"""Lines and frames are found in any pieces, and rubbish is counted, not kept."""

import re

from edge.scale.driver import DriverCounts
from edge.scale.drivers.framing import Frames, Lines


def test_lines_come_whole_and_never_empty() -> None:
    lines = Lines(b"\r\n", 8, DriverCounts())
    assert lines.feed(b"ab\r") == []
    assert lines.feed(b"\ncd\r\n\r\nef") == [b"ab", b"cd"]


def test_noise_of_a_turning_bus_before_a_line_is_skipped() -> None:
    counts = DriverCounts()
    assert Lines(b"\r\n", 8, counts).feed(b"\x00\xff\x00ab\r\n") == [b"ab"]
    assert counts.skipped_bytes == 3


def test_a_line_that_is_too_long_is_skipped_to_its_end_and_not_kept() -> None:
    counts = DriverCounts()
    lines = Lines(b"\r\n", 8, counts)
    for _ in range(1000):
        assert lines.feed(b"x" * 7) == []
        assert len(lines._rest) <= 10
    assert lines.feed(b"ab\r\ncd\r\n") == [b"cd"]
    assert counts.skipped_bytes == 7002


def test_a_line_of_just_the_longest_length_is_read_byte_by_byte() -> None:
    lines = Lines(b"\r\n", 8, DriverCounts())
    assert [line for n in range(10) for line in lines.feed(b"12345678\r\n"[n : n + 1])] == [b"12345678"]


def test_frames_are_found_among_rubbish() -> None:
    counts = DriverCounts()
    frames = Frames(re.compile(rb"<([a-z]{3})>"), 5, counts)
    found = [match[1] for data in (b"xx<ab", b"c>yy<def>", b"<gh>", b"x" * 100) for match in frames.feed(data)]
    assert found == [b"abc", b"def"]
    assert counts.skipped_bytes + len(frames._rest) == 4 + 4 + 100


def test_reset_forgets_what_was_half_received() -> None:
    lines, frames = Lines(b"\n", 8, DriverCounts()), Frames(re.compile(rb"<a>"), 3, DriverCounts())
    lines.feed(b"ab")
    frames.feed(b"<")
    lines.reset()
    frames.reset()
    assert lines.feed(b"cd\n") == [b"cd"]
    assert frames.feed(b"a>") == []
