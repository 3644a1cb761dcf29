"""Event ⇄ MQTT message: CloudEvents 1.0 in binary mode over MQTT 5, plus the topics. Pure.

Payload = the event's data as JSON. Attributes = MQTT 5 user properties, named as in the CloudEvents
specification (MQTT protocol binding 1.0.2, section 3.1), with the extensions `epoch`, `sequence`, `bootid`,
`monotonic` and `clockstate`.
"""

from datetime import UTC, datetime
from typing import Any

import msgspec

from edge.errors import CodecError
from edge.events import EVENT_TYPES, TYPE_OF, ClockState, Event, EventType, Id, Kind, Stamp

CONTENT_TYPE = "application/json"
SPEC_VERSION = "1.0"
TOPIC_VERSION = "v1"

_encoder = msgspec.json.Encoder()
_decoders = {row.name: msgspec.json.Decoder(row.data) for row in EVENT_TYPES.values()}


class Gateway(msgspec.Struct, frozen=True):
    """Who we are: the first three segments of every topic."""

    tenant: Id
    store: Id
    gateway: Id

    @property
    def prefix(self) -> str:
        """What every topic of this gateway begins with, without a slash at its end."""
        return f"{TOPIC_VERSION}/{self.tenant}/{self.store}/{self.gateway}"


class Source(msgspec.Struct, frozen=True, order=True):
    """Where an event comes from: one device, or the gateway itself."""

    kind: Kind
    id: Id

    def __str__(self) -> str:
        return f"{self.kind}/{self.id}"


class Record(msgspec.Struct, frozen=True, kw_only=True):
    """An accepted event: what the outbox keeps and the uplink sends.

    Attributes:
        epoch: which outbox file numbered it.
        sequence: its number within (source, epoch), from 1, without gaps.
        data: the event as JSON.
    """

    source: Source
    epoch: str
    sequence: int
    type: str
    stamp: Stamp
    data: bytes


class Message(msgspec.Struct, frozen=True, kw_only=True):
    """What goes over the wire; QoS 1 always."""

    topic: str
    payload: bytes
    properties: tuple[tuple[str, str], ...] = ()
    retain: bool = False


class Received(msgspec.Struct, frozen=True, kw_only=True):
    """A message taken apart again."""

    gateway: Gateway
    record: Record
    event: Event


def type_of(event: Event) -> EventType:
    """The contract's row for `event`.

    Raises:
        CodecError: its class is not in the contract.
    """
    try:
        return TYPE_OF[type(event)]
    except KeyError:
        raise CodecError(f"expected an event of edge/events.py, found {type(event).__name__}") from None


def encode_event(event: Event) -> bytes:
    """The event's data as JSON."""
    return _encoder.encode(event)


def decode_event(type_name: str, data: bytes) -> Event:
    """The event of a type from its JSON; fields that are not known are passed over.

    Raises:
        CodecError: the type is unknown, or the data do not fit it.
    """
    decoder = _decoders.get(type_name)
    if decoder is None:
        raise CodecError(f"expected an event type of the contract, found {type_name!r}")
    try:
        event: Event = decoder.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise CodecError(f"{type_name}: {error}") from None
    return event


def event_id(gateway: Gateway, record: Record) -> str:
    """The CloudEvents `id`: the same at every resend, different for every event."""
    return f"{gateway.gateway}:{record.source.kind}:{record.source.id}:{record.epoch}:{record.sequence}"


def messages(gateway: Gateway, record: Record) -> tuple[Message, ...]:
    """The messages that publish a record: the event, and for an absolute the retained state beside it."""
    row = EVENT_TYPES.get(record.type)
    if row is None:
        raise CodecError(f"expected an event type of the contract, found {record.type!r}")
    properties = _properties(gateway, record)
    event = Message(topic=event_topic(gateway, record), payload=record.data, properties=properties)
    if row.state is None:
        return (event,)
    topic = f"{gateway.prefix}/state/{record.source.kind}/{record.source.id}/{_state_thing(row, record.data)}"
    return event, Message(topic=topic, payload=record.data, properties=properties, retain=True)


def event_topic(gateway: Gateway, record: Record) -> str:
    """`…/evt/{kind}/{source}/{type}`."""
    return f"{gateway.prefix}/evt/{record.source.kind}/{record.source.id}/{record.type}"


def parse(message: Message) -> Received:
    """Take a message on an `evt` or `state` topic apart.

    Raises:
        CodecError: it is none of ours, or damaged.
    """
    segments = message.topic.split("/")
    if len(segments) < 7 or segments[0] != TOPIC_VERSION or segments[4] not in {"evt", "state"}:  # noqa: PLR2004 - v1/t/s/g/evt/kind/source
        raise CodecError(f"expected a topic v1/tenant/store/gateway/evt|state/…, found {message.topic!r}")
    attributes = dict(message.properties)
    try:
        stamp = Stamp(
            wall=_parse_time(attributes["time"]),
            monotonic_s=float(attributes["monotonic"]),
            boot_id=attributes["bootid"],
            clock_state=ClockState(attributes["clockstate"]),
        )
        record = Record(
            source=Source(Kind(segments[5]), segments[6]),
            epoch=attributes["epoch"],
            sequence=int(attributes["sequence"]),
            type=attributes["type"],
            stamp=stamp,
            data=message.payload,
        )
    except KeyError as error:
        raise CodecError(f"{message.topic}: user property {error.args[0]!r} is missing") from None
    except ValueError as error:
        raise CodecError(f"{message.topic}: {error}") from None
    return Received(gateway=Gateway(*segments[1:4]), record=record, event=decode_event(record.type, record.data))


def cloudevent(gateway: Gateway, record: Record) -> dict[str, Any]:
    """The record as one CloudEvent in the JSON format (what `replay --json` prints, one a line)."""
    attributes: dict[str, Any] = dict(_properties(gateway, record))
    attributes["sequence"] = record.sequence
    return attributes | {"datacontenttype": CONTENT_TYPE, "data": msgspec.json.decode(record.data)}


def _properties(gateway: Gateway, record: Record) -> tuple[tuple[str, str], ...]:
    stamp = record.stamp
    return (
        ("specversion", SPEC_VERSION),
        ("id", event_id(gateway, record)),
        ("source", f"/{gateway.tenant}/{gateway.store}/{gateway.gateway}/{record.source}"),
        ("type", record.type),
        ("time", format_time(stamp.wall)),
        ("dataschema", f"{record.type}.json"),
        ("epoch", record.epoch),
        ("sequence", str(record.sequence)),
        ("bootid", stamp.boot_id),
        ("monotonic", f"{stamp.monotonic_s:.6f}"),
        ("clockstate", stamp.clock_state),
    )


def _state_thing(row: EventType, data: bytes) -> str:
    if not row.state:
        return "status"
    try:
        fields = msgspec.json.decode(data)
        return "/".join(str(fields[name]).replace("/", ".") for name in row.state)
    except (msgspec.DecodeError, UnicodeDecodeError, KeyError, TypeError) as error:
        raise CodecError(f"{row.name}: expected data with {', '.join(row.state)}, found none: {error}") from None


def format_time(wall: datetime) -> str:
    """RFC 3339 in UTC with microseconds."""
    return wall.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def _parse_time(text: str) -> datetime:
    wall = datetime.fromisoformat(text)
    if wall.tzinfo is None:
        raise ValueError(f"time: expected RFC 3339 with an offset, found {text!r}")
    return wall
