"""The schemas, held against the events by a validator that is not ours."""

import copy
import json
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import jsonschema
import msgspec
import pytest
from hypothesis import given, settings

from edge import schema
from edge.birth import Birth
from edge.codec import Gateway, Message, Record, Source, encode_event, messages
from edge.events import EVENT_TYPES, ClockState, Event, EventType, Stamp
from tests import contract
from tests.event_strategies import typed_events

GATEWAY = Gateway("acme", "sh-001", "gw-1")
STAMP = Stamp(
    wall=datetime(2026, 3, 1, 9, 30, tzinfo=UTC), monotonic_s=12.5, boot_id="b", clock_state=ClockState.TRUSTED
)
VALIDATORS = {name: jsonschema.Draft202012Validator(one) for name, one in schema.schemas().items()}
ATTRIBUTES = jsonschema.Draft202012Validator(schema.cloudevents_schema())


def published(row: EventType, event: Event) -> tuple[Message, ...]:
    record = Record(
        source=Source(row.kind, schema.ONE_SOURCE.get(row.name, "entrance")),
        epoch="e1",
        sequence=7,
        type=row.name,
        stamp=STAMP,
        data=encode_event(event),
    )
    return messages(GATEWAY, record)


def addresses() -> dict[str, re.Pattern[str]]:
    channels = schema.asyncapi()["channels"]
    return {
        name: re.compile(re.sub(r"\\{\w+\\}", "[^/]+", re.escape(channel["address"])))
        for name, channel in channels.items()
    }


def resolve(document: dict[str, Any], reference: str) -> object:
    found: object = document
    for step in reference.removeprefix("#/").split("/"):
        assert isinstance(found, dict)
        found = found[step]
    return found


def references(part: object) -> list[str]:
    if isinstance(part, dict):
        own = [part["$ref"]] if isinstance(part.get("$ref"), str) else []
        return own + [one for value in part.values() for one in references(value)]
    return [one for value in part for one in references(value)] if isinstance(part, list) else []


@pytest.mark.parametrize("document", [*schema.schemas().values(), schema.birth_schema(), schema.cloudevents_schema()])
def test_each_is_a_json_schema(document: dict[str, Any]) -> None:
    jsonschema.Draft202012Validator.check_schema(document)


@given(typed_events())
@settings(max_examples=300, deadline=None)
def test_every_event_fits_its_schema(typed: tuple[EventType, Event]) -> None:
    row, event = typed
    VALIDATORS[row.name].validate(json.loads(encode_event(event)))


@given(typed_events())
@settings(max_examples=100, deadline=None)
def test_what_is_published_fits_its_channel_and_its_attributes(typed: tuple[EventType, Event]) -> None:
    row, event = typed
    patterns = addresses()
    for message in published(row, event):
        ATTRIBUTES.validate(dict(message.properties))
        state = "state" if message.retain else "evt"
        if "agent" not in (row.state or ()):  # an agent's name is free text in the type, a segment in practice
            assert patterns[f"{state}.{row.name}"].fullmatch(message.topic), message.topic


@pytest.mark.parametrize("row", EVENT_TYPES.values(), ids=lambda row: row.name)
def test_a_missing_field_and_a_wrong_type_are_refused(row: EventType) -> None:
    assert not VALIDATORS[row.name].is_valid({})
    field = next(field for field in msgspec.structs.fields(row.data) if field.required)
    assert not VALIDATORS[row.name].is_valid({field.encode_name: []})


def test_a_field_that_is_not_known_is_passed_over() -> None:
    data = {"line": "door", "direction": "in", "confidence": 0.5, "of_a_later_version": True}
    VALIDATORS["footfall.crossed.v1"].validate(data)


@pytest.mark.parametrize("attribute", schema.cloudevents_schema()["required"])
def test_no_attribute_may_be_absent(attribute: str) -> None:
    row = EVENT_TYPES["footfall.crossed.v1"]
    event = msgspec.convert({"line": "door", "direction": "in", "confidence": 0.5}, row.data)
    properties = dict(published(row, event)[0].properties)
    del properties[attribute]
    assert not ATTRIBUTES.is_valid(properties)


def test_birth_and_will_fit_their_schema() -> None:
    validator = jsonschema.Draft202012Validator(schema.birth_schema())
    for status in ("online", "offline"):
        birth = msgspec.convert(
            {
                "status": status,
                "session": "s1",
                "version": "0.1.0",
                "config_hash": "ab",
                "epoch": "e1",
                "clock_state": "trusted",
                "sources": ["camera/entrance"],
            },
            Birth,
        )
        validator.validate(json.loads(birth.encode()))
    assert not validator.is_valid({"status": "gone", "session": "s1"})


def test_asyncapi_names_every_topic_and_nothing_hangs_loose() -> None:
    document = schema.asyncapi()
    assert document["asyncapi"] == "3.0.0"
    retained = [row for row in EVENT_TYPES.values() if row.state is not None]
    assert len(document["channels"]) == len(document["operations"]) == len(EVENT_TYPES) + len(retained) + 1
    for reference in references(document):
        if reference.startswith("#/"):
            assert resolve(document, reference)
    for channel in document["channels"].values():
        assert set(re.findall(r"\{(\w+)\}", channel["address"])) == set(channel["parameters"])


def test_no_topic_is_that_of_two_channels() -> None:
    """Also where a name is the last word of another channel, such as an agent called status."""
    patterns = addresses()
    for name, channel in schema.asyncapi()["channels"].items():
        topic = re.sub(r"\{\w+\}", "status", channel["address"])
        assert [other for other, pattern in patterns.items() if pattern.fullmatch(topic)] == [name]


def test_files_are_written_and_refer_to_each_other(tmp_path: Path) -> None:
    paths = schema.write(tmp_path / "new" / "schemas")
    assert sorted(path.name for path in paths) == sorted(
        [f"{name}.json" for name in [*EVENT_TYPES, "birth.v1", "cloudevents", "asyncapi"]]
    )
    for path in paths:
        for reference in references(json.loads(path.read_text(encoding="utf-8"))):
            assert reference.startswith("#/") or (path.parent / reference).is_file(), (path.name, reference)


def test_version_1_keeps_its_promise() -> None:
    broken = contract.breaks(contract.promised(), contract.present())
    assert not broken, "a new version of the type is needed (….v2): " + "; ".join(broken)


def test_the_promise_names_all_that_there_is() -> None:
    assert contract.promised() == contract.present(), "run `python -m tests.contract` after adding a field or a type"


def test_a_broken_promise_is_seen() -> None:
    old = contract.present()
    new = copy.deepcopy(old)
    del new["footfall.crossed.v1"]["line"]
    new["footfall.counted.v1"]["weather"] = "string"
    new["zone.counted.v1"]["weather"] = "string?"
    new["stock.moved.v1"]["quantity"] = "string"
    new["stock.level_changed.v1"]["level"] = "one of ok|low|out|unknown"
    new["camera.status_changed.v1"]["status"] = "one of online"
    del new["shelf.swept.v1"]
    found = contract.breaks(old, new)
    assert [one.partition(" was ")[0] for one in found] == [
        "camera.status_changed.v1: status",
        "footfall.counted.v1: weather is new and required",
        "footfall.crossed.v1: line is gone",
        "shelf.swept.v1 is gone",
        "stock.moved.v1: quantity",
    ]
