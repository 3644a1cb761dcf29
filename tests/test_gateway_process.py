"""`store-edge run`, as systemd starts it: ready, alive, healthy, stopping, gone."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from edge.outbox.outbox import Outbox
from edge.sim.broker import free_port
from tests.media import REPO

CONFIG = """
[store]
tenant = "acme"
store = "s-1"
gateway = "g-1"
data_dir = "{data}"
[health]
port = {port}
"""
WAIT_S = 20.0


@contextlib.contextmanager
def systemd(tmp_path: Path) -> Iterator[socket.socket]:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listener:
        listener.bind(str(tmp_path / "notify"))
        listener.settimeout(WAIT_S)
        yield listener


def waiting(listener: socket.socket) -> list[bytes]:
    listener.setblocking(False)
    messages = []
    with contextlib.suppress(BlockingIOError):
        while True:
            messages.append(listener.recv(100))
    return messages


def start(file: Path, tmp_path: Path) -> subprocess.Popen[str]:
    environment = os.environ | {"NOTIFY_SOCKET": str(tmp_path / "notify"), "WATCHDOG_USEC": "400000"}
    command = [sys.executable, "-m", "edge", "run", str(file)]
    return subprocess.Popen(command, cwd=REPO, env=environment, stderr=subprocess.PIPE, text=True)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_gateways_life(tmp_path: Path, number: signal.Signals) -> None:
    file, port = tmp_path / "store.toml", free_port()
    file.write_text(CONFIG.format(data=tmp_path / "data", port=port), encoding="utf-8")
    with systemd(tmp_path) as told, start(file, tmp_path) as gateway:
        assert told.recv(100).startswith(b"READY=1")
        assert [told.recv(100) for _ in range(3)] == [b"WATCHDOG=1"] * 3
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=WAIT_S) as answer:
            assert json.load(answer)["ok"]
        began = time.monotonic()
        gateway.send_signal(number)
        assert gateway.wait(WAIT_S) == 0
        assert time.monotonic() - began < 2
        assert b"STOPPING=1" in waiting(told)
        assert gateway.stderr is not None
        assert json.loads(gateway.stderr.readline())["event"] == "gateway_started"
    with contextlib.closing(Outbox(tmp_path / "data" / "outbox.db", quota_bytes=1 << 24)) as outbox:
        types = [row.record.type for row in outbox.pending(0, 10)]
    assert types == ["gateway.started.v1", "config.applied.v1"]
