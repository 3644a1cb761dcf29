"""The process around an agent: what is emitted is on disk, and nobody outlives the supervisor."""

import contextlib
import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from edge.agent import worker
from edge.agent.heartbeat import FD_VARIABLE
from edge.agent.protocol import Host
from edge.agent.worker import BAD_CONFIG, CRASHED, Surroundings, agent_named, read_arguments, serve
from edge.clock import SystemClock
from edge.codec import Record, Source
from edge.config.read import parse
from edge.errors import ConfigError
from edge.events import GatewayStarted, Kind
from edge.outbox.outbox import Outbox
from tests.heartbeat_pipe import Line

SOURCE = Source(Kind.GATEWAY, "supervisor")
EVENT = GatewayStarted(version="1", config_hash="c")
CONFIG = """
[store]
tenant = "acme"
store = "s-1"
gateway = "g-1"
data_dir = "data"
"""


@pytest.fixture
def line() -> Iterator[Line]:
    with Line() as line:
        yield line


@pytest.fixture
def outbox(tmp_path: Path) -> Iterator[Outbox]:
    with contextlib.closing(Outbox(tmp_path / "outbox.db", quota_bytes=1 << 24)) as outbox:
        yield outbox


@pytest.fixture(autouse=True)
def _signals_as_they_were() -> Iterator[None]:
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


class Emits:
    """An agent that emits once, waits to be stopped if it is asked to, and crashes if it is asked to."""

    def __init__(self, error: Exception | None = None, *, wait: bool = False) -> None:
        self._error, self._wait = error, wait

    def run(self, host: Host) -> None:
        host.emit(EVENT, host.clock.now())
        host.beat(done=1)
        if self._wait:
            os.kill(os.getpid(), signal.SIGTERM)
            assert host.stop.wait(5)
        if self._error:
            raise self._error


def records(outbox: Outbox) -> list[Record]:
    return [row.record for row in outbox.pending(0, 10)]


@pytest.mark.parametrize("wait", [False, True])
def test_an_agent_that_returns_or_is_stopped_ends_well(outbox: Outbox, line: Line, wait: bool) -> None:
    assert serve(Emits(wait=wait), SOURCE, outbox, line.writer) == 0
    (record,) = records(outbox)
    assert (record.source, record.type, record.sequence) == (SOURCE, "gateway.started.v1", 1)
    assert line.heard()[-1].figures == {"done": 1}


def test_an_agent_that_crashes_says_why(outbox: Outbox, line: Line) -> None:
    assert serve(Emits(ValueError("odd")), SOURCE, outbox, line.writer) == CRASHED
    assert line.heard()[-1].error == "ValueError: odd"


def test_the_arguments_must_be_those_of_the_supervisor() -> None:
    assert read_arguments(["--config", "store.toml", "camera/door"]) == (Path("store.toml"), None, "camera/door")
    there = ["--config", "a/store.toml", "--folder", "b", "uplink"]
    assert read_arguments(there) == (Path("a/store.toml"), Path("b"), "uplink")
    with pytest.raises(ConfigError, match="expected agent --config FILE --folder FOLDER NAME"):
        read_arguments(["camera/door"])


def test_a_configuration_that_went_bad_is_the_last_word(
    tmp_path: Path, line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "store.toml"
    file.write_text("[store]\nodd = 1\n", encoding="utf-8")
    monkeypatch.setenv(FD_VARIABLE, str(line.ours))
    monkeypatch.setattr(worker, "tie_to_parent", lambda: None)
    assert worker.main(["--config", str(file), "uplink"]) == BAD_CONFIG
    assert "store" in line.heard()[-1].error


def test_names_mean_agents(tmp_path: Path, outbox: Outbox) -> None:
    around = Surroundings(parse(CONFIG, folder=tmp_path), "hash", outbox, SystemClock())
    for name, said in {
        "toaster/1": r"expected an agent of camera, shelf, checkout, occupancy, uplink, found 'toaster/1'",
        "camera/door": r"camera: expected the id of a camera, found 'door'",
        "shelf/aisle-3": r"shelf: expected the id of a shelf, found 'aisle-3'",
        "checkout/sco-1": r"lane: expected the id of a lane, found 'sco-1'",
        "uplink": r"uplink: expected a broker to send to",
    }.items():
        with pytest.raises(ConfigError, match=said):
            agent_named(name, around)


def test_the_birth_tells_who_is_there(tmp_path: Path, outbox: Outbox) -> None:
    around = Surroundings(parse(CONFIG, folder=tmp_path), "hash", outbox, SystemClock())
    birth = worker.birth_of(around)
    assert b'"status":"online"' in birth()
    assert outbox.epoch.encode() in birth()
