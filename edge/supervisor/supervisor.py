"""One process per agent: started, watched, restarted, stopped.

config ─▶ jobs ─▶ Supervisor ─▶ agents' processes ──heartbeats──▶ Supervisor ─▶ snapshot ─▶ health
                      └─▶ agent.status_changed.v1 ─▶ Announcer ─▶ outbox
"""

import select
import threading
import time
from collections.abc import Callable, Sequence

import structlog

from edge.config.gateway import SupervisorConfig
from edge.events import Event
from edge.supervisor.process import KILL_WAIT_S, Job
from edge.supervisor.restart import RestartPolicy
from edge.supervisor.snapshot import Snapshot
from edge.supervisor.watched import Patience, WatchedAgent

# The loop wakes for every heartbeat and every death; for what only time brings, this often.
TICK_S = 0.1
# A model may take long to load on a small box; until its loop beats, an agent has this long.
START_S = 30.0
# One that ran for so long, and for as long as the longest wait, is well again.
STABLE_S = 30.0
# How the time for stopping is shared out: until when the agents, the drain and the uplink may take.
AGENTS_SHARE, DRAIN_SHARE, UPLINK_SHARE = 0.5, 0.7, 0.9
# A heartbeat that was on its way may tell of the moment before; the one after it cannot.
DRAINED_BEATS = 2

_log = structlog.get_logger()


