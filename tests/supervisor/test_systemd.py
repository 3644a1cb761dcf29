"""sd_notify against a real datagram socket."""

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from edge.supervisor.systemd import ALIVE, READY, STOPPING, Notifier


@pytest.fixture
def systemd(tmp_path: Path) -> Iterator[socket.socket]:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listener:
        listener.bind(str(tmp_path / "notify"))
        listener.setblocking(False)
        yield listener


def heard(listener: socket.socket) -> list[str]:
    messages = []
    while True:
        try:
            messages.append(listener.recv(4096).decode())
        except BlockingIOError:
            return messages


def test_ready_alive_stopping(systemd: socket.socket) -> None:
    notifier = Notifier({"NOTIFY_SOCKET": systemd.getsockname(), "WATCHDOG_USEC": "20000000"})
    notifier.ready()
    for tenth in range(101):
        notifier.alive(tenth / 10 + 5)
    notifier.stopping()
    told = heard(systemd)
    assert told[0].splitlines()[0] == READY
    assert told[1:-1] == [ALIVE, ALIVE], "at half of 20 s: at once and once more within 10 s"
    assert told[-1] == STOPPING


def test_an_abstract_socket() -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listener:
        listener.bind("\0store-edge-test-notify")
        listener.setblocking(False)
        Notifier({"NOTIFY_SOCKET": "@store-edge-test-notify"}).stopping()
        assert heard(listener) == [STOPPING]


def test_a_watchdog_for_another_process_is_not_ours(systemd: socket.socket) -> None:
    asked = {"NOTIFY_SOCKET": systemd.getsockname(), "WATCHDOG_USEC": "1000000", "WATCHDOG_PID": "1"}
    Notifier(asked, pid=2).alive(at=1)
    assert heard(systemd) == []
    Notifier(asked, pid=1).alive(at=1)
    assert heard(systemd) == [ALIVE]


def test_without_systemd_or_with_a_dead_one_nothing_happens(tmp_path: Path) -> None:
    Notifier({"WATCHDOG_USEC": "1000000"}).alive(at=1)
    Notifier({"NOTIFY_SOCKET": str(tmp_path / "nobody")}).ready()
