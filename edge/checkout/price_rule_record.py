"""From the records of a price book file to price rules. Pure."""

from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal

from edge.checkout.currency import Currency
from edge.checkout.price_book_record import PriceBookError, Record
from edge.checkout.price_rules import Coupon, GetFree, MultiBuy, PercentOff, Rule

MOST_IN_GROUP = 99
_COMMON = ("kind", "id", "since", "until")


def read_rules(records: Iterable[Record], currency: Currency) -> list[Rule]:
    """The rules in records.

    Args:
        records: each with `kind`, `id`, what its kind needs, and `since` and `until` at will.
        currency: of the amounts.

    Raises:
        PriceBookError: one is refused; the error names its line.
    """
    return [_KINDS[record.choice("kind", tuple(_KINDS))](record, currency) for record in records]


def _multi_buy(record: Record, currency: Currency) -> Rule:
    record.demand_known((*_COMMON, "codes", "number", "price"))
    since, until = record.times()
    return MultiBuy(
        id=record.text("id"),
        keys=record.keys("codes"),
        number=record.whole("number", 2, MOST_IN_GROUP),
        price=record.money("price", currency),
        since=since,
        until=until,
    )


def _get_free(record: Record, _currency: Currency) -> Rule:
    record.demand_known((*_COMMON, "codes", "buy", "free"))
    since, until = record.times()
    return GetFree(
        id=record.text("id"),
        keys=record.keys("codes"),
        buy=record.whole("buy", 1, MOST_IN_GROUP),
        free=record.whole("free", 1, MOST_IN_GROUP),
        since=since,
        until=until,
    )


def _percent_off(record: Record, _currency: Currency) -> Rule:
    record.demand_known((*_COMMON, "codes", "percent"))
    since, until = record.times()
    return PercentOff(
        id=record.text("id"), keys=record.keys("codes"), percent=record.percent("percent"), since=since, until=until
    )


def _coupon(record: Record, currency: Currency) -> Rule:
    record.demand_known((*_COMMON, "codes", "percent", "amount", "least_total"))
    since, until = record.times()
    percent: Decimal | None = record.percent("percent") if record.has("percent") else None
    amount = record.money("amount", currency) if record.has("amount") else None
    if (percent is None) == (amount is None):
        found = "none; add one" if percent is None else "both; take one out"
        raise PriceBookError(f"expected a percent or an amount, found {found}", record.line)
    return Coupon(
        id=record.key("id"),
        keys=record.keys("codes") if record.has("codes") else frozenset(),
        percent=percent,
        amount=amount,
        least_total=record.money("least_total", currency) if record.has("least_total") else 0,
        since=since,
        until=until,
    )


_KINDS: Mapping[str, Callable[[Record, Currency], Rule]] = {
    "multi_buy": _multi_buy,
    "get_free": _get_free,
    "percent_off": _percent_off,
    "coupon": _coupon,
}
