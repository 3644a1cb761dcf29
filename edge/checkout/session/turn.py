"""One step in the making: the state so far, and what is to be done. Used within a step only."""

from collections.abc import Callable
from typing import Any

from msgspec.structs import replace

from edge.checkout.alerts import loosened
from edge.checkout.bagging.bag import Bag
from edge.checkout.bagging.explain import Tolerance
from edge.checkout.session.effects import AnyEffect, Publish
from edge.checkout.session.inputs import Device, Instant
from edge.checkout.session.phase import Phase
from edge.checkout.session.screen import Call, Prompt
from edge.checkout.session.state import LaneState, Session
from edge.checkout.session.terms import LaneSettings, Terms
from edge.events import Event


class Turn:
    """A state that handlers replace, and the effects that they ask for."""

    def __init__(self, state: LaneState, at: Instant, terms: Terms) -> None:
        self.state = state
        self.at = at
        self.terms = terms
        self.effects: list[AnyEffect] = []

    @property
    def settings(self) -> LaneSettings:
        """The lane's."""
        return self.terms.settings

    @property
    def tolerance(self) -> Tolerance:
        """The scale's, loosened where this lane gives too many false alerts."""
        return loosened(self.settings.tolerance, self.state.false_rate, self.settings.false_alert_budget)

    @property
    def bag(self) -> Bag:
        """The bagging area."""
        return self.state.bag

    @property
    def session(self) -> Session:
        """The shopper's; there must be one."""
        if self.state.session is None:
            raise RuntimeError(f"expected a session in {self.state.phase}")
        return self.state.session

    @property
    def weighs(self) -> bool:
        """Whether the bagging scale can be asked."""
        return self.settings.has_scale and Device.SCALE not in self.state.down

    def put(self, **fields: Any) -> None:  # noqa: ANN401 - fields of the state, of their own types
        """Replace fields of the state."""
        self.state = replace(self.state, **fields)

    def put_session(self, **fields: Any) -> None:  # noqa: ANN401 - fields of the session, of their own types
        """Replace fields of the session."""
        self.put(session=replace(self.session, **fields))

    def go(self, phase: Phase, prompt: Prompt, call: Call | None = None) -> None:
        """Stand somewhere else, or begin there anew."""
        self.put(phase=phase, prompt=prompt, call=call, since_s=self.at.s)

    def do(self, effect: AnyEffect) -> None:
        """Ask for an effect."""
        self.effects.append(effect)

    def publish(self, event: Event) -> None:
        """Ask for an event to be emitted."""
        self.do(Publish(event=event))


Handler = Callable[[Turn, Any], None]
