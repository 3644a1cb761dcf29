"""JSON Schemas and AsyncAPI 3 of all that a gateway publishes, made from the types themselves. `write` alone does I/O.

The schemas are those of a reader: they name what has to be there and pass over what they do not know, so that a
field which is added inside a version breaks nobody.
"""

import inspect
from pathlib import Path
from typing import Any

import msgspec

from edge.agent.roster import OCCUPANCY, SUPERVISOR
from edge.birth import Birth
from edge.codec import CONTENT_TYPE, SPEC_VERSION, TOPIC_VERSION
from edge.events import EVENT_TYPES, ClockState, EventType, Kind
from edge.version import VERSION

DIALECT = "https://json-schema.org/draft/2020-12/schema"
SCHEMA_FORMAT = "application/schema+json;version=draft-2020-12"
MQTT_BINDING = "0.2.0"
PREFIX = f"{TOPIC_VERSION}/{{tenant}}/{{store}}/{{gateway}}"
BIRTH = "birth.v1"
CLOUDEVENTS = "cloudevents"

# The gateway's own absolutes, each of which one source alone tells: with any source, one topic would be either.
ONE_SOURCE = {"agent.status_changed.v1": SUPERVISOR, "occupancy.counted.v1": OCCUPANCY}
# What the segments of a topic in braces stand for.
_SEGMENTS = {
    "tenant": "whose shops these are",
    "store": "which shop",
    "gateway": "which box",
    "source": "the id of the camera, shelf, lane or gateway it comes from",
    "plate": "the id of a weighing plate",
    "gtin": "a GTIN-14",
    "agent": "an agent's name, with a dot in place of the slash",
    "device": "a device of a lane, or the lane itself",
}
# CloudEvents attributes, all of them text: they travel as MQTT 5 user properties.
_ATTRIBUTES: dict[str, dict[str, Any]] = {
    "specversion": {"const": SPEC_VERSION},
    "id": {"pattern": "^[^:]+:[^:]+:[^:]+:[^:]+:[0-9]+$", "description": "the same at every resend of one event"},
    "source": {"pattern": "^/[^/]+/[^/]+/[^/]+/[^/]+/[^/]+$", "description": "/tenant/store/gateway/kind/id"},
    "type": {"enum": list(EVENT_TYPES)},
    "time": {"format": "date-time", "description": "UTC, as far as the gateway knew"},
    "dataschema": {"pattern": r"^[a-z_.]+\.v[0-9]+\.json$", "description": "the file of the data's JSON Schema"},
    "epoch": {"minLength": 1, "description": "which outbox file numbered the event"},
    "sequence": {"pattern": "^[1-9][0-9]*$", "description": "its number within (source, epoch), without gaps"},
    "bootid": {"minLength": 1, "description": "which boot the monotonic seconds belong to"},
    "monotonic": {"pattern": r"^-?[0-9]+\.[0-9]{6}$", "description": "seconds on the clock that never jumps"},
    "clockstate": {"enum": [state.value for state in ClockState], "description": "whether `time` can be believed"},
}


def schemas() -> dict[str, dict[str, Any]]:
    """JSON Schema (2020-12) of the data of every event type, by the type's name."""
    return {name: _document(name, row.data) for name, row in EVENT_TYPES.items()}


def birth_schema() -> dict[str, Any]:
    """JSON Schema of the birth message."""
    return _document(BIRTH, Birth)


def cloudevents_schema() -> dict[str, Any]:
    """JSON Schema of an event's MQTT 5 user properties, as an object of texts."""
    properties = {name: {"type": "string"} | rule for name, rule in _ATTRIBUTES.items()}
    return {
        "$schema": DIALECT,
        "$id": f"{CLOUDEVENTS}.json",
        "title": "CloudEvents attributes",
        "description": f"CloudEvents {SPEC_VERSION} in binary mode: the attributes are MQTT 5 user properties.",
        "type": "object",
        "properties": properties,
        "required": list(properties),
    }


