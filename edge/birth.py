"""What a gateway says of itself on its retained `birth` topic. Pure."""

from typing import Literal

import msgspec

from edge.events import ClockState


class Birth(msgspec.Struct, frozen=True, kw_only=True):
    """The gateway came online; its last will says the same with another status.

    Attributes:
        status: of the gateway.
        session: a new one for every process of the uplink, so that a late will is told from a present one.
        version: of the software.
        config_hash: which configuration is in force.
        epoch: of the outbox.
        clock_state: whether its times can be believed.
        sources: which devices to expect events from.
    """

    status: Literal["online", "offline"]
    session: str
    version: str
    config_hash: str
    epoch: str
    clock_state: ClockState
    sources: tuple[str, ...] = ()

    def encode(self) -> bytes:
        """As JSON."""
        return msgspec.json.encode(self)
