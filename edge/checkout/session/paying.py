"""From the wish to pay to the sale. Pure; handlers of a step.

An attempt has one id. A second one begins only when the first has a final outcome, from the terminal or from an
attendant. Money that comes after an attendant said that it had not, goes back.
"""

from msgspec.structs import replace

from edge.checkout import alerts
from edge.checkout.payment.adapter import Outcome, PaymentResult
from edge.checkout.price_book import Bill
from edge.checkout.session import watch
from edge.checkout.session.bill import bill
from edge.checkout.session.effects import AskPayment, CancelPayment, Print, ReversePayment, StartPayment
from edge.checkout.session.inputs import PaymentSaid, Pressed
from edge.checkout.session.phase import Phase
from edge.checkout.session.sale import completed, receipt
from edge.checkout.session.screen import Call, Prompt
from edge.checkout.session.state import Attempt
from edge.checkout.session.turn import Turn

FAILED = frozenset({Outcome.DECLINED, Outcome.CANCELLED, Outcome.REVERSED})
FINAL = FAILED | {Outcome.APPROVED}
# Attempts whose money would go back; a terminal that never answers does not let them grow.
MOST_STRAY = 50


def pay(turn: Turn, _event: Pressed) -> None:
    """The shopper wants to pay: what is in the way comes first."""
    if not turn.session.on_bill:
        turn.put(prompt=Prompt.SCAN)
        return
    turn.put(paying=True, weighing=None)
    proceed(turn)


def proceed(turn: Turn) -> None:
    """One step nearer to the sale: the bag, the age, the money."""
    if turn.session.pending is not None:
        _ask(turn)
        return
    if not _bag_is_right(turn):
        return
    if _bill(turn).min_age > 0 and not turn.session.age_ok:
        turn.go(Phase.AGE_CHECK, Prompt.WAIT, Call.AGE)
        return
    _charge(turn)


def _bag_is_right(turn: Turn) -> bool:
    """Whether nothing is wrong with the bag; else the lane is where that is mended."""
    if not turn.settings.has_scale or turn.session.bag_ok:
        return True
    if not turn.weighs:
        turn.go(Phase.ATTENDANT, Prompt.WAIT, Call.SCALE)
        return False
    found = alerts.suspicion(turn.bag, turn.tolerance, turn.session.voided_s)
    if found is None:
        return True
    if turn.state.phase is not Phase.REVIEW:
        turn.go(Phase.REVIEW, watch.ASKED_FOR[found.cause])
        watch.nudge(turn, found)
    return False


def _charge(turn: Turn) -> None:
    total = _bill(turn).total
    if total == 0:
        _complete(turn)
    elif not turn.settings.terminal:
        turn.go(Phase.TENDER, Prompt.PAY, Call.PAYMENT)
    else:
        session = turn.session
        attempt = Attempt(id=f"{turn.terms.lane}-{session.id}-{len(session.attempts) + 1}", amount=total)
        turn.put_session(attempts=(*session.attempts, attempt))
        turn.go(Phase.PAY_PENDING, Prompt.PAYING)
        turn.put(asked_s=turn.at.s)
        turn.do(StartPayment(attempt=attempt.id, amount=total, currency=turn.terms.book.currency.code))


def _ask(turn: Turn) -> None:
    """Where does the attempt stand?"""
    pending = turn.session.pending
    if pending is not None:
        turn.put(asked_s=turn.at.s)
        turn.do(AskPayment(attempt=pending.id))


def wait(turn: Turn) -> None:
    """Time passes while money may be on its way."""
    if turn.at.s >= turn.state.asked_s + turn.settings.ask_every_s:
        _ask(turn)
    if turn.state.phase is Phase.PAY_PENDING and turn.at.s >= turn.state.since_s + turn.settings.pay_patience_s:
        turn.go(Phase.PAY_UNKNOWN, Prompt.PAYING, Call.PAYMENT)


def resumed(turn: Turn) -> None:
    """After a restart in the middle of a payment nobody knows; the terminal is asked at once."""
    turn.go(Phase.PAY_UNKNOWN, Prompt.PAYING, Call.PAYMENT)
    _ask(turn)


