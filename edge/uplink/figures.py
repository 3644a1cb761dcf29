"""What the uplink shows of itself: in its heartbeats, and so in `/healthz` and `/metrics`. Pure."""

from dataclasses import dataclass

CONNECTED, CONNECTING, BACKING_OFF, REFUSED = "connected", "connecting", "backing_off", "refused"


@dataclass
class Figures:
    """Since the uplink started.

    Attributes:
        link: one of the states above.
        reason: for that state, to people.
        unreceipted: rows that the broker has and the cloud's database may not have.
        set_aside: events that the broker will never take.
        unread: topics whose reader is waited for.
        given_up: readers that were waited for in vain.
        reconnects: -1 before the first connection.
    """

    link: str = CONNECTING
    reason: str = ""
    published: int = 0
    acked: int = 0
    unreceipted: int = 0
    set_aside: int = 0
    reconnects: int = -1
    unread: int = 0
    given_up: int = 0
