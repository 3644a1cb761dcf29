"""The terminal and the printer at work beside the lane: they may hang, fail or be absent; the lane goes on."""

import queue
import threading
import time
from collections.abc import Callable

import pytest

from edge.checkout.lane_desks import MOST_WAITING, Desk, no_printer, no_terminal, payment_work, print_work
from edge.checkout.payment.adapter import Outcome
from edge.checkout.printer_port import PrinterPort
from edge.checkout.printer_status import PrinterState
from edge.checkout.receipt import Entry, Paper, Receipt
from edge.checkout.session.effects import (
    AnyEffect,
    AskPayment,
    CancelPayment,
    Print,
    ReversePayment,
    StartPayment,
)
from edge.checkout.session.inputs import AnyInput, PaymentSaid, Printed
from edge.ports.serial_port import PortSettings
from edge.sim.payment import SimulatedTerminal

TOTAL = Entry(text="TOTAL", amount=350)
RECEIPT = Receipt(head=(), number="j-000001", printed_at="", currency="CNY", items=(), total=TOTAL)


def until(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + 5
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.01)


def test_payments_are_asked_of_the_terminal_and_charged_once() -> None:
    answers: queue.SimpleQueue[AnyInput] = queue.SimpleQueue()
    terminal = SimulatedTerminal(1)
    start = StartPayment(attempt="a-1", amount=350, currency="CNY")
    with Desk("payment", payment_work(terminal), answers) as desk:
        for order in (
            start,
            start,
            AskPayment(attempt="a-1"),
            ReversePayment(attempt="a-1"),
            CancelPayment(attempt="b"),
        ):
            desk.order(order)
            until(lambda: not answers.empty())
            told = answers.get()
            assert isinstance(told, PaymentSaid)
            assert told.result.outcome is not Outcome.UNKNOWN
    assert terminal.charges == {"a-1": 1}
    assert terminal.truth("a-1") is Outcome.REVERSED


def test_a_terminal_that_hangs_neither_hangs_the_lane_nor_its_end() -> None:
    answers: queue.SimpleQueue[AnyInput] = queue.SimpleQueue()
    hung, go = threading.Event(), threading.Event()

    def work(_order: AnyEffect) -> None:
        hung.set()
        go.wait(5)

    began = time.monotonic()
    with Desk("payment", work, answers) as desk:
        for n in range(3 * MOST_WAITING):
            desk.order(AskPayment(attempt="a-1"))
            desk.order(AskPayment(attempt=f"b-{n}"))
        assert hung.wait(1)
        desk.check()
        assert time.monotonic() - began < 1
    assert time.monotonic() - began < 3
    go.set()


def test_a_defect_is_told_in_the_lane_s_own_thread() -> None:
    failed = threading.Event()

    def work(_order: AnyEffect) -> None:
        failed.set()
        raise ZeroDivisionError

    with Desk("payment", work, queue.SimpleQueue()) as desk:
        desk.check()
        desk.order(AskPayment(attempt="a"))
        failed.wait(1)
        time.sleep(0.1)
        with pytest.raises(RuntimeError, match="expected payment at work") as told:
            desk.check()
        assert isinstance(told.value.__cause__, ZeroDivisionError)


def test_a_printer_that_is_absent_is_offline_and_no_printer_needs_none(tmp_path: object) -> None:
    absent = print_work(PrinterPort(PortSettings(url=f"{tmp_path}/printer")), Paper(columns=42))
    assert absent(Print(receipt=RECEIPT)) == Printed(receipt="j-000001", sent=False, state=PrinterState.OFFLINE)
    assert no_printer(Print(receipt=RECEIPT)) == Printed(receipt="j-000001", sent=True, state=PrinterState.READY)
    assert no_printer(AskPayment(attempt="a")) is None


@pytest.mark.parametrize("order", [AskPayment(attempt="a"), StartPayment(attempt="a", amount=1, currency="CNY")])
def test_without_a_terminal_nobody_knows(order: AnyEffect) -> None:
    told = no_terminal(order)
    assert isinstance(told, PaymentSaid)
    assert told.result.outcome is Outcome.UNKNOWN
    assert no_terminal(Print(receipt=RECEIPT)) is None
