"""THE contract: every event the gateway sends, as frozen types.

The type's name carries its major version. Inside a version fields are only ever added, each with a default, so
that an old reader skips what it does not know and a new reader fills in what an old gateway did not send. Nothing
in an event identifies a person, and no event holds a picture.

Units stand in the names: grams, seconds, minor units of money. Times are UTC.
"""

from datetime import datetime, timedelta
from enum import IntEnum, StrEnum
from typing import Annotated

import msgspec

# A topic segment: no MQTT wildcard, no slash, nothing that needs escaping in a file name.
Id = Annotated[str, msgspec.Meta(pattern=r"^[a-zA-Z0-9][a-zA-Z0-9_.-]{0,63}$(?!\n)")]
Gtin = Annotated[str, msgspec.Meta(pattern=r"^[0-9]{14}$(?!\n)", description="GTIN-14")]
Share = Annotated[float, msgspec.Meta(ge=0, le=1)]
Count = Annotated[int, msgspec.Meta(ge=0)]
Seconds = Annotated[float, msgspec.Meta(ge=0)]
Deviation = Annotated[float, msgspec.Meta(ge=0)]
MinorUnits = Annotated[int, msgspec.Meta(description="money in the currency's minor unit")]
Currency = Annotated[str, msgspec.Meta(pattern=r"^[A-Z]{3}$(?!\n)", description="ISO 4217")]


class Kind(StrEnum):
    """What sort of source an event comes from; a segment of the topic."""

    CAMERA = "camera"
    SHELF = "shelf"
    CHECKOUT = "checkout"
    GATEWAY = "gateway"


class Priority(IntEnum):
    """What is kept longest when the disk is short: the higher, the longer."""

    TELEMETRY = 0
    TRAFFIC = 1
    STOCK = 2
    CHECKOUT = 3


class ClockState(StrEnum):
    """Whether the wall clock could be believed when a stamp was taken."""

    TRUSTED = "trusted"
    UNTRUSTED = "untrusted"


class Stamp(msgspec.Struct, frozen=True, kw_only=True):
    """A moment in both clocks.

    Attributes:
        wall: UTC, as far as the box knew.
        monotonic_s: seconds since an arbitrary point of this boot; never jumps.
        boot_id: which boot the monotonic seconds belong to.
        clock_state: whether `wall` could be believed.
    """

    wall: datetime
    monotonic_s: float
    boot_id: str
    clock_state: ClockState

    def after(self, seconds: float) -> "Stamp":
        """The moment `seconds` later (earlier when negative), on both clocks alike."""
        return Stamp(
            wall=self.wall + timedelta(seconds=seconds),
            monotonic_s=self.monotonic_s + seconds,
            boot_id=self.boot_id,
            clock_state=self.clock_state,
        )


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """The base of all events: only what happened, never where or when (the envelope says that)."""


class Interval(Event, frozen=True, kw_only=True):
    """The base of events about a stretch of time.

    Attributes:
        interval_start: begin of the interval.
        interval_s: its length by the monotonic clock.
        observed_s: for how much of it the source was really watched; less than `interval_s` means that the
            figures are a lower bound.
        degraded: why it was not watched, or not well: ``camera_offline``, ``low_fps``, …
    """

    interval_start: datetime
    interval_s: Seconds
    observed_s: Seconds
    degraded: tuple[str, ...] = ()


class Direction(StrEnum):
    """Which way over a line, seen from the shop."""

    IN = "in"
    OUT = "out"


class FootfallCrossed(Event, frozen=True, kw_only=True):
    """Somebody crossed a line."""

    line: Id
    direction: Direction
    confidence: Share


class Replaced(msgspec.Struct, frozen=True, kw_only=True):
    """An event of the same source whose figures are part of another one's now."""

    epoch: str
    sequence: Count


class FootfallCounted(Interval, frozen=True, kw_only=True):
    """How many crossed a line in an interval.

    Attributes:
        replaces: finer intervals that this one was merged from, for want of room on the box. Whoever has one of them
            drops it for this one.
        in_parties: how many parties came in: one person, or some together; None where it was not counted.
        out_parties: how many went out.
        in_sd: the standard deviation of `in` about the truth, people; `in` ± 1.645 of them is the 90 % interval. None
            where nothing was watched, or from a gateway that does not say.
        out_sd: the same of `out`.
        staff_in: how many of the staff came in, who are not in `in`; None where the staff are not told from customers.
        staff_out: how many of them went out.
    """

    line: Id
    in_: Count = msgspec.field(name="in")
    out: Count
    replaces: tuple[Replaced, ...] = ()
    in_parties: Count | None = None
    out_parties: Count | None = None
    in_sd: Deviation | None = None
    out_sd: Deviation | None = None
    staff_in: Count | None = None
    staff_out: Count | None = None


