"""Devices that go and come, and the software that begins anew. Pure; handlers of a step."""

from msgspec.structs import replace

from edge.checkout.session import ending, paying
from edge.checkout.session.inputs import Device, DeviceChanged, Printed, Restarted
from edge.checkout.session.phase import OPEN_CART, PAYMENT, Phase
from edge.checkout.session.screen import Call, Prompt
from edge.checkout.session.terms import OnScaleFault
from edge.checkout.session.turn import Turn
from edge.events import CheckoutDevice, CheckoutStatusChanged


def changed(turn: Turn, event: DeviceChanged) -> None:
    """A device went, or came back; what was so already is no news."""
    down = turn.state.down
    if event.up is (event.device not in down):
        return
    turn.put(down=tuple(one for one in down if one is not event.device) if event.up else (*down, event.device))
    turn.publish(CheckoutStatusChanged(device=CheckoutDevice(event.device), up=event.up, reason=event.reason))
    if event.device is Device.SCALE:
        _scale(turn, up=event.up)


def _scale(turn: Turn, *, up: bool) -> None:
    turn.put(bag=replace(turn.bag, unsure=True))
    closes = turn.settings.on_scale_fault is OnScaleFault.CLOSE
    if turn.state.session is None:
        was_closed_by_it = turn.state.phase is Phase.OUT_OF_SERVICE and turn.state.call is Call.SCALE
        if (was_closed_by_it and up) or (turn.state.phase is Phase.IDLE and closes and not up):
            ending.welcome(turn)
    elif not up and closes and turn.state.phase in OPEN_CART:
        turn.go(Phase.ATTENDANT, Prompt.WAIT, Call.SCALE)


def printed(turn: Turn, event: Printed) -> None:
    """A receipt is out; one that is not, an attendant has to hand over."""
    if turn.state.session is not None and turn.session.receipt == event.receipt:
        turn.put_session(printed=event.sent)
    if not event.sent and turn.state.call is None:
        turn.put(call=Call.RECEIPT)


def restarted(turn: Turn, _event: Restarted) -> None:
    """The state is that of the journal; what happened meanwhile, nobody knows."""
    turn.put(bag=replace(turn.bag, unsure=True), down=(), since_s=turn.at.s)
    if turn.state.session is None:
        return
    turn.put_session(touched_s=turn.at.s)
    if turn.state.phase in PAYMENT:
        paying.resumed(turn)
    elif turn.session.receipt and not turn.session.printed:
        paying.print_again(turn)
