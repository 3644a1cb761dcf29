"""EPCIS 2.0: what stands in a document, and that it is valid against the published JSON schema where that is at hand.

The schema is GS1's and is not kept with the code. STORE_EDGE_EPCIS_SCHEMA names a copy (EPCIS-JSON-Schema.json); else
it is looked for in the shared folder of recorded media.
"""

import json
import os
import re
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from edge.checkout.export.day import Form, export
from edge.checkout.export.epcis import epcis
from edge.checkout.export.sale import Sale
from edge.checkout.export.site import Site
from edge.events import SaleLine
from tests.checkout.export.records import DAY, FIRST, MADE, PEARS, SITE, TEA, TEN, sale, shopper
from tests.media import SHARED

VARIABLE = "STORE_EDGE_EPCIS_SCHEMA"
# RFC 3986, section 3 and appendix A: a scheme, and nothing that has to be escaped.
URI = re.compile("[A-Za-z][A-Za-z0-9+.-]*:(?:[A-Za-z0-9._~:/?#@!$&'()*+,;=\\[\\]-]|%[0-9A-Fa-f]{2})+")
TEA_CLASS = "https://id.gs1.org/01/06901234567892"


def events(document: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(document)["epcisBody"]["eventList"]
    return found


def sold(*lines: SaleLine, site: Site = SITE) -> list[dict[str, Any]]:
    (event,) = events(epcis([Sale("e1", "sco-1", TEN, TEN, sale("j1-000001", *lines))], site, MADE))
    quantities: list[dict[str, Any]] = event["quantityList"]
    return quantities


def test_sale_is_an_object_event() -> None:
    (event,) = events(export({"sco-1": FIRST}, Form.EPCIS, DAY, SITE, MADE))
    assert event.pop("eventID").startswith("urn:uuid:")
    assert event == {
        "type": "ObjectEvent",
        "eventTime": "2026-11-23T02:02:00.000Z",
        "eventTimeZoneOffset": "+08:00",
        "recordTime": "2026-11-23T02:02:00.000Z",
        "action": "OBSERVE",
        "bizStep": "retail_selling",
        "disposition": "retail_sold",
        "readPoint": {"id": "https://id.gs1.org/414/6901234000009/254/sco-1"},
        "bizLocation": {"id": "https://id.gs1.org/414/6901234000009"},
        "bizTransactionList": [
            {"type": "urn:store-edge:receipt", "bizTransaction": "urn:store-edge:store-7:receipt:j1-000001"}
        ],
        "quantityList": [
            {"epcClass": TEA_CLASS, "quantity": 2},
            {"epcClass": "urn:store-edge:store-7:product:4409", "quantity": 0.734, "uom": "KGM"},
        ],
    }


def test_lines_of_one_class_are_one_quantity() -> None:
    assert sold(TEA, replace(TEA, line=2, quantity=5)) == [{"epcClass": TEA_CLASS, "quantity": 7}]


def test_pieces_and_kilograms_of_one_class_stay_apart() -> None:
    by_weight = replace(TEA, line=2, weight_g="250", quantity=1)
    assert [one["quantity"] for one in sold(TEA, by_weight)] == [2, 0.25]


def test_shop_without_a_gln() -> None:
    (event,) = events(epcis([Sale("e1", "lane/1", TEN, TEN, sale())], Site("store-7"), MADE))
    assert event["bizLocation"] == {"id": "urn:store-edge:store-7:location"}
    assert event["readPoint"] == {"id": "urn:store-edge:store-7:location:lane%2F1"}


def test_event_keeps_its_name() -> None:
    (once,) = events(export({"sco-1": FIRST}, Form.EPCIS, DAY, SITE, MADE))
    (again,) = events(export({"sco-1": FIRST + FIRST}, Form.EPCIS, DAY, SITE, MADE))
    other = events(export({"sco-1": shopper("j1-000002", sale("j1-000002"))}, Form.EPCIS, DAY, SITE, MADE))[0]
    assert once == again
    assert other["eventID"] != once["eventID"]


@pytest.mark.parametrize(
    ("timezone", "offset"), [("America/New_York", "-05:00"), ("Asia/Kolkata", "+05:30"), ("UTC", "+00:00")]
)
def test_offset(timezone: str, offset: str) -> None:
    (event,) = events(epcis([Sale("e1", "sco-1", TEN, TEN, sale())], Site("s", timezone), MADE))
    assert event["eventTimeZoneOffset"] == offset


@given(st.lists(st.decimals("0.1", "30000", places=1), min_size=1, max_size=8))
def test_kilograms_are_the_sum(grams: list[Decimal]) -> None:
    lines = [replace(PEARS, line=n, weight_g=str(one)) for n, one in enumerate(grams)]
    (quantity,) = sold(*lines)
    assert quantity["quantity"] == float(sum(grams) / 1000)


@pytest.fixture(scope="module")
def schema() -> Any:  # noqa: ANN401 - of jsonschema, which has no types
    path = Path(os.environ.get(VARIABLE, SHARED / "media" / "checkout" / "epcis" / "EPCIS-JSON-Schema.json"))
    if not path.is_file():
        pytest.skip(f"GS1's EPCIS-JSON-Schema.json is not on this machine ({VARIABLE} names a copy)")
    jsonschema = pytest.importorskip("jsonschema", reason="jsonschema is not installed")
    found = json.loads(path.read_text())
    jsonschema.Draft7Validator.check_schema(found)
    formats = jsonschema.FormatChecker(formats=())
    formats.checks("uri")(lambda text: not isinstance(text, str) or bool(URI.fullmatch(text)))
    formats.checks("date-time", raises=ValueError)(
        lambda text: not isinstance(text, str) or datetime.fromisoformat(text).tzinfo is not None
    )
    return jsonschema.Draft7Validator(found, format_checker=formats)


def test_document_is_valid(schema: Any) -> None:  # noqa: ANN401 - as above
    lanes = {"sco-1": FIRST, "lane/2 ü": shopper("j2-000001", sale("j2-000001", PEARS, TEA))}
    for site in (SITE, Site("Läden/7", "America/St_Johns")):
        schema.validate(json.loads(export(lanes, Form.EPCIS, DAY, site, MADE)))
    schema.validate(json.loads(export({}, Form.EPCIS, DAY, SITE, MADE)))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30, deadline=None)
