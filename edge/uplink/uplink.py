"""From the outbox to an MQTT 5 broker, at least once; and what the cloud asks for, the other way.

The outbox is the session: every connection starts clean with a client of its own, and a row is deleted after its PUBACK
only, or after the receipt of the cloud's database where that is asked for. Everything happens on one thread.
"""

from collections.abc import Callable
from dataclasses import dataclass

import structlog

from edge.agent.protocol import Host
from edge.backoff import Backoff
from edge.clock import Clock
from edge.codec import Gateway, messages
from edge.config.gateway import UplinkConfig
from edge.errors import CodecError, ConfigError, StoreEdgeError
from edge.fleet.commands import Resend
from edge.fleet.downlink import Downlink
from edge.outbox.outbox import Outbox
from edge.uplink.certificates import Certificates
from edge.uplink.courier import Courier
from edge.uplink.done import Done
from edge.uplink.figures import BACKING_OFF, CONNECTED, CONNECTING, REFUSED, Figures
from edge.uplink.flight import Flight, Lane
from edge.uplink.link import Connection, LinkError
from edge.uplink.readers import READER_GONE_S, Readers
from edge.uplink.receipts import Receipts

POLL_S = 0.02  # how long a new event may wait to be seen
BATCH = 256
# How often what is no event is looked after: answers to orders, receipts that do not come.
ERRANDS_EVERY_S = 0.2
RESENT_ROWS = 5000  # of one order
BEAT_S = 0.5
LAST_ANSWERS_S = 0.5  # how long a stop waits for what is on its way
BACKOFF_FIRST_S = 0.5

_log = structlog.get_logger()


