"""The Modbus driver: questions, answers, and everything a bus does to them."""

import struct
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edge.errors import ConfigError
from edge.scale.driver import DriverSettings, RegisterMap
from edge.scale.drivers.modbus_frames import crc16, with_crc
from edge.scale.drivers.modbus_rtu import ModbusRtu
from edge.scale.reading import Status, WeightReading

STABLE, ZERO, NEGATIVE = 1 << 11, 1 << 12, 1 << 7
PAIR = RegisterMap(weight=10, unit_g=0.5)


def answer(slave: int, *words: int) -> bytes:
    return with_crc(struct.pack(f">BBB{len(words)}H", slave, 3, 2 * len(words), *(word & 0xFFFF for word in words)))


def laumas(slave: int, weight: int, status: int = STABLE) -> bytes:
    return answer(slave, status | (NEGATIVE if weight < 0 else 0), abs(weight) >> 16, abs(weight))


def driver(*addresses: int, registers: str | RegisterMap = "laumas") -> ModbusRtu:
    return ModbusRtu(DriverSettings(addresses=addresses or (1,), interval_s=0, registers=registers))


def poll(modbus: ModbusRtu, data: bytes, at: float = 0.0) -> list[WeightReading]:
    """Ask, and give the answer 10 ms later."""
    assert modbus.request(at)
    return modbus.receive(data, at + 0.01)


def weights(readings: list[WeightReading]) -> list[tuple[int, float | None, Status]]:
    return [(reading.address, reading.weight_g, reading.status) for reading in readings]


@pytest.mark.parametrize(
    ("registers", "addresses", "frame"),
    [
        ("channels", (1,), "01 03 00 00 00 02 C4 0B"),
        ("channels", tuple(range(1, 17)), "01 03 00 00 00 20 44 12"),
        ("channels", (3, 2), "01 03 00 02 00 04 E5 C9"),
        ("laumas", (1,), "01 03 00 06 00 03 E5 CA"),
        ("pt113", (1,), "01 03 00 02 00 05 24 09"),
        (RegisterMap(weight=4, count=1, status=9, stable_bit=0), (1,), "01 03 00 04 00 06 84 09"),
    ],
)
def test_one_question_reads_the_weight_and_the_status(
    registers: str | RegisterMap, addresses: tuple[int, ...], frame: str
) -> None:
    question = driver(*addresses, registers=registers).request(0.0)
    assert crc16(question) == 0
    assert question == bytes.fromhex(frame)


@pytest.mark.parametrize(
    ("status", "weight_g", "expected"),
    [
        (STABLE, 1234.0, Status.STABLE),
        (STABLE | ZERO, 1234.0, Status.ZERO),
        (0, 1234.0, Status.UNSTABLE),
        (ZERO, 1234.0, Status.UNSTABLE),
        (STABLE | NEGATIVE, -1234.0, Status.STABLE),
        (STABLE | 1 << 8, 1234.0, Status.STABLE),  # the sign of the net weight is not ours
        *((STABLE | 1 << bit, None, Status.OVERLOAD) for bit in (2, 3, 4, 5)),
        *((STABLE | 1 << bit, None, Status.NOT_READY) for bit in (0, 1)),
        (0b101, None, Status.NOT_READY),
    ],
)
def test_laumas_status_bits(status: int, weight_g: float | None, expected: Status) -> None:
    assert poll(driver(), answer(1, status, 0, 1234)) == [WeightReading(1, 0.01, weight_g, expected)]


@pytest.mark.parametrize(
    ("status", "weight_g", "expected"),
    [
        (1 << 1, -2.0, Status.STABLE),
        (1 << 1 | 1 << 12, -2.0, Status.ZERO),
        (1 << 1 | 1 << 2, -2.0, Status.UNSTABLE),
        (1 << 0, None, Status.NOT_READY),
        *((code << 13, None, Status.NOT_READY) for code in range(1, 7)),
    ],
)
def test_pt113_status_bits(status: int, weight_g: float | None, expected: Status) -> None:
    frame = answer(1, status, 0xABCD, 0xABCD, 0xFFFF, 0xFFFE)
    assert weights(poll(driver(registers="pt113"), frame)) == [(1, weight_g, expected)]


@pytest.mark.parametrize(
    ("registers", "words", "weight_g"),
    [
        (PAIR, (1, 2), 32769.0),
        (PAIR, (0xFFFF, 0xFFFF), -0.5),
        (RegisterMap(weight=10, signed=False), (0xFFFF, 0xFFFF), 4_294_967_295.0),
        (RegisterMap(weight=10, high_word_first=False), (2, 1), 65538.0),
        (RegisterMap(weight=10, high_word_first=False), (0xFFFE, 0xFFFF), -2.0),
        (RegisterMap(weight=10, high_word_first=False, signed=False), (0xFFFE, 0xFFFF), 4_294_967_294.0),
        (RegisterMap(weight=10, count=1, unit_g=10), (0x8000,), -327_680.0),
        (RegisterMap(weight=10, count=1, unit_g=10, signed=False), (0x8000,), 327_680.0),
    ],
)
def test_signs_and_word_orders(registers: RegisterMap, words: tuple[int, ...], weight_g: float) -> None:
    assert weights(poll(driver(registers=registers), answer(1, *words))) == [(1, weight_g, Status.UNSTABLE)]


