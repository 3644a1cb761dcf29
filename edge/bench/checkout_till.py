"""A terminal that waits for a card, in simulated time, and then answers as its line lets it."""

import random
from collections.abc import Callable

from edge.checkout.payment.adapter import Outcome, PaymentResult
from edge.checkout.session.effects import AskPayment, CancelPayment, ReversePayment, StartPayment
from edge.sim.payment import Odds, SimulatedTerminal

LINE = Odds(request_lost=0.01, answer_lost=0.02, doubled=0.02, held=0.02, declined=0.02, most_polls=2)
ANSWER_S = (0.2, 1.5)

Effects = StartPayment | AskPayment | CancelPayment | ReversePayment
# After so many seconds this is what the terminal says.
Answer = Callable[[float, PaymentResult], None]


class Till:
    """One lane's terminal, and the shopper's card."""

    def __init__(self, seed: int, answer: Answer) -> None:
        self._chance = random.Random(f"till {seed}")  # noqa: S311 - a simulation
        self._terminal, self._answer = SimulatedTerminal(seed, LINE), answer
        self._tapped: dict[str, float] = {}
        self._started: dict[str, StartPayment] = {}

    def do(self, effect: Effects, now: float, card_s: tuple[float, float]) -> None:
        """What the lane asks of the terminal.

        Args:
            effect: what.
            now: seconds.
            card_s: StartPayment: the shopper's card takes between so many seconds.
        """
        match effect:
            case StartPayment(attempt=attempt):
                self._tapped[attempt] = now + self._chance.uniform(*card_s)
                self._started = {attempt: effect}
                result = PaymentResult(attempt_id=attempt, outcome=Outcome.PENDING)
            case AskPayment(attempt=attempt):
                result = self._ask(attempt, now)
            case CancelPayment(attempt=attempt):
                result = self._terminal.cancel(attempt)
            case ReversePayment(attempt=attempt):
                result = self._terminal.reverse(attempt)
        self._answer(self._chance.uniform(*ANSWER_S), result)

    def money_came(self) -> bool:
        """Whether the last attempt was charged: what an attendant reads off the terminal."""
        return any(self._terminal.truth(attempt) is Outcome.APPROVED for attempt in self._started)

    def taken(self) -> int:
        """What was charged and not given back, in minor units."""
        return self._terminal.taken()

    def _ask(self, attempt: str, now: float) -> PaymentResult:
        effect = self._started.get(attempt)
        if effect is None:
            return self._terminal.status(attempt)
        if now < self._tapped[attempt]:
            return PaymentResult(attempt_id=attempt, outcome=Outcome.PENDING)
        return self._terminal.start(attempt, effect.amount, effect.currency)
