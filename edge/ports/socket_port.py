"""A TCP connection to a serial device server, raw bytes both ways."""

import select
import socket

CONNECT_TIMEOUT_S = 2.0
# A server that lost its power says nothing, and a scale that streams is never written to: only the kernel's questions
# show that nobody is there any more. In seconds, and how many go unanswered.
KEEPALIVE = ((socket.TCP_KEEPIDLE, 1), (socket.TCP_KEEPINTVL, 1), (socket.TCP_KEEPCNT, 3))


class SocketPort:
    """An open connection.

    What the peer sent before is not in it: a connection begins with nothing in its input.
    """

    def __init__(self, peer: str, write_timeout_s: float) -> None:
        """Connect.

        Args:
            peer: ``host:port``; an IPv6 address in brackets.
            write_timeout_s: how long a write may take.

        Raises:
            ValueError: `peer` is none.
            OSError: nobody is there.
        """
        host, _, port = peer.rstrip("/").rpartition(":")
        if not host or not port.isdecimal():
            raise ValueError(f"expected socket://HOST:PORT, found socket://{peer}")
        self._socket = socket.create_connection((host.strip("[]"), int(port)), CONNECT_TIMEOUT_S)
        self._socket.settimeout(write_timeout_s)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for option, value in KEEPALIVE:
            self._socket.setsockopt(socket.IPPROTO_TCP, option, value)

    def read(self, timeout_s: float, most: int) -> bytes:
        """Up to `most` bytes that have arrived; none when `timeout_s` is over.

        Raises:
            OSError: the connection is lost.
        """
        if not select.select([self._socket], [], [], timeout_s)[0]:
            return b""
        data = self._socket.recv(most)
        if not data:
            raise ConnectionResetError("the peer closed the connection")
        return data

    def write(self, data: bytes) -> None:
        """Send all of it.

        Raises:
            OSError: the connection is lost, or takes nothing.
        """
        self._socket.sendall(data)

    def close(self) -> None:
        """Hang up."""
        self._socket.close()
