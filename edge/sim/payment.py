"""A simulated payment terminal on a bad line: it loses, delays, doubles and reorders answers, and charges once."""

import random
from collections import deque
from dataclasses import dataclass

from edge.checkout.payment.adapter import Outcome, PaymentResult, demand_amount, demand_attempt, result

# Answers that nobody came for; the oldest are lost.
LINE_LENGTH = 64


@dataclass(frozen=True)
class Odds:
    """How the line and the shoppers behave; each a probability.

    Attributes:
        request_lost: a request never reaches the terminal.
        answer_lost: an answer never comes back.
        doubled: an answer comes twice.
        held: an answer is kept back and comes before a later one, or after.
        declined: a card is declined.
        most_polls: an attempt stays pending for 0 to so many questions.
    """

    request_lost: float = 0.0
    answer_lost: float = 0.0
    doubled: float = 0.0
    held: float = 0.0
    declined: float = 0.0
    most_polls: int = 0


HONEST_LINE = Odds()
BAD_LINE = Odds(request_lost=0.1, answer_lost=0.1, doubled=0.1, held=0.15, declined=0.1, most_polls=4)


@dataclass
class _Attempt:
    amount: int | None
    currency: str
    reference: str
    becomes: Outcome
    polls: int
    outcome: Outcome = Outcome.PENDING


class SimulatedTerminal:
    """A `PaymentTerminal` with a known truth. Not for more than one thread.

    Attributes:
        charges: how often each attempt was charged; a terminal that honours its ids has no 2.
        stale: answers that were read off the line and were about another attempt.
    """

    def __init__(self, seed: int, odds: Odds = HONEST_LINE) -> None:
        """A terminal that saw nothing yet.

        Args:
            seed: of all its dice.
            odds: what goes wrong, how often.
        """
        self._dice, self._odds = random.Random(seed), odds  # noqa: S311 - a simulation
        self._attempts: dict[str, _Attempt] = {}
        self._line: deque[PaymentResult] = deque(maxlen=LINE_LENGTH)
        self._held: PaymentResult | None = None
        self.charges: dict[str, int] = {}
        self.stale = 0

    def start(self, attempt_id: str, amount: int, currency: str) -> PaymentResult:
        """Charge once, however often it is asked."""
        demand_attempt(attempt_id)
        demand_amount(amount, currency)
        if self._request_arrives():
            if attempt_id not in self._attempts:
                declined = self._dice.random() < self._odds.declined
                becomes = Outcome.DECLINED if declined else Outcome.APPROVED
                polls = self._dice.randint(0, self._odds.most_polls)
                self._attempts[attempt_id] = _Attempt(amount, currency, self._reference(), becomes, polls)
            self._answer(attempt_id)
        return self._read(attempt_id)

    def status(self, attempt_id: str) -> PaymentResult:
        """How it stands; UNKNOWN also when the terminal never saw it."""
        demand_attempt(attempt_id)
        if self._request_arrives():
            self._answer(attempt_id)
        return self._read(attempt_id)

    def cancel(self, attempt_id: str) -> PaymentResult:
        """Cancel what is not decided yet; an id that was never seen is refused from now on."""
        demand_attempt(attempt_id)
        if self._request_arrives():
            attempt = self._attempts.setdefault(attempt_id, _Attempt(None, "", self._reference(), Outcome.CANCELLED, 0))
            if attempt.outcome is Outcome.PENDING:
                attempt.outcome = Outcome.CANCELLED
            self._answer(attempt_id)
        return self._read(attempt_id)

    def reverse(self, attempt_id: str) -> PaymentResult:
        """Give back what was approved."""
        demand_attempt(attempt_id)
        if self._request_arrives():
            attempt = self._attempts.get(attempt_id)
            if attempt is not None and attempt.outcome is Outcome.APPROVED:
                attempt.outcome = Outcome.REVERSED
            self._answer(attempt_id)
        return self._read(attempt_id)

    def truth(self, attempt_id: str) -> Outcome | None:
        """How it really stands; None when the terminal never saw it."""
        attempt = self._attempts.get(attempt_id)
        return None if attempt is None else attempt.outcome

    def taken(self) -> int:
        """What was charged and not given back, over all attempts, in minor units."""
        return sum(one.amount or 0 for one in self._attempts.values() if one.outcome is Outcome.APPROVED)

    def _request_arrives(self) -> bool:
        return self._dice.random() >= self._odds.request_lost

    def _answer(self, attempt_id: str) -> None:
        """Let time pass for the attempt, and put the answer on the line."""
        attempt = self._attempts.get(attempt_id)
        if attempt is None:
            self._send(result(attempt_id, Outcome.UNKNOWN, message="no such attempt"))
            return
        if attempt.outcome is Outcome.PENDING:
            if attempt.polls == 0:
                attempt.outcome = attempt.becomes
                if attempt.outcome is Outcome.APPROVED:
                    self.charges[attempt_id] = self.charges.get(attempt_id, 0) + 1
            attempt.polls -= 1
        self._send(
            result(
                attempt_id,
                attempt.outcome,
                amount=attempt.amount,
                currency=attempt.currency,
                reference=attempt.reference,
            )
        )

    def _reference(self) -> str:
        return f"T{len(self._attempts) + 1:06d}"

    def _send(self, answer: PaymentResult) -> None:
        if self._dice.random() < self._odds.answer_lost:
            return
        if self._held is None and self._dice.random() < self._odds.held:
            self._held = answer
            return
        answers = [answer] * (2 if self._dice.random() < self._odds.doubled else 1)
        if self._held is not None:
            answers.insert(self._dice.randint(0, len(answers)), self._held)
            self._held = None
        self._line += answers

    def _read(self, attempt_id: str) -> PaymentResult:
        """The first answer on the line that is about this attempt; UNKNOWN when there is none."""
        while self._line:
            answer = self._line.popleft()
            if answer.attempt_id == attempt_id:
                return answer
            self.stale += 1
        return result(attempt_id, Outcome.UNKNOWN, message="no answer of the payment terminal")