class Uplink:
    """The agent that empties the outbox.

    Args:
        config: where the broker is and how to speak to it.
        gateway: in whose name.
        outbox: what to send.
        clock: for the watchdog and the pauses.
        birth: makes the payload of the retained `birth` topic.
        downlink: takes what the cloud asks for; None where the gateway takes nothing.
        certificates: which pair to use; None where there is no choice.
    """

    def __init__(
        self,
        config: UplinkConfig,
        gateway: Gateway,
        outbox: Outbox,
        clock: Clock,
        *,
        birth: Callable[[], bytes],
        downlink: Downlink | None = None,
        certificates: Certificates | None = None,
    ) -> None:
        self._config, self._gateway, self._outbox, self._clock = config, gateway, outbox, clock
        self._birth, self._downlink, self._certificates = birth, downlink, certificates
        self._receipt_topic = f"{gateway.prefix}/rcpt"
        self._figures, self._readers = Figures(), Readers(certain=config.receipts)
        self._beaten_s = 0.0

    def run(self, host: Host) -> None:
        """Connect, send, and connect again until `host.stop` is set."""
        backoff, refused = Backoff(BACKOFF_FIRST_S, self._config.backoff_max_s), False
        while not host.stop.is_set():
            self._show(host, CONNECTING, "", now=True)
            try:
                with Connection(self._chosen(refused=refused), self._gateway, self._birth(), self._clock) as link:
                    self._wait_for_connack(host, link)
                    self._figures.reconnects += 1
                    self._tell_of_certificates(host)
                    self._serve(host, link, backoff)
                refused = False
            except (StoreEdgeError, OSError) as error:
                refused = isinstance(error, ConfigError) or (isinstance(error, LinkError) and error.refused)
                self._pause(host, REFUSED if refused else BACKING_OFF, str(error), backoff.failed())

    def _chosen(self, *, refused: bool) -> UplinkConfig:
        return self._config if self._certificates is None else self._certificates.choose(refused=refused)

    def _tell_of_certificates(self, host: Host) -> None:
        for event in self._certificates.connected() if self._certificates is not None else ():
            host.emit(event, self._clock.now())

    def _wait_for_connack(self, host: Host, link: Connection) -> None:
        until = self._clock.monotonic_s() + self._config.connect_timeout_s
        while not link.up and not host.stop.is_set():
            link.turn(POLL_S)
            self._show(host, CONNECTING, "")
            if self._clock.monotonic_s() > until:
                raise LinkError(f"{link.address}: expected a CONNACK within {self._config.connect_timeout_s:g} s")

    def _serve(self, host: Host, link: Connection, backoff: Backoff) -> None:
        self._announce(host, link)
        newest = self._outbox.newest()
        receipts = Receipts(self._config.receipt_timeout_s) if self._config.receipts else None
        pace = None if receipts is None else receipts.pace
        flight = Flight(link.window, Lane(0, newest), Lane(newest, None), self._readers, pace)
        done, before = Done(self._outbox, self._figures, receipts), self._figures.acked
        trip = Trip(link, flight, done, Courier(self._downlink, link), receipts)
        try:
            while not (host.stop.is_set() or trip.over):
                sent = self._send(host, trip)
                self._turn(trip, 0.0 if sent else POLL_S)
                done.flush(self._clock.monotonic_s())
                self._run_errands(host, trip)
                link.watch(flight.oldest(), self._clock.monotonic_s())
                self._tell(host, flight)
                if self._figures.acked > before:
                    backoff.worked()
            until = self._clock.monotonic_s() + LAST_ANSWERS_S
            while flight.unanswered and self._clock.monotonic_s() < until:
                self._turn(trip, POLL_S)
        except LinkError as error:
            if flight.refused:  # some brokers hang up on whom they refuse
                raise LinkError(f"{link.address}: {_refusal(flight)}", refused=True) from error
            raise
        finally:
            done.flush(self._clock.monotonic_s(), now=True)

    def _run_errands(self, host: Host, trip: "Trip") -> None:
        """What is no event: orders and their answers, receipts that do not come."""
        now = self._clock.monotonic_s()
        if now < trip.errands_s:
            return
        trip.errands_s = now + ERRANDS_EVERY_S
        trip.courier.send(trip.flight.limit - trip.flight.unanswered, self._clock.now().wall.timestamp())
        trip.flight.others = trip.courier.unanswered
        for order in host.orders.take():
            match order.body:
                case Resend() as resend:
                    rows = self._outbox.kept(resend.source, resend.epoch, (resend.from_, resend.to), RESENT_ROWS)
                    for row in rows:
                        trip.flight.repeat(row)
                    order.answer(ok=True, resent=len(rows), asked=resend.to - resend.from_ + 1)
                case _:
                    order.answer(ok=False, error="expected an order for the uplink, found another's")
        if self._certificates is not None:
            told, trip.over = self._certificates.turn()
            for event in told:
                host.emit(event, self._clock.now())
        if trip.receipts is not None:
            for rowid in trip.receipts.overdue(now):
                for row in self._outbox.pending(rowid - 1, 1):
                    trip.flight.repeat(row)
            self._figures.unreceipted = len(trip.receipts)

    def _announce(self, host: Host, link: Connection) -> None:
        """Publish the birth, and let it be answered before anything else takes its place in the window."""
        packet, sent_s = link.publish_birth(), self._clock.monotonic_s()
        while not host.stop.is_set() and packet not in (answered for answered, _ in link.turn(POLL_S)):
            link.watch(sent_s, self._clock.monotonic_s())
            self._show(host, CONNECTING, "")
        topics = [] if self._downlink is None else list(self._downlink.topics)
        link.subscribe(topics + ([self._receipt_topic] if self._config.receipts else []))

    def _send(self, host: Host, trip: "Trip") -> bool:
        """Fill the window; whether anything went out."""
        sent, flight = False, trip.flight
        while (
            not trip.is_held
            and (row := flight.next(self._outbox.pending, BATCH, self._clock.monotonic_s())) is not None
        ):
            try:
                parts = messages(self._gateway, row.record)
            except CodecError as error:
                _log.error("event_unreadable", source=str(row.record.source), error=str(error))
                self._outbox.set_aside(row.rowid, "damaged")
                continue
            entry = flight.begin(row, len(parts))
            for message in parts:
                if not self._has_room(host, trip):
                    return sent
                flight.sent(entry, trip.link.publish(message), self._clock.monotonic_s())
            self._figures.published += 1
            sent = True
        return sent

    def _has_room(self, host: Host, trip: "Trip") -> bool:
        """Wait, in the middle of an event, until the window has room; no if we are to stop first."""
        while trip.flight.unanswered >= trip.flight.limit:
            if host.stop.is_set():
                return False
            self._turn(trip, POLL_S)
            trip.done.flush(self._clock.monotonic_s())
            trip.link.watch(trip.flight.oldest(), self._clock.monotonic_s())
            self._tell(host, trip.flight)
        return True

    def _turn(self, trip: "Trip", wait_s: float) -> None:
        flight, now = trip.flight, self._clock.monotonic_s
        for packet, reason in trip.link.turn(wait_s):
            if trip.courier.answered(packet):
                flight.others = trip.courier.unanswered
                continue
            answer = flight.answered(packet, reason, now())
            if answer is not None:
                trip.done.take(*answer, reason, now())
        for request in trip.link.received():
            if request.topic == self._receipt_topic:
                trip.done.received(request.payload, now())
            elif self._downlink is not None:
                self._downlink.take(request, self._clock.now().wall.timestamp())

    def _tell(self, host: Host, flight: Flight) -> None:
        self._tell_of_readers()
        if flight.refused:
            self._show(host, REFUSED, _refusal(flight), in_flight=flight.unanswered)
        else:
            self._show(host, CONNECTED, _absence(self._figures.unread), in_flight=flight.unanswered)

    def _tell_of_readers(self) -> None:
        figures, readers = self._figures, self._readers
        before, given_up = figures.unread, readers.given_up > figures.given_up
        figures.unread, figures.given_up = readers.missed, readers.given_up
        if given_up:
            _log.warning("reader_given_up", waited_s=READER_GONE_S, missed=readers.missed)
        elif before and not readers.missed:
            _log.info("reader_back")
        elif readers.missed and not before:
            _log.warning("reader_missed", advice="the broker takes events for nobody; see whether the ingest runs")

    def _pause(self, host: Host, link: str, reason: str, pause_s: float) -> None:
        if reason != self._figures.reason:
            _log.warning("link_down", reason=reason, retry_in_s=round(pause_s, 1))
        until = self._clock.monotonic_s() + pause_s
        self._show(host, link, reason, now=True)
        while not host.stop.wait(min(BEAT_S, max(0.0, until - self._clock.monotonic_s()))):
            if self._clock.monotonic_s() >= until:
                return
            self._show(host, link, reason)

    def _show(self, host: Host, link: str, reason: str, *, in_flight: int = 0, now: bool = False) -> None:
        figures, at = self._figures, self._clock.monotonic_s()
        changed = link != figures.link
        figures.link, figures.reason = link, reason or (figures.reason if link == CONNECTING else "")
        if not (now or changed) and at - self._beaten_s < BEAT_S:
            return
        self._beaten_s = at
        depth = self._outbox.depth()
        host.beat(
            link=link,
            link_reason=figures.reason,
            pending=depth.rows,
            outbox_bytes=depth.bytes,
            in_flight=in_flight,
            published=figures.published,
            acked=figures.acked,
            unreceipted=figures.unreceipted,
            unread=figures.unread,
            set_aside=figures.set_aside,
            reconnects=max(0, figures.reconnects),
        )


def _refusal(flight: Flight) -> str:
    return f"the broker refused {len(flight.refused)} events (not authorized): check its ACL; nothing is dropped"


def _absence(unread: int) -> str:
    return f"events wait for a reader (no matching subscribers); topics: {unread}" if unread else ""


@dataclass
class Trip:
    """One connection at work.

    Attributes:
        errands_s: when to look after what is no event.
        over: it is to end, for another one with the next certificate.
    """

    link: Connection
    flight: Flight
    done: Done
    courier: Courier
    receipts: Receipts | None
    errands_s: float = 0.0
    over: bool = False

    @property
    def is_held(self) -> bool:
        """Whether so much waits for receipts that nothing more is to be sent."""
        return self.receipts is not None and self.receipts.full
