"""Find out which scale is on which port, without changing a thing on it, and without claiming what is not proven."""

import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from serial.tools import list_ports

from edge.ports.serial_port import PortError, PortSettings, Transport, has_baud, open_port
from edge.scale.drivers.line_defaults import LineDefaults
from edge.scale.echo import EchoFilter
from edge.scale.evidence import ModbusWitness, Witness, best
from edge.scale.probes import ALLOWED, LISTEN_LINES, MODBUS_READS, PROBES, STREAMING, Probe

BY_PATH = Path("/dev/serial/by-path")
PORTS_AT_ONCE = 8
# Opening resets boards of the Arduino kind, which then need 2 s; a line that is silent for longer does not stream.
FIRST_LISTEN_S, LISTEN_S = 2.5, 1.5
# An answer that does not begin in this time does not come; with one, so much to prove it.
SILENT_S, ASK_S = 0.4, 2.0
MODBUS_ANSWER_S = 0.15
# A device that never stops must not hold us up.
MOST_BYTES, MOST_CLEARED = 16_384, 65_536
READ_S = 0.02
# Two digits: the addresses that frames may name.
ANY_ADDRESS = range(100)


@dataclass(frozen=True)
class Found:
    """What is on one port.

    Attributes:
        port: its URL.
        driver: the protocol that was proven; None when none was.
        baud, format: how the line was set then; 0 and empty without a proof.
        addresses: that answered, or were named.
        evidence: the proof; without one, why there is none.
        echo: the adapter hands back what is sent.
    """

    port: str
    driver: str | None
    baud: int
    format: str
    addresses: tuple[int, ...]
    evidence: str
    echo: bool = False

    def toml(self, shelf: str = "shelf-1") -> str:
        """The shelf for the configuration, with weights and products to be put right; empty without a proof."""
        if self.driver is None:
            return ""
        return (
            "\n".join((*self._shelf(shelf), *(line for address in self.addresses for line in _plate(address)))) + "\n"
        )

    def _shelf(self, shelf: str) -> tuple[str, ...]:
        lines = (
            "[[shelf]]",
            f'id = "{shelf}"',
            f'port = "{self.port}"',
            f'driver = "{self.driver}"',
            f"baud = {self.baud}",
            f'format = "{self.format}"',
        )
        return (*lines, "echo = true") if self.echo else lines


def probe(port_urls: Sequence[str] | None = None, *, slaves: Iterable[int] = range(1, 9)) -> list[Found]:
    """Look at each port: listen first, then ask, with nothing that could change a setting (`probes.PROBES`).

    Takes 10 to 40 seconds; the ports are looked at side by side.

    Args:
        port_urls: which; all serial ports of the machine when None.
        slaves: Modbus addresses to ask, of 1 to 63; each silent one costs 0.15 s a line setting.

    Returns:
        One finding a port, in their order. A port that is held by another program or fails is one without a driver.
    """
    ports = ports_here() if port_urls is None else list(port_urls)
    asked = tuple(slave for slave in slaves if slave in MODBUS_READS)
    with ThreadPoolExecutor(PORTS_AT_ONCE) as pool:
        return list(pool.map(lambda port: _look_at(port, asked), ports))


def ports_here() -> list[str]:
    """The serial ports of the machine, by the name that stays when a device is plugged in again at the same place."""
    # A port can have two such names; the shorter ones work on older systems too.
    stable = {str(link.resolve()): str(link) for link in sorted(BY_PATH.glob("*"), reverse=True)}
    return sorted(stable.get(port.device, port.device) for port in list_ports.comports())


def _look_at(port: str, slaves: tuple[int, ...]) -> Found:
    try:
        return _Probing(port, slaves).found()
    except PortError as error:
        return Found(port, None, 0, "", (), str(error))


