"""A replayed session for a person, and as JSON: inputs, where they led to, alerts with their evidence. Pure."""

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from edge.checkout.journal_replay import ReplayedSession
from edge.checkout.session.inputs import AnyInput
from edge.events import CheckoutAlertRaised, CheckoutAlertResolved, CheckoutCompleted, Event


def told(session: ReplayedSession) -> Iterator[str]:
    """A session as lines for a person: each input, where it led to, and each alert with its evidence."""
    if not session.steps:
        return
    begin = session.steps[0].entry.s
    yield f"session {session.id}: {session.steps[0].entry.stamp.wall:%Y-%m-%d %H:%M:%S}Z"
    for one in session.steps:
        state = one.after
        call = f", calls for {state.call}" if state.call else ""
        yield f"  {one.entry.s - begin:8.2f} s  {described(one.entry.input)} -> {state.phase}, {state.prompt}{call}"
        yield from (f"              {line}" for event in one.events for line in _explained(event))
    paid = "nothing paid" if session.total is None else f"{session.total} paid"
    yield f"  {paid}, {session.nudges} nudges, {len(session.alerts)} alerts"


def as_json(session: ReplayedSession) -> dict[str, Any]:
    """A session as JSON types."""
    begin = session.steps[0].entry.s if session.steps else 0.0
    return {
        "session": session.id,
        "total": session.total,
        "nudges": session.nudges,
        "alerts": [msgspec.to_builtins(alert) for alert in session.alerts],
        "steps": [
            {
                "n": one.entry.n,
                "s": round(one.entry.s - begin, 3),
                "input": msgspec.to_builtins(one.entry.input),
                "phase": str(one.after.phase),
                "prompt": str(one.after.prompt),
                "nudge": one.nudged,
            }
            for one in session.steps
        ],
    }


def described(event: AnyInput) -> str:
    """An input in a few words: its kind and what is not as usual in it."""
    fields: Mapping[str, Any] = msgspec.to_builtins(event)
    kind = str(fields["input"])
    if "article" in fields:
        article = fields["article"]
        return f"{kind} {article['name']} ({article['key']}) x {fields['quantity']}"
    if "result" in fields:
        return f"{kind} {fields['result']['outcome']} of {fields['result']['attempt_id']}"
    shown = (
        f"{name}={_short(value)}"
        for name, value in fields.items()
        if name != "input" and value not in (None, "", False)
    )
    return " ".join([kind, *shown])


def _short(value: object) -> str:
    return f"{value:.1f}" if isinstance(value, float) else str(value)[:80]


def _explained(event: Event) -> Iterator[str]:
    match event:
        case CheckoutAlertRaised():
            yield f"alert {event.alert}: {event.cause}, likelihood {event.likelihood:.2f}"
            yield from (f"  {channel}: {text}" for channel, text in event.evidence.items())
        case CheckoutAlertResolved():
            yield f"alert {event.alert}: {event.resolution} {event.reason}".rstrip()
        case CheckoutCompleted():
            yield f"sold for {event.total} {event.currency}, receipt {event.receipt_number}"
