"""One connection to an MQTT 5 broker, from TCP to DISCONNECT, on the caller's thread.

Nothing is ever queued inside the MQTT library: a message is on the wire when `publish` returns, and the answers come
out of `turn`, so that none can overtake what it answers.
"""

import contextlib
import select
import socket
import ssl
from collections import deque
from collections.abc import Sequence
from typing import Any, Self
from urllib.parse import urlsplit

import msgspec
import structlog
from paho.mqtt.client import Client, ConnectFlags, DisconnectFlags, MQTTMessage, MQTTMessageInfo, MQTTv5
from paho.mqtt.enums import CallbackAPIVersion, MQTTErrorCode
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties, VariableByteIntegers
from paho.mqtt.reasoncodes import ReasonCode
from paho.mqtt.subscribeoptions import SubscribeOptions

from edge.clock import Clock
from edge.codec import CONTENT_TYPE, Gateway, Message
from edge.config.gateway import UplinkConfig
from edge.errors import StoreEdgeError
from edge.fleet.commands import Request
from edge.secrets import uplink_login
from edge.uplink.tls import is_refusal, tls_context, tls_obstacle

PORTS = {"mqtt": 1883, "mqtts": 8883}
QOS = 1
READS = 256
# MQTT 5.0, section 3.1.2.11.4 and 3.14.2.1: the will is kept this long for a reconnect; and "disconnect with will".
WILL_DELAY_S = 30
WITH_WILL = 0x04
# What a broker may send us at a time, and how large (a price book is the largest).
RECEIVE_MAXIMUM, LARGEST_PACKET = 16, 9 * 1024 * 1024
# What came and was not looked at; a broker that floods us loses the rest.
INBOX = 256

_log = structlog.get_logger()


class LinkError(StoreEdgeError):
    """The link to the broker did not come up, or went down; `refused` when the broker itself said no."""

    def __init__(self, message: str, *, refused: bool = False) -> None:
        super().__init__(message)
        self.refused = refused


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
        self._inbox: deque[Request] = deque()
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
        return self._sent(self._client.publish(message.topic, message.payload, QOS, message.retain, properties))

    def _sent(self, info: MQTTMessageInfo) -> int:
        if info.rc != MQTTErrorCode.MQTT_ERR_SUCCESS:
            raise self._lost or LinkError(f"{self.address}: the connection was lost while sending")
        return int(info.mid)

    def send(self, topic: str, payload: bytes, *, retain: bool, correlation: bytes) -> int:
        """Send what is no event, with the correlation data of what it answers; its packet identifier.

        Raises:
            LinkError: the connection is gone.
        """
        properties = _properties(PacketTypes.PUBLISH)
        properties.ContentType = CONTENT_TYPE
        if correlation:
            properties.CorrelationData = correlation
        return self._sent(self._client.publish(topic, payload, QOS, retain, properties))

    def subscribe(self, topics: Sequence[str]) -> None:
        """Ask for messages; they come out of `received`."""
        if topics:
            options = SubscribeOptions(qos=QOS)
            self._client.subscribe([(topic, options) for topic in topics])

    def received(self) -> list[Request]:
        """What the broker has sent since the last call."""
        found = list(self._inbox)
        self._inbox.clear()
        return found

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
                self._client.loop_read(READS)
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
        client.on_message, client.on_subscribe = self._came, self._subscribed
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

    def _came(self, _client: Client, _data: object, message: MQTTMessage) -> None:
        if len(self._inbox) >= INBOX:
            _log.error("message_dropped", topic=message.topic, waiting=INBOX)
            return
        said = message.properties
        request = Request(
            topic=message.topic,
            payload=bytes(message.payload),
            reply_to=str(getattr(said, "ResponseTopic", "")),
            correlation=bytes(getattr(said, "CorrelationData", b"")),
            retained=message.retain,
        )
        self._inbox.append(request)

    def _subscribed(
        self, _c: Client, _d: object, _packet: int, reasons: list[ReasonCode], _p: Properties | None
    ) -> None:
        refused = [str(reason) for reason in reasons if reason.is_failure]
        if refused:
            _log.error(
                "subscription_refused", reasons=refused, advice="check the broker's ACL; events are sent all the same"
            )

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
    properties.ReceiveMaximum = RECEIVE_MAXIMUM
    properties.MaximumPacketSize = LARGEST_PACKET
    return properties


def _properties(packet: int) -> Properties:
    return Properties(packet)  # type: ignore[no-untyped-call]  # the library's constructor has no types
