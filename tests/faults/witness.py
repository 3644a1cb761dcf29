"""A subscriber that knows nothing of the gateway and writes down every event message it gets, again and again."""

import threading
from types import TracebackType
from typing import Self

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.subscribeoptions import SubscribeOptions

from edge.codec import Message, Received, parse

WAIT_S = 10.0
TOPIC = "v1/+/+/+/evt/#"


class Witness:
    """Listens with a session that outlives its connections and the broker's restarts."""

    def __init__(self, port: int) -> None:
        self._received: list[Received] = []
        self._listening = threading.Event()
        self._client = mqtt.Client(CallbackAPIVersion.VERSION2, "witness", protocol=mqtt.MQTTv5)
        self._client.on_connect = self._connected
        self._client.on_subscribe = self._subscribed
        self._client.on_message = self._note
        self._client.reconnect_delay_set(1, 1)
        session = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call]  # paho leaves it without types
        session.SessionExpiryInterval = 3600
        self._client.connect("127.0.0.1", port, clean_start=False, properties=session)
        self._client.loop_start()
        assert self._listening.wait(WAIT_S), "the witness could not subscribe"

    def received(self) -> tuple[Received, ...]:
        """Every event message so far, in the order of arrival, duplicates included."""
        return tuple(self._received)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._client.disconnect()
        self._client.loop_stop()

    def _connected(self, client: mqtt.Client, *_: object) -> None:
        client.subscribe(TOPIC, options=SubscribeOptions(qos=1))

    def _subscribed(self, *_: object) -> None:
        self._listening.set()

    def _note(self, _client: mqtt.Client, _user: object, message: mqtt.MQTTMessage) -> None:
        named: list[tuple[str, str]] = getattr(message.properties, "UserProperty", [])
        told = Message(topic=message.topic, payload=bytes(message.payload), properties=tuple((a, b) for a, b in named))
        self._received.append(parse(told))
