"""Bridge boards' lines, against the document that their firmware is written after."""

import re
import shutil
import subprocess
from binascii import crc_hqx
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edge.scale.driver import DriverSettings
from edge.scale.drivers.hx711_bridge import Board, Hx711Bridge
from edge.scale.reading import Status, WeightReading

DOCUMENT = (Path(__file__).parents[3] / "deploy/firmware/hx711-bridge.md").read_text()
BYTES_PER_S = 11_520


def block(name: str) -> list[str]:
    """The lines of the document's fenced block."""
    found = re.search(rf"^```{name}\n(.*?)^```$", DOCUMENT, re.DOTALL | re.MULTILINE)
    assert found is not None
    return found[1].splitlines()


def columns(name: str) -> list[tuple[str, str]]:
    return [(line, told) for line, told in (re.split(r" {2,}", row, maxsplit=1) for row in block(name))]


def line(body: str) -> bytes:
    return f"${body}*{crc_hqx(body.encode(), 0xFFFF):04X}\n".encode()


def lane(sequence: int, raw: int, number: int = 1, flags: int = 0) -> bytes:
    return line(f"L,{sequence % 0x10000},{sequence * 12 % 0x10000},{number},{raw},{flags:X}")


def bridge(*addresses: int) -> Hx711Bridge:
    return Hx711Bridge(DriverSettings(addresses=addresses or tuple(range(17))))


def shown(reading: WeightReading) -> str:
    return f"{reading.address} {reading.status if reading.counts is None else reading.counts}"


@pytest.mark.parametrize(("text", "told"), columns("vectors"))
def test_the_documents_vectors(text: str, told: str) -> None:
    driver = bridge()
    readings = driver.receive(text.encode() + b"\n", 5.0)
    if driver.board is not None:
        board = driver.board
        text = f"board {board.name}, protocol {board.protocol}, {board.lanes} lanes, {board.rate_hz} Hz"
        assert (text, readings) == (told, [])
    else:
        assert ", ".join(map(shown, readings)) == told
    assert all((one.at, one.weight_g) == (5.0, None) for one in readings)
    assert all((one.status is Status.UNSTABLE) == (one.counts is not None) for one in readings)
    assert (driver.counts.frames, driver.counts.bad_frames, driver.counts.skipped_bytes) == (1, 0, 0)


@pytest.mark.parametrize(("text", "why"), columns("dropped"))
def test_what_the_document_says_is_dropped(text: str, why: str) -> None:
    driver = bridge()
    assert driver.receive(text.encode() + b"\n" + bytes(200), 5.0) == [], why
    assert driver.counts.frames == 0
    assert driver.counts.bad_frames + driver.counts.skipped_bytes > 200 - 139


def test_the_documents_worked_example() -> None:
    steps = re.findall(r"(\S) ([0-9A-F]{4})", "\n".join(block("crc")))
    body = "".join(character for character, _ in steps)
    assert f"`{body}`" in DOCUMENT
    assert f"the {len(body)} bytes" in DOCUMENT
    for length, (_, crc) in enumerate(steps, start=1):
        assert f"{crc_hqx(body[:length].encode(), 0xFFFF):04X}" == crc
    assert line(body).decode().rstrip() in DOCUMENT


def test_the_documents_c_code_gives_the_check(tmp_path: Path) -> None:
    compiler = shutil.which("cc")
    if compiler is None:
        pytest.skip("no C compiler (cc) on this machine")
    main = '#include <stdio.h>\nint main(void) { printf("%04X", crc16_ccitt_false((const uint8_t *)"123456789", 9)); }'
    (tmp_path / "crc.c").write_text("\n".join([*block("c"), main]))
    subprocess.run([compiler, "-Wall", "-Wextra", "-Werror", "crc.c", "-o", "crc"], cwd=tmp_path, check=True)
    assert subprocess.run([tmp_path / "crc"], capture_output=True, check=True).stdout == b"29B1"


