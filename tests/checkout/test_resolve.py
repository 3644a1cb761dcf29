"""What a code means at a lane."""

from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from edge.checkout.bagging.learning import Candidate, WeightBook
from edge.checkout.pattern_tables import pattern_table
from edge.checkout.price_rules import Coupon
from edge.checkout.product import Product, SoldBy
from edge.checkout.resolve import Shop, choose, resolve
from edge.checkout.scan import Recalls
from edge.checkout.scanners.reading import ScanFrame
from edge.checkout.session.inputs import (
    AnyInput,
    CodeRefused,
    CouponShown,
    Instant,
    ItemScanned,
    ItemStopped,
    ItemUnknown,
    MemberShown,
)
from tests.checkout.books import BANANAS, NOON, TEA, book_of

CHEESE = Product("02112345000008", "Cheese", 8800, SoldBy.KG)
GS1 = "]d2" + "01" + TEA.key + "17{}" + "10LOT1"
MEMBERS: Mapping[str, bool] = {"M:": False, "C:": True}


def shop(recalls: Recalls = frozenset(), member_key: bytes = b"key", weights: WeightBook | None = None) -> Shop:
    return Shop(
        book=book_of(TEA, BANANAS, CHEESE, rules=[Coupon(id="TEN", percent=Decimal(10))]),
        patterns=pattern_table("CNY", ["cn"]),
        weights=weights or WeightBook(),
        recalls=recalls,
        member_key=member_key,
        member_prefix=MEMBERS,
        timezone="Asia/Shanghai",
    )


def read(code: str, at: datetime = NOON, of: Shop | None = None) -> AnyInput:
    return resolve(ScanFrame(code.encode("latin-1"), None, 1.0), Instant(5.0, at), of or shop())


def test_goods() -> None:
    found = read("]E06901234567892")
    assert isinstance(found, ItemScanned)
    assert (found.article.gtin, found.article.name, found.version) == (TEA.key, TEA.name, "v1")
    assert len(found.raw_hash) == 64


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("]E06901234567893", CodeRefused),
        ("]X9123", CodeRefused),
        ("hello", CodeRefused),
        ("]E04006381333931", ItemUnknown),
        ("TEN", CouponShown),
        ("M:1234", MemberShown),
    ],
)
def test_what_else_a_code_can_be(code: str, kind: type[AnyInput]) -> None:
    assert type(read(code)) is kind


def test_a_member_is_a_keyed_hash_with_or_without_consent() -> None:
    one, other = read("M:1234"), read("C:1234")
    assert isinstance(one, MemberShown)
    assert isinstance(other, MemberShown)
    assert one.member == other.member
    assert (one.consent, other.consent) == (False, True)
    assert "1234" not in one.member
    elsewhere = read("M:1234", of=shop(member_key=b"another"))
    assert isinstance(elsewhere, MemberShown)
    assert elsewhere.member != one.member
    assert type(read("M:1234", of=shop(member_key=b""))) is CodeRefused


def test_past_its_date_by_the_calendar_of_the_shop() -> None:
    evening = datetime(2026, 11, 23, 15, 59, tzinfo=UTC)
    assert type(read(GS1.format("261123"), evening)) is ItemScanned
    midnight = datetime(2026, 11, 23, 16, 0, tzinfo=UTC)
    assert type(read(GS1.format("261123"), midnight)) is ItemStopped


def test_a_recalled_lot_is_stopped() -> None:
    recalls = frozenset({(TEA.key, "LOT1")})
    assert type(read(GS1.format("271123"), of=shop(recalls))) is ItemStopped
    assert type(read("]E06901234567892", of=shop(recalls))) is ItemScanned


def test_an_amount_on_a_label_of_goods_by_weight_tells_the_weight() -> None:
    found = read("]E02112345022000")
    assert isinstance(found, ItemScanned), found
    assert found.article.price == 2200
    assert found.article.weight_g == 250


def test_what_was_learned_goes_along() -> None:
    weights = WeightBook()
    for n in range(6):
        weights.learn(TEA.key, Candidate(512.0, f"s{n}", 1))
    found = read("]E06901234567892", of=shop(weights=weights))
    assert isinstance(found, ItemScanned)
    assert [round(mode.mean_g) for mode in found.article.modes] == [512]


@pytest.mark.parametrize(
    ("key", "count", "kind"), [("4011", 1, ItemScanned), ("9", 1, ItemUnknown), ("4011", 0, CodeRefused)]
)
def test_what_is_picked_on_the_screen(key: str, count: int, kind: type[AnyInput]) -> None:
    assert type(choose(key, Instant(5.0, NOON), shop(), count)) is kind
