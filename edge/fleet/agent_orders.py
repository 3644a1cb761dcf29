"""The orders for one agent, as its host gives them. Each process looks into the book for itself."""

from collections.abc import Sequence
from pathlib import Path

import structlog

from edge import logs
from edge.agent.protocol import Order
from edge.clock import Clock
from edge.fleet.commands import Command, CommandError, LogLevel, body_of
from edge.fleet.order_book import OrderBook, OrderBookError, said

LOOK_EVERY_S = 0.25
INTERRUPTED = said(ok=False, error="interrupted: the agent ended over it; ask for its state before asking again")

_log = structlog.get_logger()


class AgentOrders:
    """Looks for orders, a few times a second.

    How much is logged is every agent's matter alike, and done here.

    Args:
        path: of the book; None takes no orders.
        doer: the agent's name.
        clock: for the pauses.
    """

    def __init__(self, path: Path | None, doer: str, clock: Clock) -> None:
        self._doer, self._clock = doer, clock
        self._looked_s = -LOOK_EVERY_S
        self._quiet_s: float | None = None
        self._book = None if path is None else self._opened(path)

    def take(self) -> Sequence[Order]:
        """The orders that came since the last call."""
        at = self._clock.monotonic_s()
        if self._book is None or at - self._looked_s < LOOK_EVERY_S:
            return ()
        self._looked_s = at
        if self._quiet_s is not None and at >= self._quiet_s:
            self._quiet_s = None
            logs.set_level(logs.USUAL_LEVEL)
        try:
            orders = [order for command in self._book.take(self._doer) if (order := self._order(command)) is not None]
        except OrderBookError as error:
            _log.error("orders_not_read", error=str(error))
            return ()
        return [order for order in orders if not self._is_mine(order, at)]

    def close(self) -> None:
        """Give the book back."""
        if self._book is not None:
            self._book.close()

    def _opened(self, path: Path) -> OrderBook | None:
        try:
            book = OrderBook(path)
            book.interrupted(self._doer, INTERRUPTED)
        except OrderBookError as error:
            # Without orders an agent still does its work.
            _log.error("orders_not_read", error=str(error))
            return None
        return book

    def _order(self, command: Command) -> Order | None:
        def answer(*, ok: bool, **more: object) -> None:
            self._answer(command, said(ok=ok, **more))

        try:
            body = body_of(command.name, command.body)
        except CommandError as error:
            answer(ok=False, error=str(error))
            return None
        _log.info("order_taken", order=command.name, correlation=command.correlation)
        return Order(body, answer)

    def _answer(self, command: Command, outcome: bytes) -> None:
        _log.info("order_answered", order=command.name, correlation=command.correlation)
        try:
            if self._book is not None:
                self._book.answer(command.correlation, outcome)
        except OrderBookError as error:
            _log.error("order_not_answered", error=str(error))

    def _is_mine(self, order: Order, at: float) -> bool:
        if not isinstance(order.body, LogLevel):
            return False
        logs.set_level(order.body.level)
        self._quiet_s = at + 60.0 * order.body.minutes
        order.answer(ok=True, level=order.body.level, minutes=order.body.minutes)
        return True
