"""The terminal and the printer, each in a thread of its own: they may keep one waiting, the lane may not."""

import queue
import threading
from collections.abc import Callable
from types import TracebackType
from typing import Self

import structlog

from edge.checkout.payment.adapter import Outcome, PaymentResult, PaymentTerminal
from edge.checkout.printer import render
from edge.checkout.printer_port import PrinterPort
from edge.checkout.printer_status import PrinterState
from edge.checkout.receipt import Paper
from edge.checkout.session.effects import (
    AnyEffect,
    AskPayment,
    CancelPayment,
    Print,
    ReversePayment,
    StartPayment,
)
from edge.checkout.session.inputs import AnyInput, PaymentSaid, Printed
from edge.errors import StoreEdgeError

# Orders that wait: a terminal that hangs is asked again and again.
MOST_WAITING = 32

_log = structlog.get_logger()
Work = Callable[[AnyEffect], AnyInput | None]


class Desk:
    """Does one order after the other, and hands the answers to the lane. Use as a context manager."""

    def __init__(self, name: str, work: Work, answers: "queue.SimpleQueue[AnyInput]") -> None:
        """Nothing is done yet.

        Args:
            name: of its thread.
            work: one order; never raises for what a device does.
            answers: where they go.
        """
        self._work, self._answers = work, answers
        self._orders: queue.Queue[AnyEffect | None] = queue.Queue(MOST_WAITING)
        self._died: Exception | None = None
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def order(self, effect: AnyEffect) -> None:
        """Do it when its turn comes. One that waits already is not put down twice; of too many the last goes."""
        with self._orders.mutex:
            if effect in self._orders.queue:
                return
        try:
            self._orders.put_nowait(effect)
        except queue.Full:
            _log.warning("order_dropped", order=type(effect).__name__)

    def check(self) -> None:
        """Whether it is at work.

        Raises:
            RuntimeError: a defect ended it.
        """
        if self._died is not None:
            raise RuntimeError(f"expected {self._thread.name} at work, found it ended") from self._died

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._orders.mutex:
            self._orders.queue.clear()
        self._orders.put(None)
        # A device that hangs is no reason to hang: the thread ends with the process.
        self._thread.join(1.0)

    def _run(self) -> None:
        while (order := self._orders.get()) is not None:
            try:
                answer = self._work(order)
            except Exception as error:  # noqa: BLE001 - told by `check`, in the thread that can end the agent
                self._died = error
                return
            if answer is not None:
                self._answers.put(answer)


def payment_work(terminal: PaymentTerminal) -> Work:
    """What is done at the payment terminal."""

    def work(order: AnyEffect) -> AnyInput | None:
        match order:
            case StartPayment(attempt=attempt, amount=amount, currency=currency):
                return PaymentSaid(result=terminal.start(attempt, amount, currency))
            case AskPayment(attempt=attempt):
                return PaymentSaid(result=terminal.status(attempt))
            case CancelPayment(attempt=attempt):
                return PaymentSaid(result=terminal.cancel(attempt))
            case ReversePayment(attempt=attempt):
                return PaymentSaid(result=terminal.reverse(attempt))
            case _:
                return None

    return work


def no_terminal(order: AnyEffect) -> AnyInput | None:
    """Whatever is left over from when there was a terminal: nobody knows."""
    attempt = getattr(order, "attempt", "")
    return PaymentSaid(result=PaymentResult(attempt_id=attempt, outcome=Outcome.UNKNOWN)) if attempt else None


def print_work(printer: PrinterPort, paper: Paper) -> Work:
    """What is done at the printer."""

    def work(order: AnyEffect) -> AnyInput | None:
        if not isinstance(order, Print):
            return None
        try:
            done = printer.print(render(order.receipt, paper))
        except StoreEdgeError as error:
            _log.warning("receipt_not_printed", receipt=order.receipt.number, error=str(error))
            return Printed(receipt=order.receipt.number, sent=False, state=PrinterState.OFFLINE)
        return Printed(receipt=order.receipt.number, sent=done.sent, state=done.state)

    return work


def no_printer(order: AnyEffect) -> AnyInput | None:
    """A lane without a printer: its receipts are what the screen and the cloud make of a sale."""
    if isinstance(order, Print):
        return Printed(receipt=order.receipt.number, sent=True, state=PrinterState.READY)
    return None
