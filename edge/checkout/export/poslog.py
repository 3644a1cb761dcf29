"""A day's sales as POSLog: one RetailTransaction a sale. Pure.

Source: ARTS POSLog, the elements that versions 2.1 and 6 name alike, as found in public logs of version 2.1; the schema
itself is not public. Whoever takes the document maps it, so it keeps to the elements that every version has. A member's
hash is not in it.
"""

import re
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from xml.etree import ElementTree as ET

from edge.checkout.currency import currency, major_units
from edge.checkout.export.sale import Sale, decimal_text, is_gtin, kilograms
from edge.checkout.export.site import Site
from edge.events import CheckoutItemVoided, SaleLine, SaleTax, Tender

NAMESPACE = "http://www.nrf-arts.org/IXRetail/namespace/"
VERSION = "2.1"
DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>'
TENDERS = {"card": "CreditDebit", "cash": "Cash", "voucher": "Voucher"}
OTHER_TENDER = "Other"
# What XML 1.0 has no way to write (section 2.2), and ends of lines, which it changes (2.11).
UNWRITABLE = re.compile("[^\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def poslog(sales: Iterable[Sale], day: date, site: Site) -> str:
    """Sales as a POSLog document.

    Args:
        sales: in the order of the document.
        day: the business day that they belong to.
        site: where they were made.

    Raises:
        ConfigError: a sale is in a currency that is none.
    """
    root = ET.Element("POSLog", {"xmlns": NAMESPACE})
    for place, sale in enumerate(sales, 1):
        _transaction(root, sale, place, day, site)
    ET.indent(root)
    return f"{DECLARATION}\n{ET.tostring(root, encoding='unicode')}\n"


def _transaction(root: ET.Element, sale: Sale, place: int, day: date, site: Site) -> None:
    one = ET.SubElement(root, "Transaction", {"CancelFlag": "false"})
    _text(one, "RetailStoreID", site.store)
    _text(one, "WorkstationID", sale.lane)
    _text(one, "SequenceNumber", str(_number_of(sale.completed.receipt_number) or place))
    _text(one, "BusinessDayDate", day.isoformat())
    _text(one, "BeginDateTime", site.local(sale.began).isoformat(timespec="seconds"))
    _text(one, "EndDateTime", site.local(sale.paid).isoformat(timespec="seconds"))
    _text(one, "CurrencyCode", sale.completed.currency)
    _Retail(ET.SubElement(one, "RetailTransaction", {"Version": VERSION}), sale, site).write()


class _Retail:
    """A RetailTransaction that is being written: its line items have one numbering."""

    def __init__(self, element: ET.Element, sale: Sale, site: Site) -> None:
        self._element, self._sale, self._site = element, sale, site
        self._currency = currency(sale.completed.currency)
        self._items = 0

    def write(self) -> None:
        sale = self._sale.completed
        _text(self._element, "ReceiptNumber", sale.receipt_number)
        _text(self._element, "ReceiptDateTime", self._site.local(self._sale.paid).isoformat(timespec="seconds"))
        for line in sale.lines:
            self._sold(line)
        for voided in self._sale.voided:
            self._voided(voided)
        for tax in sale.taxes:
            self._tax(tax)
        for tender in sale.tenders:
            self._tender(tender)
        for kind, amount in self._totals():
            self._amount(self._element, "Total", amount, TotalType=kind)

    def _totals(self) -> list[tuple[str, int]]:
        sale = self._sale.completed
        tax = sum(one.tax for one in sale.taxes)
        return [
            ("TransactionGrandAmount", sale.total),
            ("TransactionNetAmount", sale.total - tax),
            ("TransactionTaxAmount", tax),
        ]

    def _item(self, kind: str, attributes: dict[str, str], *, void: bool = False) -> ET.Element:
        self._items += 1
        item = ET.SubElement(self._element, "LineItem", {"EntryMethod": "Scanned"} if kind == "Sale" else {})
        item.set("VoidFlag", "true" if void else "false")
        _text(item, "SequenceNumber", str(self._items))
        return ET.SubElement(item, kind, attributes)

    def _sold(self, line: SaleLine) -> None:
        sale = self._item("Sale", {"ItemType": "Stock"})
        self._identity(sale, line.gtin, line.key)
        _text(sale, "Description", line.name)
        full = line.full or line.price
        self._amount(sale, "ExtendedAmount", line.price)
        self._amount(sale, "ExtendedDiscountAmount", full - line.price)
        weight = kilograms(line)
        if weight is None:
            _text(sale, "Quantity", str(line.quantity), UnitOfMeasureCode="EA")
        else:
            _text(sale, "Quantity", decimal_text(weight), UnitOfMeasureCode="KGM")
        if line.tax:
            _text(sale, "TaxGroupID", line.tax)

    def _voided(self, voided: CheckoutItemVoided) -> None:
        """What was taken off the bill: it is in the log, and in no sum."""
        sale = self._item("Sale", {"ItemType": "Stock"}, void=True)
        self._identity(sale, voided.gtin, voided.key)
        self._amount(sale, "ExtendedAmount", voided.price)
        _text(sale, "Quantity", str(voided.quantity), UnitOfMeasureCode="EA")

    def _tax(self, tax: SaleTax) -> None:
        element = self._item("Tax", {"TaxType": self._site.tax_type})
        _text(element, "TaxGroupID", tax.name)
        self._amount(element, "TaxableAmount", tax.net)
        self._amount(element, "Amount", tax.tax)
        _text(element, "Percent", decimal_text(Decimal(tax.rate)))

    def _tender(self, tender: Tender) -> None:
        kind = TENDERS.get(tender.method, OTHER_TENDER)
        element = self._item("Tender", {"TenderType": kind, "TypeCode": "Sale"})
        _text(element, "TenderID", tender.method)
        self._amount(element, "Amount", tender.amount)
        if tender.reference:
            _text(ET.SubElement(element, "Authorization"), "ReferenceNumber", tender.reference)

    def _identity(self, sale: ET.Element, gtin: str, key: str) -> None:
        known = is_gtin(gtin, key)
        number = gtin if known else key or gtin
        identity = ET.SubElement(sale, "POSIdentity", {"POSIDType": "GTIN" if known else "PLU"})
        _text(identity, "POSItemID", number)
        _text(sale, "ItemID", number)

    def _amount(self, parent: ET.Element, name: str, amount: int, **attributes: str) -> None:
        _text(parent, name, major_units(amount, self._currency), **attributes)


def _text(parent: ET.Element, name: str, text: str, **attributes: str) -> None:
    ET.SubElement(parent, name, attributes).text = UNWRITABLE.sub("\ufffd", text)


def _number_of(receipt: str) -> int:
    """The number at the end of a receipt's; 0 where there is none."""
    digits = re.search("[0-9]{1,9}$", receipt)
    return int(digits[0]) if digits else 0
