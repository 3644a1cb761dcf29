"""MQTT 5 packets as a consumer needs them: bytes ⇄ values. Pure.

The library of the gateway unpacks the eleven user properties of one event in longer time than all the rest of the
way into the database takes; an ingest worker reads thousands a second, so it reads them itself. Sections are those
of the OASIS standard MQTT 5.0.
"""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from edge.errors import CodecError

CONNECT, CONNACK, PUBLISH, PUBACK = 1, 2, 3, 4
SUBSCRIBE, SUBACK, PINGREQ, PINGRESP, DISCONNECT = 8, 9, 12, 13, 14
LAST_NUMBER = 65_535  # of a packet identifier
RECEIVE_MAXIMUM = 0x21
CORRELATION_DATA = 0x09
PING = bytes([PINGREQ << 4, 0])

# Section 2.2.2.2: which properties are how long; the others are length-prefixed.
_FIXED = {0x01: 1, 0x17: 1, 0x19: 1, 0x24: 1, 0x25: 1, 0x28: 1, 0x29: 1, 0x2A: 1} | {
    **dict.fromkeys((0x13, 0x21, 0x22, 0x23), 2),
    **dict.fromkeys((0x02, 0x11, 0x18, 0x27), 4),
}
_PREFIXED = frozenset({0x03, 0x08, 0x09, 0x12, 0x15, 0x16, 0x1A, 0x1C, 0x1F})
_VARINT, _PAIR = 0x0B, 0x26
# Section 3.1.2.5 to 3.1.2.7: there is a will, at QoS 1, retained.
_WILL_FLAGS = 0x04 | 0x08 | 0x20

# The names that every event of ours has: looked up, not decoded, eleven times a message.
_ATTRIBUTES = {
    name.encode(): name
    for name in (
        "specversion id source type time dataschema epoch sequence bootid monotonic clockstate".split()  # noqa: SIM905 - one line
    )
}


class Publish(NamedTuple):
    """A message that came.

    Attributes:
        packet: its identifier; 0 where nothing is to be acknowledged.
        properties: the user properties.
        correlation: the correlation data; empty where there are none.
        retained: it had been kept by the broker.
    """

    packet: int
    topic: str
    payload: bytes
    properties: tuple[tuple[str, str], ...]
    correlation: bytes = b""
    retained: bool = False


class Will(NamedTuple):
    """What the broker is to publish at QoS 1, retained, once the connection is gone and does not come back.

    Attributes:
        delay_s: how long it waits for that; section 3.1.3.2.2.
    """

    topic: str
    payload: bytes
    delay_s: int


class Connect(NamedTuple):
    """Who connects, and how.

    Attributes:
        session_s: how long the broker keeps the session after the connection; section 3.1.2.11.2.
        receive_maximum: messages the broker may send without our acknowledgement; section 3.1.2.11.3.
        clean_start: whether a session that is there is thrown away; section 3.1.2.4.
    """

    client_id: str
    keepalive_s: int
    session_s: int
    receive_maximum: int
    username: str | None = None
    password: str | None = None
    clean_start: bool = False
    will: Will | None = None


class PacketReader:
    """Bytes in any pieces to whole packets."""

    def __init__(self, largest: int) -> None:
        """Begin with nothing.

        Args:
            largest: bytes of a packet, at most.
        """
        self._rest = b""
        self._largest = largest

    def feed(self, data: bytes) -> list[tuple[int, bytes]]:
        """The packets that are complete now, each as its first byte and its body.

        Raises:
            CodecError: what comes is no MQTT, or a packet is too large.
        """
        data, at, packets = self._rest + data, 0, []
        while (head := _head(data, at)) is not None:
            length, start = head
            if length > self._largest:
                raise CodecError(f"expected packets of {self._largest} bytes at most, found one of {length}")
            if len(data) < start + length:
                break
            packets.append((data[at], data[start : start + length]))
            at = start + length
        self._rest = data[at:]
        return packets


def read_publish(first: int, body: bytes) -> Publish:
    """A PUBLISH (section 3.3) from its first byte and its body.

    Raises:
        CodecError: it is cut short, or has a property that no PUBLISH has.
    """
    end = 2 + int.from_bytes(body[:2])
    packet = 0
    topic = _text(body[2:end])
    if first & 0b0110:
        packet = int.from_bytes(body[end : end + 2])
        end += 2
    said, pairs, end = read_properties(body, end)
    return Publish(packet, topic, body[end:], pairs, said.get(CORRELATION_DATA, b""), bool(first & 1))


def read_connack(body: bytes) -> tuple[int, bool, int]:
    """A CONNACK (section 3.2): reason code, whether a session was there, and how many we may send unanswered.

    Raises:
        CodecError: it is cut short.
    """
    if len(body) < 2:  # noqa: PLR2004 - flags and reason
        raise CodecError(f"expected a CONNACK, found {body.hex() or 'nothing'}")
    said: dict[int, Any] = read_properties(body, 2)[0] if len(body) > 2 else {}  # noqa: PLR2004 - flags and reason
    return body[1], bool(body[0] & 1), said.get(RECEIVE_MAXIMUM, 65_535)


def read_suback(body: bytes) -> bytes:
    """The reason codes of a SUBACK (section 3.9), in the order of the filters."""
    return body[read_properties(body, 2)[2] :]


def read_disconnect(body: bytes) -> int:
    """The reason code of a DISCONNECT (section 3.14)."""
    return body[0] if body else 0


