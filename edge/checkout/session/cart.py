"""What comes onto a bill and off it. Pure; handlers of a step."""

from decimal import Decimal

from msgspec.structs import replace

from edge.checkout.bagging import moves
from edge.checkout.bagging.bag import Bag, Placed
from edge.checkout.bagging.piece import Piece, WeightMode
from edge.checkout.line import MOST_PIECES, BadLine
from edge.checkout.price_book import NotInBook
from edge.checkout.session import watch
from edge.checkout.session.bill import amount_of, bill
from edge.checkout.session.effects import Beep, Opened
from edge.checkout.session.inputs import (
    Article,
    CodeRefused,
    CouponShown,
    ItemScanned,
    ItemStopped,
    ItemUnknown,
    MemberShown,
    Pressed,
    ProduceWeighed,
)
from edge.checkout.session.phase import Phase
from edge.checkout.session.sale import gtin_of, weight_of
from edge.checkout.session.screen import Call, Prompt
from edge.checkout.session.state import CartLine, Session
from edge.checkout.session.turn import Turn
from edge.events import CheckoutItemScanned, CheckoutItemVoided, CheckoutSessionOpened

# A bill of more lines is no shopper's.
MOST_LINES = 500
MOST_COUPONS = 50
# A package that was weighed when it was packed, or on the lane's own scale: their steps, and a torn-off leaf.
WEIGHED_SD_G, WEIGHED_SD_SHARE = 2.0, 0.005
AS_WEIGHED = 1_000


def begin(turn: Turn, version: str) -> None:
    """A shopper begins, if none has yet."""
    if turn.state.session is not None:
        return
    number = turn.state.sessions + 1
    name = f"{turn.terms.journal}-{number:06d}"
    session = Session(id=name, opened=turn.at, version=version, touched_s=turn.at.s)
    turn.put(sessions=number, session=session, bag=_bag_at_start(turn), paying=False, weighing=None)
    turn.go(Phase.SCANNING, Prompt.SCAN)
    turn.do(Opened(session=name, version=version))
    turn.publish(CheckoutSessionOpened(session=name))


def _bag_at_start(turn: Turn) -> Bag:
    """What was put down a moment ago is this shopper's; what has lain there for long is nobody's."""
    bag = turn.bag
    fresh = [change for change in bag.changes if turn.at.s - change.at < turn.settings.left_goods_s]
    if bag.excess_g <= 0 or not fresh or turn.state.phase is Phase.CLEAR_BAG:
        return replace(moves.begun(bag.level_g), unsure=bag.unsure)
    return replace(bag, changes=tuple(fresh))


def scanned(turn: Turn, event: ItemScanned) -> None:
    """Goods come onto the bill, or onto the scale first."""
    begin(turn, event.version)
    turn.put_session(last_scan_s=turn.at.s)
    if event.article.by_weight and event.article.weight_g is None and event.article.price is None:
        turn.put(weighing=event.article)
        turn.go(Phase.WEIGH_PRODUCE, Prompt.WEIGH_IT)
        turn.do(Beep(good=True))
        return
    add(turn, event.article, event.quantity * event.article.count)


def add(turn: Turn, article: Article, quantity: int, *, lies_there_g: float | None = None) -> None:
    """Put a line onto the bill, unless it cannot be sold so.

    Args:
        turn: with a session.
        article: with its weight, where it is sold by weight.
        quantity: pieces or packages.
        lies_there_g: what it weighed in the bagging area, where it already lies there.
    """
    session = turn.session
    line = CartLine(number=len(session.lines) + 1, article=article, quantity=quantity)
    amount = _price_with(turn, line)
    if amount is None or len(session.lines) >= MOST_LINES:
        turn.do(Beep(good=False))
        turn.put(prompt=Prompt.NOT_FOR_SALE)
        return
    turn.put_session(lines=(*session.lines, line))
    turn.put(bag=_with_pieces(turn, line, lies_there_g), weighing=None)
    turn.do(Beep(good=True))
    turn.publish(_scanned_event(turn, line, amount))
    watch.resume_scanning(turn)


