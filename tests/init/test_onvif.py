"""Network cameras that answer, and others that only say so."""

import socket
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.init.find import network_cameras
from edge.init.onvif import FoundCamera, camera_of, probe

MESSAGE = uuid.UUID(int=7)
ANSWER = """<?xml version="1.0" encoding="UTF-8"?>
<SOAP-ENV:Envelope xmlns:SOAP-ENV="http://www.w3.org/2003/05/soap-envelope"
 xmlns:wsa="http://schemas.xmlsoap.org/ws/2004/08/addressing" xmlns:d="http://schemas.xmlsoap.org/ws/2005/04/discovery">
<SOAP-ENV:Header><wsa:RelatesTo>urn:uuid:{message}</wsa:RelatesTo></SOAP-ENV:Header>
<SOAP-ENV:Body><d:ProbeMatches><d:ProbeMatch>
<d:Scopes>onvif://www.onvif.org/type/video_encoder onvif://www.onvif.org/name/Door%20cam</d:Scopes>
<d:XAddrs>http://{host}/onvif/device_service http://[fe80::1]/onvif/device_service</d:XAddrs>
</d:ProbeMatch></d:ProbeMatches></SOAP-ENV:Body></SOAP-ENV:Envelope>"""
BOMB = (
    """<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "bbbbbbbbbb"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]><a>&c;</a>"""
)


def answer(host: str = "10.0.0.9", message: uuid.UUID = MESSAGE) -> bytes:
    return ANSWER.format(message=message, host=host).encode()


def test_a_camera_tells_its_address_and_name() -> None:
    assert camera_of(answer(), "10.0.0.9", MESSAGE) == FoundCamera("10.0.0.9", "Door cam")


@pytest.mark.parametrize(
    ("said", "sender"),
    [
        (answer(), "10.0.0.66"),
        (answer(message=uuid.UUID(int=8)), "10.0.0.9"),
        (answer("10.0.0.9@evil"), "10.0.0.9"),
        (answer("["), "10.0.0.9"),
        (BOMB.encode(), "10.0.0.9"),
        (b"", "10.0.0.9"),
        (b"\xff\xfe", "10.0.0.9"),
        (probe(MESSAGE), "10.0.0.9"),
    ],
)
def test_who_tells_of_another_or_nonsense_is_not_believed(said: bytes, sender: str) -> None:
    assert camera_of(said, sender, MESSAGE) is None


@given(st.binary(max_size=400), st.integers(0, len(answer())))
def test_damaged_answers_do_no_harm(rubbish: bytes, at: int) -> None:
    whole = answer()
    found = camera_of(whole[:at] + rubbish + whole[at + len(rubbish) :], "10.0.0.9", MESSAGE)
    assert found is None or found.host == "10.0.0.9"


@contextmanager
def camera(reply: str) -> Iterator[tuple[str, int]]:
    """Something on loopback that answers every probe."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as line:
        line.bind(("127.0.0.1", 0))

        def work() -> None:
            asked, sender = line.recvfrom(65_507)
            message = asked.decode().partition("urn:uuid:")[2][:36]
            for _ in range(2):
                line.sendto(reply.format(message=message, host="127.0.0.1").encode(), sender)

        thread = threading.Thread(target=work)
        thread.start()
        yield line.getsockname()
        thread.join(5)


def test_a_probe_over_udp_finds_a_camera_once() -> None:
    with camera(ANSWER) as there:
        assert network_cameras(0.5, there) == (FoundCamera("127.0.0.1", "Door cam"),)


def test_where_nobody_answers_none_is_found() -> None:
    with camera("nonsense") as there:
        assert network_cameras(0.2, there) == ()
