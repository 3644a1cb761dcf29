"""Old intervals become coarser before anything is evicted, and nobody is lost or counted twice."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.codec import Source, decode_event
from edge.events import CheckoutSessionOpened, FootfallCounted, Kind
from edge.outbox.outbox import Outbox
from edge.outbox.shrink import Interval, groups, merged
from tests.outbox.test_outbox import balanced
from tests.uplink.test_uplink import STAMP

DOOR, LANE = Source(Kind.CAMERA, "door"), Source(Kind.CHECKOUT, "sco-1")
BEGIN = datetime(2026, 11, 1, 8, tzinfo=UTC)


def counted(minute: int, went_in: int = 1, out: int = 0, line: str = "a", interval_s: float = 60) -> FootfallCounted:
    return FootfallCounted(
        interval_start=BEGIN + timedelta(minutes=minute),
        interval_s=interval_s,
        observed_s=interval_s - 1,
        degraded=("camera_offline",) if minute % 7 == 0 else (),
        line=line,
        in_=went_in,
        out=out,
    )


def pending(outbox: Outbox) -> list[tuple[int, FootfallCounted]]:
    rows = [row.record for row in outbox.pending(0, 100_000)]
    return [
        (record.sequence, event)
        for record in rows
        if isinstance(event := decode_event(record.type, record.data), FootfallCounted)
    ]


def test_a_full_quota_merges_intervals_and_keeps_their_totals(tmp_path: Path) -> None:
    with Outbox(tmp_path / "outbox.db", quota_bytes=400_000) as outbox:
        for minute in range(1800):
            outbox.append(DOOR, counted(minute, went_in=minute % 5, out=minute % 3), STAMP)
            if minute % 20 == 0:
                outbox.append(LANE, CheckoutSessionOpened(session=f"s{minute}"), STAMP)
        assert balanced(outbox)
        (line,) = [one for one in outbox.ledger() if one.source == DOOR]
        assert line.evicted.keys() == {"merged"}, "nothing was thrown away"
        found = pending(outbox)
        assert sum(event.in_ for _, event in found) == sum(n % 5 for n in range(1800))
        assert sum(event.out for _, event in found) == sum(n % 3 for n in range(1800))
        there = {sequence for sequence, _ in found}
        replaced = [one.sequence for _, event in found for one in event.replaces]
        assert len(replaced) == len(set(replaced)) == line.evicted["merged"]
        assert there.isdisjoint(replaced)
        assert there | set(replaced) == set(range(1, line.accepted + 1)), "every sequence has its place"
        (lane,) = [one for one in outbox.ledger() if one.source == LANE]
        assert (lane.pending, lane.evicted) == (90, {})
        assert outbox.depth().bytes <= 400_000 + 40_000


def test_the_staff_left_out_are_added_up_where_every_interval_tells_of_them() -> None:
    told = [msgspec.structs.replace(counted(n), staff_in=n, staff_out=1) for n in range(3)]
    whole = merged([interval(n, event) for n, event in enumerate(told)])
    assert (whole.staff_in, whole.staff_out) == (3, 3)
    some = merged([interval(n, event) for n, event in enumerate([*told, counted(3)])])
    assert (some.staff_in, some.staff_out) == (None, None)


def test_when_nothing_is_left_to_merge_the_oldest_go(tmp_path: Path) -> None:
    with Outbox(tmp_path / "outbox.db", quota_bytes=120_000) as outbox:
        for quarter in range(2000):
            outbox.append(DOOR, counted(15 * quarter, interval_s=900), STAMP)
        assert balanced(outbox)
        (line,) = [one for one in outbox.ledger() if one.source == DOOR]
        assert line.evicted.keys() == {"quota"}


def interval(n: int, event: FootfallCounted, source: str = "camera/door") -> Interval:
    return Interval(n, source, "e", n, b"", event)


@given(st.lists(st.tuples(st.integers(0, 59), st.integers(0, 9), st.integers(0, 9)), min_size=2, max_size=40))
def test_a_group_is_one_quarter_of_an_hour_and_its_sum(rows: list[tuple[int, int, int]]) -> None:
    intervals = [interval(n, counted(minute, a, b)) for n, (minute, a, b) in enumerate(rows)]
    for group in groups(intervals):
        one = merged(group)
        assert one.interval_s <= 15 * 60
        assert one.interval_start.minute // 15 == group[-1].event.interval_start.minute // 15
        assert (one.in_, one.out) == (sum(i.event.in_ for i in group), sum(i.event.out for i in group))
        assert one.observed_s <= one.interval_s
        assert {r.sequence for r in one.replaces} == {i.sequence for i in group}


def test_lines_sources_and_quarters_are_not_mixed() -> None:
    several = [
        interval(1, counted(0)),
        interval(2, counted(1, line="b")),
        interval(3, counted(2), source="camera/back"),
        interval(4, counted(16)),
    ]
    assert groups(several) == []


@pytest.mark.parametrize("gap", [1, 13])
def test_a_hole_between_intervals_was_not_observed(gap: int) -> None:
    one = merged([interval(1, counted(0)), interval(2, counted(gap))])
    assert one.interval_s == (gap + 1) * 60
    assert one.observed_s == 118
