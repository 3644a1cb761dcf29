"""The supervisor with real processes: who dies, who lives, who comes back, and how it all ends."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from edge.config.gateway import SupervisorConfig
from edge.events import AgentStatus, AgentStatusChanged, Event
from edge.supervisor.jobs import ConfigFile, jobs_of
from edge.supervisor.process import Job
from edge.supervisor.snapshot import AgentSnapshot
from edge.supervisor.supervisor import Supervisor
from tests.media import REPO

QUICK = SupervisorConfig(heartbeat_timeout_s=0.8, backoff_initial_s=0.05, backoff_max_s=0.2, stop_timeout_s=2)
WAIT_S = 20.0


def job(behaviour: str, name: str = "", *, last: bool = False) -> Job:
    return Job(name or behaviour, (sys.executable, "-m", "tests.agents", behaviour), last=last)


class Running:
    """A supervisor that runs in a thread."""

    def __init__(self, *jobs: Job, settings: SupervisorConfig = QUICK) -> None:
        self.events: list[AgentStatusChanged] = []
        self.supervisor = Supervisor(jobs, settings, announce=self._keep)
        self.stop = threading.Event()
        self.thread = threading.Thread(target=self.supervisor.run, args=(self.stop,))

    def _keep(self, event: Event) -> None:
        assert isinstance(event, AgentStatusChanged)
        self.events.append(event)

    def agent(self, name: str) -> AgentSnapshot:
        (found,) = [agent for agent in self.supervisor.snapshot().agents if agent.name == name]
        return found

    def until(self, holds: Callable[[], bool]) -> None:
        until(holds, lambda: str(self.supervisor.snapshot()))

    def is_up(self, name: str) -> bool:
        return self.agent(name).status is AgentStatus.RUNNING

    def statuses(self, name: str) -> list[AgentStatus]:
        return [event.status for event in self.events if event.agent == name]


def until(holds: Callable[[], bool], told: Callable[[], str] = str) -> None:
    end = time.monotonic() + WAIT_S
    while not holds():
        assert time.monotonic() < end, told()
        time.sleep(0.01)  # tests may


@contextlib.contextmanager
def running(*jobs: Job, settings: SupervisorConfig = QUICK) -> Iterator[Running]:
    it = Running(*jobs, settings=settings)
    it.thread.start()
    try:
        yield it
    finally:
        it.stop.set()
        it.thread.join(WAIT_S)
        assert not it.thread.is_alive()


def is_alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()[0]
    except FileNotFoundError:
        return False
    return state not in "ZX"


def pid_of(agent: AgentSnapshot) -> int:
    assert agent.pid is not None
    return agent.pid


def test_a_killed_agent_comes_back_alone() -> None:
    with running(job("works", "a"), job("works", "b")) as it:
        it.until(lambda: it.is_up("a") and it.is_up("b"))
        killed, other = pid_of(it.agent("a")), it.agent("b").pid
        os.kill(killed, signal.SIGKILL)
        it.until(lambda: it.is_up("a") and it.agent("a").pid not in {None, killed})
        assert it.agent("b").pid == other
        assert (it.agent("a").restarts, it.agent("b").restarts) == (1, 0)
        assert it.statuses("a") == [AgentStatus.RUNNING, AgentStatus.BACKING_OFF, AgentStatus.RUNNING]
        assert it.events[-2].reason == "killed by SIGKILL"


def test_an_agent_that_stands_still_is_killed_and_started_again() -> None:
    with running(job("works")) as it:
        it.until(lambda: it.is_up("works"))
        stopped = pid_of(it.agent("works"))
        os.kill(stopped, signal.SIGSTOP)
        it.until(lambda: it.agent("works").pid not in {None, stopped} and it.is_up("works"))
        assert not is_alive(stopped)
        assert "no heartbeat for 0.8 s" in [event.reason for event in it.events]


def test_an_agent_that_dies_again_and_again_has_failed() -> None:
    with running(job("dies")) as it:
        it.until(lambda: it.agent("dies").status is AgentStatus.FAILED)
        failed = it.agent("dies")
        assert (failed.reason, failed.trouble()) == ("killed by SIGSEGV", "failed: killed by SIGSEGV")
        assert it.statuses("dies").count(AgentStatus.FAILED) == 1
        it.until(lambda: it.agent("dies").restarts > failed.restarts)
        assert it.agent("dies").status is AgentStatus.FAILED, "it is still tried, and still called failed"


def test_the_reason_is_what_the_agent_said_last() -> None:
    with running(job("crashes")) as it:
        it.until(lambda: bool(it.events))
        assert it.events[0].reason == "SourceError: no such camera"


def test_a_program_that_cannot_be_started_is_a_death_like_others() -> None:
    with running(Job("gone", ("/nonexistent/program",)), job("works")) as it:
        it.until(lambda: it.agent("gone").status is AgentStatus.FAILED and it.is_up("works"))
        assert it.agent("gone").reason.startswith("cannot be started: ")


def test_an_agent_that_returns_is_at_its_end_and_its_last_figures_stay() -> None:
    with running(job("returns")) as it:
        it.until(lambda: it.agent("returns").status is AgentStatus.ENDED)
        ended = it.agent("returns")
        assert (ended.figures, ended.restarts, ended.pid, ended.trouble()) == ({"n": 42}, 0, None, "")
        time.sleep(0.3)
        assert it.agent("returns").restarts == 0


def test_what_an_agent_is_given() -> None:
    os.environ["NOTIFY_SOCKET"] = "/nobody"
    try:
        with running(job("works")) as it:
            it.until(lambda: it.is_up("works"))
            agent = it.agent("works")
            assert dict(agent.figures) | {"n": 0} == {"n": 0, "notify": "", "group": agent.pid, "stdin": ""}
            assert agent.heartbeat_age_s is not None
            assert agent.heartbeat_age_s < QUICK.heartbeat_timeout_s
    finally:
        del os.environ["NOTIFY_SOCKET"]


def test_an_agents_children_die_with_it() -> None:
    with running(job("has_a_child")) as it:
        it.until(lambda: "child" in it.agent("has_a_child").figures)
        agent = it.agent("has_a_child")
        child = int(agent.figures["child"])
        assert is_alive(child)
        os.kill(pid_of(agent), signal.SIGKILL)
        it.until(lambda: not is_alive(child))


def test_the_stop_is_in_time_whoever_ignores_it() -> None:
    with running(job("ignores_sigterm"), job("works"), job("works", "uplink", last=True)) as it:
        it.until(lambda: all(it.is_up(name) for name in ("ignores_sigterm", "works", "uplink")))
        pids = [pid_of(agent) for agent in it.supervisor.snapshot().agents]
        began = time.monotonic()
        it.stop.set()
        it.thread.join(WAIT_S)
        assert time.monotonic() - began <= QUICK.stop_timeout_s
        assert not any(map(is_alive, pids))
        assert [agent.status for agent in it.supervisor.snapshot().agents] == [AgentStatus.ENDED] * 3
        assert all(status is AgentStatus.RUNNING for event in it.events for status in [event.status])


def test_the_uplink_is_asked_last_and_may_drain() -> None:
    with running(job("works"), job("lets_an_uplink_drain", "uplink", last=True)) as it:
        it.until(lambda: it.is_up("works") and it.is_up("uplink"))
        it.stop.set()
        it.thread.join(WAIT_S)
        assert it.agent("uplink").figures["pending"] == 0


ORPHANS = """
from edge import logs
from tests.supervisor.test_supervisor import QUICK, job, Running
logs.configure()
it = Running(job("works"), job("hangs", "other"))
it.thread.start()
it.until(lambda: it.is_up("works") and it.is_up("other"))
print([agent.pid for agent in it.supervisor.snapshot().agents], flush=True)
it.thread.join()
"""


def test_a_supervisor_that_is_killed_leaves_no_orphan() -> None:
    with subprocess.Popen([sys.executable, "-c", ORPHANS], cwd=REPO, stdout=subprocess.PIPE) as supervisor:
        assert supervisor.stdout is not None
        pids = json.loads(supervisor.stdout.readline())
        assert all(map(is_alive, pids))
        supervisor.kill()
        until(lambda: not any(map(is_alive, pids)))


def test_jobs_are_cameras_first_and_the_uplink_last(tmp_path: Path) -> None:
    text = """
[store]
tenant = "acme"
store = "s-1"
gateway = "g-1"
data_dir = "data"
[uplink]
url = "mqtt://127.0.0.1:1883"
[[camera]]
id = "door"
url = "rtsp://10.0.0.5/sub"
[[camera.line]]
id = "in"
points = [[0, 0], [100, 100]]
inside = [1, 0]
"""
    file = tmp_path / "store.toml"
    file.write_text(text, encoding="utf-8")
    jobs = jobs_of(ConfigFile.read(file))
    assert [(job.name, job.last) for job in jobs] == [("camera/door", False), ("uplink", True)]
    where = ("--config", str(file), "--folder", str(tmp_path))
    assert jobs[0].command[1:] == ("-m", "edge", "agent", *where, "camera/door")