def test_a_status_behind_the_weight_is_found() -> None:
    registers = RegisterMap(weight=4, count=1, status=7, stable_bit=15, moving_bit=0)
    modbus = driver(registers=registers)
    assert weights(poll(modbus, answer(1, 5, 9, 9, 0x8000))) == [(1, 5.0, Status.STABLE)]
    assert weights(poll(modbus, answer(1, 5, 9, 9, 0x8001), 1.0)) == [(1, 5.0, Status.UNSTABLE)]


def test_a_cabinet_board_is_read_in_one_block() -> None:
    modbus = driver(*range(1, 17), registers="channels")
    words = [word for channel in range(1, 17) for word in (0xFFFF, -channel)]
    readings = poll(modbus, answer(1, *words))
    assert weights(readings) == [(channel, -float(channel), Status.UNSTABLE) for channel in range(1, 17)]


def test_a_second_board_has_the_next_sixteen_addresses() -> None:
    modbus = driver(20, 2, 17, registers="channels")
    first = modbus.request(0.0)
    assert first == with_crc(bytes.fromhex("02 03 0000 0008"))
    assert weights(modbus.receive(answer(2, 0, 17, 9, 9, 9, 9, 0, 20), 0.01)) == [
        (17, 17.0, Status.UNSTABLE),
        (20, 20.0, Status.UNSTABLE),
    ]
    assert modbus.request(0.02) == with_crc(bytes.fromhex("01 03 0002 0002"))