class ZoneCounted(Interval, frozen=True, kw_only=True):
    """Who was in a zone during an interval.

    Attributes:
        staff: how many of the staff were in it, who are in none of the other figures; None where the staff are not told
            from customers.
    """

    zone: Id
    entered: Count
    left: Count
    occupancy_mean: Annotated[float, msgspec.Meta(ge=0)]
    occupancy_max: Count
    dwell_p50_s: Seconds | None = None
    dwell_p90_s: Seconds | None = None
    dwell_n: Count = 0
    staff: Count | None = None


class QueueMeasured(Interval, frozen=True, kw_only=True):
    """How long a queue was during an interval, in people and in time.

    Attributes:
        served: how many reached the service point.
        abandoned: how many left without it.
        wait_now_s: how long somebody who joined at the end of the interval would wait, as far as can be said: None
            where the end was not watched, or nobody was served so far.
        staff: how many of the staff were in it or at its service point, who are in none of the other figures; None
            where the staff are not told from customers.
    """

    queue: Id
    length_mean: Annotated[float, msgspec.Meta(ge=0)]
    length_max: Count
    wait_p50_s: Seconds | None = None
    wait_p90_s: Seconds | None = None
    served: Count = 0
    abandoned: Count = 0
    wait_now_s: Seconds | None = None
    staff: Count | None = None


class CaptureMeasured(Interval, frozen=True, kw_only=True):
    """How many of those who passed by came in during an interval.

    Attributes:
        capture: which pair of lines.
        passers_by: how many crossed the line outside.
        entered: how many came in over the door's line.
        rate: `entered` of `passers_by`; None where nobody passed by, more came in than that, or nothing was watched.
        rate_low: the lower end of the 90 % interval.
        rate_high: the upper end of it.
    """

    capture: Id
    passers_by: Count
    entered: Count
    rate: Share | None = None
    rate_low: Share | None = None
    rate_high: Share | None = None


class HeatCell(msgspec.Struct, frozen=True, kw_only=True):
    """One square of the floor.

    Attributes:
        x: how many cells to the right of the origin its left edge lies.
        y: the same, along the other axis.
        person_s: how long people were in it, added up.
    """

    x: int
    y: int
    person_s: Seconds


class HeatmapCounted(Interval, frozen=True, kw_only=True):
    """Where on the floor people were during an interval; cells where nobody was are left out.

    Attributes:
        cell_m: the side of a cell, metres; its axes are those of the camera's configuration.
    """

    cell_m: Annotated[float, msgspec.Meta(ge=0)]
    cells: tuple[HeatCell, ...] = ()


class OccupancyCounted(Interval, frozen=True, kw_only=True):
    """How many people are in the shop at the end of an interval, over all its doors.

    Attributes:
        occupancy: people, never below zero.
        occupancy_sd: its standard deviation about the truth, people.
        in_: how many came in through all doors.
        out: how many went out.
        open: whether the shop is open, by its hours.
    """

    occupancy: Count
    occupancy_sd: Deviation
    in_: Count = msgspec.field(name="in")
    out: Count
    open: bool


class Repair(StrEnum):
    """Why the shop's count was set right."""

    CLOSING = "closing"
    NEGATIVE = "negative"


class DoorBalance(msgspec.Struct, frozen=True, kw_only=True):
    """A line's count from one closing to the next, and what it is if as many went out as came in.

    Attributes:
        line: ``camera/line``.
        in_: as counted.
        out: as counted.
        balanced_in: with all doors made to agree.
        balanced_out: with all doors made to agree.
        in_sd: the standard deviation of `balanced_in`, people.
        out_sd: the standard deviation of `balanced_out`, people.
    """

    line: str
    in_: Count = msgspec.field(name="in")
    out: Count
    balanced_in: Annotated[float, msgspec.Meta(ge=0)]
    balanced_out: Annotated[float, msgspec.Meta(ge=0)]
    in_sd: Deviation
    out_sd: Deviation


