"""From a lane's own events to both documents: nothing that an export needs is missing from them."""

import json
from datetime import date
from xml.etree import ElementTree as ET

from edge.checkout.export.day import Form, Record, export
from edge.checkout.export.poslog import NAMESPACE
from edge.checkout.session.effects import Publish
from edge.checkout.session.inputs import Key
from edge.checkout.session.phase import Phase
from tests.checkout.books import BANANAS, MILK, TEA
from tests.checkout.export.records import MADE, SITE, stamp
from tests.checkout.session.lane import Lane

DAY = date(2026, 11, 23)


def a_shopper() -> Lane:
    """Tea, bananas by weight, milk that is taken back; paid."""
    lane = Lane()
    lane.buy(TEA)
    lane.scan(BANANAS)
    lane.put(746.0)
    lane.buy(MILK)
    lane.press(Key.VOID)
    lane.put(-1030.0)
    lane.pay()
    lane.take_all()
    assert lane.is_in(Phase.IDLE)
    return lane


def records(lane: Lane) -> list[Record]:
    published = [one.event for one in lane.effects if isinstance(one, Publish)]
    return [(f"j1-{n}", stamp(n), event) for n, event in enumerate(published)]


def test_poslog() -> None:
    text = export({"sco-1": records(a_shopper())}, Form.POSLOG, DAY, SITE, MADE)
    (retail,) = ET.fromstring(text).iter(f"{{{NAMESPACE}}}RetailTransaction")  # noqa: S314 - our own
    found = [
        (item.get("VoidFlag"), item.findtext(".//{*}ItemID"), item.findtext(".//{*}ExtendedAmount"))
        for item in retail.iterfind("{*}LineItem")
        if item.find("{*}Sale") is not None
    ]
    # 734 g net at 7.80 a kilogram.
    assert found == [("false", TEA.key, "3.50"), ("false", "4011", "5.73"), ("true", MILK.key, "5.99")]
    totals = {one.get("TotalType"): one.text for one in retail.iterfind("{*}Total")}
    assert totals["TransactionGrandAmount"] == "9.23"
    assert sum(float(one.findtext("{*}Amount", "0")) for one in retail.iter(f"{{{NAMESPACE}}}Tender")) == 9.23


def test_epcis() -> None:
    (event,) = json.loads(export({"sco-1": records(a_shopper())}, Form.EPCIS, DAY, SITE, MADE))["epcisBody"][
        "eventList"
    ]
    assert event["quantityList"] == [
        {"epcClass": f"https://id.gs1.org/01/{TEA.key}", "quantity": 1},
        {"epcClass": "urn:store-edge:store-7:product:4011", "quantity": 0.734, "uom": "KGM"},
    ]
