"""The screen that a state gives. Pure."""

from collections import Counter

from edge.checkout import alerts
from edge.checkout.line import BadLine
from edge.checkout.price_book import Bill, BillLine, NotInBook
from edge.checkout.session.bill import bill
from edge.checkout.session.screen import Call, Prompt, Screen, ShownLine
from edge.checkout.session.state import LaneState, Session
from edge.checkout.session.terms import Terms


def screen(state: LaneState, terms: Terms) -> Screen:
    """What is to be shown.

    Args:
        state: of the lane.
        terms: with the price book of its session.
    """
    session = state.session
    if session is None:
        return Screen(phase=state.phase, prompt=state.prompt, call=state.call)
    billed = _bill(session, terms)
    waiting = Counter(piece.line for piece in state.bag.open)
    shown = () if billed is None else tuple(_line(line, waiting) for line in billed.lines)
    return Screen(
        phase=state.phase,
        prompt=_prompt(state),
        session=session.id,
        lines=shown,
        total=0 if billed is None else billed.total,
        currency=terms.book.currency.code,
        call=state.call,
        detail=_detail(state, session, terms) if state.call is Call.BAG else (),
        receipt=session.receipt,
    )


def _prompt(state: LaneState) -> Prompt:
    """What is on the bill and not in the bag is asked for; it is no loss, so that is no nudge."""
    if state.prompt is not Prompt.SCAN or not state.bag.open:
        return state.prompt
    return Prompt.PUT_BACK if any(piece.was_placed for piece in state.bag.open) else Prompt.BAG_IT


def _bill(session: Session, terms: Terms) -> Bill | None:
    try:
        return bill(session, terms.book)
    except (BadLine, NotInBook):
        return None


def _line(line: BillLine, waiting: Counter[int]) -> ShownLine:
    number = int(line.line.id)
    return ShownLine(
        line=number,
        name=line.product.name,
        quantity=line.line.quantity,
        amount=line.total,
        bagged=not waiting[number],
    )


def _detail(state: LaneState, session: Session, terms: Terms) -> tuple[str, ...]:
    found = alerts.suspicion(state.bag, terms.settings.tolerance, session.voided_s)
    if found is None:
        return ()
    since = None if session.last_scan_s is None else found.since_s - session.last_scan_s
    told = alerts.evidence(found, since_scan_s=since, scale_z=state.scale_z, learning=False)
    return tuple(f"{channel}: {text}" for channel, text in told.items())
