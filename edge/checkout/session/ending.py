"""How a session ends, and what the next shopper finds. Pure; handlers of a step."""

from edge.checkout import alerts
from edge.checkout.bagging import moves
from edge.checkout.session import watch
from edge.checkout.session.effects import Closed
from edge.checkout.session.inputs import Device
from edge.checkout.session.phase import Phase
from edge.checkout.session.screen import Call, Prompt
from edge.checkout.session.terms import OnScaleFault
from edge.checkout.session.turn import Turn
from edge.events import CheckoutSessionClosed, SessionEnd


def finish(turn: Turn, end: SessionEnd) -> None:
    """The session is over; nothing of it is carried over to the next shopper."""
    session = turn.session
    if session.open_alerts:
        watch.resolve(turn, "session_ended")
    turn.publish(CheckoutSessionClosed(session=session.id, reason=end))
    turn.do(Closed(session=session.id))
    rate = alerts.false_share(turn.state.false_rate, false=session.false_alarm)
    left = turn.bag.over_baseline_g > turn.tolerance.least_g
    bag = moves.begun(turn.bag.level_g)
    turn.put(session=None, bag=bag, false_rate=rate, paying=False, weighing=None)
    welcome(turn, Call.LEFT_GOODS if left else None)


def welcome(turn: Turn, call: Call | None = None) -> None:
    """Ready for the next shopper, or out of service."""
    closed = Device.SCALE in turn.state.down and turn.settings.on_scale_fault is OnScaleFault.CLOSE
    if closed:
        turn.go(Phase.OUT_OF_SERVICE, Prompt.CLOSED, Call.SCALE)
    else:
        turn.go(Phase.IDLE, Prompt.WELCOME, call)


def cleared(turn: Turn) -> None:
    """After the sale: whether the goods are gone."""
    if turn.session.open_alerts or not turn.weighs:
        return
    # A scale that shows nothing is empty, also where the first weight of the session came too late to begin from.
    off_g = min(abs(turn.bag.over_baseline_g), abs(turn.bag.level_g or 0.0))
    if off_g < turn.tolerance.empty_g:
        finish(turn, end_of(turn))


def end_of(turn: Turn) -> SessionEnd:
    """What a session in CLEAR_BAG was."""
    return SessionEnd.COMPLETED if turn.session.receipt else SessionEnd.CANCELLED


def cancel(turn: Turn) -> None:
    """A session without a line on its bill just ends; what is on the bill is for an attendant to take off."""
    if not turn.session.on_bill and turn.bag.over_baseline_g < turn.tolerance.least_g:
        finish(turn, SessionEnd.CANCELLED)
    else:
        turn.go(Phase.ATTENDANT, Prompt.WAIT, Call.HELP)


def still_there(turn: Turn) -> None:
    """No sign of the shopper: ask; later, find out what they left."""
    quiet_s = turn.at.s - max(turn.session.touched_s, turn.state.since_s)
    if turn.state.prompt is not Prompt.STILL_THERE:
        if quiet_s >= turn.settings.still_there_s:
            turn.put(prompt=Prompt.STILL_THERE)
    elif quiet_s >= turn.settings.still_there_s + turn.settings.abandon_s:
        abandon(turn)


def abandon(turn: Turn) -> None:
    """The shopper is gone. With goods, or leaving some behind, an attendant has to know."""
    bag = turn.bag
    taken = sum(piece.was_placed for piece in bag.open)
    here = bag.over_baseline_g > turn.tolerance.least_g
    if not taken and not here:
        finish(turn, SessionEnd.ABANDONED)
        return
    found = alerts.Suspicion(
        cause=alerts.Cause.WALKED_OFF,
        since_s=turn.session.touched_s,
        grams=bag.over_baseline_g,
        sigmas=bag.over_baseline_g / turn.tolerance.scale_sd_g,
    )
    watch.call_for(turn, found, Call.WALKED_OFF)
