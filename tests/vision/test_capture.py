"""The share of passers-by who come in, and how sure it is."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.config.camera import CaptureConfig
from edge.events import CaptureMeasured, FootfallCounted
from edge.vision.capture import measured, wilson

WINDOW = CaptureConfig(id="window", outside="street", door="door")


def line(name: str, in_: int, out: int, sd: float | None = 0.0) -> FootfallCounted:
    return FootfallCounted(
        interval_start=datetime(2026, 11, 24, tzinfo=UTC),
        interval_s=60,
        observed_s=50,
        degraded=("frames_missing",),
        line=name,
        in_=in_,
        out=out,
        in_sd=sd,
        out_sd=sd,
    )


def one(street: FootfallCounted, door: FootfallCounted, capture: CaptureConfig = WINDOW) -> CaptureMeasured:
    (event,) = measured([capture], [street, door])
    return event


def test_the_interval_is_wilsons() -> None:
    """Two of ten at 90 %, worked out by hand from Wilson's formula with z = 1.645."""
    low, high = wilson(0.2, 10)
    assert (round(low, 3), round(high, 3)) == (0.069, 0.459)


@given(st.floats(0, 1), st.floats(0.1, 1e6))
def test_the_share_is_within_its_interval(share: float, n: float) -> None:
    low, high = wilson(share, n)
    assert 0 <= low <= share + 1e-9
    assert share - 1e-9 <= high <= 1


def test_a_share_of_passers_by_either_way() -> None:
    event = one(line("street", 60, 40), line("door", 20, 3))
    assert (event.passers_by, event.entered, event.rate) == (100, 20, 0.2)
    assert (event.observed_s, event.degraded) == (50, ("frames_missing",))
    only_in = one(
        line("street", 60, 40), line("door", 20, 3), CaptureConfig(id="w", outside="street", door="door", ways="in")
    )
    assert only_in.passers_by == 60


def test_errors_of_counting_make_the_share_less_sure() -> None:
    sure, unsure = (
        one(line("street", 60, 40), line("door", 20, 3)),
        one(line("street", 60, 40, 5), line("door", 20, 3, 4)),
    )
    assert None not in (sure.rate_low, unsure.rate_low, sure.rate_high, unsure.rate_high)
    assert (unsure.rate_high or 0) - (unsure.rate_low or 0) > (sure.rate_high or 0) - (sure.rate_low or 0)


@pytest.mark.parametrize(
    ("street", "door"),
    [
        (line("street", 0, 0), line("door", 0, 0)),
        (line("street", 1, 1), line("door", 5, 0)),
        (line("street", 5, 5, None), line("door", 1, 0, None)),
    ],
)
def test_there_is_no_share_of_nobody_nor_of_too_few_nor_of_the_unwatched(
    street: FootfallCounted, door: FootfallCounted
) -> None:
    assert one(street, door).rate is None