def _price_with(turn: Turn, new: CartLine, instead_of: CartLine | None = None) -> int | None:
    """What a line costs; None where the bill cannot have it."""
    lines = tuple(line for line in turn.session.lines if line is not instead_of)
    session = replace(turn.session, lines=(*lines, new))
    try:
        bill(session, turn.terms.book)
    except (BadLine, NotInBook):
        return None
    return _amount(turn, new)


def _with_pieces(turn: Turn, line: CartLine, lies_there_g: float | None) -> Bag:
    pieces = [piece_of(line, turn.at.s)] * (line.quantity // max(1, line.article.count))
    if not turn.settings.has_scale:
        return turn.bag
    if lies_there_g is None:
        return moves.opened(turn.bag, pieces)
    there = tuple(Placed(piece, lies_there_g) for piece in pieces)
    return replace(turn.bag, placed=(*turn.bag.placed, *there))


def piece_of(line: CartLine, at_s: float) -> Piece:
    """One package of a line, as the bagging area expects it from that second on."""
    article = line.article
    modes = article.modes
    if article.weight_g is not None:
        grams = float(article.weight_g + article.tare_g)
        modes = (WeightMode(grams, max(WEIGHED_SD_G, WEIGHED_SD_SHARE * grams), AS_WEIGHED),)
    return Piece(line=line.number, key=article.key, modes=modes, since_s=at_s)


def _scanned_event(turn: Turn, line: CartLine, amount: int) -> CheckoutItemScanned:
    return CheckoutItemScanned(
        session=turn.session.id,
        line=line.number,
        gtin=gtin_of(line.article),
        quantity=line.quantity,
        price=amount,
        currency=turn.terms.book.currency.code,
        price_book_version=turn.session.version,
        key=line.article.key,
        weight_g=weight_of(line.article),
    )


def produce_weighed(turn: Turn, event: ProduceWeighed) -> None:
    """The goods that were to be weighed were."""
    add_weighed(turn, event.weight_g)


def weigh_on_bag(turn: Turn) -> None:
    """Goods that wait for their weight get that of the one thing that was put into the bagging area."""
    if turn.state.phase is not Phase.WEIGH_PRODUCE or not turn.settings.weigh_on_bag or not turn.weighs:
        return
    came = [change for change in turn.bag.changes if change.delta_g > 0 and change.at >= turn.state.since_s]
    if len(came) != 1 or turn.session.open_alerts:
        return
    step = turn.tolerance.division_g
    grams = round(came[0].delta_g / step) * step
    left = tuple(change for change in turn.bag.changes if change is not came[0])
    turn.put(bag=replace(turn.bag, changes=left))
    add_weighed(turn, Decimal(str(round(grams, 3))), on_bag_g=came[0].delta_g)


def add_weighed(turn: Turn, gross_g: Decimal, *, on_bag_g: float | None = None) -> None:
    """A weight for the goods that wait for one.

    Args:
        turn: in WEIGH_PRODUCE.
        gross_g: with packaging.
        on_bag_g: the same, where the bagging scale weighed it as it was put there.
    """
    article = turn.state.weighing
    if article is None:
        return
    net = gross_g - article.tare_g
    if net <= 0:
        turn.put(prompt=Prompt.WEIGH_IT)
        return
    add(turn, replace(article, weight_g=net), 1, lies_there_g=on_bag_g)


def refused(turn: Turn, _event: CodeRefused) -> None:
    """A code that says nothing."""
    turn.do(Beep(good=False))
    turn.put(prompt=Prompt.NOT_READ)


def stopped(turn: Turn, _event: ItemStopped) -> None:
    """Goods past their date, or recalled: put them aside."""
    turn.do(Beep(good=False))
    turn.put(prompt=Prompt.NOT_FOR_SALE)


def unknown(turn: Turn, _event: ItemUnknown) -> None:
    """The price book does not have it: it is for the attendant to say what it is. It is never free."""
    begin(turn, turn.terms.book.version)
    turn.do(Beep(good=False))
    turn.go(Phase.ATTENDANT, Prompt.WAIT, Call.UNKNOWN_ITEM)


def coupon(turn: Turn, event: CouponShown) -> None:
    """A coupon counts once, however often it is shown."""
    begin(turn, event.version)
    known = turn.session.coupons
    good = _is_coupon(turn, event.key) and (event.key in known or len(known) < MOST_COUPONS)
    if event.key not in known and good:
        turn.put_session(coupons=(*known, event.key))
    turn.do(Beep(good=good))


def _is_coupon(turn: Turn, key: str) -> bool:
    try:
        turn.terms.book.coupon(key)
    except NotInBook:
        return False
    return True


def member(turn: Turn, event: MemberShown) -> None:
    """The shopper is a member."""
    begin(turn, turn.terms.book.version)
    turn.put_session(member=event.member, consent=event.consent)
    turn.do(Beep(good=True))


def quantity(turn: Turn, event: Pressed) -> None:
    """A line is to have another number of pieces."""
    line, wanted = line_meant(turn, event.line), event.quantity
    if line is None or wanted is None or not 1 <= wanted <= MOST_PIECES or not _is_counted(line):
        turn.put(prompt=Prompt.NOT_FOR_SALE)
        return
    new = replace(line, quantity=wanted)
    before, after = _amount(turn, line), _price_with(turn, new, instead_of=line)
    if before is None or after is None:
        turn.put(prompt=Prompt.NOT_FOR_SALE)
        return
    _put_line(turn, new)
    if wanted > line.quantity:
        pieces = [piece_of(line, turn.at.s)] * (wanted - line.quantity)
        turn.put(bag=moves.opened(turn.bag, pieces) if turn.settings.has_scale else turn.bag)
        turn.publish(_scanned_event(turn, replace(line, quantity=wanted - line.quantity), after - before))
    elif wanted < line.quantity:
        _take_off(turn, replace(line, quantity=line.quantity - wanted), before - after)
    watch.resume_scanning(turn)


def _is_counted(line: CartLine) -> bool:
    article = line.article
    return article.weight_g is None and article.price is None and article.count == 1


def void(turn: Turn, number: int | None) -> None:
    """A line comes off the bill; what of it lies in the bagging area has to leave."""
    line = line_meant(turn, number)
    amount = None if line is None else _amount(turn, line)
    if line is None or amount is None:
        return
    _put_line(turn, replace(line, voided=True))
    _take_off(turn, line, amount)
    watch.resume_scanning(turn)


def _take_off(turn: Turn, line: CartLine, amount: int) -> None:
    """So many pieces of a line as `line` has, and what they cost."""
    turn.put(bag=moves.closed(turn.bag, line.number, line.quantity // max(1, line.article.count)))
    turn.put_session(voided_s=turn.at.s)
    turn.publish(
        CheckoutItemVoided(
            session=turn.session.id,
            line=line.number,
            gtin=gtin_of(line.article),
            quantity=line.quantity,
            price=amount,
            currency=turn.terms.book.currency.code,
            price_book_version=turn.session.version,
            key=line.article.key,
            weight_g=weight_of(line.article),
        )
    )


def line_meant(turn: Turn, number: int | None) -> CartLine | None:
    """The line of that number, or the last one, if it is on the bill."""
    lines = turn.session.on_bill
    return next((line for line in reversed(lines) if number in {None, line.number}), None)


def _put_line(turn: Turn, new: CartLine) -> None:
    turn.put_session(lines=tuple(new if line.number == new.number else line for line in turn.session.lines))


def _amount(turn: Turn, line: CartLine) -> int | None:
    try:
        return amount_of(line, turn.session, turn.terms.book)
    except (BadLine, NotInBook):
        return None
