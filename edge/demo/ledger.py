"""The demo's ledger: how many there were, were counted, were published and arrived. Pure.

The figures come from four places that do not know of each other: the clip's truth, the camera agent, the outbox and a
subscriber at the broker.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from edge.demo.arrivals import Arrived
from edge.demo.sums import NOBODY, Flow, Sold


@dataclass(frozen=True)
class CameraLedger:
    """One camera's figures; `truth` is None for a clip without one."""

    truth: Flow | None
    counted: Flow
    published: Flow
    received: Flow
    received_crossings: Flow

    @property
    def ok(self) -> bool:
        """Whether what was counted is what arrived, in both kinds of event."""
        return self.counted == self.published == self.received == self.received_crossings

    def as_json(self) -> dict[str, Any]:
        """As `--json` has it."""
        return {
            "truth": self.truth.as_json() if self.truth is not None else None,
            "counted": self.counted.as_json(),
            "published": self.published.as_json(),
            "received": self.received.as_json(),
            "ok": self.ok,
        }


Stock = Mapping[str, int]


@dataclass(frozen=True)
class ShelfLedger:
    """One shelf's figures: units by GTIN at the end.

    Attributes:
        truth: what really stands there.
        counted: what the agent says.
        published: the first count and the moves since, as the broker acknowledged them.
        received: the same, as the subscriber has them.
        received_counts: the last counts that the subscriber has.
    """

    truth: Stock
    counted: Stock
    published: Stock
    received: Stock
    received_counts: Stock

    @property
    def ok(self) -> bool:
        """Whether what was counted is what arrived, as moves and as counts."""
        return self.counted == self.published == self.received == self.received_counts

    def as_json(self) -> dict[str, Any]:
        """As `--json` has it."""
        columns = {name: dict(getattr(self, name)) for name in ("truth", "counted", "published", "received")}
        return columns | {"ok": self.ok}


@dataclass(frozen=True)
class LaneLedger:
    """One lane's sales; `truth` is what the payment terminal charged."""

    truth: Sold
    counted: Sold
    published: Sold
    received: Sold

    @property
    def ok(self) -> bool:
        """Whether what was charged was sold, and what was sold arrived."""
        return self.truth == self.counted == self.published == self.received

    def as_json(self) -> dict[str, Any]:
        """As `--json` has it."""
        columns = {name: getattr(self, name).as_json() for name in ("truth", "counted", "published", "received")}
        return columns | {"ok": self.ok}


@dataclass(frozen=True)
class OccupancyLedger:
    """How many people are in the shop at the end; `truth` is None for a clip without one.

    Unlike a door's sums the shop's last word may be an interval old: whoever crosses in the very last moments of a
    demo that is cut off is in the truth alone.
    """

    truth: int | None
    counted: int
    published: int | None
    received: int | None

    @property
    def ok(self) -> bool:
        """Whether what was counted is what arrived."""
        return self.counted == self.published == self.received

    def as_json(self) -> dict[str, Any]:
        """As `--json` has it."""
        return {name: getattr(self, name) for name in ("truth", "counted", "published", "received")} | {"ok": self.ok}


@dataclass(frozen=True)
class Ledger:
    """The whole demo's figures.

    Attributes:
        cameras: by id.
        accepted: events that the outbox took.
        delivered: events that the broker acknowledged.
        pending: events that were still in the outbox when the demo ended.
        arrived: what the subscriber saw.
        shelves: by id.
        lanes: by id.
        first_s: seconds from the start until the first count of an interval was published; None: none was.
        occupancy: of the shop; None where it is not counted.
    """

    cameras: Mapping[str, CameraLedger]
    accepted: int
    delivered: int
    pending: int
    arrived: Arrived
    first_s: float | None = None
    shelves: Mapping[str, ShelfLedger] = field(default_factory=dict)
    lanes: Mapping[str, LaneLedger] = field(default_factory=dict)
    occupancy: OccupancyLedger | None = None

    @property
    def lost(self) -> int:
        """Events accepted that neither arrived nor are still kept; one that is both counts as arrived."""
        return max(0, self.accepted - self.pending - self.arrived.unique)

    @property
    def ok(self) -> bool:
        """Whether nothing was lost and all figures behind the camera agree. The truth has no say in it."""
        ledgers: tuple[CameraLedger | OccupancyLedger | ShelfLedger | LaneLedger, ...] = (
            *self.cameras.values(),
            *(() if self.occupancy is None else (self.occupancy,)),
            *self.shelves.values(),
            *self.lanes.values(),
        )
        agree = all(one.ok for one in ledgers)
        return agree and self.lost == 0 and self.arrived.gaps == 0

    def total(self, column: str) -> Flow | None:
        """A column's sum over the cameras; None when a camera has no such figure."""
        flows = [getattr(camera, column) for camera in self.cameras.values()]
        return None if None in flows else sum(flows, NOBODY)

    def as_json(self) -> dict[str, Any]:
        """What `--json FILE` holds."""
        totals = {name: self.total(name) for name in ("truth", "counted", "published", "received")}
        return {
            **{name: flow.as_json() if flow is not None else None for name, flow in totals.items()},
            "lost": self.lost,
            "gaps": self.arrived.gaps,
            "duplicates": self.arrived.duplicates,
            "ok": self.ok,
            "first_published_s": None if self.first_s is None else round(self.first_s, 2),
            "cameras": {name: camera.as_json() for name, camera in self.cameras.items()},
            "occupancy": None if self.occupancy is None else self.occupancy.as_json(),
            "shelves": {name: shelf.as_json() for name, shelf in self.shelves.items()},
            "lanes": {name: lane.as_json() for name, lane in self.lanes.items()},
            "events": {
                "accepted": self.accepted,
                "delivered": self.delivered,
                "pending": self.pending,
                "received": self.arrived.unique,
            },
        }
