"""What a message is to the ingest: an event, a birth, a reply, or a dead letter with the reason. Pure."""

import re
from functools import lru_cache
from typing import NamedTuple

import msgspec

from edge.birth import Birth
from edge.codec import Gateway, Message, Received, parse
from edge.errors import CodecError
from edge.ingest.packets import Publish

EVENTS, BIRTHS, REPLIES = "v1/+/+/+/evt/#", "v1/+/+/+/birth", "v1/+/+/+/reply/ingest"
# Kept of a message that cannot be read.
LARGEST_KEPT = 64 * 1024
LARGEST_SEQUENCE = 2**63 - 1
# A box whose clock was never set is in 1970; nothing of ours runs for a century.
YEARS = range(1970, 2200)
LONGEST_BOOT_S = 3.2e9

_NAME = re.compile(r"[a-zA-Z0-9][a-zA-Z0-9_.:-]{0,63}")


class Reply(msgspec.Struct, frozen=True):
    """What a gateway answered when it was asked to send events again.

    Attributes:
        resent: how many it still had.
    """

    ok: bool
    resent: int = 0
    error: str = ""


class Arrival(NamedTuple):
    """An event."""

    received: Received


class Born(NamedTuple):
    """A gateway came online, or went."""

    gateway: Gateway
    birth: Birth


class Answered(NamedTuple):
    """A gateway answered a request of the ingest; `correlation` says which."""

    gateway: Gateway
    correlation: bytes
    reply: Reply


class DeadLetter(NamedTuple):
    """A message that cannot be taken in.

    Attributes:
        payload: its first `LARGEST_KEPT` bytes.
        properties: its user properties as JSON.
    """

    topic: str
    payload: bytes
    properties: bytes
    reason: str


Taken = Arrival | Born | Answered | DeadLetter

_births = msgspec.json.Decoder(Birth)
_replies = msgspec.json.Decoder(Reply)


def take(message: Publish) -> Taken:
    """Take a message apart; what cannot be read becomes a dead letter."""
    segments = message.topic.split("/")
    try:
        if "evt" in segments[4:5]:
            return _event(message, segments)
        if segments[4:] == ["birth"]:
            return Born(_gateway(segments), _births.decode(message.payload))
        if segments[4:] == ["reply", "ingest"]:
            return Answered(_gateway(segments), message.correlation, _replies.decode(message.payload))
    except (CodecError, msgspec.DecodeError, UnicodeDecodeError) as error:
        return dead_letter(message, str(error))
    except RecursionError:
        return dead_letter(message, "expected JSON of a sane depth, found it nested too deeply")
    return dead_letter(message, f"expected an event, a birth or a reply, found the topic {message.topic!r}")


def dead_letter(message: Publish, reason: str) -> DeadLetter:
    """A message that cannot be taken in, and why."""
    return DeadLetter(message.topic, message.payload[:LARGEST_KEPT], msgspec.json.encode(message.properties), reason)


def _event(message: Publish, segments: list[str]) -> Arrival:
    received = parse(Message(topic=message.topic, payload=message.payload, properties=message.properties))
    record, gateway = received.record, received.gateway
    if segments[7:] != [record.type]:
        raise CodecError(f"expected the type {record.type} at the topic's end, found {message.topic!r}")
    if not 1 <= record.sequence <= LARGEST_SEQUENCE:
        raise CodecError(f"expected a sequence from 1 to {LARGEST_SEQUENCE}, found {record.sequence}")
    if record.stamp.wall.year not in YEARS or not 0 <= record.stamp.monotonic_s <= LONGEST_BOOT_S:
        found = f"{record.stamp.wall.isoformat()} and {record.stamp.monotonic_s:g} s"
        raise CodecError(f"expected a time from {YEARS[0]} to {YEARS[-1]} and seconds of a boot, found {found}")
    named = (gateway.tenant, gateway.store, gateway.gateway, record.source.id, record.epoch, record.stamp.boot_id)
    for name in named:
        _check(name)
    return Arrival(received)


def _gateway(segments: list[str]) -> Gateway:
    for name in segments[1:4]:
        _check(name)
    return Gateway(*segments[1:4])


@lru_cache(maxsize=65_536)
def _check(name: str) -> None:
    """Names go into the database, into topics and into dashboards: refuse what none of ours can be."""
    if not _NAME.fullmatch(name):
        raise CodecError(f"expected a name of 1 to 64 letters, digits and _.:-, found {name!r}")
