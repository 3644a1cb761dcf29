"""A receipt printer on a port: bytes out, its state back, and no wait without an end."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from edge.checkout.printer_status import KINDS, PRINTS, PrinterState, answer_in, query, state_of
from edge.ports.serial_port import PortError, PortSettings, Transport, open_port

# Pieces that a line at 9600 baud takes in a quarter of a second: a printer that stops is noticed within a receipt.
PIECE = 240
# With start bit, parity and stop bit.
BITS_A_BYTE = 11
# A peer that never stops talking is no printer.
MOST_STALE = 16

Answer = TypeVar("Answer")


@dataclass(frozen=True)
class Printed:
    """What became of a receipt.

    Attributes:
        sent: whether all of it was handed to the printer.
        state: how the printer was after it, or why nothing was sent.
    """

    sent: bool
    state: PrinterState


class PrinterPort:
    """One printer. It opens its port when it is needed, and anew after it was gone. For one thread."""

    def __init__(
        self, settings: PortSettings, *, timeout_s: float = 0.5, opener: Callable[[PortSettings], Transport] = open_port
    ) -> None:
        """Nothing is opened yet.

        Args:
            settings: which port.
            timeout_s: how long the printer has for each of the four answers on its state.
            opener: opens the port.
        """
        self._settings, self._timeout_s, self._opener = settings, timeout_s, opener
        self._port: Transport | None = None

    def state(self) -> PrinterState:
        """How the printer is; OFFLINE when it does not answer. Takes at most four time-outs.

        Raises:
            PortError: the port is absent, gone, or takes nothing.
        """
        return self._guarded(self._ask)

    def print(self, data: bytes) -> Printed:
        """Send what `edge.checkout.printer.render` made, if the printer can print now.

        Sent is not printed: the paper may end within. Ask for the state again while the printer works.

        Raises:
            PortError: the port is absent, gone, or takes nothing; a part may be on paper.
        """
        return self._guarded(lambda port: self._print(port, data))

    def close(self) -> None:
        """Give the port back; never fails."""
        port, self._port = self._port, None
        if port is not None:
            port.close()

    def _guarded(self, action: Callable[[Transport], Answer]) -> Answer:
        if self._port is None:
            self._port = self._opener(self._settings)
        try:
            return action(self._port)
        except PortError:
            self.close()
            raise

    def _print(self, port: Transport, data: bytes) -> Printed:
        state = self._ask(port)
        if state not in PRINTS:
            return Printed(sent=False, state=state)
        for start in range(0, len(data), PIECE):
            port.write(data[start : start + PIECE])
        # The question waits in line behind the receipt.
        return Printed(sent=True, state=self._ask(port, len(data) * BITS_A_BYTE / self._settings.baud))

    def _ask(self, port: Transport, patience_s: float = 0.0) -> PrinterState:
        """One kind of status after the other, until one is not answered: its answer may yet come, and mislead."""
        answers: dict[int, int] = {}
        for kind in KINDS:
            _clear(port)
            port.write(query(kind))
            answer = self._answer(port, self._timeout_s + (0.0 if answers else patience_s))
            if answer is None:
                break
            answers[kind] = answer
        return state_of(answers)

    def _answer(self, port: Transport, timeout_s: float) -> int | None:
        until = time.monotonic() + timeout_s
        while (left := until - time.monotonic()) > 0:
            answer = answer_in(port.read(left))
            if answer is not None:
                return answer
        return None


def _clear(port: Transport) -> None:
    """What came late belongs to no question."""
    for _ in range(MOST_STALE):
        if not port.read(0.0):
            return