def give_up(turn: Turn, _event: Pressed) -> None:
    """The shopper does not want to pay in this way any more: the terminal has the last word."""
    pending = turn.session.pending
    if pending is not None:
        turn.do(CancelPayment(attempt=pending.id))


def said(turn: Turn, event: PaymentSaid) -> None:
    """The terminal told something: perhaps late, perhaps again, perhaps about something else."""
    result = event.result
    if result.attempt_id in turn.state.stray:
        _stray(turn, result)
        return
    attempt = None if turn.state.session is None else _attempt(turn, result.attempt_id)
    if attempt is None or attempt.outcome in FINAL:
        return
    if result.outcome is Outcome.APPROVED and not _is_ours(turn, attempt, result):
        result = PaymentResult(attempt_id=attempt.id, outcome=Outcome.UNKNOWN)
    _settle(turn, attempt, result.outcome, result.method, result.reference)


def _attempt(turn: Turn, name: str) -> Attempt | None:
    return next((one for one in turn.session.attempts if one.id == name), None)


def _is_ours(turn: Turn, attempt: Attempt, result: PaymentResult) -> bool:
    """Whether it is the sum that was asked for."""
    currency = turn.terms.book.currency.code
    return result.amount in {None, attempt.amount} and result.currency in {"", currency}


def _settle(
    turn: Turn, attempt: Attempt, outcome: Outcome, method: str = "", reference: str = "", badge: str = ""
) -> None:
    new = replace(attempt, outcome=outcome, method=method, reference=reference, badge=badge)
    turn.put_session(attempts=tuple(new if one is attempt else one for one in turn.session.attempts))
    if outcome is Outcome.APPROVED:
        _complete(turn)
    elif outcome in FAILED:
        turn.put(paying=False)
        turn.go(Phase.TENDER, Prompt.DECLINED)
    elif outcome is Outcome.UNKNOWN and turn.state.phase is Phase.PAY_PENDING:
        turn.go(Phase.PAY_UNKNOWN, Prompt.PAYING, Call.PAYMENT)


def settle_by_hand(turn: Turn, badge: str, *, paid: bool) -> None:
    """An attendant says whether the money came; without a terminal, takes it."""
    pending = turn.session.pending
    if pending is None:
        if paid and turn.state.phase is Phase.TENDER and turn.state.paying:
            attempt = Attempt(id=f"{turn.session.id}-hand", amount=_bill(turn).total)
            turn.put_session(attempts=(*turn.session.attempts, attempt))
            _settle(turn, attempt, Outcome.APPROVED, "attendant", badge=badge)
        return
    if turn.state.phase is not Phase.PAY_UNKNOWN:
        return
    if not paid:
        turn.put(stray=(*turn.state.stray, pending.id)[-MOST_STRAY:])
        turn.do(CancelPayment(attempt=pending.id))
    _settle(turn, pending, Outcome.APPROVED if paid else Outcome.CANCELLED, "card" if paid else "", badge=badge)


def _stray(turn: Turn, result: PaymentResult) -> None:
    if result.outcome is Outcome.APPROVED:
        turn.do(ReversePayment(attempt=result.attempt_id))
    elif result.outcome in FAILED:
        turn.put(stray=tuple(one for one in turn.state.stray if one != result.attempt_id))


def _bill(turn: Turn) -> Bill:
    return bill(turn.session, turn.terms.book)


def _complete(turn: Turn) -> None:
    """It is paid."""
    number = turn.state.receipts + 1
    name = f"{turn.terms.journal}-{number:06d}"
    turn.put(receipts=number, paying=False)
    turn.put_session(receipt=name)
    priced = _bill(turn)
    sale = completed(turn.session, priced, turn.settings, name, turn.at.wall)
    called = Call.BAG if turn.session.open_alerts else None
    turn.go(Phase.CLEAR_BAG, Prompt.TAKE_GOODS, called)
    turn.publish(sale)
    turn.do(Print(receipt=receipt(sale, priced, turn.settings, turn.at.wall)))


def print_again(turn: Turn) -> None:
    """After a restart: the receipt of a sale that nobody saw printed."""
    priced = _bill(turn)
    sale = completed(turn.session, priced, turn.settings, turn.session.receipt, turn.at.wall)
    turn.do(Print(receipt=receipt(sale, priced, turn.settings, turn.at.wall)))
