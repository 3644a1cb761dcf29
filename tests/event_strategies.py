"""Hypothesis strategies of every event, made from the types: what a type allows is what is drawn."""

import types
import typing
from datetime import UTC, datetime
from enum import Enum
from typing import Any

import msgspec
from hypothesis import strategies as st

from edge.events import EVENT_TYPES, Event, EventType

_LARGEST = 2**53
_TEXT = st.text(st.characters(codec="utf-8"), max_size=20)
_PLAIN: dict[object, st.SearchStrategy[Any]] = {
    str: _TEXT,
    bool: st.booleans(),
    type(None): st.none(),
    int: st.integers(-_LARGEST, _LARGEST),
    float: st.floats(-1e9, 1e9),
    datetime: st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001 - bounds are naive, the zone is drawn
}


def typed_events() -> st.SearchStrategy[tuple[EventType, Event]]:
    """Any event with its row of the contract."""
    return st.sampled_from(sorted(EVENT_TYPES.values(), key=lambda row: row.name)).flatmap(_with_row)


def events(data: type[Event]) -> st.SearchStrategy[Event]:
    """Any event of one type."""
    return typing.cast("st.SearchStrategy[Event]", of_type(data))


def of_type(kind: object) -> st.SearchStrategy[Any]:
    """Any value of a type that stands in the contract."""
    if kind in _PLAIN:
        return _PLAIN[kind]
    if isinstance(kind, type) and issubclass(kind, Enum):
        return st.sampled_from(list(kind))
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        return st.builds(kind, **{field.name: of_type(field.type) for field in msgspec.structs.fields(kind)})
    return _of_many(typing.get_origin(kind), typing.get_args(kind))


def _of_many(origin: object, arguments: tuple[Any, ...]) -> st.SearchStrategy[Any]:
    if origin is typing.Annotated:
        return _bounded(*arguments)
    if origin is tuple:
        return st.lists(of_type(arguments[0]), max_size=3).map(tuple)
    if origin is dict:
        return st.dictionaries(of_type(arguments[0]), of_type(arguments[1]), max_size=3)
    assert origin in (typing.Union, types.UnionType), f"{origin} is new to the contract: draw it here"
    return st.one_of([of_type(one) for one in arguments])


def _with_row(row: EventType) -> st.SearchStrategy[tuple[EventType, Event]]:
    return st.tuples(st.just(row), events(row.data))


def _bounded(kind: object, meta: msgspec.Meta) -> st.SearchStrategy[Any]:
    if meta.pattern is not None:
        return st.from_regex(meta.pattern.removesuffix("$") + r"\Z")
    if kind is int:
        return st.integers(int(meta.ge if meta.ge is not None else -_LARGEST), int(meta.le or _LARGEST))
    if kind is float:
        return st.floats(float(meta.ge if meta.ge is not None else -1e9), float(meta.le or 1e9))
    return of_type(kind)
