"""An independent reader of everything a broker passes on: a plain MQTT client that shares nothing with the uplink."""

import threading
from types import TracebackType
from typing import Self

from paho.mqtt.client import Client, ConnectFlags, MQTTMessage, MQTTv5
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from edge.codec import Message, Received, parse
from edge.errors import CodecError, DeviceError

READY_S = 10.0


class Subscriber:
    """Keeps every event that comes, in order, resends and all. Use as a context manager.

    Args:
        host: of the broker.
        port: of the broker.
        topics: what to subscribe to.
    """

    def __init__(self, host: str, port: int, topics: str = "v1/+/+/+/evt/#") -> None:
        self._host, self._port, self._topics = host, port, topics
        self._lock = threading.Lock()
        self._received: list[Received] = []
        self._rejected: list[str] = []
        self._ready = threading.Event()
        self._client = Client(CallbackAPIVersion.VERSION2, protocol=MQTTv5)
        self._client.reconnect_delay_set(0.05, 0.5)  # type: ignore[arg-type]  # whole seconds are too long for a test; floats work
        self._client.on_connect, self._client.on_message = self._connected, self._message
        self._client.on_subscribe = lambda *_: self._ready.set()
        self._client.on_disconnect = lambda *_: self._ready.clear()

    def __enter__(self) -> Self:
        self._client.connect(self._host, self._port, keepalive=10)
        self._client.loop_start()
        self.await_ready()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._client.disconnect()
        self._client.loop_stop()

    def await_ready(self) -> None:
        """Wait until the broker has taken the subscription, for example after its restart.

        Raises:
            DeviceError: it does not.
        """
        if not self._ready.wait(READY_S):
            raise DeviceError(f"{self._host}:{self._port}: expected a subscription within {READY_S:g} s, found none")

    def received(self) -> tuple[Received, ...]:
        """Every event so far."""
        with self._lock:
            return tuple(self._received)

    def rejected(self) -> tuple[str, ...]:
        """Why messages were not events of ours."""
        with self._lock:
            return tuple(self._rejected)

    def _connected(
        self, client: Client, _d: object, _f: ConnectFlags, _reason: ReasonCode, _p: Properties | None
    ) -> None:
        client.subscribe(self._topics, qos=1)

    def _message(self, _client: Client, _data: object, raw: MQTTMessage) -> None:
        pairs = tuple((str(k), str(v)) for k, v in getattr(raw.properties, "UserProperty", []))
        try:
            one = parse(Message(topic=raw.topic, payload=bytes(raw.payload), properties=pairs, retain=raw.retain))
        except CodecError as error:
            with self._lock:
                self._rejected.append(str(error))
            return
        with self._lock:
            self._received.append(one)
