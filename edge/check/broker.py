"""Connect to the broker once, as the uplink would, and say what it answers."""

import socket
import ssl
import threading
from collections.abc import Callable
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from typing import Any

from paho.mqtt.client import Client, ConnectFlags, MQTTv5
from paho.mqtt.enums import CallbackAPIVersion, MQTTErrorCode
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from edge.clock import SystemClock
from edge.config.gateway import UplinkConfig
from edge.errors import DeviceError, StoreEdgeError
from edge.secrets import uplink_login
from edge.uplink.tls import tls_context, tls_obstacle

# MQTT 5.0, section 3.2.2.3.3: what holds when the broker does not say.
DEFAULT_RECEIVE_MAXIMUM = 65_535
_LOOP_S = 0.05
# Reach it, connect to it, be answered.
_STEPS = 3
# A resolver has timeouts of its own, which the configuration does not reach.
_SLACK_S = 2.0


@dataclass(frozen=True)
class Answer:
    """A broker's CONNACK.

    Attributes:
        address: IP address and port that were reached.
        limits: the properties of the CONNACK, by their name in the specification without blanks.
    """

    reason: ReasonCode
    limits: dict[str, Any]
    address: str


def ask_broker(config: UplinkConfig, gateway: str) -> str:
    """Connect, read the answer, disconnect.

    The client id is the gateway's with ``-check`` behind it, so that a gateway that runs is not thrown off.

    Args:
        config: of the uplink.
        gateway: who asks.

    Returns:
        What the broker said, in one line.

    Raises:
        ConfigError: secrets or TLS files cannot be used.
        DeviceError: the broker cannot be reached, refuses, or cannot do what the uplink needs.
    """
    client = _client(config, gateway)
    answer = _in_time(lambda: _connect(client, config), config)
    if answer.reason.is_failure:
        raise DeviceError(f"expected {_name(config)} to accept us, found {answer.reason} ({answer.reason.value:#x})")
    if answer.limits.get("MaximumQoS", 1) < 1:
        raise DeviceError(f"expected a broker that takes QoS 1, found {_name(config)} with QoS 0 only")
    if not answer.limits.get("RetainAvailable", 1):
        raise DeviceError(f"expected a broker that retains messages, found {_name(config)}, which does not")
    return _summary(config, answer)


def _summary(config: UplinkConfig, answer: Answer) -> str:
    window = answer.limits.get("ReceiveMaximum", DEFAULT_RECEIVE_MAXIMUM)
    said = [f"{_name(config)} at {answer.address} accepts us", f"Receive Maximum {window}"]
    if "MaximumPacketSize" in answer.limits:
        said.append(f"packets up to {answer.limits['MaximumPacketSize']} bytes")
    if "ServerKeepAlive" in answer.limits:
        said.append(f"keep-alive {answer.limits['ServerKeepAlive']} s")
    return ", ".join(said)


def _client(config: UplinkConfig, gateway: str) -> Client:
    client = Client(CallbackAPIVersion.VERSION2, client_id=f"{config.client_id or gateway}-check", protocol=MQTTv5)
    client.connect_timeout = config.connect_timeout_s
    username, password = uplink_login(config)
    if username is not None or password is not None:
        client.username_pw_set(username, password)
    if config.tls:
        client.tls_set_context(tls_context(config))
    return client


def _connect(client: Client, config: UplinkConfig) -> Answer:
    """Blocks: for the resolver's own timeouts, then for `connect_timeout_s` at each step."""
    answers: SimpleQueue[tuple[ReasonCode, Properties | None]] = SimpleQueue()

    def on_connect(_c: Client, _u: object, _f: ConnectFlags, reason: ReasonCode, said: Properties | None) -> None:
        answers.put((reason, said))

    client.on_connect = on_connect
    address = _reach(config)
    client.connect(config.host, config.port, config.keepalive_s, clean_start=True)
    now_s = SystemClock().monotonic_s
    deadline_s = now_s() + config.connect_timeout_s
    status = MQTTErrorCode.MQTT_ERR_SUCCESS
    while answers.empty() and status is MQTTErrorCode.MQTT_ERR_SUCCESS and now_s() < deadline_s:
        status = client.loop(_LOOP_S)
    try:
        reason, said = answers.get_nowait()
    except Empty:
        what = "silence" if status is MQTTErrorCode.MQTT_ERR_SUCCESS else "a closed connection"
        raise DeviceError(f"expected an MQTT 5 broker to answer at {_name(config)}, found {what}") from None
    finally:
        client.disconnect()
    limits = {} if said is None else said.json()  # type: ignore[no-untyped-call]  # paho leaves it untyped
    return Answer(reason=reason, limits=limits, address=address)


def _in_time(connect: Callable[[], Answer], config: UplinkConfig) -> Answer:
    """Do it in a thread that may be left behind, because a resolver cannot be told to stop."""
    outcome: SimpleQueue[Answer | Exception] = SimpleQueue()

    def work() -> None:
        try:
            outcome.put(connect())
        except Exception as error:  # noqa: BLE001 - raised again below, on the caller's side
            outcome.put(error)

    threading.Thread(target=work, name="ask-broker", daemon=True).start()
    try:
        answer = outcome.get(timeout=_STEPS * config.connect_timeout_s + _SLACK_S)
    except Empty:
        raise DeviceError(f"expected {_name(config)} to answer, found silence") from None
    if isinstance(answer, Exception):
        raise _explained(answer, config) from answer
    return answer


def _explained(error: Exception, config: UplinkConfig) -> Exception:
    """What went wrong on the way to the broker, as one of our errors; a defect stays what it is."""
    if isinstance(error, StoreEdgeError) or not isinstance(error, OSError):
        return error
    return DeviceError(f"expected a broker at {_name(config)}, found {_obstacle(error, config)}")


def _obstacle(error: OSError, config: UplinkConfig) -> str:
    match error:
        case socket.gaierror():
            return f"no address for {config.host} ({error.strerror}); is the name right, and is there a name server?"
        case ssl.SSLError():
            return tls_obstacle(error)
        case TimeoutError():
            return "silence"
        case ConnectionRefusedError():
            return "nobody listening there"
    return error.strerror or str(error)


def _name(config: UplinkConfig) -> str:
    return f"{config.host}:{config.port}"


def _reach(config: UplinkConfig) -> str:
    """Connect, and shake hands where it is TLS; the address and port that were reached.

    Apart from the MQTT client, which does not close a connection whose handshake fails.
    """
    with socket.create_connection((config.host, config.port), config.connect_timeout_s) as connection:
        host, port = connection.getpeername()[:2]
        if config.tls:
            tls_context(config).wrap_socket(connection, server_hostname=config.host).close()
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