@pytest.mark.parametrize(
    ("addresses", "registers", "message"),
    [
        ((0,), "laumas", "1 to 247, found 0"),
        ((248,), "laumas", "1 to 247, found 248"),
        ((241,), "channels", "1 to 240, found 241"),
        ((1,), "lumas", "laumas, pt113, channels or a map of your own, found 'lumas'"),
        ((1,), RegisterMap(weight=0, status=125), "found 0 to 125"),
        ((1,), RegisterMap(weight=0xFFFF), "found 65535 to 65536"),
        ((1,), RegisterMap(weight=0, count=3), "1 or 2 registers a weight, found 3"),
        ((1,), RegisterMap(weight=0, negative_bit=0), "status word"),
    ],
)
def test_what_cannot_be_read_is_told(addresses: tuple[int, ...], registers: str | RegisterMap, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        driver(*addresses, registers=registers)


def test_only_one_question_is_open_and_the_bus_is_silent_before_the_next() -> None:
    modbus = driver(1, 2)
    assert modbus.request(0.0)[0] == 1
    assert modbus.request(0.005) == b""
    assert modbus.receive(laumas(1, 5), 0.010)
    assert modbus.request(0.012) == b""
    assert modbus.request(0.014)[0] == 2


def test_nothing_but_reading_is_ever_sent() -> None:
    modbus = driver(*range(1, 6))
    sent = [frame for n in range(4000) if (frame := modbus.request(n * 0.005))]
    assert len(sent) > 20
    assert {frame[1] for frame in sent} == {3}


def test_a_refusal_makes_its_slave_not_ready() -> None:
    modbus = driver(1, 2, registers="channels")
    assert weights(poll(modbus, with_crc(b"\x01\x83\x02"))) == [
        (1, None, Status.NOT_READY),
        (2, None, Status.NOT_READY),
    ]
    assert modbus.exceptions == {2: 1}
    assert (modbus.counts.frames, modbus.counts.timeouts) == (1, 0)
    assert modbus.request(0.02)


def test_a_late_answer_of_another_address_is_foreign() -> None:
    modbus = driver(1, 2)
    modbus.request(0.0)
    assert modbus.request(0.31)[0] == 2
    assert modbus.receive(laumas(1, 111), 0.32) == []
    assert weights(modbus.receive(laumas(2, 222), 0.33)) == [(2, 222.0, Status.STABLE)]
    assert (modbus.counts.foreign_frames, modbus.counts.timeouts, modbus.counts.bad_frames) == (1, 1, 0)


def test_an_answer_before_the_question_is_none() -> None:
    modbus = driver()
    assert modbus.receive(laumas(1, 111), 0.0) == []
    modbus.request(0.01)
    assert modbus.receive(b"", 0.02) == []
    assert modbus.counts.foreign_frames == 1


def test_an_echoed_question_does_no_harm() -> None:
    modbus = driver()
    question = modbus.request(0.0)
    assert weights(modbus.receive(question + laumas(1, 5), 0.01)) == [(1, 5.0, Status.STABLE)]
    assert modbus.counts.skipped_bytes == len(question)


@given(st.integers(-99_999, 99_999), st.integers(-99_999, 99_999), st.integers(0, 8))
def test_two_plates_with_one_address_give_no_reading(one: int, other: int, shift: int) -> None:
    """Both drive the line at once: wired as RS-485, a 0 of either wins more often than not."""
    first, second = laumas(4, one), bytes(shift) + laumas(4, other)
    length = max(len(first), len(second))
    mixed = bytes(a & b for a, b in zip(first.ljust(length, b"\xff"), second.ljust(length, b"\xff"), strict=True))
    modbus = driver(4)
    readings = poll(modbus, mixed)
    assert all(reading.weight_g in {one, other} for reading in readings)
    if not readings:
        modbus.request(0.4)
        assert (modbus.counts.bad_frames, modbus.counts.timeouts) == (1, 1)


def test_half_an_answer_is_void_after_a_reset() -> None:
    modbus = driver()
    frame = laumas(1, 5)
    modbus.request(0.0)
    modbus.receive(frame[:6], 0.01)
    modbus.reset()
    assert modbus.receive(frame[6:], 0.02) == []
    assert weights(poll(modbus, laumas(1, 7), 0.03)) == [(1, 7.0, Status.STABLE)]


def test_rubbish_is_held_in_bounded_memory_and_hides_no_answer() -> None:
    modbus = driver()
    for _ in range(1000):
        modbus.receive(b"\x01\x03\x06" * 50, 0.0)
    assert len(modbus._buffer) < 2000
    modbus.request(1.0)
    for _ in range(40):
        assert modbus.receive(b"\x01\x03\x06" * 50, 1.0) == []
    assert weights(modbus.receive(laumas(1, 3), 1.1)) == [(1, 3.0, Status.STABLE)]
    assert modbus.counts.skipped_bytes == 1040 * 150


answers = st.lists(st.integers(-99_999, 99_999).map(lambda weight: laumas(1, weight)), min_size=1, max_size=6)


def conversation(pieces: list[list[bytes]], registers: str = "laumas") -> tuple[list[WeightReading], ModbusRtu]:
    """One question a list; the pieces of what comes back arrive at one moment. No pause is as long as a round."""
    modbus = driver(registers=registers)
    readings = []
    for n, parts in enumerate(pieces):
        assert modbus.request(3.0 * n)
        for part in parts:
            readings += modbus.receive(part, 3.0 * n + 0.1)
    modbus.request(3.0 * len(pieces))
    return readings, modbus


def cut(data: bytes, at: list[int]) -> list[bytes]:
    places = sorted({min(place, len(data)) for place in at} | {0, len(data)})
    return [data[a:b] for a, b in pairwise(places)]


@given(st.lists(st.tuples(st.binary(max_size=30), answers), max_size=4), st.lists(st.integers(0, 120), max_size=10))
def test_any_split_gives_the_same(rounds: list[tuple[bytes, list[bytes]]], at: list[int]) -> None:
    streams = [rubbish + b"".join(frames) for rubbish, frames in rounds]
    whole = conversation([[stream] for stream in streams])
    for pieces in ([cut(stream, at) for stream in streams], [[bytes((b,)) for b in s] for s in streams]):
        readings, modbus = conversation(pieces)
        assert readings == whole[0]
        assert modbus.counts == whole[1].counts


@st.composite
def damaged(draw: st.DrawFn) -> tuple[list[bytes], set[float]]:
    """Streams of answers with bytes garbled, deleted and doubled; and the weights that were sent."""
    sent = draw(st.lists(st.integers(-99_999, 99_999), min_size=1, max_size=8))
    streams = []
    for weight in sent:
        stream = bytearray(laumas(1, weight))
        for _ in range(draw(st.integers(0, 3))):
            at = draw(st.integers(0, max(0, len(stream) - 1)))
            match draw(st.sampled_from(["garble", "delete", "double", "insert"])):
                case "garble":
                    stream[at : at + 1] = draw(st.binary(min_size=1, max_size=2))
                case "delete":
                    del stream[at : at + draw(st.integers(1, 4))]
                case "double":
                    stream[at:at] = stream[at : at + draw(st.integers(1, 12))]
                case _:
                    stream[at:at] = draw(st.binary(max_size=5))
        streams.append(bytes(stream))
    return streams, {float(weight) for weight in sent}


@given(damaged())
@settings(max_examples=400)
def test_every_reading_was_sent(case: tuple[list[bytes], set[float]]) -> None:
    streams, sent = case
    readings, modbus = conversation([[stream] for stream in streams])
    assert {reading.weight_g for reading in readings} <= sent
    counts = modbus.counts
    # An address that did not answer is asked less often.
    assert 1 <= counts.frames + counts.timeouts <= len(streams)
    assert counts.skipped_bytes <= sum(map(len, streams))


@given(st.lists(st.binary(max_size=400), max_size=12))
def test_no_bytes_make_a_weight_or_an_error(pieces: list[bytes]) -> None:
    readings, modbus = conversation([pieces, pieces])
    assert readings == []
    assert len(modbus._buffer) < 2000