class OccupancyRepaired(Event, frozen=True, kw_only=True):
    """The shop's count was set right: in − out + all of `after` − `before` is the occupancy.

    Attributes:
        reason: the shop closed, or more had gone out than came in.
        before: people; below zero when that is the reason.
        after: people.
        sd_before: the standard deviation before, people.
        sd_after: the same after.
        doors: at closing, the day's counts of all doors made to agree.
    """

    reason: Repair
    before: int
    after: Count
    sd_before: Deviation
    sd_after: Deviation
    doors: tuple[DoorBalance, ...] = ()


class CameraStatus(StrEnum):
    """How a camera is. Online means that new pictures come, not that a socket is open; and that they show the shop."""

    ONLINE = "online"
    STALE = "stale"
    OFFLINE = "offline"
    ENDED = "ended"
    BLOCKED = "blocked"
    BLURRED = "blurred"
    MOVED = "moved"
    FROZEN = "frozen"
    DARK = "dark"


class CameraStatusChanged(Event, frozen=True, kw_only=True):
    """A camera came, went or sees badly."""

    status: CameraStatus
    reason: str = ""


class StockMove(StrEnum):
    """Why the stock on a plate changed: a person did it, nobody saw it happen, or an earlier guess proved wrong."""

    PICK = "pick"
    PUT_BACK = "put_back"
    RESTOCK = "restock"
    UNOBSERVED = "unobserved"
    CORRECTION = "correction"


class StockAlternative(msgspec.Struct, frozen=True, kw_only=True):
    """Another explanation of the same change of weight."""

    gtin: Gtin
    quantity: int
    probability: Share


class StockMoved(Event, frozen=True, kw_only=True):
    """Units left a plate (negative) or came to it (positive)."""

    plate: Id
    gtin: Gtin
    quantity: int
    cause: StockMove
    weight_delta_g: float
    confidence: Share
    alternatives: tuple[StockAlternative, ...] = ()


class StockCounted(Event, frozen=True, kw_only=True):
    """How many units stand on a plate now."""

    plate: Id
    gtin: Gtin
    quantity: Count
    probability: Share
    weight_g: float


class StockLevel(StrEnum):
    """How far a product is from being sold out."""

    OK = "ok"
    LOW = "low"
    OUT = "out"


class StockLevelChanged(Event, frozen=True, kw_only=True):
    """A product became scarce, ran out or was filled up."""

    gtin: Gtin
    level: StockLevel
    quantity: Count


class ShelfDisturbed(Event, frozen=True, kw_only=True):
    """Weight that is no stock.

    Attributes:
        cause: ``foreign`` (came), ``cleared`` (went again), ``misplaced`` (weighs what a product of another plate
            does), ``unexplained`` (fits nothing), ``unsettled`` (does not come to rest), ``zero_lost`` (a scale
            zeroed itself with goods on it), ``zero_restored``.
        gtin: of the product that was misplaced.
    """

    plate: Id
    cause: str
    weight_delta_g: float
    gtin: Gtin | None = None


class ShelfSwept(Event, frozen=True, kw_only=True):
    """Many units gone at once."""

    plate: Id
    gtin: Gtin
    quantity: Count
    weight_delta_g: float


class ShelfFault(Event, frozen=True, kw_only=True):
    """A weighing cell or its bus failed, or came back."""

    fault: str
    plate: Id | None = None
    recovered: bool = False
    reason: str = ""


class CheckoutSessionOpened(Event, frozen=True, kw_only=True):
    """A shopper began at a lane."""

    session: Id


class SessionEnd(StrEnum):
    """How a checkout session ended."""

    COMPLETED = "completed"
    CANCELLED = "cancelled"
    ABANDONED = "abandoned"


class CheckoutSessionClosed(Event, frozen=True, kw_only=True):
    """A shopper's session ended."""

    session: Id
    reason: SessionEnd


class CheckoutItemScanned(Event, frozen=True, kw_only=True):
    """An item was added to the bill.

    Attributes:
        gtin: the number in 14 digits, zero-filled; of goods without a GTIN, that of the shop.
        price: minor units of the whole line, before discounts that depend on other lines.
        key: of the price book.
        weight_g: net grams as a decimal number, for goods by weight; else empty.
    """

    session: Id
    line: Count
    gtin: Gtin
    quantity: int
    price: MinorUnits
    currency: Currency
    price_book_version: str
    key: str = ""
    weight_g: str = ""


