"""The wire between the uplink and the broker, which can be cut."""

import contextlib
import socket
import threading
from types import TracebackType
from typing import Self

CHUNK = 65536
POLL_S = 0.1


class Wire:
    """Passes connections on to the broker, byte by byte, until they are cut.

    Attributes:
        port: where the uplink has to connect to.
    """

    def __init__(self, broker_port: int) -> None:
        self._broker_port = broker_port
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._listener.settimeout(POLL_S)
        self.port: int = self._listener.getsockname()[1]
        self._open: set[socket.socket] = set()
        self._stop = threading.Event()
        self._flows = {"up": threading.Event(), "down": threading.Event()}
        self.release()
        self._thread = threading.Thread(target=self._listen, daemon=True)
        self._thread.start()

    def cut(self) -> None:
        """End all connections in the middle of whatever they carry."""
        for side in tuple(self._open):
            with contextlib.suppress(OSError):
                side.shutdown(socket.SHUT_RDWR)

    def hold(self, *ways: str) -> None:
        """Let nothing through any more: ``up`` to the broker, ``down`` from it. Nobody is told; nothing is closed."""
        for way in ways:
            self._flows[way].clear()

    def release(self) -> None:
        """Let everything through again."""
        for flow in self._flows.values():
            flow.set()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop.set()
        self.release()
        self._thread.join()
        self._listener.close()
        self.cut()

    def _listen(self) -> None:
        while not self._stop.is_set():
            with contextlib.suppress(OSError):
                client, _ = self._listener.accept()
                self._connect(client)

    def _connect(self, client: socket.socket) -> None:
        try:
            broker = socket.create_connection(("127.0.0.1", self._broker_port), timeout=1)
        except OSError:
            client.close()
            return
        broker.settimeout(None)
        client.settimeout(None)
        for source, sink, way in ((client, broker, "up"), (broker, client, "down")):
            self._open.add(source)
            threading.Thread(target=self._pass_on, args=(source, sink, self._flows[way]), daemon=True).start()

    def _pass_on(self, source: socket.socket, sink: socket.socket, flow: threading.Event) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(CHUNK):
                flow.wait()
                sink.sendall(data)
        for side in (source, sink):
            with contextlib.suppress(OSError):
                side.shutdown(socket.SHUT_RDWR)
        self._open.discard(source)
        source.close()
