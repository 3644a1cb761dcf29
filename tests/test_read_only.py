"""A data directory that cannot be written, for this user or for anybody, and one on a full disk: `store-edge run`."""

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from edge.outbox.outbox import Outbox
from edge.sim.broker import free_port
from tests.media import REPO

NOBODY = 65534
CONFIG = """
[store]
tenant = "acme"
store = "s-1"
gateway = "g-1"
data_dir = "{data}"
[uplink]
url = "mqtt://127.0.0.1:{nowhere}"
[health]
port = {health}
[supervisor]
backoff_initial_s = 0.1
backoff_max_s = 0.2
"""
ENVIRONMENT = os.environ | {"PYTHONPATH": str(REPO), "PYTHONDONTWRITEBYTECODE": "1"}
EDGE = (sys.executable, "-m", "edge")
WAIT_S = 20.0


@pytest.fixture
def place() -> Iterator[Path]:
    """A folder that every user may look into; pytest's own are closed to others."""
    with tempfile.TemporaryDirectory(prefix="store-edge-") as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


@pytest.fixture
def nobody() -> tuple[str, ...]:
    """What stands before a command that another user is to run."""
    if os.geteuid() != 0 or shutil.which("setpriv") is None:
        pytest.skip("to become another user needs root and setpriv")
    before = ("setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups")
    tried = subprocess.run([*before, sys.executable, "-c", "import edge.verbs"], env=ENVIRONMENT, check=False)
    if tried.returncode:
        pytest.skip("another user may not read this Python or this checkout")
    return before


@pytest.fixture
def disk(place: Path) -> Iterator[Path]:
    """A disk of 1 MiB."""
    disk = place / "data"
    disk.mkdir()
    mount = ("mount", "-t", "tmpfs", "-o", "size=1m", "none", str(disk))
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("mounting a small disk needs root")
    yield disk
    subprocess.run(["umount", "--lazy", disk], check=True)


def configured(place: Path, health: int = 0) -> Path:
    file = place / "store.toml"
    file.write_text(CONFIG.format(data=place / "data", nowhere=free_port(), health=health), encoding="utf-8")
    file.chmod(0o644)
    return file


def refused(*command: str | Path) -> str:
    """The one line with which a command ends."""
    done = subprocess.run(
        command, cwd="/", env=ENVIRONMENT, capture_output=True, text=True, timeout=WAIT_S, check=False
    )
    assert done.returncode == 2, done
    (line,) = done.stderr.splitlines()
    return line


@contextlib.contextmanager
def gateway(*command: str | Path) -> Iterator[list[str]]:
    """One that runs; what it has said is there when it has ended, as it should, on SIGTERM."""
    said: list[str] = []
    with subprocess.Popen(command, cwd="/", env=ENVIRONMENT, stderr=subprocess.PIPE, text=True) as process:
        try:
            yield said
        finally:
            process.send_signal(signal.SIGTERM)
            said += process.communicate(timeout=WAIT_S)[1].splitlines()
    assert process.returncode == 0
    assert not any("Traceback" in line for line in said)


def health(port: int) -> dict[str, Any]:
    """What /healthz says; empty while nobody answers."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=WAIT_S) as answer:
            return dict(json.load(answer))
    except urllib.error.HTTPError as error:
        with error:
            return dict(json.load(error))
    except OSError:
        return {}


def waiting(disk: Path) -> set[str]:
    """The types of the events in the outbox."""
    with Outbox.open_readonly(disk / "outbox.db") as outbox:
        return {row.record.type for row in outbox.pending(0, 100)}


def eventually(fact: Callable[[], bool]) -> None:
    until = time.monotonic() + WAIT_S
    while not fact():
        assert time.monotonic() < until, "it did not come to pass"
        time.sleep(0.05)


@pytest.mark.parametrize("there", [True, False], ids=["no right to write", "no right to make it"])
def test_a_data_directory_that_another_user_owns_is_refused_in_one_line(
    place: Path, nobody: tuple[str, ...], there: bool
) -> None:
    file = configured(place)
    if there:
        (place / "data").mkdir(mode=0o755)
    line = refused(*nobody, *EDGE, "run", file)
    assert line.startswith("store-edge: store.data_dir: expected a directory that can be written, found: ")
    assert str(place / "data") in line
    checked = subprocess.run(
        [*nobody, *EDGE, "check", file], cwd="/", env=ENVIRONMENT, capture_output=True, text=True, check=False
    )
    assert checked.returncode == 1
    assert "expected a folder that may be written to" in " ".join(checked.stdout.split())
    assert checked.stderr == ""


def test_a_configuration_that_another_user_owns_is_refused_in_one_line(place: Path, nobody: tuple[str, ...]) -> None:
    file = configured(place)
    file.chmod(0o600)
    assert str(file) in refused(*nobody, *EDGE, "run", file)


def test_an_outbox_that_another_user_owns_is_told_and_the_gateway_can_be_stopped(
    place: Path, nobody: tuple[str, ...]
) -> None:
    port = free_port()
    file = configured(place, port)
    (place / "data").mkdir()
    (place / "data").chmod(0o777)
    Outbox(place / "data" / "outbox.db", quota_bytes=2**24).close()
    with gateway(*nobody, *EDGE, "run", file) as said:
        eventually(lambda: not health(port).get("ok", True))
    told = [json.loads(line) for line in said]
    assert any(line["event"] == "outbox_not_opened" and "let this user write there" in line["error"] for line in told)


def test_a_read_only_disk_is_refused_in_one_line(place: Path, disk: Path) -> None:
    file = configured(place)
    subprocess.run(["mount", "-o", "remount,ro", disk], check=True)
    assert "Read-only file system" in refused(*EDGE, "run", file)


@pytest.mark.slow
def test_a_full_disk_is_a_state_of_health_and_with_space_all_goes_on(place: Path, disk: Path) -> None:
    port = free_port()
    file = configured(place, port)
    with contextlib.suppress(OSError):
        (disk / "ballast").write_bytes(bytes(2 * 2**20))

    def reasons() -> str:
        return " ".join(health(port).get("reasons", ()))

    with gateway(*EDGE, "run", file):
        eventually(lambda: "free space on its disk" in reasons())
        (disk / "ballast").unlink()
        eventually(lambda: "expected a broker" in reasons())
        eventually(lambda: {"gateway.started.v1", "config.applied.v1"} <= waiting(disk))
