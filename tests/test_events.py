"""The contract itself: names, rows, and that a reader of another minor version gets along."""

import re
from datetime import UTC, datetime

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edge.codec import decode_event, encode_event
from edge.errors import CodecError
from edge.events import EVENT_TYPES, TYPE_OF, ClockState, Event, EventType, Interval, Stamp
from tests.event_strategies import of_type, typed_events

STAMP = Stamp(
    wall=datetime(2026, 3, 1, 9, 30, tzinfo=UTC), monotonic_s=12.5, boot_id="b", clock_state=ClockState.TRUSTED
)


def all_subclasses(kind: type[Event]) -> set[type[Event]]:
    return {one for sub in kind.__subclasses__() for one in {sub, *all_subclasses(sub)}}


def test_every_event_has_exactly_one_row() -> None:
    assert set(TYPE_OF) == {
        kind for kind in all_subclasses(Event) if kind is not Interval and kind.__module__ == "edge.events"
    }
    assert len(TYPE_OF) == len(EVENT_TYPES)


@pytest.mark.parametrize("row", EVENT_TYPES.values(), ids=lambda row: row.name)
def test_a_row_is_named_by_its_version_and_its_state_by_its_fields(row: EventType) -> None:
    assert re.fullmatch(r"[a-z]+\.[a-z_]+\.v1", row.name)
    assert row.name.replace(".", "_").removesuffix("_v1").replace("_", "") == row.data.__name__.lower()
    assert set(row.state or ()) <= {field.name for field in msgspec.structs.fields(row.data)}


@given(typed_events())
@settings(max_examples=200, deadline=None)
def test_any_event_survives_the_wire(typed: tuple[EventType, Event]) -> None:
    row, event = typed
    assert decode_event(row.name, encode_event(event)) == event


@given(typed_events(), st.text(min_size=1).map("future_".__add__), st.integers())
@settings(max_examples=50, deadline=None)
def test_a_field_of_a_later_version_is_passed_over(typed: tuple[EventType, Event], name: str, value: int) -> None:
    row, event = typed
    later = msgspec.json.encode({**msgspec.to_builtins(event), name: value})
    assert decode_event(row.name, later) == event


@given(typed_events())
@settings(max_examples=100, deadline=None)
def test_fields_with_a_default_may_be_absent(typed: tuple[EventType, Event]) -> None:
    row, event = typed
    required = {field.encode_name for field in msgspec.structs.fields(row.data) if field.required}
    data = {key: value for key, value in msgspec.to_builtins(event).items() if key in required}
    read = decode_event(row.name, msgspec.json.encode(data))
    assert {key: value for key, value in msgspec.to_builtins(read).items() if key in required} == data


@pytest.mark.parametrize("row", EVENT_TYPES.values(), ids=lambda row: row.name)
def test_a_required_field_that_is_absent_is_refused(row: EventType) -> None:
    with pytest.raises(CodecError, match="missing required field"):
        decode_event(row.name, b"{}")


def test_events_are_frozen() -> None:
    for row in EVENT_TYPES.values():
        assert row.data.__struct_config__.frozen, row.name


@given(st.floats(-1e6, 1e6))
def test_both_clocks_go_on_alike(seconds: float) -> None:
    later = STAMP.after(seconds)
    assert later.monotonic_s - STAMP.monotonic_s == pytest.approx(seconds)
    assert (later.wall - STAMP.wall).total_seconds() == pytest.approx(seconds, abs=1e-6)
    assert (later.boot_id, later.clock_state) == (STAMP.boot_id, STAMP.clock_state)


@given(of_type(Stamp))
def test_a_stamp_survives_json(stamp: Stamp) -> None:
    assert msgspec.json.decode(msgspec.json.encode(stamp), type=Stamp) == stamp
