"""Magellan single cable and SASI: vectors after Datalogic KA-01089."""

import random
from collections.abc import Callable
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.scale.driver import DriverCounts, DriverSettings, ScaleDriver
from edge.scale.drivers.magellan import Magellan
from edge.scale.drivers.sasi import Sasi
from edge.scale.reading import Status, WeightReading

Make = Callable[[DriverSettings], ScaleDriver]
BOTH = pytest.mark.parametrize("make", [Magellan, Sasi])
KG, LB = DriverSettings(unit="kg"), DriverSettings(unit="lb")


def read(make: Make, data: bytes, settings: DriverSettings = KG) -> list[tuple[float | None, Status]]:
    return [(one.weight_g, one.status) for one in make(settings).receive(data, 1.0)]


@pytest.mark.parametrize(
    ("make", "frame", "weight_g", "status"),
    [
        (Magellan, b"S14401234\r", 1234.0, Status.STABLE),
        (Magellan, b"S140\r", None, Status.NOT_READY),
        (Magellan, b"S141\r", None, Status.UNSTABLE),
        (Magellan, b"S142\r", None, Status.OVERLOAD),
        (Magellan, b"S143\r", 0.0, Status.ZERO),
        (Magellan, b"S145\r", None, Status.UNDERLOAD),
        (Sasi, b"\x0201.234\r", 1234.0, Status.STABLE),
        (Sasi, b"\x02?A\r", None, Status.UNSTABLE),
        (Sasi, b"\x02?B\r", None, Status.OVERLOAD),
        (Sasi, b"\x02?C\r", None, Status.UNDERLOAD),
        (Sasi, b"\x02?D\r", None, Status.NOT_READY),
    ],
)
def test_answers(make: Make, frame: bytes, weight_g: float | None, status: Status) -> None:
    assert read(make, frame) == [(weight_g, status)]


def test_pounds() -> None:
    ((magellan, _),) = read(Magellan, b"S1440150\r", LB)
    ((sasi, _),) = read(Sasi, b"\x0201.500\r", LB)
    assert magellan == sasi == pytest.approx(680.388555)


def test_a_lost_or_doubled_digit_is_no_change_of_unit() -> None:
    driver = Magellan(KG)
    assert driver.receive(b"S1440123\rS144012345\rS14401234\r", 1.0) == [WeightReading(0, 1.0, 1234.0, Status.STABLE)]
    assert driver.counts == DriverCounts(frames=1, bad_frames=1, skipped_bytes=11)


def test_codes_on_the_same_cable_are_skipped() -> None:
    driver = Magellan(KG)
    assert len(driver.receive(b"S08F5449000000996\rS143\rS08A036000291452\r", 1.0)) == 1
    assert driver.counts.frames == 1


@pytest.mark.parametrize("body", [b"1.234", b"001.234", b"01234", b"01.24", b"?E", b"?", b"-1.234", b"??A"])
def test_what_is_no_sasi_answer_is_dropped(body: bytes) -> None:
    assert read(Sasi, b"\x02" + body + b"\r\x0201.234\r") == [(1234.0, Status.STABLE)]


@pytest.mark.parametrize(("make", "question"), [(Magellan, b"S14\r"), (Sasi, b"W")])
def test_they_ask_and_wait(make: Make, question: bytes) -> None:
    driver = make(KG)
    assert [driver.request(at) for at in (0.0, 0.1, 0.31)] == [question, b"", question]
    assert driver.counts.timeouts == 1
    driver.reset()
    assert driver.request(0.32) == question


@BOTH
def test_reset_voids_half_an_answer(make: Make) -> None:
    driver = make(KG)
    driver.receive(b"S1440\x0201.", 0.0)
    driver.reset()
    assert driver.receive(b"1234\r234\r", 0.1) == []


@BOTH
@given(seed=st.integers(0, 10_000), cuts=st.lists(st.integers(0, 200), max_size=20))
def test_any_split_gives_the_same(make: Make, seed: int, cuts: list[int]) -> None:
    dice = random.Random(seed)
    frames = (b"S14401234\r", b"S143\r", b"\x0201.234\r", b"\x02?A\r", b"S14", b"\x02", b"S08F54490\r")
    data = b"".join(dice.choices(frames, k=20))
    driver = make(KG)
    whole = driver.receive(data, 1.0)
    pieces = make(KG)
    edges = [0, *sorted(min(cut, len(data)) for cut in cuts), len(data)]
    assert [one for start, end in pairwise(edges) for one in pieces.receive(data[start:end], 1.0)] == whole
    assert pieces.counts == driver.counts


@BOTH
@pytest.mark.parametrize("size", [20_000, pytest.param(1_000_000, marks=pytest.mark.slow)])
def test_rubbish_does_no_harm(make: Make, size: int) -> None:
    driver = make(KG)
    data = bytes(random.Random(1).choices(b"S1423450\r\x02?ABC.", k=size))
    readings = [one for n in range(0, size, 97) for one in driver.receive(data[n : n + 97], n / 1000)]
    assert all(one.weight_g is None or 0 <= one.weight_g < 100_000 for one in readings)
    frames = driver.counts
    assert frames.skipped_bytes + 10 * (frames.frames + frames.bad_frames) > size * 0.9
