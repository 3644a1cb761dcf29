"""Which sales belong to a business day, and what is exported of them."""

import json
from datetime import date, timedelta
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.checkout.export.day import Form, Record, export, sales_of
from edge.checkout.export.sale import is_gtin
from edge.checkout.export.site import Site
from edge.errors import ConfigError
from tests.checkout.export.records import DAY, FIRST, MADE, SITE, TEA, sale, shopper, voided


def test_sale_has_what_led_to_it() -> None:
    (found,) = sales_of("sco-1", FIRST, DAY, SITE)
    assert found.lane == "sco-1"
    assert found.completed == sale()
    assert found.voided == (voided(),)
    assert found.paid - found.began == timedelta(minutes=2)


@given(st.lists(st.integers(0, len(FIRST) - 1), max_size=12))
def test_record_that_comes_again_counts_once(again: list[int]) -> None:
    records = FIRST + [FIRST[n] for n in again]
    assert sales_of("sco-1", records, DAY, SITE) == sales_of("sco-1", FIRST, DAY, SITE)


def test_business_day_is_that_of_the_sale() -> None:
    tomorrow = shopper("j1-000002", sale("j1-000002", business_date="2026-11-24"))
    assert [one.completed.session for one in sales_of("sco-1", FIRST + tomorrow, DAY, SITE)] == ["j1-000001"]
    assert [one.completed.session for one in sales_of("sco-1", FIRST + tomorrow, date(2026, 11, 24), SITE)] == [
        "j1-000002"
    ]


def test_sale_without_a_day_belongs_to_that_of_its_payment() -> None:
    """15 hours after ten in the morning it is the next day in the shop, and not yet in UTC."""
    late = shopper("j1-000002", sale("j1-000002", business_date=""), at=15 * 3600)
    assert not sales_of("sco-1", late, DAY, SITE)
    assert len(sales_of("sco-1", late, date(2026, 11, 24), SITE)) == 1
    assert len(sales_of("sco-1", late, DAY, Site("store-7"))) == 1


def test_voids_stay_with_their_session() -> None:
    """Also where sessions overlap, as with one that was suspended."""
    first, second = shopper("j1-000001", voided(), sale()), shopper("j1-000002", sale("j1-000002"))
    woven: list[Record] = [first[0], first[1], second[0], second[1], second[2], first[2], first[3]]
    assert [len(one.voided) for one in sales_of("sco-1", woven, DAY, SITE)] == [0, 1]


def test_sale_whose_begin_is_not_in_the_records() -> None:
    (found,) = sales_of("sco-1", FIRST[2:], DAY, SITE)
    assert found.began == found.paid
    assert found.voided == ()


@pytest.mark.parametrize("form", Form)
def test_export_does_not_depend_on_the_order_of_lanes(form: Form) -> None:
    other = shopper("j2-000001", sale("j2-000001", TEA))
    one = export({"sco-1": FIRST, "sco-2": other}, form, DAY, SITE, MADE)
    assert one == export({"sco-2": iter(other), "sco-1": iter(FIRST)}, form, DAY, SITE, MADE)
    assert one.index("j1-000001") < one.index("j2-000001")


def test_day_without_a_sale() -> None:
    root = ET.fromstring(export({"sco-1": []}, Form.POSLOG, DAY, SITE, MADE))  # noqa: S314 - our own
    assert not list(root)
    assert json.loads(export({}, Form.EPCIS, DAY, SITE, MADE))["epcisBody"] == {"eventList": []}


@pytest.mark.parametrize("gln", ["690123400000", "6901234000008", "69012340000x9", "69012340000091"])
def test_wrong_gln_is_refused(gln: str) -> None:
    with pytest.raises(ConfigError, match="GLN of 13 digits"):
        Site("store-7", gln=gln)


@pytest.mark.parametrize(
    ("gtin", "key", "world"),
    [
        ("06901234567892", "06901234567892", True),
        ("06901234567892", "", True),
        ("06901234567893", "06901234567893", False),  # check digit
        ("00000000004409", "4409", False),  # a PLU, zero-filled
        ("02112345000008", "02112345000008", False),  # the shop's own number
        ("09912345678902", "09912345678902", False),  # a coupon
        ("00000000000000", "", False),
    ],
)
def test_is_gtin(gtin: str, key: str, *, world: bool) -> None:
    assert is_gtin(gtin, key) is world