@given(
    st.lists(
        st.builds(
            SaleLine,
            line=st.integers(1, 500),
            gtin=st.from_regex("[0-9]{14}", fullmatch=True),
            quantity=st.integers(1, 10_000),
            price=st.integers(0, 10**9),
            key=st.text(max_size=20),
            weight_g=st.just("") | st.decimals("0.001", "99999", places=3).map(str),
        ),
        min_size=1,
        max_size=5,
    )
)
def test_any_sale_is_valid(schema: Any, lines: list[SaleLine]) -> None:  # noqa: ANN401 - as above
    schema.validate(json.loads(epcis([Sale("e", "sco-1", TEN, TEN, sale("j1-000001", *lines))], SITE, MADE)))


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("bizStep", "selling"),
        ("action", "SELL"),
        ("eventTime", "23.11.2026"),
        ("eventID", "no uri"),
        ("eventTimeZoneOffset", "+8"),
        ("quantityList", [{"epcClass": TEA_CLASS, "quantity": "2"}]),
        ("bizTransactionList", [{"type": "receipt", "bizTransaction": "urn:store-edge:receipt:1"}]),
    ],
)
def test_schema_would_tell(schema: Any, field: str, wrong: object) -> None:  # noqa: ANN401 - as above
    """So that a valid document means something."""
    document = json.loads(export({"sco-1": FIRST}, Form.EPCIS, DAY, SITE, MADE))
    document["epcisBody"]["eventList"][0][field] = wrong
    assert not schema.is_valid(document)