class Supervisor:
    """Runs jobs, each in a process of its own, until it is told to stop."""

    def __init__(
        self,
        jobs: Sequence[Job],
        settings: SupervisorConfig,
        *,
        announce: Callable[[Event], None] = lambda _event: None,
        alive: Callable[[float], None] = lambda _at: None,
        start_s: float = START_S,
        output: int | None = None,
    ) -> None:
        """Nothing is started before `run`.

        Args:
            jobs: what to run.
            settings: how patient to be.
            announce: is given each `AgentStatusChanged`; must not block.
            alive: is called with the monotonic seconds at every turn of the loop; must not block.
            start_s: how long an agent may take from its start to its loop's first heartbeat.
            output: the file descriptor for what the agents write; this process's stderr when absent.
        """
        stable_s = max(STABLE_S, settings.backoff_max_s)
        policy = RestartPolicy(settings.backoff_initial_s, settings.backoff_max_s, stable_s)
        patience = Patience(settings.heartbeat_timeout_s, max(start_s, settings.heartbeat_timeout_s))
        self._watch: Callable[[Job], WatchedAgent] = lambda job: WatchedAgent(job, policy, patience, announce, output)
        self._agents = tuple(self._watch(job) for job in jobs)
        self._wanted, self._ends = tuple(jobs), Endings(settings.stop_timeout_s * AGENTS_SHARE)
        self._asked = threading.Lock()
        self._bounced: set[str] = set()
        self._stop_timeout_s = settings.stop_timeout_s
        self._alive = alive
        self._started_s: float | None = None

    def run(self, stop: threading.Event) -> None:
        """Start the agents, watch them until `stop` is set, then end them all within the stop timeout.

        The agents die with the thread that calls this (PR_SET_PDEATHSIG looks at the thread, prctl(2)): let it be the
        main thread, or one that lives until this returns.
        """
        self._started_s = time.monotonic()
        try:
            while not stop.is_set():
                self._turn(self._agents)
                self._reconcile(time.monotonic())
        finally:
            self._end_all()

    def snapshot(self) -> Snapshot:
        """How every agent is; may be called by any thread at any time."""
        at = time.monotonic()
        uptime_s = at - self._started_s if self._started_s is not None else 0.0
        return Snapshot(agents=tuple(agent.snapshot(at) for agent in self._agents), uptime_s=uptime_s)

    @property
    def jobs(self) -> tuple[Job, ...]:
        """What is to run."""
        return self._wanted

    def assign(self, jobs: Sequence[Job]) -> None:
        """From now on run these; an agent whose job is among them as it was is not disturbed. Any thread may call it.

        A job that changed starts when its old process has ended.
        """
        with self._asked:
            self._wanted = tuple(jobs)

    def bounce(self, name: str) -> bool:
        """End one agent's process and start it again; whether there is one. Any thread may call it."""
        with self._asked:
            known = any(job.name == name for job in self._wanted)
            if known:
                self._bounced.add(name)
        return known

    def _reconcile(self, at: float) -> None:
        """Bring what runs nearer to what is wanted."""
        with self._asked:
            wanted, bounced, self._bounced = self._wanted, self._bounced, set()
        jobs = {job.name: job for job in wanted}
        for agent in self._agents:
            if agent.job.name in bounced or jobs.get(agent.job.name) != agent.job:
                self._ends.begin(agent, at)
        gone = self._ends.over(at)
        if not gone and len(jobs) == len(self._agents):
            return
        staying = {agent.job.name: agent for agent in self._agents if agent not in gone}
        leaving = [agent for name, agent in staying.items() if name not in jobs]
        self._agents = (*(staying.get(job.name) or self._watch(job) for job in wanted), *leaving)

    def _turn(self, agents: Sequence[WatchedAgent]) -> None:
        wait_for_any([agent.fd for agent in agents if agent.fd is not None], TICK_S)
        at = time.monotonic()
        self._alive(at)
        for agent in agents:
            agent.tick(at)

    def _end_all(self) -> None:
        """Agents first; then the uplink has a moment to send what they said last; then the uplink."""
        began_s = time.monotonic()
        uplinks = [agent for agent in self._agents if agent.job.last]
        self._end(
            [agent for agent in self._agents if not agent.job.last], began_s + self._stop_timeout_s * AGENTS_SHARE
        )
        self._drain(uplinks, began_s + self._stop_timeout_s * DRAIN_SHARE)
        self._end(uplinks, began_s + self._stop_timeout_s * UPLINK_SHARE)
        _log.info("stopped", took_s=round(time.monotonic() - began_s, 2))

    def _end(self, agents: Sequence[WatchedAgent], until_s: float) -> None:
        for agent in agents:
            agent.retire()
        self._wait(agents, until_s)
        for agent in agents:
            if agent.running:
                _log.error("agent_killed", agent=agent.job.name, reason="it did not stop in time")
                agent.kill()
        self._wait(agents, time.monotonic() + KILL_WAIT_S)
        for agent in agents:
            agent.abandon()

    def _wait(self, agents: Sequence[WatchedAgent], until_s: float) -> None:
        while any(agent.running for agent in agents) and time.monotonic() < until_s:
            self._turn(self._agents)

    def _drain(self, uplinks: Sequence[WatchedAgent], until_s: float) -> None:
        enough = {agent.job.name: agent.beats + DRAINED_BEATS for agent in uplinks}
        while any(_has_more(agent, enough[agent.job.name]) for agent in uplinks) and time.monotonic() < until_s:
            self._turn(self._agents)


class Endings:
    """Agents that are to go while the others run on: asked, then killed, then let go."""

    def __init__(self, patience_s: float) -> None:
        self._patience_s = patience_s
        self._since: dict[WatchedAgent, float] = {}

    def begin(self, agent: WatchedAgent, at: float) -> None:
        """Ask an agent to stop, if that was not done before."""
        if agent not in self._since:
            self._since[agent] = at
            agent.retire()

    def over(self, at: float) -> list[WatchedAgent]:
        """Who is gone now."""
        for agent, since in self._since.items():
            if agent.running and at - since > self._patience_s + KILL_WAIT_S:
                agent.abandon()
            elif agent.running and at - since > self._patience_s:
                agent.kill()
        gone = [agent for agent in self._since if not agent.running]
        for agent in gone:
            del self._since[agent]
        return gone


def _has_more(uplink: WatchedAgent, beats: int) -> bool:
    if not uplink.running or uplink.figures.get("link") != "connected":
        return False
    return uplink.beats < beats or bool(uplink.figures.get("pending"))


def wait_for_any(fds: Sequence[int], timeout_s: float) -> None:
    """Wait until one of the pipes has something to read or was closed, or the time is over."""
    poll = select.poll()
    for fd in fds:
        poll.register(fd, select.POLLIN)
    poll.poll(timeout_s * 1000)
