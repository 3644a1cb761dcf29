"""A mosquitto on the box with a bridge to one in the cloud, as a storage: what many put where a gateway's outbox is.

An event is accepted when the local broker has acknowledged it (QoS 1). The cloud is away meanwhile: nobody listens at
its port. What is there afterwards is what the bridge brings to a cloud that is back.
"""

import contextlib
import json
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from edge.ingest.packets import (
    CONNACK,
    PUBACK,
    PUBLISH,
    SUBACK,
    Connect,
    PacketReader,
    connect,
    disconnect,
    pubacks,
    publish,
    read_publish,
    subscribe,
)
from edge.sim.broker import BrokerOptions, die_with_parent, free_port, mosquitto_path, start_broker

TOPIC = "v1/acme/sh-001/gw-1/evt/camera/door/footfall.counted.v1"
BRIDGE = """\
listener {port} 127.0.0.1
allow_anonymous true
user root
persistence true
persistence_location {folder}/
connection cloud
address 127.0.0.1:{cloud}
topic # out 1
cleansession false
"""
# As the documentation has them: all in one file, saved every half an hour, 1000 messages kept for a bridge.
AS_IT_COMES: tuple[str, ...] = ()
SAVED_OFTEN = ("autosave_on_changes true", "autosave_interval 1", "max_queued_messages 0")
# The bridge connects at once; when nothing came for so long, nothing more will.
FIRST_S, QUIET_S = 15.0, 3.0
START_S = 30.0


class Bridge:
    """The local broker, and one connection that publishes to it.

    Attributes:
        pid: of the broker.
        waited_s: for what did not come, at the end of `numbers`.
    """

    waited_s = QUIET_S

    def __init__(
        self, folder: Path, settings: Sequence[str], text_of: Callable[[int], str], number_of: Callable[[str], int]
    ) -> None:
        program = mosquitto_path()
        if program is None:
            raise ModuleNotFoundError("expected mosquitto on this machine, found none")
        self._text_of, self._number_of = text_of, number_of
        ports = folder / "ports.json"
        if not ports.exists():
            ports.write_text(json.dumps([free_port(), free_port()]), "ascii")
        self._port, self._cloud_port = json.loads(ports.read_text("ascii"))
        config = folder / "mosquitto.conf"
        text = BRIDGE.format(port=self._port, cloud=self._cloud_port, folder=folder)
        general = "".join(f"{line}\n" for line in settings)
        config.write_text(text.replace("connection cloud", general + "connection cloud"), "utf-8")
        self._command = [program, "-c", str(config)]
        self._process: subprocess.Popen[bytes] | None = None
        self._wire: socket.socket | None = None
        self._reader = PacketReader(65_536)

    @property
    def pid(self) -> int:
        self._start()
        assert self._process is not None
        return self._process.pid

    def put(self, number: int) -> None:
        self._start()
        assert self._wire is not None
        packet = (number - 1) % 65_535 + 1
        self._wire.sendall(publish(TOPIC, self._text_of(number).encode(), packet=packet))
        _await(self._wire, self._reader, PUBACK)

    def settle(self) -> None:
        """The broker has what it acknowledged."""

    def numbers(self) -> set[int]:
        """What arrives at a cloud that is back."""
        with start_broker(BrokerOptions(mosquitto=True), port=self._cloud_port) as cloud, cloud_end(cloud.port) as came:
            self._start()
            began = heard = time.monotonic()
            count = 0
            while time.monotonic() - heard < QUIET_S or (not count and time.monotonic() - began < FIRST_S):
                time.sleep(0.05)
                if len(came) != count:
                    count, heard = len(came), time.monotonic()
            self.close()
            return {self._number_of(payload.decode()) for payload in came}

    def close(self) -> None:
        """SIGTERM: the broker saves what it has."""
        if self._wire is not None:
            with contextlib.suppress(OSError):
                self._wire.sendall(disconnect())
            self._wire.close()
        if self._process is not None:
            self._process.terminate()
            self._process.wait(START_S)
        self._wire = self._process = None

    def _start(self) -> None:
        if self._process is not None:
            return
        # With the process that is killed the broker dies, as both do when a box is switched off.
        self._process = subprocess.Popen(
            self._command,
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            preexec_fn=die_with_parent,  # noqa: PLW1509 - no threads of ours hold a lock that the child needs
        )  # fmt: skip
        until = time.monotonic() + START_S
        while True:
            try:
                self._wire = socket.create_connection(("127.0.0.1", self._port), 5)
                break
            except OSError:
                if time.monotonic() > until:
                    raise
                time.sleep(0.02)
        self._wire.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._wire.sendall(connect(Connect("shop", 0, 0, 100)))
        _await(self._wire, self._reader, CONNACK)


@contextlib.contextmanager
def cloud_end(port: int) -> Iterator[list[bytes]]:
    """A subscriber of everything; the payloads that came."""
    came: list[bytes] = []
    reader = PacketReader(65_536)
    with socket.create_connection(("127.0.0.1", port), 10) as wire:
        wire.sendall(connect(Connect("cloud", 0, 0, 1000)) + subscribe(1, ["v1/#"]))
        _await(wire, reader, SUBACK)

        def work() -> None:
            with contextlib.suppress(OSError):
                while data := wire.recv(65_536):
                    messages = [read_publish(first, body) for first, body in reader.feed(data) if first >> 4 == PUBLISH]
                    came.extend(one.payload for one in messages)
                    wire.sendall(pubacks(one.packet for one in messages if one.packet))

        thread = threading.Thread(target=work, daemon=True)
        wire.settimeout(None)
        thread.start()
        yield came
        with contextlib.suppress(OSError):
            wire.shutdown(socket.SHUT_RDWR)
        thread.join()


def _await(wire: socket.socket, reader: PacketReader, kind: int) -> None:
    while True:
        data = wire.recv(65_536)
        if not data:
            raise ConnectionResetError("the local broker closed the connection")
        if any(first >> 4 == kind for first, _ in reader.feed(data)):
            return
