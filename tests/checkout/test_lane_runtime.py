"""A lane that dies at any point goes on where it was: nothing lost, nothing said twice."""

from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest

from edge.checkout.journal import Journal
from edge.checkout.journal_reader import JournalError
from edge.checkout.lane_runtime import LaneRuntime
from edge.checkout.payment.adapter import Outcome, PaymentResult
from edge.checkout.price_book_file import read_price_book
from edge.checkout.session.effects import AskPayment, StartPayment
from edge.checkout.session.inputs import AnyInput, ItemScanned, Key, PaymentSaid, Pressed, Weighed
from edge.checkout.session.phase import Phase
from edge.checkout.session.terms import LaneSettings
from edge.events import CheckoutCompleted, CheckoutSessionClosed, ClockState, Event, Stamp
from tests.checkout.books import MILK, NOON, TEA, TERMS
from tests.checkout.session.lane import WEIGHTS, article

CSV = "code,name,price,tax\n6901234567892,Green tea,{},standard\n6901234567908,Milk,5.99,reduced\n"


@dataclass
class Box:
    """A box with a journal on its disk, a memory of what was published, and a clock."""

    path: Path
    price: str = "3.50"
    published: int = 0
    events: list[Event] = field(default_factory=list)
    now_s: float = 0.0
    boot: str = "a"
    wall_off_s: float = 0.0

    def __post_init__(self) -> None:
        self.start()

    @property
    def stamp(self) -> Stamp:
        wall = NOON + timedelta(seconds=self.now_s + self.wall_off_s)
        return Stamp(wall=wall, monotonic_s=self.now_s, boot_id=self.boot, clock_state=ClockState.TRUSTED)

    def start(self) -> None:
        text = CSV.format(self.price)
        book = read_price_book(text, "csv", TERMS)
        self.journal = Journal(self.path, "j")
        self.lane = LaneRuntime(
            "sco-1",
            LaneSettings(),
            self.journal,
            book,
            lambda _: ("csv", text),
            lambda form, kept: read_price_book(kept, form, TERMS),
        )
        done = self.lane.resume(self.stamp, self.published)
        self.accept(done.upto, [event for event, _ in done.happened])
        self.wanted = done.effects

    def accept(self, upto: int, events: list[Event]) -> None:
        self.published = upto
        self.events += events
        self.lane.accepted(self.stamp)

    def feed(self, *inputs: AnyInput, dies: bool = False) -> None:
        """Take in inputs; the box may die before the events are accepted."""
        self.now_s += 1.0
        done = self.lane.feed(inputs, self.stamp)
        self.wanted = done.effects
        if not dies:
            self.accept(done.upto, [event for event, _ in done.happened])

    def die(self) -> None:
        self.journal.close()
        self.start()


def buying(box: Box) -> list[tuple[AnyInput, ...]]:
    version = box.lane.book.version
    tea, milk = WEIGHTS[TEA.key], WEIGHTS[MILK.key]
    attempt = "sco-1-j-000001-1"
    return [
        (Weighed(weight_g=0.0, delta_g=0.0, sd_g=0.5, since_s=0.0),),
        (ItemScanned(article=article(TEA), version=version),),
        (Weighed(weight_g=tea, delta_g=tea, sd_g=0.5, since_s=box.now_s),),
        (ItemScanned(article=article(MILK), version=version),),
        (Weighed(weight_g=tea + milk, delta_g=milk, sd_g=0.5, since_s=box.now_s),),
        (Pressed(key=Key.PAY),),
        (PaymentSaid(result=PaymentResult(attempt_id=attempt, outcome=Outcome.APPROVED)),),
        (Weighed(weight_g=0.0, delta_g=-tea - milk, sd_g=0.5, since_s=box.now_s),),
    ]


@pytest.mark.parametrize("dies_at", range(8))
@pytest.mark.parametrize("accepted", [True, False])
def test_dying_at_any_input_changes_no_sale(tmp_path: Path, dies_at: int, accepted: bool) -> None:
    box = Box(tmp_path / "one.journal")
    starts = 0
    for n, inputs in enumerate(buying(box)):
        box.feed(*inputs, dies=n == dies_at and not accepted)
        starts += sum(isinstance(one, StartPayment) for one in box.wanted)
        if n == dies_at:
            box.die()
            starts += sum(isinstance(one, StartPayment) for one in box.wanted)
    sales = [event for event in box.events if isinstance(event, CheckoutCompleted)]
    assert [(sale.total, len(sale.lines)) for sale in sales] == [(949, 2)]
    assert sum(isinstance(event, CheckoutSessionClosed) for event in box.events) == 1
    assert starts == 1
    assert box.lane.state.phase is Phase.IDLE


def test_a_payment_on_its_way_is_unknown_after_a_start_and_asked_about(tmp_path: Path) -> None:
    box = Box(tmp_path / "one.journal")
    for inputs in buying(box)[:6]:
        box.feed(*inputs)
    box.die()
    assert box.lane.state.phase is Phase.PAY_UNKNOWN
    assert AskPayment(attempt="sco-1-j-000001-1") in box.wanted


def test_a_session_keeps_its_price_book_over_a_start(tmp_path: Path) -> None:
    box = Box(tmp_path / "one.journal")
    steps = buying(box)
    for inputs in steps[:3]:
        box.feed(*inputs)
    box.price = "9.99"
    box.die()
    assert box.lane.screen.total == 350
    for inputs in steps[3:]:
        box.feed(*inputs)
    assert [event.total for event in box.events if isinstance(event, CheckoutCompleted)] == [949]
    box.feed(ItemScanned(article=article(TEA), version=box.lane.book.version))
    assert box.lane.screen.total == 999


def test_a_clock_that_is_set_back_or_a_new_boot_changes_no_sale(tmp_path: Path) -> None:
    box = Box(tmp_path / "one.journal")
    seconds = []
    for n, inputs in enumerate(buying(box)):
        if n == 2:
            box.wall_off_s = -7200.0
        if n == 4:
            box.boot, box.now_s, box.wall_off_s = "b", 0.0, -86_400.0
            box.die()
        box.feed(*inputs)
        seconds.append(box.lane.clock.s)
    assert seconds == sorted(seconds)
    assert [event.total for event in box.events if isinstance(event, CheckoutCompleted)] == [949]
    assert box.lane.state.phase is Phase.IDLE


def test_what_changes_nothing_is_not_written(tmp_path: Path) -> None:
    box = Box(tmp_path / "one.journal")
    box.feed(Weighed(weight_g=0.0, delta_g=0.0, sd_g=0.5, since_s=0.0))
    before = box.journal.last
    for _ in range(50):
        box.feed(Pressed(key=Key.BACK))
    assert box.journal.last == before


def test_weights_are_learned_once_whatever_happens(tmp_path: Path) -> None:
    box = Box(tmp_path / "one.journal")
    for n, inputs in enumerate(buying(box)[:5]):
        box.feed(*inputs)
        if n > 1:  # what is weighed after a death may have come unseen, and teaches nothing
            box.die()
    candidates = box.lane.weights.products[TEA.key].candidates
    assert [one.grams for one in candidates] == [WEIGHTS[TEA.key]]


def test_what_cannot_be_written_does_not_happen(tmp_path: Path) -> None:
    box = Box(tmp_path / "one.journal")
    steps = buying(box)
    box.feed(*steps[0])
    before = box.lane.state
    box.journal.close()
    with pytest.raises(JournalError):
        box.feed(*steps[1])
    assert box.lane.state == before
