"""What happens by itself when time passes, and when that is. Pure; handlers of a step. Every phase has its timer."""

from collections.abc import Callable, Mapping

from edge.checkout.session import ending, paying, watch
from edge.checkout.session.phase import Phase
from edge.checkout.session.screen import Call, Prompt
from edge.checkout.session.turn import Turn
from edge.events import CheckoutDevice, CheckoutStatusChanged

# Goods that nobody takes away, with an alert open, keep a lane no longer than so many times as long.
KEEPS_LANE = 5


def passed(turn: Turn) -> None:
    """Some time is over; whatever is not due yet does nothing."""
    TIMERS[turn.state.phase][0](turn)


def due_s(turn: Turn) -> float | None:
    """When to look again; None where nothing happens by itself."""
    times = (TIMERS[turn.state.phase][1](turn), watch.look_again_s(turn))
    return min((time for time in times if time is not None), default=None)


def _scanning(turn: Turn) -> None:
    watch.look(turn)
    if turn.state.phase in {Phase.SCANNING, Phase.MISMATCH, Phase.REVIEW, Phase.WEIGH_PRODUCE}:
        ending.still_there(turn)


def _scanning_due(turn: Turn) -> float:
    quiet = max(turn.session.touched_s, turn.state.since_s) + turn.settings.still_there_s
    return quiet if turn.state.prompt is not Prompt.STILL_THERE else quiet + turn.settings.abandon_s


def _paying(turn: Turn) -> None:
    watch.look(turn)
    paying.wait(turn)


def _paying_due(turn: Turn) -> float:
    ask = turn.state.asked_s + turn.settings.ask_every_s
    patience = turn.state.since_s + turn.settings.pay_patience_s
    return ask if turn.state.phase is Phase.PAY_UNKNOWN else min(ask, patience)


def _tender(turn: Turn) -> None:
    """A shopper who was declined is taken back to the goods, and may walk off from there."""
    if turn.at.s >= _tender_due(turn) and not turn.state.paying:
        turn.go(Phase.SCANNING, Prompt.SCAN)
    elif turn.at.s >= _tender_due(turn):
        _attended(turn)


def _tender_due(turn: Turn) -> float:
    return turn.state.since_s + (turn.settings.attend_s if turn.state.paying else turn.settings.tender_s)


def _clear(turn: Turn) -> None:
    watch.look(turn)
    ending.cleared(turn)
    if turn.state.phase is Phase.CLEAR_BAG and turn.at.s >= _clear_due(turn):
        ending.finish(turn, ending.end_of(turn))


def _clear_due(turn: Turn) -> float:
    patience = KEEPS_LANE if turn.session.open_alerts else 1
    return turn.state.since_s + patience * turn.settings.clear_s


def _attended(turn: Turn) -> None:
    """Nobody came: the shop has to know."""
    if turn.at.s < _attended_due(turn):
        return
    reason = f"an attendant was called for {turn.state.call or 'help'} {turn.at.s - turn.state.since_s:.0f} s ago"
    turn.publish(CheckoutStatusChanged(device=CheckoutDevice.LANE, up=False, reason=reason))
    turn.put(since_s=turn.at.s)


def _attended_due(turn: Turn) -> float:
    return turn.state.since_s + turn.settings.attend_s


def _idle(turn: Turn) -> None:
    due = _idle_due(turn)
    if due is not None and turn.at.s >= due:
        turn.put(call=Call.LEFT_GOODS)


def _idle_due(turn: Turn) -> float | None:
    """Something that lies on a lane that nobody uses."""
    if turn.state.call is not None or turn.bag.excess_g < turn.tolerance.least_g:
        return None
    return turn.bag.changes[-1].at + turn.settings.left_goods_s


Timer = tuple[Callable[[Turn], None], Callable[[Turn], float | None]]

TIMERS: Mapping[Phase, Timer] = {
    Phase.IDLE: (_idle, _idle_due),
    Phase.SCANNING: (_scanning, _scanning_due),
    Phase.MISMATCH: (_scanning, _scanning_due),
    Phase.WEIGH_PRODUCE: (_scanning, _scanning_due),
    Phase.REVIEW: (_scanning, _scanning_due),
    Phase.AGE_CHECK: (_attended, _attended_due),
    Phase.ATTENDANT: (_attended, _attended_due),
    Phase.TENDER: (_tender, _tender_due),
    Phase.PAY_PENDING: (_paying, _paying_due),
    Phase.PAY_UNKNOWN: (_paying, _paying_due),
    Phase.CLEAR_BAG: (_clear, _clear_due),
    Phase.OUT_OF_SERVICE: (_attended, _attended_due),
}
