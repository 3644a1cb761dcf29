"""The eye on the bagging area: what weight means for a session, and who is told. Pure; handlers of a step.

First the shopper gets a nudge and time to put it right. The attendant is called when that does not help, or when the
shopper wants to pay all the same. What is put right takes its alert back, whoever was told.
"""

from msgspec.structs import replace

from edge.checkout import alerts
from edge.checkout.alerts import Cause, Suspicion
from edge.checkout.bagging import moves
from edge.checkout.bagging.bag import Change
from edge.checkout.session.effects import Learn
from edge.checkout.session.inputs import Disturbed, Weighed
from edge.checkout.session.phase import PAYMENT, Phase
from edge.checkout.session.screen import NUDGES, Call, Prompt
from edge.checkout.session.state import Alert, Level
from edge.checkout.session.turn import Turn
from edge.events import CheckoutAlertRaised, CheckoutAlertResolved

MOST_ALERTS = 50
# A shopper who tries to put it right has so many times as long.
MOST_PATIENCE = 2.0
# Weight of one match in the running mean error of the scale.
SCALE_GAIN = 0.05

ASKED_FOR = {
    Cause.UNEXPECTED_ITEM: Prompt.SCAN_IT,
    Cause.WEIGHT_MISMATCH: Prompt.CHECK_IT,
    Cause.VOIDED_NOT_REMOVED: Prompt.TAKE_OUT,
    Cause.ADDED_AFTER_PAYMENT: Prompt.TAKE_OUT,
    Cause.WALKED_OFF: Prompt.STILL_THERE,
}
# Here a nudge is a phase of its own; elsewhere it only shows.
SCANNING = frozenset({Phase.SCANNING, Phase.MISMATCH, Phase.REVIEW})
# Here nobody can be asked to put it right first: it is for the attendant.
TOO_LATE = PAYMENT | {Phase.CLEAR_BAG}


def weighed(turn: Turn, event: Weighed) -> None:
    """The bagging area came to rest."""
    if event.refined and not turn.bag.unsure:
        turn.put(bag=moves.refined(turn.bag, event.delta_g, event.sd_g, event.weight_g))
    else:
        _take_in(turn, event)
    if turn.state.session is None:
        _idle(turn)
        return
    if abs(event.delta_g) >= turn.tolerance.least_g:
        turn.put_session(touched_s=turn.at.s)
    if turn.bag.over_baseline_g < turn.tolerance.empty_g and turn.bag.level_g is not None and _had_something(turn):
        turn.put(bag=moves.emptied(turn.bag))
    explain(turn)


def _had_something(turn: Turn) -> bool:
    """Whether anything that is worth a word lay there."""
    bag = turn.bag
    return sum(one.weight_g for one in (*bag.placed, *bag.leaving)) > turn.tolerance.empty_g or bag.excess_g < 0


def _take_in(turn: Turn, event: Weighed) -> None:
    bag = turn.bag
    if bag.level_g is None or bag.baseline_g is None:
        turn.put(bag=replace(bag, baseline_g=event.weight_g, level_g=event.weight_g, unsure=False))
        return
    delta = event.weight_g - bag.level_g if bag.unsure else event.delta_g
    if abs(delta) < turn.tolerance.least_g:
        turn.put(bag=replace(bag, level_g=event.weight_g, unsure=False))
        return
    change = Change(at=event.since_s, delta_g=delta, sd_g=event.sd_g, unseen=event.unseen or bag.unsure)
    turn.put(bag=replace(moves.changed(bag, change, event.weight_g), unsure=False))


def _idle(turn: Turn) -> None:
    """Nobody's goods: what goes away again is forgotten, and less than before is the new nothing."""
    bag, _ = moves.settled(turn.bag, turn.tolerance, 0.0)
    if bag.excess_g < turn.tolerance.least_g:
        bag = moves.begun(bag.level_g)
        if turn.state.call is Call.LEFT_GOODS:
            turn.put(call=None)
    turn.put(bag=bag)


def disturbed(turn: Turn, _event: Disturbed) -> None:
    """Somebody leans on it; nothing is known until it rests."""
    if turn.state.session is not None:
        turn.put_session(touched_s=turn.at.s)


def look(turn: Turn) -> None:
    """Nudge, call, or take an alert back."""
    if not turn.weighs:
        return
    explain(turn)
    found = alerts.suspicion(turn.bag, turn.tolerance, turn.session.voided_s)
    if found is None:
        all_right(turn)
    elif turn.at.s >= found.since_s + _grace_s(turn, found):
        _tell(turn, found)


def explain(turn: Turn) -> None:
    """Explain what can be explained."""
    bag, matches = moves.settled(turn.bag, turn.tolerance, turn.settings.own_bag_limit_g)
    turn.put(bag=bag)
    for match in matches:
        _learn(turn, match)


def look_again_s(turn: Turn) -> float | None:
    """When to look again, if nothing happens before."""
    if turn.state.session is None or not turn.weighs or turn.state.phase is Phase.ATTENDANT:
        return None
    found = alerts.suspicion(turn.bag, turn.tolerance, turn.session.voided_s)
    if found is None:
        return None
    begin = found.since_s + _grace_s(turn, found)
    if turn.session.open_alerts:
        return None if _is_called(turn) else max(begin, _nudged_s(turn) + _patience_s(turn))
    return begin


def resume_scanning(turn: Turn) -> None:
    """After the bill changed: show it, and see whether it explains the bag now."""
    if turn.state.phase in {Phase.IDLE, Phase.WEIGH_PRODUCE, Phase.CLEAR_BAG, Phase.TENDER}:
        turn.put(paying=False)
        turn.go(Phase.SCANNING, Prompt.SCAN)
    elif turn.state.prompt not in NUDGES:
        turn.put(prompt=Prompt.SCAN if turn.state.phase is not Phase.ATTENDANT else Prompt.WAIT)
    if turn.state.phase is Phase.REVIEW:
        turn.put(phase=Phase.SCANNING, paying=False)
    look(turn)


