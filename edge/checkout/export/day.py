"""The sales of one business day. Pure.

They come from the records of the shop's lanes, each in the order in which things happened there. A record that comes
again, as delivery allows, has the id that it had, and counts once.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from edge.checkout.export.epcis import epcis
from edge.checkout.export.poslog import poslog
from edge.checkout.export.sale import Sale
from edge.checkout.export.site import Site
from edge.events import (
    CheckoutCompleted,
    CheckoutItemVoided,
    CheckoutSessionClosed,
    CheckoutSessionOpened,
    Event,
    Stamp,
)

# The id of an event, its moment, and itself.
Record = tuple[str, Stamp, Event]


class Form(StrEnum):
    """What an export can be."""

    POSLOG = "poslog"
    EPCIS = "epcis"


@dataclass
class _Open:
    """A session that is not over yet."""

    began: datetime
    voided: tuple[CheckoutItemVoided, ...] = ()


def sales_of(lane: str, records: Iterable[Record], day: date, site: Site) -> list[Sale]:
    """What a lane sold on one business day, in order.

    Args:
        lane: its id.
        records: what happened there, in order, at least of that day; a session that began the day before too.
        day: of the shop's calendar. A sale that names no day belongs to that of the moment it was paid.
        site: the shop.
    """
    sales: list[Sale] = []
    seen: set[str] = set()
    sessions: dict[str, _Open] = {}
    for name, stamp, event in records:
        if name in seen:
            continue
        seen.add(name)
        match event:
            case CheckoutSessionOpened():
                sessions[event.session] = _Open(stamp.wall)
            case CheckoutItemVoided():
                session = sessions.setdefault(event.session, _Open(stamp.wall))
                session.voided += (event,)
            case CheckoutCompleted():
                session = sessions.get(event.session, _Open(stamp.wall))
                sale = Sale(name, lane, min(session.began, stamp.wall), stamp.wall, event, session.voided)
                sales += [sale] if _business_day(sale, site) == day.isoformat() else []
            case CheckoutSessionClosed():
                sessions.pop(event.session, None)
    return sales


def export(lanes: Mapping[str, Iterable[Record]], form: Form, day: date, site: Site, made: datetime) -> str:
    """A day's sales of a shop, lane by lane, as a document.

    Args:
        lanes: the records of each, as `sales_of` takes them.
        form: of the document.
        day: of the shop's calendar.
        site: the shop.
        made: when the document is made; nothing else in it depends on that.

    Returns:
        XML or JSON text: the same for the same arguments.

    Raises:
        ConfigError: a sale is in a currency that is none.
    """
    sales = [sale for lane in sorted(lanes) for sale in sales_of(lane, lanes[lane], day, site)]
    return poslog(sales, day, site) if form is Form.POSLOG else epcis(sales, site, made)


def _business_day(sale: Sale, site: Site) -> str:
    return sale.completed.business_date or site.local(sale.paid).date().isoformat()
