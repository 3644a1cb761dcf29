"""One connection of a worker to an MQTT 5 broker, on the caller's thread.

The session outlives the connection: what was not acknowledged comes again, to whoever connects under the same name.
"""

import contextlib
import select
import socket
import ssl
from collections.abc import Iterable, Sequence
from typing import Self

import structlog

from edge.clock import Clock
from edge.codec import CONTENT_TYPE
from edge.config.gateway import UplinkConfig
from edge.config.rules import broker_address
from edge.errors import CodecError
from edge.ingest import packets
from edge.ingest.packets import Connect, PacketReader, Publish
from edge.ingest.reasons import FAILURE, reason
from edge.secrets import uplink_login
from edge.uplink.link import LinkError
from edge.uplink.tls import is_refusal, tls_context, tls_obstacle

# A worker may be away so long before the broker gives its share of unacknowledged messages up.
SESSION_S = 7 * 24 * 3600
LARGEST_PACKET = 9 * 1024 * 1024
CHUNK = 256 * 1024

_log = structlog.get_logger()


class BrokerLink:
    """Connects on entering. Use as a context manager.

    Attributes:
        address: for messages to people.
    """

    def __init__(self, broker: UplinkConfig, client_id: str, receive_maximum: int, clock: Clock) -> None:
        """Nothing is connected yet.

        Args:
            broker: where it is, and how to speak to it.
            client_id: whose session it is; no other worker may have it.
            receive_maximum: messages that the broker may send without an acknowledgement.
            clock: for keeping the connection alive.
        """
        self._broker, self._clock = broker, clock
        self._host, self._port = broker_address(broker.url)
        self.address = f"{self._host}:{self._port}"
        username, password = uplink_login(broker)
        self._who = Connect(client_id, broker.keepalive_s, SESSION_S, receive_maximum, username, password)
        self._reader = PacketReader(LARGEST_PACKET)
        self._number, self._unanswered, self._window = 0, 0, 0
        self._sent_s = self._heard_s = 0.0
        self._early: list[Publish] = []

    def __enter__(self) -> Self:
        self._wire = self._connected()
        try:
            self._send(packets.connect(self._who))
            self._await_connack()
        except BaseException:
            self._wire.close()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        with contextlib.suppress(OSError, LinkError):
            self._send(packets.disconnect())
        self._wire.close()

    def subscribe(self, filters: Sequence[str]) -> None:
        """Ask for messages.

        Raises:
            LinkError: the connection is gone.
        """
        self._send(packets.subscribe(self._next_number(), filters))

    def turn(self, wait_s: float) -> list[Publish]:
        """Wait for bytes for up to `wait_s`; the messages that came.

        Raises:
            LinkError: the connection is gone, silent for too long, or not MQTT.
        """
        if self._early and self._window:
            early, self._early = self._early, []
            return early
        now, keepalive_s = self._clock.monotonic_s(), self._broker.keepalive_s
        if now - min(self._sent_s, self._heard_s) >= keepalive_s / 2 and now - self._sent_s >= keepalive_s / 4:
            self._send(packets.PING)
        data = self._received(wait_s)
        if data is None:
            if self._clock.monotonic_s() - self._heard_s > keepalive_s * 1.5:
                raise LinkError(f"{self.address}: connected, but nothing heard for {keepalive_s * 1.5:g} s")
            return []
        self._heard_s = self._clock.monotonic_s()
        try:
            return [one for first, body in self._reader.feed(data) for one in self._take(first, body)]
        except (CodecError, IndexError) as error:
            raise LinkError(f"{self.address}: expected MQTT 5, found: {error}") from error

    def acknowledge(self, numbers: Iterable[int]) -> None:
        """These messages are in the database.

        Raises:
            LinkError: the connection is gone; the messages will come again.
        """
        self._send(packets.pubacks(numbers))

    def tell(self, topic: str, payload: bytes) -> None:
        """Publish at QoS 0 what is told again anyway.

        Raises:
            LinkError: the connection is gone.
        """
        self._send(packets.publish(topic, payload, content_type=CONTENT_TYPE))

    def ask(self, topic: str, payload: bytes, *, answer_to: str, correlation: bytes) -> bool:
        """Publish a command at QoS 1; no when the broker has as many of ours as it takes.

        Raises:
            LinkError: the connection is gone.
        """
        if self._unanswered >= self._window:
            return False
        self._unanswered += 1
        number = self._next_number()
        self._send(
            packets.publish(
                topic, payload, packet=number, answer_to=answer_to, correlation=correlation, content_type=CONTENT_TYPE
            )
        )
        return True

    def _connected(self) -> socket.socket:
        timeout_s = self._broker.connect_timeout_s
        try:
            wire = socket.create_connection((self._host, self._port), timeout_s)
            wire.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            wire.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, int(self._broker.ack_timeout_s * 1000))
            if self._broker.tls:
                wire = tls_context(self._broker).wrap_socket(wire, server_hostname=self._host)
        except ssl.SSLError as error:
            found = tls_obstacle(error)
            raise LinkError(f"{self.address}: expected a broker, found {found}", refused=is_refusal(error)) from error
        except OSError as error:
            raise LinkError(f"{self.address}: expected a broker, found: {error}") from error
        wire.settimeout(self._broker.ack_timeout_s)
        self._heard_s = self._sent_s = self._clock.monotonic_s()
        return wire

    def _await_connack(self) -> None:
        until = self._clock.monotonic_s() + self._broker.connect_timeout_s
        while not self._window:
            # A session that goes on begins with what was not acknowledged, at once behind the CONNACK.
            self._early += self.turn(0.1)
            if self._clock.monotonic_s() > until:
                raise LinkError(f"{self.address}: expected a CONNACK within {self._broker.connect_timeout_s:g} s")

    def _received(self, wait_s: float) -> bytes | None:
        """What came; None when nothing did."""
        wire = self._wire
        try:
            if isinstance(wire, ssl.SSLSocket) and wire.pending():
                return wire.recv(CHUNK)
            if not select.select([wire], [], [], wait_s)[0]:
                return None
            data = wire.recv(CHUNK)
        except OSError as error:
            raise LinkError(f"{self.address}: the connection was lost: {error}") from error
        if not data:
            raise LinkError(f"{self.address}: the broker closed the connection")
        return data

    def _take(self, first: int, body: bytes) -> list[Publish]:
        kind = first >> 4
        if kind == packets.PUBLISH:
            return [packets.read_publish(first, body)]
        if kind == packets.PUBACK:
            self._unanswered -= 1
        elif kind == packets.CONNACK:
            self._accept(body)
        elif kind == packets.SUBACK:
            self._check_grants(body)
        elif kind == packets.DISCONNECT:
            code = packets.read_disconnect(body)
            raise LinkError(f"{self.address}: the broker ended the connection: {reason(code)}")
        return []

    def _accept(self, body: bytes) -> None:
        code, resumed, window = packets.read_connack(body)
        if code >= FAILURE:
            raise LinkError(f"{self.address}: the broker refused the connection: {reason(code)}", refused=True)
        self._window = window
        _log.info("connected", broker=self.address, session="resumed" if resumed else "new")

    def _check_grants(self, body: bytes) -> None:
        codes = packets.read_suback(body)
        _log.info("subscribed", filters=len(codes))
        for code in codes:
            if code >= FAILURE:
                found = reason(code)
                raise LinkError(
                    f"{self.address}: the broker refused a subscription: {found}; check its ACL", refused=True
                )

    def _send(self, data: bytes) -> None:
        if not data:
            return
        try:
            self._wire.sendall(data)
        except OSError as error:
            raise LinkError(f"{self.address}: the connection was lost while sending: {error}") from error
        self._sent_s = self._clock.monotonic_s()

    def _next_number(self) -> int:
        self._number = self._number % packets.LAST_NUMBER + 1
        return self._number