def test_the_documents_shares_of_the_line() -> None:
    rows = re.findall(r"^\| (\d+) \| (\d+) \| ([LM]) \| (\d+) \| (\d+) % \|$", DOCUMENT, re.MULTILINE)
    assert len(rows) == 8
    for lanes, rate, frame, length, share in rows:
        words = "0FFFFFF" * int(lanes)
        longest = line("L,65535,65535,16,-8388608,0" if frame == "L" else f"M,65535,65535,{words}")
        lines = int(lanes) if frame == "L" else 1
        assert len(longest) == int(length)
        assert round(100 * len(longest) * lines * int(rate) / BYTES_PER_S) == int(share)
        assert bridge().receive(longest, 0.0)


@pytest.mark.parametrize(
    ("flags", "status"),
    [
        (0x1, Status.OVERLOAD),
        (0x2, Status.UNDERLOAD),
        (0x4, Status.NOT_READY),
        (0x8, Status.NOT_READY),
        (0x5, Status.NOT_READY),
        (0xA, Status.NOT_READY),
    ],
)
def test_flags(flags: int, status: Status) -> None:
    assert bridge().receive(lane(0, 1000, 2, flags), 1.0) == [WeightReading(2, 1.0, None, status)]


def test_end_codes_are_saturation_without_a_flag() -> None:
    readings = bridge().receive(lane(0, 0x7FFFFF) + lane(1, -0x800000) + lane(2, 0x7FFFFE), 1.0)
    assert [one.status for one in readings] == [Status.OVERLOAD, Status.UNDERLOAD, Status.UNSTABLE]


def test_a_doubled_line_brings_one_reading() -> None:
    driver = bridge()
    assert len(driver.receive(lane(7, 1) + lane(7, 1) + lane(8, 2), 1.0)) == 2
    assert (driver.counts.frames, driver.lost_lines) == (3, 0)


def test_lost_lines_are_counted_over_the_wrap() -> None:
    driver = bridge()
    driver.receive(lane(0xFFFE, 1) + lane(0xFFFF, 1) + lane(0, 1), 1.0)
    assert driver.lost_lines == 0
    driver.receive(lane(3, 1), 1.0)
    assert driver.lost_lines == 2


def test_a_board_that_starts_anew_has_lost_no_lines() -> None:
    driver = bridge()
    driver.receive(lane(500, 1) + line("I,1,b,1,10") + lane(0, 2), 1.0)
    assert driver.lost_lines == 0
    driver.reset()
    assert driver.board is None
    assert len(driver.receive(lane(0, 3), 2.0)) == 1
    assert driver.lost_lines == 0


def test_a_lane_that_is_not_ours_is_foreign() -> None:
    driver = bridge(2)
    assert driver.receive(lane(0, 5, 3), 1.0) == []
    assert driver.counts.foreign_frames == 1
    assert [one.counts for one in driver.receive(line("M,1,12,000000100000020000003"), 1.0)] == [2]
    assert driver.counts.foreign_frames == 1


def test_only_the_query_is_sent_until_the_board_is_known() -> None:
    driver = bridge()
    sent = {at: driver.request(at / 10) for at in range(50)}
    assert {at: data for at, data in sent.items() if data} == {0: b"?\n", 20: b"?\n", 40: b"?\n"}
    driver.receive(line("I,1,shelf-8,8,10"), 5.0)
    assert driver.board == Board(1, "shelf-8", 8, 10)
    assert driver.request(60.0) == b""
    driver.reset()
    assert driver.request(61.0) == b"?\n"


def test_a_start_up_text_does_no_harm() -> None:
    driver = bridge()
    greeting = b"HX711 $ hello *\r\n$L,0,1\xff\x00"
    assert [one.counts for one in driver.receive(greeting + lane(0, 9).replace(b"\n", b"\r\n"), 1.0)] == [9]
    assert driver.counts.skipped_bytes == len(greeting)


