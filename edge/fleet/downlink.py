"""What comes from the broker, and what is answered: into the order book and out of it. The uplink carries both."""

import hashlib
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import msgspec
import structlog

from edge.codec import Gateway
from edge.config.gateway import RemoteConfig
from edge.errors import StoreEdgeError
from edge.events import Id
from edge.fleet.commands import (
    LOAD_PRICE_BOOK,
    Command,
    CommandError,
    LoadPriceBook,
    Request,
    can_be_answered,
    command_of,
)
from edge.fleet.order_book import OrderBook, Standing, said

LARGEST_CONFIG = 512 * 1024
LARGEST_PRICE_BOOK = 8 * 1024 * 1024
# Answers that are waiting and are in no book; whoever asks faster is not answered.
REFUSALS = 64
TOPICS = ("cmd/+", "cfg/desired", "cfg/price_book/+")
_LANE = msgspec.json.Decoder(Id)

NOBODY = said(ok=False, error="expected an agent that takes it, found none in time; nothing was done")

_log = structlog.get_logger()


@dataclass(frozen=True)
class Outgoing:
    """A message to the cloud that is no event.

    Attributes:
        arrived: to be called when the broker has it.
    """

    topic: str
    payload: bytes
    retain: bool
    correlation: bytes
    arrived: Callable[[], None]


class Downlink:
    """One gateway's way from the cloud.

    Args:
        config: what is taken.
        gateway: whose.
        book: where it goes.
    """

    def __init__(self, config: RemoteConfig, gateway: Gateway, book: OrderBook) -> None:
        self._config, self._prefix, self._book = config, gateway.prefix, book
        self._refusals: deque[Outgoing] = deque(maxlen=REFUSALS)
        self._under_way: set[str] = set()
        self._reported = 0

    @property
    def topics(self) -> Sequence[str]:
        """What to subscribe to."""
        return [f"{self._prefix}/{topic}" for topic in TOPICS]

    def connected(self) -> None:
        """A new connection: what was under way on the old one is sent again."""
        self._under_way.clear()
        self._reported = 0

    def take(self, request: Request, wall_s: float) -> None:
        """A message came; whatever it is, it does no harm."""
        topic = request.topic.removeprefix(self._prefix + "/")
        try:
            if topic == "cfg/desired":
                self._desired(request)
            elif topic.startswith("cfg/price_book/"):
                self._price_book(request, topic.rpartition("/")[2], wall_s)
            elif topic.startswith("cmd/"):
                self._command(request, wall_s)
        except StoreEdgeError as error:
            _log.error("request_not_taken", topic=topic[:80], error=str(error))

    def outgoing(self, wall_s: float) -> list[Outgoing]:
        """What is to be sent now; nothing is given twice on one connection."""
        try:
            self._book.expire(
                wall_s, said(ok=False, error="expected an agent that takes it, found none; nothing was done")
            )
            replies = [one for one in self._book.replies() if self._begins(one.correlation)]
            found = [self._reply(one.correlation, one.topic, one.payload) for one in replies]
            found += self._report()
        except StoreEdgeError as error:
            _log.error("replies_not_read", error=str(error))
            return []
        while self._refusals:
            found.append(self._refusals.popleft())
        return found

    def _command(self, request: Request, wall_s: float) -> None:
        name = request.topic.rpartition("/")[2]
        if not can_be_answered(request, self._prefix):
            _log.warning("command_refused", command=name[:64], reason="no response topic of ours, or no correlation")
            return
        try:
            command = command_of(request, self._prefix, self._config.commands)
            standing = self._book.accept(command, wall_s)
        except CommandError as error:
            _log.warning("command_refused", command=name[:64], reason=str(error))
            self._refuse(request, str(error))
            return
        _log.info("command_accepted", command=name, correlation=command.correlation, standing=standing.value)
        if standing is Standing.KNOWN:
            self._under_way.discard(command.correlation)
        if standing is Standing.BUSY:
            self._refuse(request, f"{name}: expected fewer a minute; try again later")

    def _desired(self, request: Request) -> None:
        if not self._config.config:
            _log.warning("config_refused", reason="remote.config is not true on this box")
            return
        if len(request.payload) > LARGEST_CONFIG:
            _log.warning("config_refused", reason=f"{len(request.payload)} bytes")
            return
        self._book.desire(request.payload.decode("utf-8", "replace"))

    def _price_book(self, request: Request, lane: str, wall_s: float) -> None:
        """A price book; the same one again is known by its hash."""
        if not self._config.price_books or len(request.payload) > LARGEST_PRICE_BOOK:
            _log.warning(
                "price_book_refused", lane=lane[:64], reason="remote.price_books is not true, or it is too large"
            )
            return
        try:
            text = request.payload.decode("utf-8-sig")
            body = LoadPriceBook(lane=msgspec.convert(lane, Id), form=_form_of(text), text=text)
        except (UnicodeDecodeError, msgspec.ValidationError) as error:
            _log.warning("price_book_refused", lane=lane[:64], reason=str(error))
            return
        command = Command(
            name=LOAD_PRICE_BOOK,
            correlation=hashlib.sha256(request.topic.encode() + b"\0" + request.payload).hexdigest(),
            reply_to=f"{self._prefix}/cfg/reported/price_book/{lane}",
            doer=f"checkout/{lane}",
            body=msgspec.json.encode(body),
        )
        self._book.accept(command, wall_s)

    def _refuse(self, request: Request, reason: str) -> None:
        payload = said(ok=False, error=reason)
        self._refusals.append(Outgoing(request.reply_to, payload, False, request.correlation, lambda: None))

    def _begins(self, correlation: str) -> bool:
        new = correlation not in self._under_way
        self._under_way.add(correlation)
        return new

    def _reply(self, correlation: str, topic: str, payload: bytes) -> Outgoing:
        def arrived() -> None:
            self._under_way.discard(correlation)
            self._book.replied(correlation)

        return Outgoing(topic, payload, "/cfg/reported/" in topic, bytes.fromhex(correlation), arrived)

    def _report(self) -> list[Outgoing]:
        known = self._book.reported()
        if known is None or known[0] == self._reported:
            return []
        self._reported = known[0]
        return [Outgoing(f"{self._prefix}/cfg/reported", known[1], True, b"", lambda: None)]


def _form_of(text: str) -> Literal["csv", "json"]:
    return "json" if text.lstrip()[:1] in {"{", "["} else "csv"
