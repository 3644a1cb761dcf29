"""POSLog: what stands in it, and that any text can."""

from xml.etree import ElementTree as ET

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from edge.checkout.export.poslog import NAMESPACE, poslog
from edge.checkout.export.sale import Sale
from edge.events import MinorUnits, SaleLine, Tender
from tests.checkout.export.records import DAY, PEARS, SITE, TEA, TEN, sale, voided

NS = {"p": NAMESPACE}
ONE = Sale("e1", "sco-1", TEN, TEN, sale(), (voided(),))


def transaction(one: Sale = ONE) -> ET.Element:
    found = ET.fromstring(poslog([one], DAY, SITE)).find("p:Transaction", NS)  # noqa: S314 - our own
    assert found is not None
    return found


def text(element: ET.Element, path: str) -> str | None:
    return element.findtext("/".join(f"p:{name}" for name in path.split("/")), namespaces=NS)


def items(one: ET.Element, kind: str, *, void: bool = False) -> list[ET.Element]:
    flag = "true" if void else "false"
    return one.findall(f"p:RetailTransaction/p:LineItem[@VoidFlag='{flag}']/p:{kind}", NS)


def with_line(line: SaleLine) -> Sale:
    return Sale("e1", "sco-1", TEN, TEN, replace(sale(), lines=(line,)))


def test_transaction() -> None:
    one = transaction()
    assert text(one, "RetailStoreID") == "store-7"
    assert text(one, "WorkstationID") == "sco-1"
    assert text(one, "SequenceNumber") == "1"
    assert text(one, "BusinessDayDate") == "2026-11-23"
    assert text(one, "EndDateTime") == "2026-11-23T10:00:00+08:00"
    assert text(one, "CurrencyCode") == "CNY"
    assert text(one, "RetailTransaction/ReceiptNumber") == "j1-000001"


def test_lines() -> None:
    tea, pears = items(transaction(), "Sale")
    assert text(tea, "POSIdentity/POSItemID") == "06901234567892"
    assert text(tea, "Description") == "Green tea <extra> & 绿茶"
    assert (text(tea, "ExtendedAmount"), text(tea, "ExtendedDiscountAmount")) == ("6.50", "0.50")
    assert text(tea, "Quantity") == "2"
    assert text(pears, "ItemID") == "4409"
    assert text(pears, "Quantity") == "0.734"
    weighed = pears.find("p:Quantity", NS)
    assert weighed is not None
    assert weighed.get("UnitOfMeasureCode") == "KGM"


def test_void_is_told_and_in_no_sum() -> None:
    one = transaction()
    (void,) = items(one, "Sale", void=True)
    assert text(void, "ItemID") == "06901234567908"
    totals = {total.get("TotalType"): total.text for total in one.findall("p:RetailTransaction/p:Total", NS)}
    assert totals == {
        "TransactionGrandAmount": "12.23",
        "TransactionNetAmount": "11.01",
        "TransactionTaxAmount": "1.22",
    }


def test_taxes_and_tenders() -> None:
    one = transaction()
    reduced, standard = items(one, "Tax")
    assert (text(reduced, "TaxGroupID"), text(reduced, "Percent"), text(reduced, "Amount")) == ("reduced", "9", "0.47")
    assert (text(standard, "TaxableAmount"), text(standard, "Percent")) == ("5.75", "13")
    (tender,) = items(one, "Tender")
    assert tender.get("TenderType") == "CreditDebit"
    assert (text(tender, "Amount"), text(tender, "Authorization/ReferenceNumber")) == ("12.23", "T-4711")


def test_tender_that_nobody_named() -> None:
    paid = replace(sale(), tenders=(Tender(method="attendant", amount=1223),))
    (tender,) = items(transaction(Sale("e1", "sco-1", TEN, TEN, paid)), "Tender")
    assert (tender.get("TenderType"), text(tender, "TenderID")) == ("Other", "attendant")


def test_line_items_are_numbered_without_a_gap() -> None:
    numbers = [item.text for item in transaction().findall("p:RetailTransaction/p:LineItem/p:SequenceNumber", NS)]
    assert numbers == [str(n) for n in range(1, 7)]


def test_member_is_not_told() -> None:
    assert sale().member == "5f2c"
    assert "5f2c" not in poslog([ONE], DAY, SITE)


def test_currency_without_a_minor_unit() -> None:
    one = transaction(Sale("e1", "sco-1", TEN, TEN, replace(sale(), currency="JPY")))
    assert text(items(one, "Sale")[0], "ExtendedAmount") == "650"


@given(st.text())
def test_any_name_can_be_written(name: str) -> None:
    (line,) = items(transaction(with_line(replace(TEA, name=name))), "Sale")
    wanted = "".join(letter if letter >= " " and letter not in "\ufffe\uffff" else "\ufffd" for letter in name)
    assert (text(line, "Description") or "") == wanted


@given(st.integers(0, 10**12), st.integers(0, 10**12))
def test_amounts_are_exact(price: MinorUnits, saved: MinorUnits) -> None:
    (line,) = items(transaction(with_line(replace(TEA, price=price, full=price + saved))), "Sale")
    whole, _, part = (text(line, "ExtendedAmount") or "").partition(".")
    assert int(whole) * 100 + int(part) == price
    discount = (text(line, "ExtendedDiscountAmount") or "").replace(".", "")
    assert int(discount) == (saved if price + saved else 0)


def test_packages_of_one_weight() -> None:
    (line,) = items(transaction(with_line(replace(PEARS, quantity=3))), "Sale")
    assert text(line, "Quantity") == "2.202"