def connect(who: Connect) -> bytes:
    """A CONNECT (section 3.1); it goes on with the session that is there, unless it is to start clean."""
    flags = (0x80 if who.username is not None else 0) | (0x40 if who.password is not None else 0)
    flags |= (0x02 if who.clean_start else 0) | (_WILL_FLAGS if who.will is not None else 0)
    properties = b"\x11" + who.session_s.to_bytes(4) + b"\x21" + who.receive_maximum.to_bytes(2)
    body = _prefixed(b"MQTT") + bytes([5, flags]) + who.keepalive_s.to_bytes(2) + varint(len(properties)) + properties
    body += _prefixed(who.client_id.encode()) + (b"" if who.will is None else _packed_will(who.will))
    body += b"".join(_prefixed(one.encode()) for one in (who.username, who.password) if one is not None)
    return _packet(CONNECT << 4, body)


def subscribe(packet: int, filters: Sequence[str]) -> bytes:
    """A SUBSCRIBE at QoS 1 (section 3.8); retained messages come for a subscription that is new."""
    options = 0b0001_0001  # QoS 1; retain handling 1 (section 3.8.3.1)
    return _packet(
        SUBSCRIBE << 4 | 0b0010,
        packet.to_bytes(2) + b"\x00" + b"".join(_prefixed(one.encode()) + bytes([options]) for one in filters),
    )


def publish(
    topic: str,
    payload: bytes,
    *,
    packet: int = 0,
    answer_to: str = "",
    correlation: bytes = b"",
    content_type: str = "",
) -> bytes:
    """A PUBLISH: QoS 1 when it has a packet identifier, else QoS 0.

    Args:
        topic: where to.
        payload: what.
        packet: its identifier; 0 is none.
        answer_to: the response topic.
        correlation: the correlation data.
        content_type: of the payload.
    """
    properties = b"\x03" + _prefixed(content_type.encode()) if content_type else b""
    properties += b"\x08" + _prefixed(answer_to.encode()) if answer_to else b""
    properties += b"\x09" + _prefixed(correlation) if correlation else b""
    number = packet.to_bytes(2) if packet else b""
    head = PUBLISH << 4 | (0b0010 if packet else 0)
    return _packet(head, _prefixed(topic.encode()) + number + varint(len(properties)) + properties + payload)


def pubacks(packets: Iterable[int]) -> bytes:
    """A PUBACK (section 3.4) for each packet identifier."""
    return b"".join(b"\x40\x02" + packet.to_bytes(2) for packet in packets)


def disconnect() -> bytes:
    """A DISCONNECT that leaves the session as it is."""
    return bytes([DISCONNECT << 4, 0])


def read_properties(body: bytes, at: int) -> tuple[dict[int, Any], tuple[tuple[str, str], ...], int]:
    """The properties (section 2.2.2) that begin at `at`: by identifier, the user properties, and where they end.

    Raises:
        CodecError: they are cut short, or one is unknown.
    """
    length = _varint_at(body, at)
    at, end = length[1], length[0] + length[1]
    said: dict[int, Any] = {}
    pairs: list[tuple[str, str]] = []
    if end > len(body):
        raise CodecError(f"expected {length[0]} bytes of properties, found {len(body) - at}")
    while at < end:
        name = body[at]
        if name == _PAIR:
            middle = at + 3 + (body[at + 1] << 8 | body[at + 2])
            key = body[at + 3 : middle]
            at = middle + 2 + (body[middle] << 8 | body[middle + 1])
            pairs.append((_ATTRIBUTES.get(key) or _text(key), _text(body[middle + 2 : at])))
        elif name in _PREFIXED:
            start = at + 3
            at = start + int.from_bytes(body[at + 1 : start])
            said[name] = body[start:at]
        elif name in _FIXED:
            start, at = at + 1, at + 1 + _FIXED[name]
            said[name] = int.from_bytes(body[start:at])
        elif name == _VARINT:
            said[name], at = _varint_at(body, at + 1)
        else:
            raise CodecError(f"expected a property of MQTT 5, found 0x{name:02x}")
    if at != end:
        raise CodecError("expected the properties to end where they say, found one that runs on")
    return said, tuple(pairs), end


def varint(number: int) -> bytes:
    """A variable byte integer (section 1.5.5)."""
    out = bytearray()
    while True:
        number, digit = number >> 7, number & 0x7F
        out.append(digit | (0x80 if number else 0))
        if not number:
            return bytes(out)


def _head(data: bytes, at: int) -> tuple[int, int] | None:
    """The length of the packet that begins at `at`, and where its body begins; None when bytes are missing."""
    value = 0
    for n, byte in enumerate(data[at + 1 : at + 5]):
        value |= (byte & 0x7F) << (7 * n)
        if not byte & 0x80:
            return value, at + n + 2
    if len(data) >= at + 5:
        raise CodecError("expected the length of a packet, found five bytes of it")
    return None


def _varint_at(body: bytes, at: int) -> tuple[int, int]:
    """A variable byte integer, and where it ends."""
    value = 0
    for n, byte in enumerate(body[at : at + 4]):
        value |= (byte & 0x7F) << (7 * n)
        if not byte & 0x80:
            return value, at + n + 1
    raise CodecError("expected a variable byte integer, found it cut short")


def _text(raw: bytes) -> str:
    # A broker lets nothing through that is not UTF-8; if one does, the message is set aside and not the connection.
    return raw.decode("utf-8", "backslashreplace")


def _packed_will(will: Will) -> bytes:
    properties = b"\x18" + will.delay_s.to_bytes(4)
    return varint(len(properties)) + properties + _prefixed(will.topic.encode()) + _prefixed(will.payload)


def _prefixed(raw: bytes) -> bytes:
    return len(raw).to_bytes(2) + raw


def _packet(first: int, body: bytes) -> bytes:
    return bytes([first]) + varint(len(body)) + body
