"""One step of a lane: a state and what happened, to the next state and what is to be done. Pure.

The table says which handler takes which input in which phase. What is not in it means nothing there and changes
nothing; no input makes a step fail.
"""

from collections.abc import Mapping

from edge.checkout.session import attending, cart, devices, ending, paying, timers, watch
from edge.checkout.session.effects import AnyEffect
from edge.checkout.session.inputs import (
    AnyInput,
    Attended,
    CodeRefused,
    CouponShown,
    DeviceChanged,
    Disturbed,
    Instant,
    ItemScanned,
    ItemStopped,
    ItemUnknown,
    Key,
    MemberShown,
    PaymentSaid,
    Pressed,
    Printed,
    ProduceWeighed,
    Restarted,
    TimePassed,
    Weighed,
)
from edge.checkout.session.phase import OPEN_CART, PAYMENT, Phase
from edge.checkout.session.screen import Call, Prompt
from edge.checkout.session.state import LaneState
from edge.checkout.session.terms import Terms
from edge.checkout.session.turn import Handler, Turn


def step(state: LaneState, event: AnyInput, at: Instant, terms: Terms) -> tuple[LaneState, tuple[AnyEffect, ...]]:
    """What follows from one input.

    Args:
        state: so far.
        event: what happened.
        at: when; not before the last.
        terms: of the lane, with the price book of the state's session.

    Returns:
        The next state, and effects in the order in which to do them.
    """
    turn = Turn(state, at, terms)
    handler = EVERYWHERE.get(type(event)) or TABLE.get((state.phase, type(event)))
    if handler is not None:
        handler(turn, event)
    if turn.state.phase is Phase.REVIEW and turn.state.paying:
        _review(turn)
    turn.put(due=timers.due_s(turn))
    return turn.state, tuple(turn.effects)


def _review(turn: Turn) -> None:
    """Once nothing is wrong any more the shopper goes on to pay."""
    if not turn.session.open_alerts:
        paying.proceed(turn)


def _weighed(turn: Turn, event: Weighed) -> None:
    watch.weighed(turn, event)
    if turn.state.session is None:
        return
    if turn.state.weighing is not None:
        cart.weigh_on_bag(turn)
    watch.look(turn)
    if turn.state.phase is Phase.CLEAR_BAG:
        ending.cleared(turn)


def _disturbed(turn: Turn, event: Disturbed) -> None:
    watch.disturbed(turn, event)


def _scanned(turn: Turn, event: ItemScanned) -> None:
    _touch(turn)
    cart.scanned(turn, event)


def _scanned_after(turn: Turn, event: ItemScanned) -> None:
    """The next shopper is in a hurry: the goods of the last one are still being taken away."""
    ending.finish(turn, ending.end_of(turn))
    cart.scanned(turn, event)


def _scanned_for(turn: Turn, event: ItemScanned) -> None:
    """While an attendant is there: what nobody knew, or what was not scanned."""
    if turn.state.call is Call.UNKNOWN_ITEM:
        turn.go(Phase.SCANNING, Prompt.SCAN)
    _scanned(turn, event)


def _pressed(turn: Turn, event: Pressed) -> None:
    _touch(turn)
    handler = KEYS.get((turn.state.phase, event.key))
    if handler is not None:
        handler(turn, event)


def _touch(turn: Turn) -> None:
    """The shopper is there."""
    if turn.state.session is not None:
        turn.put_session(touched_s=turn.at.s)
        if turn.state.prompt is Prompt.STILL_THERE:
            turn.put(prompt=Prompt.SCAN)


def _start(turn: Turn, _event: Pressed) -> None:
    cart.begin(turn, turn.terms.book.version)


def _void(turn: Turn, event: Pressed) -> None:
    cart.void(turn, event.line)


def _own_bag(turn: Turn, _event: Pressed) -> None:
    cart.begin(turn, turn.terms.book.version)
    watch.own_bag(turn)


def _help(turn: Turn, _event: Pressed) -> None:
    turn.go(Phase.ATTENDANT, Prompt.WAIT, Call.HELP)


def _cancel(turn: Turn, _event: Pressed) -> None:
    ending.cancel(turn)


def _back(turn: Turn, _event: Pressed) -> None:
    """To the goods; an item that nobody knows is put aside."""
    if turn.state.phase is Phase.ATTENDANT and turn.state.call not in {Call.UNKNOWN_ITEM, Call.HELP}:
        return
    turn.put(paying=False, weighing=None)
    turn.go(Phase.SCANNING, Prompt.SCAN)
    watch.look(turn)


def _time(turn: Turn, _event: TimePassed) -> None:
    timers.passed(turn)


EVERYWHERE: Mapping[type, Handler] = {
    Weighed: _weighed,
    Disturbed: _disturbed,
    DeviceChanged: devices.changed,
    PaymentSaid: paying.said,
    Printed: devices.printed,
    Attended: attending.attended,
    Restarted: devices.restarted,
    TimePassed: _time,
    Pressed: _pressed,
}
_CART: Mapping[type, Handler] = {
    ItemScanned: _scanned,
    CodeRefused: cart.refused,
    ItemUnknown: cart.unknown,
    ItemStopped: cart.stopped,
    CouponShown: cart.coupon,
    MemberShown: cart.member,
}
TABLE: Mapping[tuple[Phase, type], Handler] = {
    **{(phase, kind): handler for phase in (Phase.IDLE, *OPEN_CART, Phase.TENDER) for kind, handler in _CART.items()},
    (Phase.WEIGH_PRODUCE, ProduceWeighed): cart.produce_weighed,
    (Phase.ATTENDANT, ItemScanned): _scanned_for,
    (Phase.CLEAR_BAG, ItemScanned): _scanned_after,
}
_CART_KEYS: Mapping[Key, Handler] = {
    Key.PAY: paying.pay,
    Key.CANCEL: _cancel,
    Key.VOID: _void,
    Key.QUANTITY: cart.quantity,
    Key.OWN_BAG: _own_bag,
    Key.HELP: _help,
}
KEYS: Mapping[tuple[Phase, Key], Handler] = {
    (Phase.IDLE, Key.START): _start,
    (Phase.IDLE, Key.OWN_BAG): _own_bag,
    **{(phase, key): handler for phase in OPEN_CART for key, handler in _CART_KEYS.items()},
    (Phase.REVIEW, Key.BACK): _back,
    (Phase.WEIGH_PRODUCE, Key.BACK): _back,
    (Phase.AGE_CHECK, Key.BACK): _back,
    (Phase.ATTENDANT, Key.BACK): _back,
    (Phase.TENDER, Key.BACK): _back,
    (Phase.TENDER, Key.PAY): paying.pay,
    (Phase.TENDER, Key.CANCEL): _cancel,
    (Phase.TENDER, Key.HELP): _help,
    **{(phase, key): paying.give_up for phase in PAYMENT for key in (Key.BACK, Key.CANCEL)},
}
