"""What happens at a lane. Pure; this is what the journal holds, so it is all that a replay needs.

Codes are resolved before they come in here: an article carries what the price book and the learned weights said of it
at that moment. Nothing in here identifies a shopper or a card.
"""

from datetime import datetime
from decimal import Decimal
from enum import StrEnum

import msgspec

from edge.checkout.bagging.piece import WeightMode
from edge.checkout.payment.adapter import PaymentResult
from edge.checkout.printer_status import PrinterState
from edge.checkout.scan import Stop


class Instant(msgspec.Struct, frozen=True):
    """When something happened at a lane.

    Attributes:
        s: seconds on the lane's own clock, which never goes back, not even over a restart.
        wall: UTC, as far as the box knew; for prices and receipts, never for waiting.
    """

    s: float
    wall: datetime


class Article(msgspec.Struct, frozen=True, kw_only=True):
    """What was scanned or chosen, as the price book has it.

    Attributes:
        key: of the price book.
        gtin: GTIN-14; empty where the number means something in this shop only.
        name: for the screen and the receipt.
        by_weight: whether its price is for a kilogram.
        weight_g: net grams, where the code tells; None for goods to be weighed here, and goods by the piece.
        price: of this package in minor units, where the code tells.
        discount_percent: of a reduced item's sticker.
        count: pieces in the package, where the code tells.
        min_age: years that the shopper must have.
        tare_g: packaging that is weighed along, for goods by weight.
        modes: what one piece may weigh; none where nobody knows yet.
    """

    key: str
    name: str
    gtin: str = ""
    by_weight: bool = False
    weight_g: Decimal | None = None
    price: int | None = None
    discount_percent: int | None = None
    count: int = 1
    min_age: int = 0
    tare_g: Decimal = Decimal(0)
    modes: tuple[WeightMode, ...] = ()


class Input(msgspec.Struct, frozen=True, kw_only=True, tag_field="input", tag=str.lower):
    """Anything that happens at a lane."""


class ItemScanned(Input, frozen=True, kw_only=True):
    """Goods were scanned, or chosen on the screen.

    Attributes:
        article: what they are.
        version: of the price book that said so.
        raw_hash: of the code, in hex; empty for what was chosen.
        quantity: how many such packages.
    """

    article: Article
    version: str
    raw_hash: str = ""
    quantity: int = 1


class CodeRefused(Input, frozen=True, kw_only=True):
    """A code was read that sells nothing: a wrong check digit, a kind that nobody knows.

    Attributes:
        reason: one line.
    """

    reason: str


class ItemUnknown(Input, frozen=True, kw_only=True):
    """A good code that the price book does not have.

    Attributes:
        key: the look-up key.
    """

    key: str


class ItemStopped(Input, frozen=True, kw_only=True):
    """Goods that may not be sold.

    Attributes:
        key: the look-up key.
        reason: why not.
    """

    key: str
    reason: Stop


class CouponShown(Input, frozen=True, kw_only=True):
    """A coupon of the price book was scanned.

    Attributes:
        key: of its rule.
        version: of the price book.
    """

    key: str
    version: str


class MemberShown(Input, frozen=True, kw_only=True):
    """A member's code was scanned.

    Attributes:
        member: a keyed hash of it; the code itself is kept nowhere.
        consent: whether the member agreed to be known in the sale.
    """

    member: str
    consent: bool


class Weighed(Input, frozen=True, kw_only=True):
    """The bagging area came to rest.

    Attributes:
        weight_g: what lies there.
        delta_g: by how much it changed since the earlier rest.
        sd_g: the standard error of `delta_g`.
        since_s: from when on it lay at the new rest, on the lane's clock.
        refined: a better estimate of the rest before, not a new one.
        unseen: for a part of the time since nobody watched.
    """

    weight_g: float
    delta_g: float
    sd_g: float
    since_s: float
    refined: bool = False
    unseen: bool = False


class Disturbed(Input, frozen=True, kw_only=True):
    """The bagging area does not come to rest.

    Attributes:
        excess_g: by how much the middle of the latest readings differs from the earlier rest.
    """

    excess_g: float


class ProduceWeighed(Input, frozen=True, kw_only=True):
    """The lane's produce scale has a stable weight.

    Attributes:
        weight_g: gross grams.
    """

    weight_g: Decimal


class Key(StrEnum):
    """What a shopper can press."""

    START = "start"
    PAY = "pay"
    BACK = "back"
    CANCEL = "cancel"
    VOID = "void"
    QUANTITY = "quantity"
    OWN_BAG = "own_bag"
    HELP = "help"


class Pressed(Input, frozen=True, kw_only=True):
    """A shopper pressed a key.

    Attributes:
        key: which.
        line: VOID, QUANTITY: the number of the line; None for the last one.
        quantity: QUANTITY: how many pieces the line is to have.
    """

    key: Key
    line: int | None = None
    quantity: int | None = None


class Action(StrEnum):
    """What an attendant can do.

    ACCEPT lets the bag pass as it is; FALSE_ALARM does so too, and says that nothing had been wrong. PAID and NOT_PAID
    settle a payment that is not known.
    """

    ACCEPT = "accept"
    FALSE_ALARM = "false_alarm"
    DISMISS = "dismiss"
    AGE_OK = "age_ok"
    AGE_REFUSED = "age_refused"
    VOID = "void"
    CANCEL = "cancel"
    SUSPEND = "suspend"
    RESUME = "resume"
    PAID = "paid"
    NOT_PAID = "not_paid"
    OPEN = "open"
    CLOSE = "close"


class Attended(Input, frozen=True, kw_only=True):
    """An attendant did something.

    Attributes:
        action: what.
        badge: who.
        reason: why; never empty where an alert, an age or a payment is overridden.
        line: VOID: the number of the line.
        session: RESUME: which of the suspended ones; empty for the last.
    """

    action: Action
    badge: str
    reason: str = ""
    line: int | None = None
    session: str = ""


class PaymentSaid(Input, frozen=True, kw_only=True):
    """The terminal told something about an attempt."""

    result: PaymentResult


class Printed(Input, frozen=True, kw_only=True):
    """What became of a receipt.

    Attributes:
        receipt: its number.
        sent: whether it is on paper, as far as anyone knows.
        state: of the printer.
    """

    receipt: str
    sent: bool
    state: PrinterState


class Device(StrEnum):
    """What hangs on a lane."""

    SCANNER = "scanner"
    SCALE = "scale"
    PRINTER = "printer"
    TERMINAL = "terminal"


class DeviceChanged(Input, frozen=True, kw_only=True):
    """A device went, or came back."""

    device: Device
    up: bool
    reason: str


class TimePassed(Input, frozen=True, kw_only=True):
    """A timer of the state may be due."""


class Restarted(Input, frozen=True, kw_only=True):
    """The lane's software begins anew, with the state that the journal gives."""


AnyInput = (
    ItemScanned
    | CodeRefused
    | ItemUnknown
    | ItemStopped
    | CouponShown
    | MemberShown
    | Weighed
    | Disturbed
    | ProduceWeighed
    | Pressed
    | Attended
    | PaymentSaid
    | Printed
    | DeviceChanged
    | TimePassed
    | Restarted
)
