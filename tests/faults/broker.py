"""A mosquitto that can be restarted on its port with its sessions kept.

`edge.sim.broker` starts one that keeps nothing; here the broker must not be what loses events between its own
acknowledgement and the witness, for the test is of the gateway.
"""

import shutil
import socket
import subprocess
import time
from pathlib import Path
from types import TracebackType
from typing import Self

from edge.sim.broker import free_port

WAIT_S = 10.0
PLACES = ("mosquitto", "/usr/sbin/mosquitto", "/usr/local/sbin/mosquitto")


def program() -> str | None:
    """Where mosquitto is on this machine, if anywhere."""
    return next((found for place in PLACES if (found := shutil.which(place))), None)


class Broker:
    """mosquitto on loopback, MQTT 5, sessions on disk when it is stopped by SIGTERM.

    Attributes:
        port: where it listens, also after a restart.
    """

    def __init__(self, folder: Path, *more: str) -> None:
        """Start it.

        Args:
            folder: for its files.
            more: addresses on which it listens beside loopback.
        """
        folder.mkdir(parents=True, exist_ok=True)
        self.port = free_port()
        self._config = folder / "mosquitto.conf"
        self._config.write_text(
            "".join(f"listener {self.port} {address}\n" for address in ("127.0.0.1", *more))
            + f"allow_anonymous true\npersistence true\n"
            f"persistence_location {folder}/\nmax_queued_messages 0\nmax_queued_bytes 0\nmax_inflight_messages 50\n"
            f"log_dest file {folder}/mosquitto.log\nuser {folder.owner()}\n",
            encoding="utf-8",
        )
        self._process = self._start()

    def restart(self) -> None:
        """Stop it as a service manager does, and start it again."""
        self._stop()
        self._process = self._start()

    def kill(self) -> None:
        """As when its machine loses power: what it had not written is gone."""
        self._process.kill()
        self._process.wait(WAIT_S)
        self._process = self._start()

    def wipe(self) -> None:
        """The same, and its disk is gone too."""
        self._process.kill()
        self._process.wait(WAIT_S)
        for file in self._config.parent.glob("mosquitto.db*"):
            file.unlink()
        self._process = self._start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop()

    def _start(self) -> subprocess.Popen[bytes]:
        mosquitto = program()
        assert mosquitto is not None
        process = subprocess.Popen([mosquitto, "-c", str(self._config)])
        end = time.monotonic() + WAIT_S
        while not is_listening(self.port):
            assert process.poll() is None, "mosquitto ended at its start"
            assert time.monotonic() < end, "mosquitto does not listen"
            time.sleep(0.02)
        return process

    def _stop(self) -> None:
        self._process.terminate()
        self._process.wait(WAIT_S)


def is_listening(port: int) -> bool:
    """Whether somebody accepts connections on a port of loopback."""
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True
