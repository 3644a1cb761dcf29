"""Packets, against the MQTT library that gateways use: two that were written apart have to agree."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

from edge.errors import CodecError
from edge.ingest import packets
from edge.ingest.packets import PacketReader
from edge.ingest.reasons import reason

TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=20)
PAIRS = st.lists(st.tuples(TEXT, TEXT), max_size=12)


def properties(pairs: list[tuple[str, str]], correlation: bytes, expiry: int | None) -> bytes:
    made = Properties(PacketTypes.PUBLISH)  # type: ignore[no-untyped-call]  # the library's constructor has no types
    made.ContentType = "application/json"
    if pairs:
        made.UserProperty = pairs
    if correlation:
        made.CorrelationData = correlation
    if expiry is not None:
        made.MessageExpiryInterval = expiry
    packed: bytes = made.pack()  # type: ignore[no-untyped-call]  # nor has it here
    return packed


@given(TEXT, PAIRS, st.binary(max_size=40), st.none() | st.integers(0, 2**32 - 1), st.binary(max_size=200))
def test_a_publish_of_the_library_is_read(
    topic: str, pairs: list[tuple[str, str]], correlation: bytes, expiry: int | None, payload: bytes
) -> None:
    head = len(topic.encode()).to_bytes(2) + topic.encode()
    body = head + (258).to_bytes(2) + properties(pairs, correlation, expiry) + payload
    assert packets.read_publish(0x33, body) == (258, topic, payload, tuple(pairs), correlation, True)


@given(TEXT, st.binary(max_size=40), st.binary(max_size=200), TEXT, st.integers(1, 65_535))
def test_what_is_published_can_be_read(
    topic: str, correlation: bytes, payload: bytes, answer_to: str, packet: int
) -> None:
    raw = packets.publish(topic, payload, packet=packet, answer_to=answer_to, correlation=correlation)
    ((first, body),) = PacketReader(10_000).feed(raw)
    assert packets.read_publish(first, body) == (packet, topic, payload, (), correlation, False)
    said = Properties(PacketTypes.PUBLISH)  # type: ignore[no-untyped-call]  # the library has no types here
    said.unpack(body[2 + len(topic.encode()) + 2 :])  # type: ignore[no-untyped-call]
    assert getattr(said, "ResponseTopic", "") == answer_to


@given(st.lists(st.binary(max_size=300), max_size=8), st.integers(1, 50))
def test_packets_come_whole_out_of_any_pieces(payloads: list[bytes], piece: int) -> None:
    raw = b"".join(packets.publish("t", one) for one in payloads)
    reader = PacketReader(10_000)
    found = [one for at in range(0, len(raw), piece) for one in reader.feed(raw[at : at + piece])]
    assert [packets.read_publish(*one).payload for one in found] == payloads


@given(st.binary(max_size=60), st.integers(0, 255))
def test_damaged_bytes_are_refused_and_nothing_else(body: bytes, first: int) -> None:
    try:
        packets.read_publish(first, body)
    except (CodecError, IndexError):
        return


@given(st.integers(0, 268_435_455))
def test_lengths_are_those_of_the_standard(number: int) -> None:
    raw = packets.varint(number)
    assert len(raw) == 1 + sum(number >= bound for bound in (128, 16_384, 2_097_152))
    assert sum((byte & 0x7F) << (7 * n) for n, byte in enumerate(raw)) == number


def test_a_packet_that_is_too_large_is_refused_before_it_has_come() -> None:
    with pytest.raises(CodecError, match="100 bytes at most"):
        PacketReader(100).feed(b"\x30" + packets.varint(101))
    with pytest.raises(CodecError, match="five bytes"):
        PacketReader(100).feed(b"\x30\xff\xff\xff\xff\xff")


def test_text_that_is_none_is_shown_and_not_fatal() -> None:
    body = b"\x00\x01t\x00\x01" + b"\x07\x26\x00\x01\xff\x00\x01k" + b"{}"
    assert packets.read_publish(0x32, body).properties == (("\\xff", "k"),)


@pytest.mark.parametrize(
    ("body", "found"),
    [(b"\0\0\0", (0, False, 65_535)), (b"\1\0\3\x21\0\x14", (0, True, 20)), (b"\0\x87\0", (0x87, False, 65_535))],
)
def test_a_connack_says_what_the_broker_grants(body: bytes, found: tuple[int, bool, int]) -> None:
    assert packets.read_connack(body) == found


def test_reasons_have_words() -> None:
    assert reason(0x87) == "not authorized"
    assert reason(0xA2) == "reason 0xa2"