def test_half_a_line_is_void_after_a_reset() -> None:
    driver = bridge()
    driver.receive(lane(0, 5)[:10], 1.0)
    driver.reset()
    assert driver.receive(lane(0, 5)[10:], 1.0) == []


@pytest.mark.parametrize(
    "body",
    [
        "L,0,0,1,8388608,0",
        "L,0,0,1,-8388609,0",
        "L,0,70000,1,0,0",
        "L,0,0,100,0,0",
        "L,0,0,1,+5,0",
        "L,0,0,1,5,10",
        "L,0,0,1,5",
        "L,-1,0,1,5,0",
        "M,0,0,000000",
        "M,0,0,",
        "M,0,0," + "0000001" * 17,
        "M,0,0,000000a",
        "I,1,board name,8,10",
        "X,1,2,3",
    ],
)
def test_fields_out_of_range_make_a_bad_frame(body: str) -> None:
    driver = bridge()
    assert driver.receive(line(body), 1.0) == []
    assert (driver.counts.bad_frames, driver.counts.frames, driver.board) == (1, 0, None)


raws = st.integers(-0x800000, 0x7FFFFF)


@given(st.lists(raws, min_size=1, max_size=16), st.integers(0, 0xFFFF))
def test_many_lanes_in_a_line_are_the_same_as_one_in_each(values: list[int], sequence: int) -> None:
    words = "".join(f"0{value & 0xFFFFFF:06X}" for value in values)
    together = bridge().receive(line(f"M,{sequence},0,{words}"), 1.0)
    apart = bridge().receive(b"".join(lane(n, value, n) for n, value in enumerate(values, start=1)), 1.0)
    assert together == apart


@given(
    st.lists(st.one_of(raws.map(str), st.binary(max_size=20)), max_size=8), st.lists(st.integers(0, 250), max_size=9)
)
def test_any_split_gives_the_same(parts: list[str | bytes], at: list[int]) -> None:
    stream = b"".join(part if isinstance(part, bytes) else lane(n, int(part), n % 3) for n, part in enumerate(parts))
    whole, split = bridge(), bridge()
    readings = whole.receive(stream, 1.0)
    places = [0, *sorted(min(place, len(stream)) for place in at), len(stream)]
    again = [one for n in range(len(places) - 1) for one in split.receive(stream[places[n] : places[n + 1]], 1.0)]
    assert again == readings
    assert (split.counts.frames, split.counts.bad_frames) == (whole.counts.frames, whole.counts.bad_frames)


@given(st.lists(raws, min_size=1, max_size=8, unique=True), st.data())
@settings(max_examples=300)
def test_every_reading_was_sent(values: list[int], data: st.DataObject) -> None:
    stream = bytearray(b"".join(lane(n, value) for n, value in enumerate(values)))
    for _ in range(data.draw(st.integers(0, 6))):
        at = data.draw(st.integers(0, max(0, len(stream) - 1)))
        match data.draw(st.sampled_from(["garble", "delete", "double", "insert"])):
            case "garble":
                stream[at : at + 1] = data.draw(st.binary(min_size=1, max_size=2))
            case "delete":
                del stream[at : at + data.draw(st.integers(1, 40))]
            case "double":
                stream[at:at] = stream[at : at + data.draw(st.integers(1, 60))]
            case _:
                stream[at:at] = data.draw(st.binary(max_size=5))
    sent = set(bridge().receive(b"".join(lane(n, value) for n, value in enumerate(values)), 1.0))
    assert set(bridge().receive(bytes(stream), 1.0)) <= sent


@given(st.lists(st.binary(max_size=300), max_size=10))
def test_no_bytes_make_a_reading_or_an_error(pieces: list[bytes]) -> None:
    driver = bridge()
    assert [one for piece in pieces for one in driver.receive(piece, 1.0)] == []
    assert len(driver._frames._rest) < 200
