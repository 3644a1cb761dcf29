"""A day's sales as a GS1 EPCIS 2.0 document, in JSON-LD. Pure.

One ObjectEvent a sale: what was observed to leave the shop, by class and quantity. Sources: GS1 EPCIS 2.0.1, section 10
(JSON binding); CBV 2.0, sections 7.1 (retail_selling), 7.2 (retail_sold) and 8.5.3 (business transactions: there is no
receipt among their types, so the type is a URI of ours).
"""

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid5

from edge.checkout.export.sale import Sale, is_gtin, kilograms
from edge.checkout.export.site import DIGITAL_LINK, Site
from edge.events import SaleLine

CONTEXT = "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"
RECEIPT = "urn:store-edge:receipt"
# Names of events are derived within this namespace, so that an event has one name in every export.
EVENTS = UUID("6f0d6f0e-5f5c-5d0e-9a53-0f6c0b1d7a11")


def epcis(sales: Iterable[Sale], site: Site, made: datetime) -> str:
    """Sales as an EPCISDocument.

    Args:
        sales: in the order of the document.
        site: where they were made.
        made: when the document is.
    """
    document = {
        "@context": [CONTEXT],
        "type": "EPCISDocument",
        "schemaVersion": "2.0",
        "creationDate": _time(made),
        "epcisBody": {"eventList": [_event(sale, site) for sale in sales if sale.completed.lines]},
    }
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def _event(sale: Sale, site: Site) -> dict[str, Any]:
    return {
        "type": "ObjectEvent",
        "eventID": f"urn:uuid:{uuid5(EVENTS, sale.id)}",
        "eventTime": _time(sale.paid),
        "eventTimeZoneOffset": site.offset(sale.paid),
        "recordTime": _time(sale.paid),
        "action": "OBSERVE",
        "bizStep": "retail_selling",
        "disposition": "retail_sold",
        "readPoint": {"id": site.lane(sale.lane)},
        "bizLocation": {"id": site.location},
        "bizTransactionList": [
            {"type": RECEIPT, "bizTransaction": site.urn("receipt", sale.completed.receipt_number)},
        ],
        "quantityList": _quantities(sale.completed.lines, site),
    }


def _quantities(lines: Iterable[SaleLine], site: Site) -> list[dict[str, Any]]:
    """How much of each class, in the order in which they came onto the bill; goods by weight in kilograms."""
    sums: dict[tuple[str, bool], Decimal] = {}
    for line in lines:
        weight = kilograms(line)
        of = (_class(line, site), weight is not None)
        sums[of] = sums.get(of, Decimal(0)) + (line.quantity if weight is None else weight)
    return [
        {"epcClass": name, "quantity": _number(amount)} | ({"uom": "KGM"} if weighed else {})
        for (name, weighed), amount in sums.items()
    ]


def _class(line: SaleLine, site: Site) -> str:
    if is_gtin(line.gtin, line.key):
        return f"{DIGITAL_LINK}/01/{line.gtin}"
    return site.urn("product", line.key or line.gtin)


def _number(amount: Decimal) -> int | float:
    return int(amount) if amount == amount.to_integral_value() else float(amount)


def _time(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
