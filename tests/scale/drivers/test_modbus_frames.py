"""Modbus RTU frames: the CRC, the questions, and answers among rubbish."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.scale.drivers.modbus_frames import (
    answer_head,
    crc16,
    find_answer,
    foreign_frames,
    read_request,
    with_crc,
)

REGISTERS = st.binary(min_size=2, max_size=64).filter(lambda data: len(data) % 2 == 0)


def answer(slave: int, data: bytes, function: int = 3) -> bytes:
    return with_crc(bytes((slave, function, len(data))) + data)


def refusal(slave: int, code: int) -> bytes:
    return with_crc(bytes((slave, 0x83, code)))


@pytest.mark.parametrize(
    ("body", "crc"),
    [
        (b"123456789", 0x4B37),  # the check value of CRC-16/MODBUS
        (b"\x02\x07", 0x1241),  # the standard's appendix B
        (b"", 0xFFFF),
    ],
)
def test_the_crc_is_the_standards(body: bytes, crc: int) -> None:
    assert crc16(body) == crc


@pytest.mark.parametrize(
    ("question", "frame"),
    [
        ((1, 0, 2), "01 03 00 00 00 02 C4 0B"),  # the 16-channel board's manual
        ((1, 33, 1), "01 03 00 21 00 01 D4 00"),  # the PT113's manual, section 9.1.2.1
        ((17, 0x6B, 3), "11 03 00 6B 00 03 76 87"),
        ((17, 8, 1, 4), "11 04 00 08 00 01 B2 98"),
    ],
)
def test_questions_are_those_of_the_manuals(question: tuple[int, ...], frame: str) -> None:
    assert read_request(*question) == bytes.fromhex(frame)


def test_an_answer_of_a_manual_is_found() -> None:
    frame = bytes.fromhex("01 03 02 00 EB F8 0B")  # the PT113's: 23.5 V
    found = find_answer(frame, answer_head(1, 1))
    assert found is not None
    assert (found.start, found.end, found.data, found.refusal) == (0, 7, b"\x00\xeb", None)


@given(before=st.binary(max_size=40), data=REGISTERS, after=st.binary(max_size=20), slave=st.integers(1, 247))
def test_an_answer_is_found_among_rubbish(before: bytes, data: bytes, after: bytes, slave: int) -> None:
    buffer = before + answer(slave, data) + after
    found = find_answer(buffer, answer_head(slave, len(data) // 2))
    # Rubbish may begin like the answer, and then what follows must tell; the frame itself is never overlooked for it.
    while found is None:
        buffer += bytes(300)
        found = find_answer(buffer, answer_head(slave, len(data) // 2))
    assert crc16(buffer[found.start : found.end]) == 0
    assert found.start <= len(before)


@given(frame=REGISTERS.map(lambda data: answer(9, data)), data=st.data())
def test_no_damaged_answer_is_found(frame: bytes, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(frame) - 1))
    damaged = bytearray(frame)
    damaged[at] ^= data.draw(st.integers(1, 255))
    found = find_answer(damaged + bytes(300), answer_head(9, (len(frame) - 5) // 2))
    assert found is None


@pytest.mark.parametrize(("slave", "function", "count"), [(8, 3, 2), (7, 4, 2), (7, 3, 1), (7, 3, 3)])
def test_the_answer_to_another_question_is_not_found(slave: int, function: int, count: int) -> None:
    assert find_answer(answer(7, b"\0\1\0\2") + bytes(300), answer_head(slave, count, function)) is None


def test_an_unfinished_answer_is_awaited_before_what_is_inside_it() -> None:
    inner = refusal(1, 2)
    frame = answer(1, inner + b"\0")
    assert all(find_answer(frame[:end], answer_head(1, 3)) is None for end in range(len(frame)))
    found = find_answer(frame, answer_head(1, 3))
    assert found is not None
    assert found.refusal is None


def test_a_refusal_is_an_answer() -> None:
    found = find_answer(b"\x01" + refusal(1, 2), answer_head(1, 16))
    assert found is not None
    assert (found.data, found.refusal) == (b"", 2)


@given(st.lists(st.binary(max_size=3).filter(lambda data: not set(data) & {3, 4, 0x83, 0x84}), min_size=1, max_size=5))
def test_foreign_answers_are_told_from_rubbish(gaps: list[bytes]) -> None:
    frames = [answer(5, b"\1\2\3\4"), refusal(6, 4), answer(7, b"\0\0", 4), refusal(8, 1), answer(9, bytes(250))]
    stream = b"".join(gap + frame for gap, frame in zip(gaps, frames, strict=False))
    assert foreign_frames(stream) == (len(gaps), sum(map(len, gaps)))


@pytest.mark.parametrize(
    "data",
    [b"", b"\x01", b"\x01\x03", b"\x01\x03\x04\x00", answer(1, b"\0\1")[:-1], answer(0, b"\0\1"), answer(1, b"\0\1\2")],
)
def test_what_is_no_answer_is_not_foreign(data: bytes) -> None:
    assert foreign_frames(data) == (0, len(data))


@given(st.binary(max_size=600))
def test_any_bytes_are_accounted_for(data: bytes) -> None:
    frames, rest = foreign_frames(data)
    assert 0 <= rest <= len(data) - 5 * frames
