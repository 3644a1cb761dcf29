"""What goes on at one lane: whatever comes is fed to the runtime, and what follows is done."""

import queue
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import msgspec
import structlog

from edge.agent.protocol import Host
from edge.checkout import lane_setup
from edge.checkout.debounce import Debounce, DebounceSettings, Seen, identity
from edge.checkout.journal import Journal
from edge.checkout.kiosk_port import Choose, Code, Order
from edge.checkout.lane_desks import Desk
from edge.checkout.lane_devices import DevicesTurn
from edge.checkout.lane_runtime import Done, LaneRuntime
from edge.checkout.lane_scale import LaneSeconds
from edge.checkout.price_book_record import PriceBookError
from edge.checkout.price_book_watch import PriceBookWatch
from edge.checkout.recalls_file import RecallsFile
from edge.checkout.resolve import Shop, choose, resolve
from edge.checkout.scanners.reading import ScanFrame
from edge.checkout.session.effects import Beep, Print
from edge.checkout.session.inputs import AnyInput, CodeRefused, Instant, TimePassed
from edge.checkout.session.phase import Phase
from edge.checkout.session.screen import Screen
from edge.config.lane import LaneConfig
from edge.errors import ConfigError
from edge.events import CheckoutAlertRaised, CheckoutCompleted, CheckoutDevice, CheckoutStatusChanged
from edge.fleet.commands import LoadPriceBook, SwitchPriceBook

BEAT_EVERY_S, LOOK_EVERY_S = 0.5, 1.0
LONGEST_REASON = 300

_log = structlog.get_logger()


class Published(msgspec.Struct, frozen=True):
    """Up to which entry of which journal events are accepted; kept with them, in one."""

    journal: str = ""
    upto: int = 0


class Devices(Protocol):
    """Scanner and scales: `edge.checkout.lane_devices.LaneDevices`."""

    def turn(self, lane_s: LaneSeconds) -> DevicesTurn:
        """What all say within a few hundredths of a second."""
        ...

    def beep(self, *, good: bool) -> None:
        """Let the scanner sound."""
        ...


class Kiosk(Protocol):
    """The lane's screen: `edge.checkout.kiosk_port.KioskPort`."""

    def show(self, screen: Screen) -> None:
        """Show this from now on."""
        ...

    def orders(self) -> list[Order]:
        """What was pressed since the last call."""
        ...


@dataclass(frozen=True)
class LaneParts:
    """What a lane works with.

    Attributes:
        answers: what the desks say.
        kiosk: None where the lane has no screen.
    """

    journal: Journal
    runtime: LaneRuntime
    devices: Devices
    payments: Desk
    printer: Desk
    answers: "queue.SimpleQueue[AnyInput]"
    prices: PriceBookWatch
    kiosk: Kiosk | None


