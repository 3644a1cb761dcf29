"""What can be said of a self-checkout: from what it names on this machine, and by opening its devices for a moment."""

import contextlib
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from edge.checkout import lane_setup
from edge.checkout.price_book_file import read_price_book
from edge.checkout.printer_port import PrinterPort
from edge.checkout.recalls_file import read_recalls
from edge.checkout.scanner_port import ScannerPort
from edge.clock import SystemClock
from edge.config.lane import LaneConfig, LaneScaleConfig
from edge.errors import DeviceError
from edge.ports.serial_port import PortSettings
from edge.scale.bus import ScaleBus
from edge.secrets import attendant_token

LISTEN_S, TURN_S = 4.0, 0.05
Look = Callable[[], str]
# An attempt that no sale has: asking about it changes nothing.
NO_ATTEMPT = "store-edge-check"


def lane_facts(lane: LaneConfig) -> Iterator[tuple[str, Look]]:
    """What to look at without reaching a device: the path of each key, and what looks at it."""
    yield "price_book", partial(_price_book, lane)
    yield "patterns", partial(_patterns, lane)
    if lane.recalls is not None:
        yield "recalls", partial(_recalls, Path(lane.recalls))
    if lane.member_key_file is not None:
        yield "member_key_file", partial(_members, lane)
    yield "payment", partial(_payment, lane)
    yield "scale", partial(_scale, lane)
    if lane.screen_port:
        yield "screen_port", partial(_screen, lane)


def lane_probes(lane: LaneConfig) -> Iterator[tuple[str, Look]]:
    """What to reach for a moment. A camera is opened as those of footfall are; here it is the lane's own affair."""
    if lane.scale is not None:
        yield "scale.port", partial(_listen, lane, lane.scale)
    if lane.produce_scale is not None:
        yield "produce_scale.port", partial(_listen, lane, lane.produce_scale)
    if lane.scanner.port is not None and not lane.shares_cable:
        yield "scanner.port", partial(_scanner, lane)
    if lane.printer is not None:
        yield "printer.port", partial(_printer, lane)
    if lane.payment is not None:
        yield "payment.port", partial(_terminal, lane)


def _price_book(lane: LaneConfig) -> str:
    path = Path(lane.price_book)
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise DeviceError(f"expected a price book in {path}, found none to read ({error})") from None
    book = read_price_book(text, lane_setup.book_form(lane), lane_setup.book_terms(lane))
    return f"{len(book.products)} products, {len(book.rules)} offers, version {book.version}"


def _patterns(lane: LaneConfig) -> str:
    lane_setup.patterns_of(lane)
    return ", ".join(lane.patterns) or "none: labels with a weight or an amount on them are not sold"


def _recalls(path: Path) -> str:
    return f"{len(read_recalls(path))} recalls"


def _members(lane: LaneConfig) -> str:
    lane_setup.members_of(lane)
    return f"members' codes begin with {', '.join(lane.member_prefixes)}; only their hashes are kept"


def _payment(lane: LaneConfig) -> str:
    found = lane.payment
    lane_setup.terminal_of(lane)
    return "no terminal: an attendant takes the money" if found is None else f"asked at {found.host}:{found.port}"


def _scale(lane: LaneConfig) -> str:
    if lane.scale is None:
        return "no scale: nothing tells what was not scanned"
    return f"{lane.scale.driver}, {lane.scale.capacity_g:g} g by {lane.scale.division_g:g} g"


def _screen(lane: LaneConfig) -> str:
    token = "with an attendants' token" if attendant_token(lane) else "and any program on this box may attend"
    return f"served at http://{lane.screen_host}:{lane.screen_port}/, {token}"


def _listen(lane: LaneConfig, scale: LaneScaleConfig) -> str:
    """What a scale says within a few seconds.

    Raises:
        DeviceError: nothing.
    """
    clock, reason = SystemClock(), "no bytes came"
    port = lane_setup.scale_port(scale, lane.scanner)
    with ScaleBus(port, lane_setup.scale_driver(scale), clock) as bus:
        until = clock.monotonic_s() + LISTEN_S
        while clock.monotonic_s() < until:
            turn = bus.turn(TURN_S)
            if turn.readings:
                last = turn.readings[-1]
                return f"{last.status.value}" if last.weight_g is None else f"{last.weight_g:.1f} g {last.status.value}"
            reason = next((change.reason for change in turn.changes if not change.online), reason)
    raise DeviceError(f"expected a reading within {LISTEN_S:g} s, found none: {reason}")


def _scanner(lane: LaneConfig) -> str:
    """Whether the port opens: a scanner says nothing until it sees a code.

    Raises:
        DeviceError: it does not.
    """
    with ScannerPort(
        lane_setup.scanner_port(lane.scanner), lane_setup.scanner_driver(lane.scanner), SystemClock()
    ) as one:
        change = one.turn(TURN_S).changes[0]
    if not change.online:
        raise DeviceError(change.reason)
    return f"{change.reason}; hold a code before it to see more"


def _printer(lane: LaneConfig) -> str:
    config = lane.printer
    if config is None:
        return "none"
    with contextlib.closing(
        PrinterPort(PortSettings(url=config.port, baud=config.baud, format=config.format))
    ) as printer:
        return str(printer.state())


def _terminal(lane: LaneConfig) -> str:
    """Whether something answers where the terminal is asked.

    Raises:
        DeviceError: nothing does.
    """
    terminal = lane_setup.terminal_of(lane)
    if terminal is None:
        return "none"
    answer = terminal.status(NO_ATTEMPT)
    if answer.message.startswith("expected"):
        raise DeviceError(answer.message)
    return f"answers: {answer.outcome}"
