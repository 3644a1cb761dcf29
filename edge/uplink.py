"""From the outbox to an MQTT 5 broker, at least once.

The outbox is the session: every connection starts clean with a client of its own, nothing is ever queued inside the
MQTT library, and a row is deleted after its PUBACK only. Everything happens on one thread, so an answer cannot
overtake what it answers.
"""

import contextlib
import select
import socket
import ssl
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Self
from urllib.parse import urlsplit

import msgspec
import structlog
from paho.mqtt.client import Client, ConnectFlags, DisconnectFlags, MQTTv5
from paho.mqtt.enums import CallbackAPIVersion, MQTTErrorCode
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties, VariableByteIntegers
from paho.mqtt.reasoncodes import ReasonCode

from edge.agent import Host
from edge.backoff import Backoff
from edge.clock import Clock
from edge.codec import CONTENT_TYPE, Gateway, Message, messages
from edge.config import UplinkConfig
from edge.errors import CodecError, StoreEdgeError
from edge.flight import Flight, Lane, Verdict
from edge.outbox import Outbox, Row
from edge.secrets import uplink_login
from edge.tls import is_refusal, tls_context, tls_obstacle

PORTS = {"mqtt": 1883, "mqtts": 8883}
QOS = 1
POLL_S = 0.02  # how long a new event may wait to be seen
BATCH = 256
ACK_ROWS, ACK_S = 256, 0.05  # acknowledged rows are deleted this many, or this long, at a time
BEAT_S = 0.5
LAST_ANSWERS_S = 0.5  # how long a stop waits for what is on its way
BACKOFF_FIRST_S = 0.5
# MQTT 5.0, section 3.1.2.11.4 and 3.14.2.1: the will is kept this long for a reconnect; and "disconnect with will".
WILL_DELAY_S = 30
WITH_WILL = 0x04
CONNECTED, CONNECTING, BACKING_OFF, REFUSED = "connected", "connecting", "backing_off", "refused"

_log = structlog.get_logger()


class LinkError(StoreEdgeError):
    """The link to the broker did not come up, or went down; `refused` when the broker itself said no."""

    def __init__(self, message: str, *, refused: bool = False) -> None:
        super().__init__(message)
        self.refused = refused


@dataclass
class Figures:
    """What the uplink shows of itself."""

    link: str = CONNECTING
    reason: str = ""
    published: int = 0
    acked: int = 0
    set_aside: int = 0
    reconnects: int = -1