class _Probing:
    """One port that is being looked at."""

    def __init__(self, port: str, slaves: tuple[int, ...]) -> None:
        self._port, self._slaves = port, slaves
        self._heard = 0

    def found(self) -> Found:
        """What is there.

        Raises:
            PortError: the port is absent, held by another program, or went away.
        """
        return self._listen() or self._ask() or Found(self._port, None, 0, "", (), self._nothing())

    def _nothing(self) -> str:
        asked = ", ".join(probe.driver for probe in PROBES)
        if self._heard:
            return f"{self._heard} bytes came, none of a protocol that we know; is it a scale?"
        return f"nothing came by itself, and nothing in answer to {asked}; is it on, and set to one of these?"

    def _lines(self, lines: tuple[LineDefaults, ...]) -> tuple[LineDefaults, ...]:
        return lines if has_baud(self._port) else lines[:1]

    def _open(self, line: LineDefaults) -> Transport:
        return open_port(PortSettings(self._port, line.baud, line.format))

    def _listen(self) -> Found | None:
        for n, line in enumerate(self._lines(LISTEN_LINES)):
            port = self._open(line)
            try:
                witnesses = [Witness(name, ANY_ADDRESS) for name in STREAMING]
                heard = _hear(port, witnesses, LISTEN_S if n else FIRST_LISTEN_S)
            finally:
                port.close()
            self._heard += heard
            witness = best(witnesses)
            if witness is not None:
                return self._claim(witness.name, line, witness.addresses, witness.evidence)
            if not heard:
                return None  # bytes at a wrong baud are bytes too: this line is silent
        return None

    def _ask(self) -> Found | None:
        lines = dict.fromkeys(line for probe in PROBES for line in self._lines(probe.lines))
        for line in lines:
            port = self._open(line)
            try:
                for probe in PROBES:
                    if line in self._lines(probe.lines) and (found := self._ask_for(probe, line, port)) is not None:
                        return found
            finally:
                port.close()
        return None

    def _ask_for(self, probe: Probe, line: LineDefaults, port: Transport) -> Found | None:
        _clear(port)
        if probe.driver == "modbus_rtu":
            return self._ask_slaves(line, port)
        witness = Witness(probe.driver, ANY_ADDRESS)
        echoed = _question(port, witness)
        self._heard += witness.bytes
        if not witness.proven:
            return None
        return self._claim(probe.driver, line, witness.addresses, witness.evidence, echo=echoed)

    def _ask_slaves(self, line: LineDefaults, port: Transport) -> Found | None:
        witness = ModbusWitness()
        echoed = False
        for slave in self._slaves:
            _clear(port)
            frame = witness.asks(slave)
            got = _answer(port, frame, witness.receive)
            self._heard += len(got)
            echoed |= got.startswith(frame)
        if not witness.addresses:
            return None
        return self._claim("modbus_rtu", line, tuple(witness.addresses), witness.evidence, echo=echoed)

    def _claim(
        self, driver: str, line: LineDefaults, addresses: tuple[int, ...], evidence: str, *, echo: bool = False
    ) -> Found:
        return Found(self._port, driver, line.baud, line.format, addresses, evidence, echo)


def _hear(port: Transport, witnesses: list[Witness], seconds: float) -> int:
    """Let them hear what comes by itself, until one has its proof; how many bytes that was."""
    heard, until = 0, time.monotonic() + seconds
    while heard < MOST_BYTES and (now := time.monotonic()) < until and best(witnesses) is None:
        data = port.read(min(READ_S, until - now))
        heard += len(data)
        for witness in witnesses:
            witness.receive(data, now)
    return heard


def _question(port: Transport, witness: Witness) -> bool:
    """Ask and hear until it is proven, or hopeless; whether the first that came was our own question."""
    began, echo = time.monotonic(), EchoFilter()
    sent = head = b""
    while witness.bytes < MOST_BYTES and not witness.proven:
        now = time.monotonic()
        if now - began > (ASK_S if head else SILENT_S):
            break
        request = witness.driver.request(now)
        if request in ALLOWED:
            port.write(request)
            echo.sent(request, now)
            sent = sent or request
        data = port.read(READ_S)
        head = (head + data)[: max(1, len(sent))]
        witness.receive(echo.received(data, now), now)
    return bool(sent) and head == sent


def _answer(port: Transport, frame: bytes, receive: Callable[[bytes], bool]) -> bytes:
    """Ask once, and hand on what comes until that is an answer; all that came."""
    if frame not in ALLOWED:
        return b""
    port.write(frame)
    got, until = b"", time.monotonic() + MODBUS_ANSWER_S
    while len(got) < MOST_BYTES and (now := time.monotonic()) < until:
        data = port.read(min(READ_S, until - now))
        got += data
        if data and receive(data):
            break
    return got


def _clear(port: Transport) -> None:
    """Throw away what has arrived, but do not wait for an end that never comes."""
    cleared = 0
    while cleared < MOST_CLEARED and (data := port.read(0)):
        cleared += len(data)


def _plate(address: int) -> tuple[str, ...]:
    return (
        "[[shelf.plate]]",
        f'id = "p{address}"',
        f"address = {address}",
        "capacity_g = 15000  # what the plate can bear",
        "[[shelf.plate.product]]",
        'gtin = "06901234567892"  # what stands on it, and what one weighs',
        "unit_weight_g = 330.0",
    )