def all_right(turn: Turn) -> None:
    """Nothing is wrong (any more)."""
    if turn.session.open_alerts:
        resolve(turn, "self_corrected")
    if turn.state.phase is Phase.MISMATCH:
        turn.go(Phase.SCANNING, Prompt.SCAN)
    elif turn.state.phase is Phase.ATTENDANT and turn.state.call is Call.BAG:
        turn.go(Phase.REVIEW if turn.state.paying else Phase.SCANNING, Prompt.SCAN)
    elif turn.state.call is Call.BAG:
        turn.put(call=None)


def resolve(turn: Turn, resolution: str, badge: str = "", reason: str = "") -> None:
    """Every open alert is settled."""
    for alert in turn.session.open_alerts:
        if alert.level is Level.ATTENDANT:
            turn.publish(
                CheckoutAlertResolved(
                    session=turn.session.id, alert=alert.id, resolution=resolution, badge=badge, reason=reason
                )
            )
    settled = (one if one.resolution else replace(one, resolution=resolution) for one in turn.session.alerts)
    turn.put_session(alerts=tuple(settled))


def call_for(turn: Turn, found: Suspicion, call: Call) -> None:
    """Raise an alert and call the attendant."""
    learning = any(not one.piece.modes for one in turn.bag.placed if one.piece.line)
    since_scan = None if turn.session.last_scan_s is None else found.since_s - turn.session.last_scan_s
    told = alerts.evidence(found, since_scan_s=since_scan, scale_z=turn.state.scale_z, learning=learning)
    alert = _put_alert(turn, found, Level.ATTENDANT)
    turn.publish(
        CheckoutAlertRaised(
            session=turn.session.id,
            alert=alert.id,
            cause=found.cause,
            evidence=told,
            likelihood=alerts.likelihood(found),
        )
    )
    if turn.state.phase in TOO_LATE:
        turn.put(call=call)
    else:
        turn.go(Phase.ATTENDANT, Prompt.WAIT, call)


def _tell(turn: Turn, found: Suspicion) -> None:
    phase = turn.state.phase
    if phase in {Phase.ATTENDANT, Phase.AGE_CHECK} or _is_called(turn):
        return
    if phase in TOO_LATE:
        cause = Cause.ADDED_AFTER_PAYMENT if found.cause is not Cause.VOIDED_NOT_REMOVED else found.cause
        call_for(turn, replace(found, cause=cause), Call.BAG)
    elif not turn.session.open_alerts:
        nudge(turn, found)
    elif turn.at.s >= _nudged_s(turn) + _patience_s(turn):
        call_for(turn, found, Call.BAG)
    elif phase is Phase.SCANNING:
        turn.go(Phase.MISMATCH, ASKED_FOR[found.cause])
    elif turn.state.prompt in NUDGES:
        turn.put(prompt=ASKED_FOR[found.cause])


def nudge(turn: Turn, found: Suspicion) -> None:
    """Ask the shopper to put it right."""
    _put_alert(turn, found, Level.NUDGE)
    turn.put_session(nudges=turn.session.nudges + 1)
    if turn.state.phase is Phase.REVIEW:
        turn.put(prompt=ASKED_FOR[found.cause])
    else:
        turn.go(Phase.MISMATCH, ASKED_FOR[found.cause])


def _put_alert(turn: Turn, found: Suspicion, level: Level) -> Alert:
    """A new alert; it takes the place of an open one that was less."""
    session = turn.session
    alert = Alert(id=f"{session.id}-{session.raised + 1}", cause=found.cause, level=level, at=turn.at.s)
    closed = (one if one.resolution else replace(one, resolution="escalated") for one in session.alerts)
    turn.put_session(alerts=(*closed, alert)[-MOST_ALERTS:], raised=session.raised + 1)
    return alert


def _is_called(turn: Turn) -> bool:
    return any(alert.level is Level.ATTENDANT for alert in turn.session.open_alerts)


def _nudged_s(turn: Turn) -> float:
    """When the shopper was nudged, or last tried to put it right; whoever tries for ever is called for too."""
    nudged = min(alert.at for alert in turn.session.open_alerts)
    tried = max(turn.session.last_scan_s or nudged, *(change.at for change in turn.bag.changes), nudged)
    return min(tried, nudged + MOST_PATIENCE * _patience_s(turn))


def _patience_s(turn: Turn) -> float:
    return turn.settings.review_s if turn.state.phase is Phase.REVIEW else turn.settings.escalate_s


def _grace_s(turn: Turn, found: Suspicion) -> float:
    return turn.settings.remove_s if found.cause is Cause.VOIDED_NOT_REMOVED else turn.settings.grace_s


def _learn(turn: Turn, match: moves.Match) -> None:
    """What one piece weighed, where nothing is amiss; and how exact the scale is."""
    if not match.learning:
        turn.put(scale_z=turn.state.scale_z + SCALE_GAIN * (match.sigmas - turn.state.scale_z))
    if match.alone and not turn.session.open_alerts:
        turn.do(Learn(key=match.pieces[0].key, weight_g=match.grams, session=turn.session.id))


def own_bag(turn: Turn) -> None:
    """The shopper brings a bag: what comes next, or has just come, is it. Once; a second one is for an attendant."""
    if turn.bag.bag_used or turn.bag.bag_wanted:
        return
    turn.put(bag=replace(turn.bag, bag_wanted=True), prompt=Prompt.PLACE_BAG)
    look(turn)
