"""Every driver under rubbish: nothing raises, nothing grows, no reading is invented."""

import random
from collections import deque

import pytest

from edge.scale.driver import DriverSettings
from edge.scale.drivers import DRIVERS
from edge.scale.drivers.line_defaults import LINE_DEFAULTS
from edge.scale.reading import Status
from tests.scale.drivers.streams import (
    ALL_FAULTS,
    CHECK_FAULTS,
    LAYOUT_FAULTS,
    STREAMS,
    Stream,
    converse,
    on,
    read,
    said,
    spoil,
)

QUICK, LONG = 20_000, 1_000_000
# Bytes and things in containers that a driver may keep.
STATE_LIMIT = 4096
# What may be left of an NCI answer that lost its weight; it claims nothing.
NO_REASON = (0, None, Status.NOT_READY)
# A weight looks the same in both, and one letter of theirs; no bytes tell them apart.
ALIKE = ({"toledo_8217", "sasi"},)
by_size = pytest.mark.parametrize("size", [QUICK, pytest.param(LONG, marks=pytest.mark.slow)])
by_stream = pytest.mark.parametrize("stream", STREAMS, ids=lambda stream: stream.name)


def held_by(thing: object) -> int:
    """How many bytes, and things in containers, can be reached from `thing`."""
    if isinstance(thing, (bytes, bytearray, str)):
        return len(thing)
    if isinstance(thing, dict):
        return len(thing) + sum(held_by(one) for pair in thing.items() for one in pair)
    if isinstance(thing, (list, tuple, set, frozenset, deque)):
        return len(thing) + sum(map(held_by, thing))
    slots = [getattr(thing, name) for name in getattr(type(thing), "__slots__", ()) if hasattr(thing, name)]
    return sum(map(held_by, [*getattr(thing, "__dict__", {}).values(), *slots])) if not isinstance(thing, Status) else 0


def swallow(driver: str, settings: DriverSettings, data: bytes) -> None:
    """Feed `data` in odd pieces and look at what stays."""
    dice = random.Random(len(data))
    parser = DRIVERS[driver](settings)
    at, start = 0.0, 0
    while start < len(data):
        piece = data[start : start + dice.choice((1, 2, 7, 64, 999))]
        start, at = start + len(piece), at + 0.01
        parser.request(at)
        for _, weight, status in said(parser.receive(piece, at)):
            assert weight is None or abs(weight) < 1e13
            assert isinstance(status, Status)
    assert held_by(parser) < STATE_LIMIT


def frames_for(stream: Stream, size: int) -> int:
    return size // len(stream.throw(0, 1)[0][0])


def test_every_row_is_fuzzed_and_has_a_usual_line() -> None:
    assert {stream.driver for stream in STREAMS} == set(DRIVERS) == set(LINE_DEFAULTS)


@by_size
@by_stream
def test_random_bytes_do_no_harm(stream: Stream, size: int) -> None:
    swallow(stream.driver, stream.settings, random.Random(1).randbytes(size))


@by_size
@by_stream
def test_the_protocols_own_bytes_at_random_do_no_harm(stream: Stream, size: int) -> None:
    swallow(stream.driver, stream.settings, bytes(random.Random(2).choices(stream.alphabet, k=size)))


@by_size
@by_stream
def test_spoilt_streams_do_no_harm(stream: Stream, size: int) -> None:
    data = b"".join(spoil(stream.throw(3, frames_for(stream, size)), 4, ALL_FAULTS, 0.5))
    swallow(stream.driver, stream.settings, data)


@by_stream
@pytest.mark.parametrize("driver", DRIVERS)
def test_another_protocols_stream_says_nothing(driver: str, stream: Stream) -> None:
    data = b"".join(frame for frame, _ in stream.throw(5, 300))
    readings, _ = read(driver, data, settings=on(1))
    assert {driver, stream.driver} in ALIKE or driver == stream.driver or readings == []


@by_size
@by_stream
def test_spoilt_streams_bring_no_reading_that_was_not_sent(stream: Stream, size: int) -> None:
    sent = stream.throw(6, frames_for(stream, size))
    frames = spoil(sent, 7, CHECK_FAULTS if stream.checked else LAYOUT_FAULTS, 0.2)
    if stream.asked:
        got, counts = converse(stream, frames)
    else:
        got, counts = read(stream.driver, b"".join(frames), settings=stream.settings)
    assert not set(got) - {meaning for _, meaning in sent} - {NO_REASON}
    assert len(sent) * 0.6 < len(got) < len(sent)
    assert counts.bad_frames + counts.skipped_bytes > 0


@by_size
@pytest.mark.parametrize("stream", [one for one in STREAMS if not one.asked], ids=lambda stream: stream.name)
def test_a_gap_over_frames_joins_no_two(stream: Stream, size: int) -> None:
    dice = random.Random(8)
    runs = [stream.throw(n, 5) for n in range(size // 200)]
    pieces = [b"".join(frame for frame, _ in runs[0])]
    for sent in runs[1:]:
        run, lengths = b"".join(frame for frame, _ in sent), {len(frame) for frame, _ in sent}
        # What is not to be seen: a gap of just as many bytes as a frame has.
        length = dice.choice([n for n in range(1, 2 * max(lengths)) if n not in lengths])
        start = dice.randrange(len(run) - length)
        pieces.append(run[:start] + run[start + length :] if len(lengths) == 1 else run)
    got, counts = read(stream.driver, b"".join(pieces), settings=stream.settings)
    assert counts.bad_frames + counts.skipped_bytes > 0
    assert not set(got) - {meaning for sent in runs for _, meaning in sent} - {NO_REASON}
