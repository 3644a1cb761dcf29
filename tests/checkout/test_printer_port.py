"""The printer's port: states, silence, unplugging; never a hang."""

import re
import threading
import time
from pathlib import Path
from typing import Self

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.checkout.printer_port import Printed, PrinterPort
from edge.checkout.printer_status import KINDS, PrinterState, answer_in, query, state_of
from edge.ports.serial_port import PortError, PortSettings, Transport
from tests.scale.ptys import Line

TIMEOUT_S = 0.05
SETTINGS = PortSettings("/dev/printer")
# DLE EOT 1, 2, 3 and 4 after the Epson reference (1E, 72: python-escpos's constants for paper low and out).
OK = {1: 0x12, 2: 0x12, 3: 0x12, 4: 0x12}


class Paperwork:
    """A printer on a wire: answers questions as told, and keeps what it prints."""

    def __init__(self, answers: dict[int, int], *, chatter: bytes = b"", gone_after: int = 10**9) -> None:
        self.answers, self.chatter, self.gone_after = answers, chatter, gone_after
        self.paper, self.line, self.closed, self.writes = b"", b"", False, 0

    def read(self, timeout_s: float) -> bytes:
        data, self.line = self.line, b""
        if not data and timeout_s:
            time.sleep(min(timeout_s, 0.01))
        return data or (self.chatter if timeout_s else b"")

    def write(self, data: bytes) -> None:
        self.writes += 1
        if self.writes > self.gone_after:
            raise PortError("gone")
        kind = next((kind for kind in KINDS if data == query(kind)), None)
        if kind is None:
            self.paper += data
        elif kind in self.answers:
            self.line += b"\x11" + bytes((self.answers[kind],))

    def close(self) -> None:
        self.closed = True


def port(printer: Transport) -> PrinterPort:
    return PrinterPort(SETTINGS, timeout_s=TIMEOUT_S, opener=lambda _: printer)


@pytest.mark.parametrize(
    ("answers", "state"),
    [
        (OK, PrinterState.READY),
        (OK | {1: 0x16}, PrinterState.READY),  # the drawer's pin
        (OK | {4: 0x1E}, PrinterState.PAPER_LOW),
        (OK | {4: 0x72, 1: 0x1A, 2: 0x32}, PrinterState.PAPER_OUT),
        (OK | {4: 0x7E}, PrinterState.PAPER_OUT),
        (OK | {1: 0x1A, 2: 0x16}, PrinterState.COVER_OPEN),
        (OK | {1: 0x1A, 2: 0x16, 4: 0x72}, PrinterState.COVER_OPEN),
        (OK | {1: 0x1A, 2: 0x52, 3: 0x1A}, PrinterState.ERROR),
        (OK | {3: 0x32}, PrinterState.ERROR),
        (OK | {1: 0x1A}, PrinterState.OFFLINE),
        ({1: 0x12}, PrinterState.READY),
        ({1: 0x1A}, PrinterState.OFFLINE),
        ({1: 0x12, 4: 0x1E}, PrinterState.PAPER_LOW),
        ({}, PrinterState.OFFLINE),
    ],
)
def test_states(answers: dict[int, int], state: PrinterState) -> None:
    assert port(Paperwork(answers)).state() is state


def test_a_receipt_is_sent_whole() -> None:
    printer = Paperwork(OK)
    receipt = bytes(range(32, 127)) * 20
    assert port(printer).print(receipt) == Printed(sent=True, state=PrinterState.READY)
    assert printer.paper == receipt


@pytest.mark.parametrize("answers", [{}, OK | {4: 0x72}, OK | {2: 0x16}, OK | {3: 0x32}, OK | {1: 0x1A}])
def test_where_it_cannot_print_nothing_is_sent(answers: dict[int, int]) -> None:
    printer = Paperwork(answers)
    assert port(printer).print(b"receipt").sent is False
    assert printer.paper == b""


def test_one_that_babbles_is_offline_in_time() -> None:
    began = time.monotonic()
    assert port(Paperwork({}, chatter=b"\x11\x13\xff\x00")).state() is PrinterState.OFFLINE
    assert time.monotonic() - began < 1.0


def test_a_late_answer_belongs_to_no_later_question() -> None:
    printer = Paperwork(OK)
    printer.line = b"\x1a\x72"
    assert port(printer).state() is PrinterState.READY


def test_one_that_goes_is_closed_and_opened_anew() -> None:
    first, second = Paperwork(OK, gone_after=3), Paperwork(OK)
    left: list[Transport] = [first, second]
    printer = PrinterPort(SETTINGS, timeout_s=TIMEOUT_S, opener=lambda _: left.pop(0))
    with pytest.raises(PortError):
        printer.print(b"receipt")
    assert first.closed
    assert printer.print(b"receipt") == Printed(sent=True, state=PrinterState.READY)
    printer.close()
    printer.close()
    assert second.closed


def test_an_absent_one_is_a_port_error(tmp_path: Path) -> None:
    printer = PrinterPort(PortSettings(str(tmp_path / "none")))
    with pytest.raises(PortError, match="no such device"):
        printer.state()


class Served:
    """A printer at the end of a real line that answers so many questions, then reads no more."""

    def __init__(self, line: Line, questions: int) -> None:
        self.heard = b""
        self._line, self._questions = line, questions
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._serve)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._done.set()
        self._thread.join()

    def _serve(self) -> None:
        while not self._done.wait(0.002) and self._questions:
            data = self._line.heard()
            self.heard += data
            for question in re.finditer(rb"\x10\x04(.)", data):
                self._questions -= 1
                self._line.send(bytes((OK[question[1][0]],)))


def test_on_a_real_line(tmp_path: Path) -> None:
    with Line(tmp_path / "printer") as line, Served(line, 8) as served:
        printer = PrinterPort(PortSettings(str(line.link)), timeout_s=2.0)
        assert printer.print(b"receipt") == Printed(sent=True, state=PrinterState.READY)
        printer.close()
    assert b"receipt" in served.heard


def test_one_that_takes_nothing_more_is_a_port_error_in_time(tmp_path: Path) -> None:
    with Line(tmp_path / "printer") as line, Served(line, 4):
        printer = PrinterPort(PortSettings(str(line.link)), timeout_s=2.0)
        began = time.monotonic()
        with pytest.raises(PortError, match="takes nothing"):
            printer.print(b"x" * 1_000_000)
        assert time.monotonic() - began < 4.0
        assert printer._port is None


@given(st.dictionaries(st.sampled_from(KINDS), st.integers(0, 255)))
def test_any_bytes_are_some_state(answers: dict[int, int]) -> None:
    assert state_of(answers) in PrinterState


@given(st.binary(max_size=20))
def test_only_a_status_byte_is_an_answer(data: bytes) -> None:
    answer = answer_in(data)
    assert answer is None or (answer in data and answer & 0x93 == 0x12)
