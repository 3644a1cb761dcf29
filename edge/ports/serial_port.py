"""A serial port, or what stands for one: bytes out, bytes in, and one error for all the ways in which it fails.

pyserial opens it. Its socket:// is not used: clearing the input of a peer that never stops would never end there, and
closing waits (3.5); edge/ports/socket_port.py takes its place.
"""

import contextlib
import os
import re
import select
import stat
import termios
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import serial

from edge.errors import ConfigError, DeviceError
from edge.ports.refusal import why_gone, why_refused
from edge.ports.socket_port import SocketPort

FORMAT = re.compile(r"([78])([NEO])([12])")
# Read at most so much at once: a second's worth at 40,000 baud.
CHUNK = 4096
# A request is a few bytes: a device that does not take them in this time is gone.
WRITE_TIMEOUT_S = 1.0
# Ports without a file descriptor (rfc2217://, loop://) are asked again and again.
ASK_EVERY_S = 0.02
# Linux, devices.txt: the slaves of Unix98 pseudo-terminals.
PTY_MAJORS = range(136, 144)
SOCKET = "socket://"
# These URLs of pyserial name a device in another way.
DEVICE_URLS = ("hwgrep://", "alt://", "spy://")


class PortError(DeviceError):
    """A port is absent, refused or gone; it may come back."""


@dataclass(frozen=True)
class PortSettings:
    """Which port, and how it is set.

    Attributes:
        url: a device (best one of /dev/serial/by-path), or any URL of pyserial: socket://, rfc2217://, loop://.
        baud: bits per second; a pseudo-terminal or a socket has none and does not mind.
        format: data bits, parity and stop bits, as ``8N1`` or ``7E1``.

    Raises:
        ConfigError: one of them cannot be.
    """

    url: str
    baud: int = 9600
    format: str = "8N1"

    def __post_init__(self) -> None:
        if not self.url:
            raise ConfigError("expected a serial device as /dev/serial/by-path/… or a URL, found nothing", "port")
        if self.baud <= 0:
            raise ConfigError(f"expected bits per second above 0, found {self.baud}", "baud")
        if not FORMAT.fullmatch(self.format):
            raise ConfigError(
                f"expected data bits, parity and stop bits such as '8N1', found {self.format!r}", "format"
            )

    @property
    def data_bits(self) -> int:
        """7 or 8."""
        return int(self.format[0])

    @property
    def parity(self) -> str:
        """N, E or O."""
        return self.format[1]

    @property
    def stop_bits(self) -> int:
        """1 or 2."""
        return int(self.format[2])


class Transport(Protocol):
    """An open port. For one thread; `close` ends it for good."""

    def read(self, timeout_s: float) -> bytes:
        """Whatever has arrived, up to 4096 bytes: at least one unless `timeout_s` is over.

        Raises:
            PortError: the port is gone.
        """
        ...

    def write(self, data: bytes) -> None:
        """Hand all of `data` to the port.

        Raises:
            PortError: the port is gone, or takes nothing.
        """
        ...

    def close(self) -> None:
        """Give the port back; never fails."""
        ...


def has_baud(url: str) -> bool:
    """Whether baud and format mean anything to a port: not to pseudo-terminals, sockets and loops."""
    return _is_device(url) and not _is_pty(url)


def open_port(settings: PortSettings) -> Transport:
    """Open a port for us alone, with nothing in its input.

    Raises:
        PortError: it is absent, not ours to open, or held by another program.
    """
    url = settings.url
    try:
        if url.startswith(SOCKET):
            return _SocketTransport(url, SocketPort(url.removeprefix(SOCKET), WRITE_TIMEOUT_S))
        return _SerialTransport(url, _opened(settings))
    # NotImplementedError and TypeError: what a handler of pyserial cannot do.
    except (OSError, termios.error, ValueError, TypeError, NotImplementedError) as error:
        raise PortError(why_refused(url, error)) from error


class _SocketTransport:
    """A TCP connection to a serial device server."""

    def __init__(self, url: str, port: SocketPort) -> None:
        self._url, self._port = url, port

    def read(self, timeout_s: float) -> bytes:
        try:
            return self._port.read(timeout_s, CHUNK)
        except OSError as error:
            raise PortError(why_gone(self._url, error)) from error

    def write(self, data: bytes) -> None:
        try:
            self._port.write(data)
        except OSError as error:
            raise PortError(why_gone(self._url, error)) from error

    def close(self) -> None:
        self._port.close()


class _SerialTransport:
    """A port of pyserial. Unplugged, it raises more than SerialException (pyserial issues 401 and 417)."""

    def __init__(self, url: str, port: serial.Serial) -> None:
        self._url, self._port = url, port
        self._fd: int | None = port.fd if _is_device(url) else None

    def read(self, timeout_s: float) -> bytes:
        try:
            if self._fd is not None:
                return self._port.read(CHUNK) if select.select([self._fd], [], [], timeout_s)[0] else b""
            until = time.monotonic() + timeout_s
            while not (data := self._port.read(min(CHUNK, max(1, self._port.in_waiting)))):
                if time.monotonic() >= until:
                    break
            return bytes(data)
        except (OSError, termios.error, TypeError, ValueError) as error:
            raise PortError(why_gone(self._url, error)) from error

    def write(self, data: bytes) -> None:
        try:
            self._port.write(data)
        except (OSError, termios.error, TypeError, ValueError) as error:
            raise PortError(why_gone(self._url, error)) from error

    def close(self) -> None:
        self._fd = None
        # What was not sent is void; else the kernel may hold the close until a dead device has taken it.
        with contextlib.suppress(OSError, termios.error, TypeError, ValueError, NotImplementedError):
            self._port.reset_output_buffer()
        with contextlib.suppress(OSError, termios.error, TypeError, ValueError):
            self._port.close()


def _opened(settings: PortSettings) -> serial.Serial:
    """The port as pyserial opens it; opening clears the input."""
    port = serial.serial_for_url(settings.url, do_not_open=True, timeout=ASK_EVERY_S)
    if not _is_pty(settings.url):  # a pseudo-terminal has no parity, and refuses one
        port.baudrate, port.bytesize = settings.baud, settings.data_bits
        port.parity, port.stopbits = settings.parity, settings.stop_bits
    if _is_device(settings.url):
        port.exclusive, port.write_timeout, port.timeout = True, WRITE_TIMEOUT_S, 0
    port.open()
    if _is_device(settings.url):
        _keep_dtr(port.fileno())
    return port


def _is_device(url: str) -> bool:
    return "://" not in url or url.startswith(DEVICE_URLS)


def _is_pty(url: str) -> bool:
    try:
        found = Path(url).stat()
    except (OSError, ValueError):
        return False
    return stat.S_ISCHR(found.st_mode) and os.major(found.st_rdev) in PTY_MAJORS


def _keep_dtr(fd: int) -> None:
    """Closing leaves DTR as it is: a falling and rising DTR resets boards of the Arduino kind at each opening."""
    with contextlib.suppress(termios.error):
        settings = termios.tcgetattr(fd)
        settings[2] &= ~termios.HUPCL
        termios.tcsetattr(fd, termios.TCSANOW, settings)
