"""One's own words out of what a two-wire bus hands back."""

from hypothesis import given
from hypothesis import strategies as st

from edge.scale.echo import MOST_BYTES, WAIT_S, EchoFilter

LATE_S = WAIT_S + 0.1
requests = st.binary(min_size=1, max_size=20)
cuts = st.lists(st.integers(1, 8))


def fed(echo: EchoFilter, stream: bytes, lengths: list[int]) -> bytes:
    """What is left of a stream that comes in pieces of these lengths, once it is too late for an echo."""
    left = b""
    for length in [*lengths, len(stream)]:
        piece, stream = stream[:length], stream[length:]
        left += echo.received(piece, 0.1)
    return left + echo.received(b"", LATE_S)


@given(request=requests, answer=st.binary(max_size=40), lengths=cuts)
def test_the_echo_goes_and_the_answer_stays_however_they_are_cut(
    request: bytes, answer: bytes, lengths: list[int]
) -> None:
    echo = EchoFilter()
    echo.sent(request, 0.0)
    assert fed(echo, request + answer, lengths) == answer


@given(request=requests, stream=st.binary(max_size=40), lengths=cuts)
def test_nothing_but_a_whole_echo_is_taken(request: bytes, stream: bytes, lengths: list[int]) -> None:
    echo = EchoFilter()
    echo.sent(request, 0.0)
    assert fed(echo, stream, lengths) == stream.removeprefix(request)


@given(first=requests, second=requests, answer=st.binary(max_size=20), lengths=cuts)
def test_two_requests_on_their_way_come_back_as_two_echoes(
    first: bytes, second: bytes, answer: bytes, lengths: list[int]
) -> None:
    echo = EchoFilter()
    echo.sent(first, 0.0)
    echo.sent(second, 0.01)
    assert fed(echo, first + second + answer, lengths) == answer


def test_without_an_echo_the_answer_is_whole_and_what_follows_too() -> None:
    echo = EchoFilter()
    echo.sent(b"\x01\x03", 0.0)
    assert echo.received(b"\x02\x03\x04", 0.1) == b"\x02\x03\x04"
    assert echo.received(b"\x01\x03", 0.15) == b"\x01\x03"


def test_an_answer_that_begins_like_the_echo_is_whole_once_it_differs() -> None:
    echo = EchoFilter()
    echo.sent(b"SI\r\n", 0.0)
    assert echo.received(b"S", 0.01) == b""
    assert echo.received(b" S", 0.02) == b"S S"


def test_an_echo_that_never_came_is_not_awaited_for_ever() -> None:
    echo = EchoFilter()
    echo.sent(b"W", 0.0)
    assert echo.received(b"W", LATE_S) == b"W"
    echo.sent(b"SI", 1.0)
    assert echo.received(b"S", 1.0) == b""
    assert echo.received(b"", 1.0 + LATE_S) == b"S"


def test_a_missing_echo_does_not_spoil_the_next_one() -> None:
    echo = EchoFilter()
    echo.sent(b"W", 0.0)
    echo.sent(b"SI", LATE_S)
    assert echo.received(b"SIx", LATE_S) == b"x"


def test_a_port_opened_anew_has_no_echo_of_before() -> None:
    echo = EchoFilter()
    echo.sent(b"SI", 0.0)
    echo.received(b"S", 0.0)
    echo.reset()
    assert echo.received(b"SI", 0.01) == b"SI"


def test_what_is_awaited_is_bounded() -> None:
    echo = EchoFilter()
    for _ in range(10 * MOST_BYTES):
        echo.sent(b"W" * 10, 0.0)
    assert len(echo._expected) <= MOST_BYTES
