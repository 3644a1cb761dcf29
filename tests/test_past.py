"""Times of the past: as a person names them, also on the days when the clocks change."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from edge.config.gateway import Config
from edge.config.read import parse
from edge.errors import ConfigError
from edge.past import past_of
from tests.test_recount import CONFIG


def config(timezone: str) -> Config:
    return parse(CONFIG.replace("Asia/Shanghai", timezone), folder=Path("/etc/store-edge"))


@pytest.mark.parametrize(
    ("timezone", "begin", "end", "hours"),
    [
        ("Europe/Berlin", "2026-10-25T00:00", "2026-10-26T00:00", 25),
        ("Europe/Berlin", "2026-03-29T00:00", "2026-03-30T00:00", 23),
        ("Asia/Shanghai", "2026-10-25T00:00", "2026-10-26T00:00", 24),
        ("UTC", "2026-10-25", "2026-10-26", 24),
        ("Europe/Berlin", "2026-10-25T00:00Z", "2026-10-25T12:00+02:00", 10),
    ],
)
def test_a_day_is_as_long_as_it_was(timezone: str, begin: str, end: str, hours: int) -> None:
    past = past_of(config(timezone), "entrance", begin, end)
    assert (past.end - past.begin).total_seconds() == hours * 3600


def test_a_folder_without_records_says_so() -> None:
    past = past_of(config("UTC"), "entrance", "2026-10-25", "2026-10-26")
    assert past.nothing().endswith("found none; nothing is in /etc/store-edge/data/tracks/entrance")
    assert past.holds(datetime(2026, 10, 25, tzinfo=UTC), 0)
    assert not past.holds(datetime(2026, 10, 25, tzinfo=UTC), 86_400)


@pytest.mark.parametrize("text", ["tomorrow", "9999-12-31T23:59-12:00"])
def test_a_time_that_is_none_is_one_line(text: str) -> None:
    with pytest.raises(ConfigError, match=rf"^--to: expected a time such as 2026-11-24T09:00, found '{text}'$"):
        past_of(config("UTC"), "entrance", "2026-10-25", text)


def test_a_day_before_the_first_is_one_line() -> None:
    with pytest.raises(ConfigError, match=r"^--from: expected a time such as"):
        past_of(config("Asia/Shanghai"), "entrance", "0001-01-01", "2026-10-25")