class Uplink:
    """The agent that empties the outbox.

    Args:
        config: where the broker is and how to speak to it.
        gateway: in whose name.
        outbox: what to send.
        clock: for the watchdog and the pauses.
        birth: makes the payload of the retained `birth` topic.
    """

    def __init__(
        self, config: UplinkConfig, gateway: Gateway, outbox: Outbox, clock: Clock, *, birth: Callable[[], bytes]
    ) -> None:
        self._config, self._gateway, self._outbox, self._clock = config, gateway, outbox, clock
        self._birth = birth
        self._figures = Figures()
        self._beaten_s = 0.0

    def run(self, host: Host) -> None:
        """Connect, send, and connect again until `host.stop` is set."""
        backoff = Backoff(BACKOFF_FIRST_S, self._config.backoff_max_s)
        while not host.stop.is_set():
            self._show(host, CONNECTING, "", now=True)
            try:
                with Connection(self._config, self._gateway, self._birth(), self._clock) as link:
                    self._wait_for_connack(host, link)
                    self._figures.reconnects += 1
                    self._serve(host, link, backoff)
                    return
            except (StoreEdgeError, OSError) as error:
                refused = isinstance(error, LinkError) and error.refused
                self._pause(host, REFUSED if refused else BACKING_OFF, str(error), backoff.failed())

    def _wait_for_connack(self, host: Host, link: "Connection") -> None:
        until = self._clock.monotonic_s() + self._config.connect_timeout_s
        while not link.up and not host.stop.is_set():
            link.turn(POLL_S)
            self._show(host, CONNECTING, "")
            if self._clock.monotonic_s() > until:
                raise LinkError(f"{link.address}: expected a CONNACK within {self._config.connect_timeout_s:g} s")

    def _serve(self, host: Host, link: "Connection", backoff: Backoff) -> None:
        self._announce(host, link)
        newest = self._outbox.newest()
        flight = Flight(link.window, Lane(0, newest), Lane(newest, None))
        done, before = Done(self._outbox, self._figures), self._figures.acked
        try:
            while not host.stop.is_set():
                sent = self._send(host, flight, link, done)
                self._turn(flight, link, done, 0.0 if sent else POLL_S)
                done.flush(self._clock.monotonic_s())
                link.watch(flight.oldest(), self._clock.monotonic_s())
                self._tell(host, flight)
                if self._figures.acked > before:
                    backoff.worked()
            until = self._clock.monotonic_s() + LAST_ANSWERS_S
            while flight.unanswered and self._clock.monotonic_s() < until:
                self._turn(flight, link, done, POLL_S)
        except LinkError as error:
            if flight.refused:  # some brokers hang up on whom they refuse
                raise LinkError(f"{link.address}: {_refusal(flight)}", refused=True) from error
            raise
        finally:
            done.flush(self._clock.monotonic_s(), now=True)

    def _announce(self, host: Host, link: "Connection") -> None:
        """Publish the birth, and let it be answered before anything else takes its place in the window."""
        packet, sent_s = link.publish_birth(), self._clock.monotonic_s()
        while not host.stop.is_set() and packet not in (answered for answered, _ in link.turn(POLL_S)):
            link.watch(sent_s, self._clock.monotonic_s())
            self._show(host, CONNECTING, "")

    def _send(self, host: Host, flight: Flight, link: "Connection", done: "Done") -> bool:
        """Fill the window; whether anything went out."""
        sent = False
        while (row := flight.next(self._outbox.pending, BATCH, self._clock.monotonic_s())) is not None:
            try:
                parts = messages(self._gateway, row.record)
            except CodecError as error:
                _log.error("event_unreadable", source=str(row.record.source), error=str(error))
                self._outbox.set_aside(row.rowid, "damaged")
                continue
            entry = flight.begin(row, len(parts))
            for message in parts:
                if not self._has_room(host, flight, link, done):
                    return sent
                flight.sent(entry, link.publish(message), self._clock.monotonic_s())
            self._figures.published += 1
            sent = True
        return sent

    def _has_room(self, host: Host, flight: Flight, link: "Connection", done: "Done") -> bool:
        """Wait, in the middle of an event, until the window has room; no if we are to stop first."""
        while flight.unanswered >= flight.limit:
            if host.stop.is_set():
                return False
            self._turn(flight, link, done, POLL_S)
            done.flush(self._clock.monotonic_s())
            link.watch(flight.oldest(), self._clock.monotonic_s())
            self._tell(host, flight)
        return True

    def _turn(self, flight: Flight, link: "Connection", done: "Done", wait_s: float) -> None:
        for packet, reason in link.turn(wait_s):
            answer = flight.answered(packet, reason, self._clock.monotonic_s())
            if answer is not None:
                done.take(*answer, reason)

    def _tell(self, host: Host, flight: Flight) -> None:
        if flight.refused:
            self._show(host, REFUSED, _refusal(flight), in_flight=flight.unanswered)
        else:
            self._show(host, CONNECTED, "", in_flight=flight.unanswered)

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
            set_aside=figures.set_aside,
            reconnects=max(0, figures.reconnects),
        )


def _refusal(flight: Flight) -> str:
    return f"the broker refused {len(flight.refused)} events (not authorized): check its ACL; nothing is dropped"