class CheckoutItemVoided(Event, frozen=True, kw_only=True):
    """An item was taken off the bill."""

    session: Id
    line: Count
    gtin: Gtin
    quantity: int
    price: MinorUnits
    currency: Currency
    price_book_version: str
    key: str = ""
    weight_g: str = ""


class CheckoutAlertRaised(Event, frozen=True, kw_only=True):
    """Something at a lane looks wrong; `evidence` has one entry per channel (weight, order, gap, …).

    Attributes:
        likelihood: how sure it is that goods and bill differ.
    """

    session: Id
    alert: Id
    cause: str
    evidence: dict[str, str]
    likelihood: Share = 0.0


class CheckoutAlertResolved(Event, frozen=True, kw_only=True):
    """An alert was settled, by whom or what `resolution` says.

    Attributes:
        badge: of the attendant who settled it; empty where nobody had to.
        reason: what the attendant gave as the reason.
    """

    session: Id
    alert: Id
    resolution: str
    badge: str = ""
    reason: str = ""


class CheckoutDevice(StrEnum):
    """What of a lane a status is about; LANE is the lane itself."""

    LANE = "lane"
    SCANNER = "scanner"
    SCALE = "scale"
    PRINTER = "printer"
    TERMINAL = "terminal"


class CheckoutStatusChanged(Event, frozen=True, kw_only=True):
    """A lane or a device of it went, came back, or works in another way.

    Attributes:
        device: which.
        up: whether it serves.
        reason: why, in one line.
    """

    device: CheckoutDevice
    up: bool
    reason: str


class SaleLine(msgspec.Struct, frozen=True, kw_only=True):
    """One line of a sale.

    Attributes:
        price: minor units of the line, discounts taken off.
        full: before discounts.
        tax: the name of its tax class.
        weight_g: net grams as a decimal number, for goods by weight; else empty.
    """

    line: Count
    gtin: Gtin
    quantity: int
    price: MinorUnits
    name: str = ""
    key: str = ""
    weight_g: str = ""
    full: MinorUnits = 0
    tax: str = ""


class SaleTax(msgspec.Struct, frozen=True, kw_only=True):
    """The tax of one class; net and tax make gross."""

    name: str
    rate: str
    net: MinorUnits
    tax: MinorUnits
    gross: MinorUnits


class Tender(msgspec.Struct, frozen=True, kw_only=True):
    """How a part of a sale was paid; never a card number."""

    method: str
    amount: MinorUnits
    reference: str = ""


class CheckoutCompleted(Event, frozen=True, kw_only=True):
    """A sale: what was bought and how it was paid.

    Attributes:
        member: a keyed hash of the member's code, where the member agreed; else empty.
        business_date: of the shop's calendar, YYYY-MM-DD.
    """

    session: Id
    lines: tuple[SaleLine, ...]
    total: MinorUnits
    currency: Currency
    tenders: tuple[Tender, ...]
    receipt_number: str
    taxes: tuple[SaleTax, ...] = ()
    member: str = ""
    price_book_version: str = ""
    business_date: str = ""


class AgentStatus(StrEnum):
    """How an agent's process is."""

    RUNNING = "running"
    FAILED = "failed"
    BACKING_OFF = "backing_off"
    ENDED = "ended"


class AgentStatusChanged(Event, frozen=True, kw_only=True):
    """An agent's process came up, went down or is given time before the next try."""

    agent: str
    status: AgentStatus
    restarts: Count = 0
    reason: str = ""


class OutboxEvicted(Event, frozen=True, kw_only=True):
    """Accepted events that will never be delivered, and why: the other side of the ledger."""

    source: str
    from_sequence: Count
    to_sequence: Count
    count: Count
    reason: str
    epoch: str = ""


class GatewayStarted(Event, frozen=True, kw_only=True):
    """The gateway's software came up."""

    version: str
    config_hash: str


class ConfigApplied(Event, frozen=True, kw_only=True):
    """A configuration took effect."""

    config_hash: str


class ConfigRejected(Event, frozen=True, kw_only=True):
    """A configuration was refused."""

    config_hash: str
    reason: str


class ClockCorrected(Event, frozen=True, kw_only=True):
    """What the true time was: the box's clock can be trusted now, or was set since it was told last.

    The true time of any event of this boot is `wall_at_zero` and the event's monotonic seconds.

    Attributes:
        boot_id: of the boot.
        wall_at_zero: the true time when its monotonic clock stood at zero.
        error_s: how far off that may be, as the kernel estimates it (adjtimex(2), maxerror).
    """

    boot_id: str
    wall_at_zero: datetime
    error_s: Seconds


