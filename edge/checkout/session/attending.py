"""What an attendant can do at a lane. Pure; handlers of a step.

An override needs a reason. Whoever came is named in the journal, and in the event of the alert that it settles.
"""

from collections.abc import Callable, Mapping

from msgspec.structs import replace

from edge.checkout.bagging import moves
from edge.checkout.bagging.bag import Placed
from edge.checkout.session import cart, ending, paying, watch
from edge.checkout.session.effects import Learn
from edge.checkout.session.inputs import Action, Attended
from edge.checkout.session.phase import PAYMENT, Phase
from edge.checkout.session.screen import Call, Prompt
from edge.checkout.session.turn import Turn
from edge.events import CheckoutSessionOpened, SessionEnd

MOST_PARKED = 4


def attended(turn: Turn, event: Attended) -> None:
    """Do it, if it makes sense here; else nothing."""
    if event.action in NEEDS_REASON and not event.reason.strip():
        return
    if event.action in NEEDS_SESSION and turn.state.session is None:
        return
    if turn.state.session is not None:
        turn.put_session(touched_s=turn.at.s)
    ACTIONS[event.action](turn, event)


def _accept(turn: Turn, event: Attended) -> None:
    """The bag is right as it is."""
    if turn.state.phase in PAYMENT and turn.state.call is Call.PAYMENT:
        return
    _learn_vouched(turn)
    watch.resolve(turn, event.action, event.badge, event.reason)
    turn.put(bag=moves.accepted(turn.bag))
    if turn.state.call is Call.SCALE or not turn.weighs:
        turn.put_session(bag_ok=event.badge)
    _go_on(turn)


def _false_alarm(turn: Turn, event: Attended) -> None:
    turn.put_session(false_alarm=True)
    _accept(turn, event)


def _learn_vouched(turn: Turn) -> None:
    """One change and one piece that did not fit it: perhaps another package."""
    bag = turn.bag
    if len(bag.changes) == 1 and len(bag.open) == 1 and bag.changes[0].delta_g > 0:
        grams, piece = bag.changes[0].delta_g, bag.open[0]
        turn.do(Learn(key=piece.key, weight_g=grams, session=turn.session.id, vouched=True))
        turn.put(bag=replace(bag, open=(), placed=(*bag.placed, Placed(piece, grams))))


def _dismiss(turn: Turn, _event: Attended) -> None:
    """The attendant was here; the shopper goes on. An alert of the bag is not settled by this."""
    if turn.state.call in {Call.BAG, Call.PAYMENT, Call.WALKED_OFF}:
        return
    if turn.state.phase is Phase.ATTENDANT:
        _go_on(turn)
    elif turn.state.phase is not Phase.AGE_CHECK:
        turn.put(call=None)


def _go_on(turn: Turn) -> None:
    """Back to where the shopper was."""
    if turn.state.phase in {Phase.ATTENDANT, Phase.MISMATCH, Phase.REVIEW}:
        turn.go(Phase.SCANNING, Prompt.SCAN)
        if turn.state.paying:
            paying.proceed(turn)
        else:
            watch.look(turn)
    elif turn.state.phase is Phase.CLEAR_BAG:
        turn.put(call=None)
        ending.cleared(turn)


def _age_ok(turn: Turn, event: Attended) -> None:
    turn.put_session(age_ok=event.badge or "attendant")
    if turn.state.phase is Phase.AGE_CHECK:
        paying.proceed(turn)


def _age_refused(turn: Turn, _event: Attended) -> None:
    """What the shopper is too young for comes off the bill."""
    if turn.state.phase in PAYMENT | {Phase.CLEAR_BAG}:
        return
    for line in turn.session.on_bill:
        if line.article.min_age > 0:
            cart.void(turn, line.number)
    turn.put(paying=False)
    if turn.state.phase is Phase.AGE_CHECK:
        turn.go(Phase.SCANNING, Prompt.SCAN)
        watch.look(turn)


