"""Every driver under rubbish: nothing raises, nothing grows, no code is invented, no cut matters."""

import random
from collections.abc import Iterable
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.checkout.scanners import SCANNERS
from edge.checkout.scanners.driver import LONGEST, ScannerCounts, ScannerDriver, ScannerSettings
from edge.checkout.scanners.reading import ScanFrame
from edge.checkout.scanners.ssi_packets import CHECK, HEADER, Opcode, checksum
from tests.checkout.scanners.traces import MAKERS

QUICK, LONG = 20_000, 1_000_000
by_size = pytest.mark.parametrize("size", [QUICK, pytest.param(LONG, marks=pytest.mark.slow)])
by_name = pytest.mark.parametrize("name", SCANNERS)
ACKNOWLEDGING = ScannerSettings(acknowledge=True)


def pieces(data: bytes, cuts: Iterable[int]) -> list[bytes]:
    edges = [0, *sorted(cuts), len(data)]
    return [data[start:end] for start, end in pairwise(edges)]


def swallow(driver: ScannerDriver, data: bytes, gap_s: float = 0.01) -> list[ScanFrame]:
    """Feed `data` in odd pieces and look at what stays."""
    dice = random.Random(len(data))
    frames: list[ScanFrame] = []
    at, start = 0.0, 0
    while start < len(data):
        piece = data[start : start + dice.choice((1, 2, 7, 64, 999))]
        start, at = start + len(piece), at + gap_s
        frames += driver.receive(piece, at) + driver.tick(at + gap_s / 2)
        assert held_by(driver) < 3 * LONGEST
    driver.reply()
    return frames


def held_by(thing: object) -> int:
    """How many bytes, and things in containers, can be reached from `thing`."""
    if isinstance(thing, bytes | str):
        return len(thing)
    if isinstance(thing, list | tuple):
        return len(thing) + sum(map(held_by, thing))
    return sum(map(held_by, getattr(thing, "__dict__", {}).values())) if not hasattr(thing, "pattern") else 0


@by_size
@by_name
@pytest.mark.parametrize("gap_s", [0.001, 0.3])
def test_random_bytes_do_no_harm(name: str, size: int, gap_s: float) -> None:
    swallow(SCANNERS[name](ACKNOWLEDGING), random.Random(1).randbytes(size), gap_s)


@by_size
@by_name
def test_the_protocols_own_bytes_at_random_do_no_harm(name: str, size: int) -> None:
    alphabet = bytes([*range(16), Opcode.DECODE_DATA, Opcode.ACK, Opcode.NAK, *b"]E0123456789\r\n\t"])
    frames = swallow(SCANNERS[name](ACKNOWLEDGING), bytes(random.Random(2).choices(alphabet, k=size)))
    assert all(0 < len(frame.data) <= LONGEST + 1 for frame in frames)


@by_size
def test_ssi_takes_no_packet_with_a_wrong_checksum(size: int) -> None:
    dice = random.Random(3)
    data = bytearray()
    while len(data) < size:
        wire = bytearray(MAKERS["ssi"](dice).wire)
        for _ in range(dice.choice((0, 1, 1, 3))):
            wire[dice.randrange(len(wire))] = dice.randrange(256)
        data += wire
    frames = swallow(SCANNERS["ssi"](ScannerSettings()), bytes(data))
    parts = [packet[HEADER + 1 :] for packet in _packets(bytes(data))]
    whole = {b"".join(parts[n : n + k]) for n in range(len(parts)) for k in (1, 2, 3, 4)}
    assert size // 100 < len(frames) <= len(parts)
    assert not [frame.data for frame in frames if frame.data not in whole]


def _packets(data: bytes) -> list[bytes]:
    """Every place that has the form of DECODE_DATA and a right checksum."""
    found = []
    for at in range(len(data) - HEADER - CHECK):
        length = data[at]
        body, check = data[at : at + length], data[at + length : at + length + CHECK]
        if length > HEADER and data[at + 1] == Opcode.DECODE_DATA and checksum(body) == check:
            found.append(body)
    return found


@by_name
@given(seed=st.integers(0, 10_000), cuts=st.lists(st.integers(0, 2000), max_size=40))
def test_any_split_gives_the_same(name: str, seed: int, cuts: list[int]) -> None:
    dice = random.Random(seed)
    noisy = [MAKERS[name](dice).wire if dice.random() < 0.8 else dice.randbytes(9) for _ in range(20)]
    data = b"".join(noisy)

    def read(parts: list[bytes]) -> tuple[list[ScanFrame], ScannerCounts, bytes]:
        driver = SCANNERS[name](ScannerSettings())
        frames = [frame for part in parts for frame in driver.receive(part, 1.0)]
        return frames, replace(driver.counts), driver.reply()

    whole = read([data])
    assert read(pieces(data, [min(cut, len(data)) for cut in cuts])) == whole
    assert read(pieces(data, range(len(data)))) == whole


@by_name
def test_whole_frames_all_come_through(name: str) -> None:
    dice = random.Random(4)
    sent = [MAKERS[name](dice) for _ in range(500)]
    frames = swallow(SCANNERS[name](ScannerSettings()), b"".join(one.wire for one in sent), gap_s=0.001)
    assert [frame.data for frame in frames] == [one.code for one in sent]