class Done:
    """Answered rows on their way out of the outbox, some at a time: one fsync for many."""

    def __init__(self, outbox: Outbox, figures: Figures) -> None:
        self._outbox, self._figures = outbox, figures
        self._rows: list[int] = []
        self._flushed_s = 0.0

    def take(self, verdict: Verdict, row: Row, reason: int) -> None:
        """Do what a row's answer asks for."""
        if verdict is Verdict.DELIVERED:
            self._rows.append(row.rowid)
            self._figures.acked += 1
        elif verdict is Verdict.NEVER:
            name = ReasonCode(PacketTypes.PUBACK, identifier=reason).getName()
            self._outbox.set_aside(row.rowid, f"broker: {name}")
            self._figures.set_aside += 1
            _log.error("event_set_aside", source=str(row.record.source), sequence=row.record.sequence, reason=name)

    def flush(self, at: float, *, now: bool = False) -> None:
        """Delete what was delivered, if it is time."""
        if self._rows and (now or len(self._rows) >= ACK_ROWS or at - self._flushed_s >= ACK_S):
            # Should it fail they are sent again; they must not be counted in whatever file is there by then.
            rows, self._rows, self._flushed_s = self._rows, [], at
            self._outbox.ack(rows)


class Connection:
    """One connection to the broker, from TCP to DISCONNECT. Use as a context manager.

    Attributes:
        up: the broker has accepted us.
        window: messages that may be unanswered: ours, or the broker's Receive Maximum if that is less.
        address: for messages to people.
    """

    def __init__(self, config: UplinkConfig, gateway: Gateway, birth: bytes, clock: Clock) -> None:
        parts = urlsplit(config.url)
        self._host, self._port = parts.hostname or "", parts.port or PORTS[parts.scheme]
        self.address = f"{self._host}:{self._port}"
        self.up, self.window = False, config.window
        self._config, self._clock = config, clock
        self._topic, self._online = f"{gateway.prefix}/birth", birth
        self._offline = msgspec.json.encode(msgspec.json.decode(birth) | {"status": "offline"})
        self._answers: list[tuple[int, int]] = []
        self._lost: LinkError | None = None
        self._client = self._make_client(config, gateway)

    def __enter__(self) -> Self:
        try:
            self._client.connect(
                self._host, self._port, self._config.keepalive_s, clean_start=True, properties=_connect_properties()
            )
        except ssl.SSLError as error:
            found = tls_obstacle(error)
            raise LinkError(f"{self.address}: expected a broker, found {found}", refused=is_refusal(error)) from error
        except OSError as error:
            raise LinkError(f"{self.address}: expected a broker, found: {error}") from error
        wire = self._client.socket()
        if isinstance(wire, socket.socket):
            # A peer that has gone silent is noticed by the kernel too: unacknowledged bytes end the connection.
            wire.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, int(self._config.ack_timeout_s * 1000))
        return self

    def __exit__(self, *_: object) -> None:
        with contextlib.suppress(OSError, ValueError):
            self._client.disconnect(ReasonCode(PacketTypes.DISCONNECT, identifier=WITH_WILL))
            self._client.loop_write()
        self._client.on_disconnect = None
        wire = self._client.socket()
        if wire is not None:
            wire.close()

    def publish_birth(self) -> int:
        """Say that the gateway is here; the packet identifier."""
        return self.publish(Message(topic=self._topic, payload=self._online, retain=True))

    def publish(self, message: Message) -> int:
        """Send a message now; its packet identifier.

        Raises:
            LinkError: the connection is gone.
        """
        properties = PublishProperties(message.properties)
        info = self._client.publish(message.topic, message.payload, QOS, message.retain, properties)
        if info.rc != MQTTErrorCode.MQTT_ERR_SUCCESS:
            raise self._lost or LinkError(f"{self.address}: the connection was lost while sending")
        return int(info.mid)

    def turn(self, wait_s: float) -> list[tuple[int, int]]:
        """Move bytes both ways for up to `wait_s`; the PUBACKs that came, as packet identifier and reason code.

        Raises:
            LinkError: the connection is gone, or the broker refused it.
        """
        wire: Any = self._client.socket()
        if wire is not None:
            writing = [wire] if self._client.want_write() else []
            buffered = getattr(wire, "pending", int)()
            readable, writable, _ = select.select([wire], writing, [], 0 if buffered else wait_s)
            if readable or buffered:
                self._client.loop_read(BATCH)
            if writable:
                self._client.loop_write()
            self._client.loop_misc()
        # What was answered before the connection went is answered; the loss is told at the next turn.
        if not self._answers and (self._lost is not None or self._client.socket() is None):
            raise self._lost or LinkError(f"{self.address}: the broker closed the connection")
        answers, self._answers = self._answers, []
        return answers

    def watch(self, oldest: float | None, now: float) -> None:
        """Give a connection up on which nothing is answered any more.

        Raises:
            LinkError: the oldest unanswered message was sent too long ago.
        """
        if oldest is not None and now - oldest > self._config.ack_timeout_s:
            raise LinkError(f"{self.address}: connected, but no PUBACK for {now - oldest:.0f} s")

    def _make_client(self, config: UplinkConfig, gateway: Gateway) -> Client:
        name = config.client_id or f"{gateway.tenant}-{gateway.store}-{gateway.gateway}"
        client = Client(CallbackAPIVersion.VERSION2, client_id=name, protocol=MQTTv5, reconnect_on_failure=False)
        client.connect_timeout = config.connect_timeout_s
        client.max_inflight_messages_set(65_535)  # the window is ours to keep; the library must not queue
        username, password = uplink_login(config)
        if username is not None:
            client.username_pw_set(username, password)
        if config.url.startswith("mqtts://"):
            client.tls_set_context(tls_context(config))
        delay = _properties(PacketTypes.WILLMESSAGE)
        delay.WillDelayInterval = WILL_DELAY_S
        client.will_set(self._topic, self._offline, QOS, retain=True, properties=delay)
        client.on_connect, client.on_publish, client.on_disconnect = self._connected, self._answered, self._gone
        return client

    def _connected(
        self, _client: Client, _data: object, _flags: ConnectFlags, reason: ReasonCode, said: Properties | None
    ) -> None:
        if reason.is_failure:
            self._lost = LinkError(f"{self.address}: the broker refused the connection: {reason}", refused=True)
            return
        self.window = min(self._config.window, getattr(said, "ReceiveMaximum", 65_535))
        self.up = True

    def _answered(self, _c: Client, _d: object, packet: int, reason: ReasonCode, _p: Properties | None) -> None:
        self._answers.append((packet, reason.value))

    def _gone(
        self, _c: Client, _data: object, _flags: DisconnectFlags, reason: ReasonCode, _p: Properties | None
    ) -> None:
        if self._lost is None:
            self._lost = LinkError(f"{self.address}: the connection was lost: {reason}", refused=reason.value == 0x87)  # noqa: PLR2004 - not authorized