def _void(turn: Turn, event: Attended) -> None:
    if turn.state.phase not in PAYMENT | {Phase.CLEAR_BAG}:
        cart.void(turn, event.line)


def _cancel(turn: Turn, _event: Attended) -> None:
    """The sale does not take place. Money on its way has to be settled first."""
    if turn.state.phase in PAYMENT or turn.session.receipt:
        return
    walked_off = turn.state.call is Call.WALKED_OFF
    if walked_off or turn.bag.over_baseline_g < turn.tolerance.least_g or not turn.weighs:
        ending.finish(turn, SessionEnd.ABANDONED if walked_off else SessionEnd.CANCELLED)
        return
    watch.resolve(turn, "cancelled", _event.badge, _event.reason)
    turn.put(bag=moves.accepted(turn.bag), paying=False)
    turn.go(Phase.CLEAR_BAG, Prompt.TAKE_GOODS)


def _suspend(turn: Turn, event: Attended) -> None:
    """Put the bill aside; it is taken up again by `RESUME`."""
    session = turn.session
    if turn.state.phase in PAYMENT or session.receipt or len(turn.state.parked) >= MOST_PARKED:
        return
    watch.resolve(turn, "suspended", event.badge, event.reason)
    turn.put(parked=(*turn.state.parked, turn.session), session=None, bag=moves.begun(turn.bag.level_g), paying=False)
    ending.welcome(turn)


def _resume(turn: Turn, event: Attended) -> None:
    """The goods of a resumed bill are put into the bagging area anew."""
    parked = turn.state.parked
    found = next((one for one in reversed(parked) if event.session in {"", one.id}), None)
    if found is None or turn.state.phase is not Phase.IDLE:
        return
    session = replace(found, touched_s=turn.at.s, last_scan_s=None)
    pieces = [
        cart.piece_of(line, turn.at.s) for line in session.on_bill for _ in range(line.quantity // line.article.count)
    ]
    bag = moves.opened(moves.begun(turn.bag.level_g), pieces if turn.settings.has_scale else ())
    turn.put(parked=tuple(one for one in parked if one is not found), session=session, bag=bag)
    turn.publish(CheckoutSessionOpened(session=session.id))
    turn.go(Phase.SCANNING, Prompt.SCAN)


def _paid(turn: Turn, event: Attended) -> None:
    paying.settle_by_hand(turn, event.badge or "attendant", paid=True)


def _not_paid(turn: Turn, event: Attended) -> None:
    paying.settle_by_hand(turn, event.badge or "attendant", paid=False)


def _open(turn: Turn, _event: Attended) -> None:
    if turn.state.phase is Phase.OUT_OF_SERVICE:
        ending.welcome(turn)


def _close(turn: Turn, _event: Attended) -> None:
    if turn.state.phase is Phase.IDLE:
        turn.go(Phase.OUT_OF_SERVICE, Prompt.CLOSED)


ACTIONS: Mapping[Action, Callable[[Turn, Attended], None]] = {
    Action.ACCEPT: _accept,
    Action.FALSE_ALARM: _false_alarm,
    Action.DISMISS: _dismiss,
    Action.AGE_OK: _age_ok,
    Action.AGE_REFUSED: _age_refused,
    Action.VOID: _void,
    Action.CANCEL: _cancel,
    Action.SUSPEND: _suspend,
    Action.RESUME: _resume,
    Action.PAID: _paid,
    Action.NOT_PAID: _not_paid,
    Action.OPEN: _open,
    Action.CLOSE: _close,
}
NEEDS_REASON = frozenset({Action.ACCEPT, Action.FALSE_ALARM, Action.PAID, Action.NOT_PAID, Action.CANCEL})
NEEDS_SESSION = frozenset(ACTIONS) - {Action.DISMISS, Action.RESUME, Action.OPEN, Action.CLOSE}