class CertificateExpiring(Event, frozen=True, kw_only=True):
    """The certificate towards the broker ends soon, or has ended (negative days)."""

    expires: datetime
    days_left: int


class CertificateChanged(Event, frozen=True, kw_only=True):
    """A new certificate was found and tried: the broker took it, or the old one stays.

    Attributes:
        accepted: it is in use now.
        reason: why not.
        expires: when the one in use ends.
    """

    accepted: bool
    reason: str = ""
    expires: datetime | None = None


class EventType(msgspec.Struct, frozen=True):
    """One row of the contract.

    Attributes:
        name: the CloudEvents `type`, with its major version.
        kind: the sort of source it comes from.
        priority: how long it is kept when the disk is short.
        data: the type of its data.
        state: set for an absolute, which is also retained on `state/{kind}/{source}/{thing}`: the fields whose
            values make up `thing`, or nothing, and `thing` is ``status``.
    """

    name: str
    kind: Kind
    priority: Priority
    data: type[Event]
    state: tuple[str, ...] | None = None


def _rows() -> tuple[EventType, ...]:
    camera, shelf, checkout, gateway = Kind.CAMERA, Kind.SHELF, Kind.CHECKOUT, Kind.GATEWAY
    telemetry, traffic, stock, sale = Priority.TELEMETRY, Priority.TRAFFIC, Priority.STOCK, Priority.CHECKOUT
    return (
        EventType("footfall.crossed.v1", camera, traffic, FootfallCrossed),
        EventType("footfall.counted.v1", camera, traffic, FootfallCounted),
        EventType("zone.counted.v1", camera, traffic, ZoneCounted),
        EventType("queue.measured.v1", camera, traffic, QueueMeasured),
        EventType("capture.measured.v1", camera, traffic, CaptureMeasured),
        EventType("heatmap.counted.v1", camera, telemetry, HeatmapCounted),
        EventType("camera.status_changed.v1", camera, telemetry, CameraStatusChanged, ()),
        EventType("stock.moved.v1", shelf, stock, StockMoved),
        EventType("stock.counted.v1", shelf, stock, StockCounted, ("plate", "gtin")),
        EventType("stock.level_changed.v1", shelf, stock, StockLevelChanged),
        EventType("shelf.disturbed.v1", shelf, stock, ShelfDisturbed),
        EventType("shelf.swept.v1", shelf, stock, ShelfSwept),
        EventType("shelf.fault.v1", shelf, stock, ShelfFault),
        EventType("checkout.session_opened.v1", checkout, sale, CheckoutSessionOpened),
        EventType("checkout.session_closed.v1", checkout, sale, CheckoutSessionClosed),
        EventType("checkout.item_scanned.v1", checkout, sale, CheckoutItemScanned),
        EventType("checkout.item_voided.v1", checkout, sale, CheckoutItemVoided),
        EventType("checkout.alert_raised.v1", checkout, sale, CheckoutAlertRaised),
        EventType("checkout.alert_resolved.v1", checkout, sale, CheckoutAlertResolved),
        EventType("checkout.completed.v1", checkout, sale, CheckoutCompleted),
        EventType("checkout.status_changed.v1", checkout, telemetry, CheckoutStatusChanged, ("device",)),
        EventType("agent.status_changed.v1", gateway, telemetry, AgentStatusChanged, ("agent",)),
        EventType("occupancy.counted.v1", gateway, traffic, OccupancyCounted, ()),
        EventType("occupancy.repaired.v1", gateway, traffic, OccupancyRepaired),
        EventType("outbox.evicted.v1", gateway, sale, OutboxEvicted),
        EventType("gateway.started.v1", gateway, telemetry, GatewayStarted),
        EventType("config.applied.v1", gateway, telemetry, ConfigApplied),
        EventType("config.rejected.v1", gateway, telemetry, ConfigRejected),
        EventType("clock.corrected.v1", gateway, sale, ClockCorrected),
        EventType("certificate.expiring.v1", gateway, telemetry, CertificateExpiring),
        EventType("certificate.changed.v1", gateway, telemetry, CertificateChanged),
    )


EVENT_TYPES: dict[str, EventType] = {row.name: row for row in _rows()}
TYPE_OF: dict[type[Event], EventType] = {row.data: row for row in EVENT_TYPES.values()}
