"""From a code to what it means at this lane now: goods, a coupon, a member, or a refusal. Pure."""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from zoneinfo import ZoneInfo

from edge.checkout.bagging.learning import WeightBook
from edge.checkout.barcode import BarcodeError, parse
from edge.checkout.line import MOST_PIECES
from edge.checkout.money import GRAMS_PER_KG
from edge.checkout.patterns import PatternTable
from edge.checkout.price_book import NotInBook, PriceBook
from edge.checkout.product import Product, SoldBy
from edge.checkout.scan import Kind, Recalls, Scan, stopped_by
from edge.checkout.scanners.reading import ScanFrame
from edge.checkout.session.inputs import (
    AnyInput,
    Article,
    CodeRefused,
    CouponShown,
    Instant,
    ItemScanned,
    ItemStopped,
    ItemUnknown,
    MemberShown,
)
from edge.checkout.symbology import AIM_LENGTH, FLAG

# Stands in front of what is hashed, so that the key of another use gives another hash.
MEMBER = b"store-edge member\x00"


@dataclass(frozen=True)
class Shop:
    """All that a code is judged by.

    Attributes:
        book: the price book; that of the session, where there is one.
        patterns: the shop's variable-measure labels.
        weights: what products weigh.
        recalls: what may not be sold.
        member_key: for the hash of members' codes; empty where there are no members.
        member_prefix: what a member's code begins with, and whether that form of it means consent.
        timezone: whose calendar says what is past its date.
    """

    book: PriceBook
    patterns: PatternTable
    weights: WeightBook
    recalls: Recalls = frozenset()
    member_key: bytes = b""
    member_prefix: Mapping[str, bool] = field(default_factory=dict)
    timezone: str = "UTC"


def resolve(frame: ScanFrame, at: Instant, shop: Shop) -> AnyInput:
    """What a scanned code means.

    Args:
        frame: from a scanner.
        at: when; the wall time says which prices and dates hold.
        shop: what it is judged by.
    """
    text = frame.data.decode("latin-1")
    plain = text[AIM_LENGTH:] if text.startswith(FLAG) else text
    special = _member(plain, shop) or _coupon(plain, shop)
    if special is not None:
        return special
    try:
        scan = parse(frame.data, shop.patterns, frame.symbology)
    except BarcodeError as error:
        return CodeRefused(reason=str(error))
    return _goods(scan, at, shop)


def choose(key: str, at: Instant, shop: Shop, count: int = 1) -> AnyInput:
    """What was picked on the screen means.

    Args:
        key: of the price book.
        at: when.
        shop: what it is judged by.
        count: pieces.
    """
    if not 1 <= count <= MOST_PIECES:
        return CodeRefused(reason=f"expected 1 to {MOST_PIECES} pieces, found {count}; enter the number again")
    try:
        product = shop.book.find(key, at.wall)
    except NotInBook:
        return ItemUnknown(key=key[:64])
    return ItemScanned(article=_article(product, shop), version=shop.book.version, quantity=count)


def _member(text: str, shop: Shop) -> MemberShown | None:
    prefix = next((one for one in shop.member_prefix if one and text.startswith(one)), None)
    if prefix is None or not shop.member_key or len(text) == len(prefix):
        return None
    member = hmac.new(shop.member_key, MEMBER + text.removeprefix(prefix).encode(), "sha256").hexdigest()
    return MemberShown(member=member, consent=shop.member_prefix[prefix])


def _coupon(text: str, shop: Shop) -> CouponShown | None:
    try:
        coupon = shop.book.coupon(text)
    except NotInBook:
        return None
    return CouponShown(key=coupon.id, version=shop.book.version)


def _goods(scan: Scan, at: Instant, shop: Shop) -> AnyInput:
    if scan.kind is Kind.COUPON:
        return _coupon(scan.key, shop) or CodeRefused(reason=f"expected a coupon of the price book, found {scan.key}")
    today = at.wall.astimezone(ZoneInfo(shop.timezone)).date()
    stop = stopped_by(scan, today, shop.recalls)
    if stop is not None:
        return ItemStopped(key=scan.key, reason=stop)
    try:
        product = shop.book.find(scan.key, at.wall)
    except NotInBook:
        return ItemUnknown(key=scan.key)
    article = _article(product, shop, scan, count=_count(scan))
    return ItemScanned(article=article, version=shop.book.version, raw_hash=scan.raw_hash)


def _count(scan: Scan) -> int:
    return scan.count if scan.count is not None and scan.price is None else 1


def _article(product: Product, shop: Shop, scan: Scan | None = None, *, count: int = 1) -> Article:
    by_weight = product.sold_by is SoldBy.KG
    price = None if scan is None else scan.price
    weight_g = None if scan is None else scan.weight_g
    book_weight = None if product.unit_weight_g is None else float(product.unit_weight_g)
    modes = shop.weights.modes(product.key, book_weight)
    return Article(
        key=product.key,
        name=product.name,
        gtin="" if scan is None else scan.gtin or "",
        by_weight=by_weight,
        weight_g=weight_g or _weight_of_price(price, product),
        price=price,
        discount_percent=None if scan is None else scan.discount_percent,
        count=count,
        min_age=product.min_age,
        tare_g=product.tare_g,
        modes=() if by_weight else modes,
    )


def _weight_of_price(price: int | None, product: Product) -> Decimal | None:
    """A label with an amount of goods by weight tells the weight too, as exactly as the amount was rounded."""
    if price is None or product.sold_by is not SoldBy.KG:
        return None
    return round(Decimal(price) * GRAMS_PER_KG / product.price, 1)