class LaneLoop:
    """One lane, turn by turn."""

    def __init__(self, config: LaneConfig, timezone: str, host: Host, parts: LaneParts) -> None:
        """Nothing was done yet: `begin` is next.

        Raises:
            ConfigError: a table, a key or the recalls cannot be used.
        """
        self._config, self._timezone, self._host, self._parts = config, timezone, host, parts
        self._runtime = parts.runtime
        self._patterns = lane_setup.patterns_of(config)
        self._members = lane_setup.members_of(config)
        self._recalls = RecallsFile(Path(config.recalls) if config.recalls else None)
        self._debounce = Debounce(DebounceSettings(window_s=config.scanner.window_s))
        self._faults: dict[str, str] = {}
        self._looked_s = self._beaten_s = float("-inf")
        self._sales = self._taken = self._alerts = 0

    def begin(self) -> None:
        """Take up the journal, and say what was not said."""
        journal, host = self._parts.journal, self._host
        if journal.damage:
            _log.error("journal_damaged", lane=self._config.id, damage=journal.damage)
            self._tell(f"the journal was damaged: {journal.damage}")
        known = published(host.memory.recall())
        upto = known_upto(known, journal.name, journal.former, journal.last)
        if known != Published(journal.name, upto):
            # Before a new entry gets a number that an old one had.
            host.memory.remember(msgspec.json.encode(Published(journal.name, upto)))
        self._do(self._runtime.resume(host.clock.now(), upto))

    def turn(self) -> None:
        """One round: whatever came, in the order of its kinds."""
        turn = self._parts.devices.turn(self._runtime.clock.lane_s)
        weighing = self._runtime.state.phase is Phase.WEIGH_PRODUCE
        inputs = [
            *turn.inputs,
            *self._scanned(turn.frames),
            *([turn.produce] if turn.produce is not None and weighing else []),
            *self._ordered(),
            *_drained(self._parts.answers),
        ]
        if self._is_due():
            inputs.append(TimePassed())
        if inputs:
            self._do(self._runtime.feed(inputs, self._host.clock.now()))
        for desk in (self._parts.payments, self._parts.printer):
            desk.check()
        if self._parts.kiosk is not None:
            self._parts.kiosk.show(self._runtime.screen)
        now = self._host.clock.monotonic_s()
        self._look_at_files(now)
        self._beat(now)

    def _is_due(self) -> bool:
        due = self._runtime.state.due
        return due is not None and self._runtime.clock.lane_s(self._host.clock.monotonic_s()) >= due

    def _scanned(self, frames: Iterable[ScanFrame]) -> Iterator[AnyInput]:
        for frame in frames:
            if self._debounce.see(identity(frame), frame.at) is Seen.SCAN:
                yield resolve(frame, self._instant, self._shop)

    def _ordered(self) -> list[AnyInput]:
        kiosk = self._parts.kiosk
        return [] if kiosk is None else [self._meant(order) for order in kiosk.orders()]

    def _meant(self, order: Order) -> AnyInput:
        if isinstance(order, Choose):
            return choose(order.key, self._instant, self._shop, order.quantity)
        if isinstance(order, Code):
            try:
                data = order.code.strip().encode("ascii")
            except UnicodeEncodeError:
                return CodeRefused(reason="expected the digits of a code, found other characters; type them again")
            return resolve(ScanFrame(data, None, self._host.clock.monotonic_s()), self._instant, self._shop)
        return order

    @property
    def _instant(self) -> Instant:
        return self._runtime.clock.at(self._host.clock.now()).instant

    @property
    def _shop(self) -> Shop:
        key, prefixes = self._members
        return Shop(
            book=self._runtime.book,
            patterns=self._patterns,
            weights=self._runtime.weights,
            recalls=self._recalls.recalls,
            member_key=key,
            member_prefix=prefixes,
            timezone=self._timezone,
        )

    def _do(self, done: Done) -> None:
        """Publish, then let the devices act, then keep the state."""
        if done.happened:
            state = msgspec.json.encode(Published(self._parts.journal.name, done.upto))
            self._host.memory.remember(state, done.happened)
            sold = [event for event, _ in done.happened if isinstance(event, CheckoutCompleted)]
            self._sales, self._taken = self._sales + len(sold), self._taken + sum(one.total for one in sold)
            self._alerts += sum(isinstance(event, CheckoutAlertRaised) for event, _ in done.happened)
        for effect in done.effects:
            if isinstance(effect, Beep):
                self._parts.devices.beep(good=effect.good)
            elif isinstance(effect, Print):
                self._parts.printer.order(effect)
            else:
                self._parts.payments.order(effect)
        self._runtime.accepted(self._host.clock.now())

    def _look_at_files(self, now: float) -> None:
        if now - self._looked_s < LOOK_EVERY_S:
            return
        self._looked_s = now
        book = self._parts.prices.look()
        if book is not None:
            self._runtime.switch(book)
            _log.info("price_book_taken_up", lane=self._config.id, version=book.version)
        self._take_orders()
        self._recalls.look()
        self._tell_fault("price book", self._parts.prices.fault)
        self._tell_fault("recalls", self._recalls.fault)

    def _take_orders(self) -> None:
        """Price books that were sent, or are asked for, from afar."""
        for order in self._host.orders.take():
            try:
                match order.body:
                    case LoadPriceBook(form=form, text=text):
                        book = self._parts.prices.load(text, form)
                    case SwitchPriceBook(version=version):
                        book = self._parts.prices.switch(version)
                    case _:
                        order.answer(ok=False, error="expected an order for a lane, found another's")
                        continue
            except (PriceBookError, ConfigError, OSError) as error:
                order.answer(ok=False, error=str(error), version=self._runtime.book.version)
                continue
            self._runtime.switch(book)
            _log.info("price_book_taken_up", lane=self._config.id, version=book.version)
            order.answer(ok=True, version=book.version)

    def _tell_fault(self, name: str, fault: str) -> None:
        """A file was refused, or is good again; said once."""
        if self._faults.get(name, "") != fault:
            self._faults[name] = fault
            self._tell(f"the {name} stays the old one: {fault}" if fault else f"the {name} is good again")

    def _tell(self, reason: str) -> None:
        event = CheckoutStatusChanged(device=CheckoutDevice.LANE, up=True, reason=reason[:LONGEST_REASON])
        self._host.emit(event, self._host.clock.now())

    def _beat(self, now: float) -> None:
        if now - self._beaten_s < BEAT_EVERY_S:
            return
        self._beaten_s = now
        state = self._runtime.state
        self._host.beat(
            status="offline" if state.phase is Phase.OUT_OF_SERVICE else "online",
            phase=str(state.phase),
            call=str(state.call or ""),
            price_book=self._runtime.book.version,
            sales=self._sales,
            taken=self._taken,
            alerts=self._alerts,
            sessions=state.sessions,
        )


def known_upto(known: Published, name: str, former: str, last: int) -> int:
    """The last entry whose events are accepted; what was cut off the journal's tail is told of no more.

    Args:
        known: what was remembered.
        name: of the journal.
        former: the name that it had before its tail was cut off.
        last: the number of its last entry.
    """
    return min(known.upto, last) if known.journal and known.journal in {name, former} else 0


def published(data: bytes | None) -> Published:
    """What was remembered; nothing when there is none, or when it is not readable any more."""
    try:
        return Published() if data is None else msgspec.json.decode(data, type=Published)
    except msgspec.DecodeError:
        return Published()


def _drained(answers: "queue.SimpleQueue[AnyInput]") -> Sequence[AnyInput]:
    found = []
    while not answers.empty():
        found.append(answers.get_nowait())
    return found
