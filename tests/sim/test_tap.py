"""The tap passes bytes on unchanged and notes what the broker acknowledged."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from hypothesis import given
from hypothesis import strategies as st
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

from edge.codec import Message
from edge.sim.tap import Conversation, PacketReader, Tap, read_varint


def varint(value: int) -> bytes:
    out = bytearray()
    while True:
        value, low = divmod(value, 128)
        out.append(low | (0x80 if value else 0))
        if not value:
            return bytes(out)


def publish(packet_id: int, payload: bytes, *, topic: str = "v1/t", qos: int = 1) -> bytes:
    properties = Properties(PacketTypes.PUBLISH)  # type: ignore[no-untyped-call]  # paho leaves it without types
    properties.UserProperty = [("type", "x.v1"), ("sequence", str(packet_id))]
    name = topic.encode()
    body = len(name).to_bytes(2, "big") + name
    if qos:
        body += packet_id.to_bytes(2, "big")
    body += bytes(properties.pack()) + payload  # type: ignore[no-untyped-call]
    return bytes([0x30 | qos << 1]) + varint(len(body)) + body


def puback(packet_id: int, reason: int | None = None) -> bytes:
    body = packet_id.to_bytes(2, "big") + (b"" if reason is None else bytes([reason, 0]))
    return bytes([0x40]) + varint(len(body)) + body


@given(st.integers(0, 268_435_455))
def test_a_length_is_read_as_it_was_written(value: int) -> None:
    data = varint(value)
    assert read_varint(b"." + data + b"rest", 1) == (value, 1 + len(data))
    assert read_varint(data[:-1], 0) is None


@given(st.lists(st.binary(max_size=300), max_size=6), st.lists(st.integers(1, 90), min_size=1, max_size=9))
def test_any_pieces_give_the_same_packets(payloads: list[bytes], sizes: list[int]) -> None:
    stream = b"".join(publish(n + 1, payload) for n, payload in enumerate(payloads))
    whole = PacketReader().feed(stream)
    reader, got, at, n = PacketReader(), list[tuple[int, bytes]](), 0, 0
    while at < len(stream):
        got += reader.feed(stream[at : at + sizes[n % len(sizes)]])
        at, n = at + sizes[n % len(sizes)], n + 1
    assert got == whole
    assert len(whole) == len(payloads)


def test_a_message_counts_when_it_is_acknowledged_and_not_before() -> None:
    talk = Conversation()
    talk.sent(publish(7, b"{}", topic="v1/a/b") + publish(8, b"[]"))
    assert talk.answered(puback(9)) == []
    assert talk.answered(puback(7)) == [
        Message(topic="v1/a/b", payload=b"{}", properties=(("type", "x.v1"), ("sequence", "7")))
    ]
    assert talk.answered(puback(7)) == []


@pytest.mark.parametrize(("reason", "counts"), [(None, 1), (0x00, 1), (0x10, 1), (0x87, 0), (0x97, 0)])
def test_a_refusal_is_no_acknowledgement(reason: int | None, counts: int) -> None:
    talk = Conversation()
    talk.sent(publish(1, b"x"))
    assert len(talk.answered(puback(1, reason))) == counts


def test_what_needs_no_acknowledgement_is_passed_over() -> None:
    talk = Conversation()
    talk.sent(publish(1, b"x", qos=0))
    assert talk.answered(puback(1)) == []


@contextmanager
def echo_server() -> Iterator[int]:
    """Answers everything with itself."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            connection, _ = listener.accept()
            with connection:
                while data := connection.recv(65536):
                    connection.sendall(data)

        thread = threading.Thread(target=serve)
        thread.start()
        yield listener.getsockname()[1]
        thread.join(5)
        assert not thread.is_alive()


@pytest.mark.timeout(20)
def test_every_byte_comes_through_and_closing_leaves_nothing() -> None:
    data = b"".join(publish(n + 1, bytes(5000)) for n in range(100))
    with echo_server() as port, Tap("127.0.0.1", port) as tap:
        with socket.create_connection(("127.0.0.1", tap.port)) as client:
            sender = threading.Thread(target=client.sendall, args=(data,))
            sender.start()
            back = b""
            while len(back) < len(data):
                back += client.recv(65536)
            sender.join()
        assert back == data
    assert not [thread for thread in threading.enumerate() if thread.name == "tap"]


@pytest.mark.timeout(20)
def test_closing_cuts_a_connection_that_is_open() -> None:
    with echo_server() as port:
        tap = Tap("127.0.0.1", port)
        with socket.create_connection(("127.0.0.1", tap.port)) as client:
            client.sendall(b"\xc0\x00")
            assert client.recv(2) == b"\xc0\x00"
            tap.close()
            assert client.recv(1) == b""


@pytest.mark.timeout(20)
def test_a_broker_that_is_down_is_a_cut_connection() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with Tap("127.0.0.1", port) as tap, socket.create_connection(("127.0.0.1", tap.port)) as client:
        client.settimeout(5)
        assert client.recv(1) == b""