def asyncapi() -> dict[str, Any]:
    """An AsyncAPI 3.0 document: every topic the gateway sends on, with its message. Refers to the schemas' files."""
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "store-edge",
            "version": VERSION,
            "description": "What a gateway in a shop publishes. QoS 1: an event may arrive again, with the same id.",
            "license": {"name": "Apache-2.0"},
        },
        "defaultContentType": CONTENT_TYPE,
        "servers": {"broker": _server()},
        "channels": _channels(),
        "operations": {
            f"send.{channel}": _operation(channel, message, retain=not channel.startswith("evt."))
            for channel, message, _ in _topics()
        },
        "components": {"messages": {**{name: _event_message(name) for name in EVENT_TYPES}, BIRTH: _birth_message()}},
    }


def write(out: Path) -> list[Path]:
    """Write all of them: a file per event type, `birth.v1.json`, `cloudevents.json` and `asyncapi.json`.

    Args:
        out: a folder; made if absent.

    Returns:
        The files, in the order of their names.
    """
    documents = {**schemas(), BIRTH: birth_schema(), CLOUDEVENTS: cloudevents_schema(), "asyncapi": asyncapi()}
    out.mkdir(parents=True, exist_ok=True)
    for name, document in documents.items():
        (out / f"{name}.json").write_bytes(msgspec.json.format(msgspec.json.encode(document), indent=2) + b"\n")
    return [out / f"{name}.json" for name in sorted(documents)]


def _document(name: str, data: type[msgspec.Struct]) -> dict[str, Any]:
    document = {"$schema": DIALECT, "$id": f"{name}.json", "title": name, **msgspec.json.schema(data)}
    for part in document["$defs"].values():
        part["description"] = inspect.cleandoc(part.get("description", ""))
    return document


def _topics() -> list[tuple[str, str, str]]:
    """(channel, message, address) of everything that is sent."""
    rows = EVENT_TYPES.values()
    events = [(f"evt.{row.name}", row.name, f"{PREFIX}/evt/{row.kind}/{{source}}/{row.name}") for row in rows]
    states = [(f"state.{row.name}", row.name, _state_address(row)) for row in rows if row.state is not None]
    return [*events, *states, ("birth", BIRTH, f"{PREFIX}/birth")]


def _state_address(row: EventType) -> str:
    thing = "/".join(f"{{{name}}}" for name in row.state or ()) or "status"
    return f"{PREFIX}/state/{row.kind}/{ONE_SOURCE.get(row.name, '{source}')}/{thing}"


def _channels() -> dict[str, Any]:
    return {
        channel: {
            "address": address,
            "messages": {message: {"$ref": f"#/components/messages/{message}"}},
            "parameters": {name: {"description": text} for name, text in _SEGMENTS.items() if f"{{{name}}}" in address},
        }
        for channel, message, address in _topics()
    }


def _operation(channel: str, message: str, *, retain: bool) -> dict[str, Any]:
    return {
        "action": "send",
        "channel": {"$ref": f"#/channels/{channel}"},
        "messages": [{"$ref": f"#/channels/{channel}/messages/{message}"}],
        "bindings": {"mqtt": {"qos": 1, "retain": retain, "bindingVersion": MQTT_BINDING}},
    }


def _event_message(name: str) -> dict[str, Any]:
    kind = EVENT_TYPES[name].kind
    typed = {"type": "object", "properties": {"type": {"const": name}, "dataschema": {"const": f"{name}.json"}}}
    return {
        "name": name,
        "summary": _summary(EVENT_TYPES[name].data),
        "contentType": CONTENT_TYPE,
        "headers": _schema({"allOf": [{"$ref": f"./{CLOUDEVENTS}.json"}, typed]}),
        "payload": _schema({"$ref": f"./{name}.json"}),
        "tags": [{"name": Kind(kind).value}],
    }


def _birth_message() -> dict[str, Any]:
    return {
        "name": BIRTH,
        "summary": _summary(Birth),
        "contentType": CONTENT_TYPE,
        "payload": _schema({"$ref": f"./{BIRTH}.json"}),
    }


def _schema(schema: dict[str, Any]) -> dict[str, Any]:
    """A schema in another dialect than AsyncAPI's own: a Multi Format Schema Object."""
    return {"schemaFormat": SCHEMA_FORMAT, "schema": schema}


def _summary(data: type[msgspec.Struct]) -> str:
    return (data.__doc__ or "").partition("\n")[0]


def _server() -> dict[str, Any]:
    return {
        "host": "{host}",
        "protocol": "mqtt",
        "protocolVersion": "5.0",
        "variables": {"host": {"default": "localhost:1883", "description": "uplink.url of the configuration"}},
    }