class PublishProperties(Properties):
    """The properties of an event's PUBLISH, packed at once; the library's own way costs more than all the rest.

    MQTT 5.0, section 2.2.2: content type (0x03) and user properties (0x26), UTF-8 with a two-byte length.
    """

    def __init__(self, pairs: Sequence[tuple[str, str]]) -> None:
        super().__init__(PacketTypes.PUBLISH)  # type: ignore[no-untyped-call]  # the library's constructor has no types
        body = b"\x03" + _utf8(CONTENT_TYPE) + b"".join(b"\x26" + _utf8(k) + _utf8(v) for k, v in pairs)
        # The library lets only MQTT's own properties be set as attributes.
        object.__setattr__(self, "packed", _varint(len(body)) + body)

    def pack(self) -> bytes:
        """As they go over the wire."""
        packed: bytes = object.__getattribute__(self, "packed")
        return packed


def _varint(number: int) -> bytes:
    packed: bytes = VariableByteIntegers.encode(number)  # type: ignore[no-untyped-call]  # the library has no types here
    return packed


def _utf8(text: str) -> bytes:
    raw = text.encode()
    return len(raw).to_bytes(2) + raw


def _connect_properties() -> Properties:
    properties = _properties(PacketTypes.CONNECT)
    properties.SessionExpiryInterval = 0
    return properties


def _properties(packet: int) -> Properties:
    return Properties(packet)  # type: ignore[no-untyped-call]  # the library's constructor has no types
