"""The simulated terminal: whatever the line does, an id is charged once, and asking leads to the truth."""

import pytest

from edge.checkout.payment.adapter import Outcome, PaymentTerminal
from edge.errors import ConfigError
from edge.sim.payment import BAD_LINE, Odds, SimulatedTerminal

FINAL = {Outcome.APPROVED, Outcome.DECLINED, Outcome.CANCELLED, Outcome.REVERSED}


def pay(terminal: PaymentTerminal, attempt_id: str, amount: int) -> Outcome:
    """Start with the same id until a final outcome comes, as a lane does; the first final one counts."""
    for _ in range(200):
        outcome = terminal.start(attempt_id, amount, "CNY").outcome
        if outcome in FINAL:
            return outcome
    raise AssertionError(attempt_id)


def test_an_honest_line() -> None:
    terminal = SimulatedTerminal(1)
    got = terminal.start("sco-1.1.1", 1230, "CNY")
    assert (got.outcome, got.amount, got.currency) == (Outcome.APPROVED, 1230, "CNY")
    assert terminal.status("sco-1.1.1") == got
    assert terminal.reverse("sco-1.1.1").outcome is Outcome.REVERSED
    assert terminal.taken() == 0


def test_pending_becomes_final_by_asking() -> None:
    terminal = SimulatedTerminal(3, Odds(most_polls=4))
    outcomes = [terminal.start("a", 1, "CNY").outcome, *(terminal.status("a").outcome for _ in range(5))]
    assert outcomes[0] is Outcome.PENDING
    assert outcomes[-1] is Outcome.APPROVED
    assert terminal.charges == {"a": 1}


@pytest.mark.parametrize("seed", range(20))
def test_on_a_bad_line_nothing_is_charged_twice_and_nothing_is_misjudged(seed: int) -> None:
    terminal = SimulatedTerminal(seed, BAD_LINE)
    ids = [f"sco-1.{n}.1" for n in range(50)]
    told = {attempt_id: pay(terminal, attempt_id, 100 + n) for n, attempt_id in enumerate(ids)}
    assert all(terminal.truth(attempt_id) is outcome for attempt_id, outcome in told.items())
    assert set(terminal.charges.values()) <= {1}
    approved = [n for n, attempt_id in enumerate(ids) if told[attempt_id] is Outcome.APPROVED]
    assert terminal.taken() == sum(100 + n for n in approved)


def test_the_bad_line_really_is_bad() -> None:
    terminal = SimulatedTerminal(7, BAD_LINE)
    outcomes = [terminal.start(f"a{n}", 1, "CNY").outcome for n in range(300)]
    assert set(outcomes) >= {Outcome.UNKNOWN, Outcome.PENDING, Outcome.APPROVED, Outcome.DECLINED}
    assert terminal.stale > 5


def test_the_same_seed_gives_the_same() -> None:
    first, second = (SimulatedTerminal(5, BAD_LINE) for _ in range(2))
    assert [first.start(str(n), 1, "CNY") for n in range(99)] == [second.start(str(n), 1, "CNY") for n in range(99)]


def test_a_lost_answer_is_unknown_while_the_charge_stands() -> None:
    terminal = SimulatedTerminal(1, Odds(answer_lost=1.0))
    assert terminal.start("a", 500, "CNY").outcome is Outcome.UNKNOWN
    assert terminal.taken() == 500


def test_what_was_cancelled_before_it_came_is_refused_when_it_comes() -> None:
    terminal = SimulatedTerminal(1)
    assert terminal.cancel("a").outcome is Outcome.CANCELLED
    assert terminal.start("a", 500, "CNY").outcome is Outcome.CANCELLED
    assert terminal.charges == {}


def test_what_is_approved_cannot_be_cancelled_and_what_is_not_cannot_be_reversed() -> None:
    terminal = SimulatedTerminal(1)
    terminal.start("a", 500, "CNY")
    assert terminal.cancel("a").outcome is Outcome.APPROVED
    assert terminal.reverse("b").outcome is Outcome.UNKNOWN


@pytest.mark.parametrize(("attempt_id", "amount", "currency"), [("a b", 1, "CNY"), ("a", 0, "CNY"), ("a", 1, "yuan")])
def test_what_cannot_be_is_never_sent(attempt_id: str, amount: int, currency: str) -> None:
    terminal = SimulatedTerminal(1)
    with pytest.raises(ConfigError, match="expected"):
        terminal.start(attempt_id, amount, currency)
    assert terminal.charges == {}
