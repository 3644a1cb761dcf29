"""Opening hours by the shop's clock, over nights and over changes of daylight saving."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.occupancy.hours import Hours

BERLIN = ZoneInfo("Europe/Berlin")
DAY = Hours(time(9), time(22), BERLIN)
NIGHT = Hours(time(18), time(2, 30), BERLIN)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN).astimezone(UTC)


@pytest.mark.parametrize(
    ("hours", "moment", "is_open"),
    [
        (DAY, "2026-11-24T08:59:59", False),
        (DAY, "2026-11-24T09:00", True),
        (DAY, "2026-11-24T22:00", False),
        (NIGHT, "2026-11-24T23:00", True),
        (NIGHT, "2026-11-25T02:29", True),
        (NIGHT, "2026-11-25T02:30", False),
    ],
)
def test_open(hours: Hours, moment: str, is_open: bool) -> None:
    assert hours.is_open(at(moment)) is is_open


def test_days_with_a_change_are_an_hour_shorter_and_longer() -> None:
    spring = DAY.last_closing(at("2026-03-29T23:00")) - DAY.last_closing(at("2026-03-28T23:00"))
    autumn = DAY.last_closing(at("2026-10-25T23:00")) - DAY.last_closing(at("2026-10-24T23:00"))
    assert (spring, autumn) == (timedelta(hours=23), timedelta(hours=25))


def test_a_closing_in_the_hour_that_is_left_out_or_comes_twice_is_one_closing() -> None:
    """02:30 is none on 29 March 2026 and comes twice on 25 October 2026."""
    assert NIGHT.last_closing(at("2026-03-29T12:00")) == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)
    assert NIGHT.last_closing(at("2026-10-25T12:00")) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


@given(st.sampled_from([DAY, NIGHT]), st.integers(2020, 2035))
def test_a_year_has_a_closing_a_day(hours: Hours, year: int) -> None:
    moment, closings = datetime(year, 1, 1, 12, tzinfo=UTC), set()
    days = (datetime(year + 1, 1, 1, tzinfo=UTC) - datetime(year, 1, 1, tzinfo=UTC)).days
    for n in range(days * 4):
        closings.add(hours.last_closing(moment + timedelta(hours=6 * n)))
    assert len(closings) == days + 1
