"""One agent under watch: start, heartbeats, death, backoff, start again. Driven by the supervisor's loop."""

import random
from collections.abc import Callable
from dataclasses import dataclass

import structlog

from edge.agent.heartbeat import Figure, HeartbeatLine
from edge.events import AgentStatus, AgentStatusChanged, Event
from edge.supervisor import restart
from edge.supervisor.process import AgentProcess, Job, told
from edge.supervisor.restart import History, RestartPolicy
from edge.supervisor.snapshot import AgentSnapshot

# A longer pause between two ticks means that the supervisor itself stood still (the box was frozen, say).
AWAY_S = 1.0

_log = structlog.get_logger()


@dataclass(frozen=True)
class Patience:
    """How long an agent may be silent.

    Attributes:
        heartbeat_s: between two heartbeats of its loop.
        start_s: from its start to its loop's first heartbeat (a model is loaded meanwhile).
    """

    heartbeat_s: float
    start_s: float


class WatchedAgent:
    """An agent and what the supervisor knows of it. One thread ticks it; any thread may take a snapshot."""

    def __init__(
        self,
        job: Job,
        policy: RestartPolicy,
        patience: Patience,
        announce: Callable[[Event], None],
        output: int | None = None,
    ) -> None:
        """Nothing is started before the first tick.

        Args:
            job: what to run.
            policy: when to start it again.
            patience: how long it may be silent.
            announce: is given a change of its status.
            output: the file descriptor for what it writes; the supervisor's stderr when absent.
        """
        self.job = job
        self._policy = policy
        self._patience = patience
        self._announce = announce
        self._output = output
        self._process: AgentProcess | None = None
        self._history = History()
        self._status: AgentStatus | None = None
        self._reason = ""
        self._due_s: float | None = 0.0
        self._retired = False
        self._ticked_s: float | None = None
        self._forget_process(at=0.0)
        self._view = self._seen(), 0.0

    @property
    def fd(self) -> int | None:
        """What to wait on for its next heartbeat or its death."""
        return self._process.fd if self._process else None

    @property
    def running(self) -> bool:
        """Whether it has a process."""
        return self._process is not None

    @property
    def figures(self) -> dict[str, Figure]:
        """What its last heartbeats said."""
        return self._figures

    @property
    def beats(self) -> int:
        """The number of its loop's last heartbeat; 0 before the first."""
        return self._beats

    def tick(self, at: float) -> None:
        """Do what is due.

        Args:
            at: monotonic seconds.
        """
        self._excuse(at)
        if self._process is not None:
            self._watch(self._process, at)
        elif self._due_s is not None and at >= self._due_s:
            self._start(at)
        self._view = self._seen(), self._heard_s

    def retire(self) -> None:
        """Ask it to stop; whatever happens now, it is not started again."""
        self._retired = True
        self._due_s = None
        if self._process is not None:
            self._process.ask_to_stop()

    def kill(self) -> None:
        """End it at once."""
        if self._process is not None:
            self._process.kill()

    def abandon(self) -> None:
        """Let go of a process that not even SIGKILL has ended."""
        if self._process is not None:
            _log.error("agent_cannot_be_killed", agent=self.job.name, pid=self._process.pid)
            self._process.dispose()
            self._process = None

    def snapshot(self, at: float) -> AgentSnapshot:
        """How it is; may be called by any thread.

        Args:
            at: monotonic seconds.
        """
        view, heard_s = self._view
        if view.pid is None:
            return view
        return AgentSnapshot(
            name=view.name,
            status=view.status,
            pid=view.pid,
            restarts=view.restarts,
            reason=view.reason,
            heartbeat_age_s=max(0.0, at - heard_s),
            figures=view.figures,
        )

    def _seen(self) -> AgentSnapshot:
        return AgentSnapshot(
            name=self.job.name,
            status=self._status,
            pid=self._process.pid if self._process else None,
            restarts=self._history.restarts,
            reason=self._reason,
            figures=self._figures,
        )

    def _start(self, at: float) -> None:
        self._forget_process(at)
        if self._status is not None:
            self._history = restart.started_again(self._history)
        try:
            self._process = AgentProcess(self.job.command, self._output)
        except OSError as error:
            self._died(f"cannot be started: {error}", at)
        else:
            _log.info("agent_started", agent=self.job.name, pid=self._process.pid, restarts=self._history.restarts)

    def _excuse(self, at: float) -> None:
        """Time in which nobody listened is no silence."""
        away_s = at - self._ticked_s if self._ticked_s is not None else 0.0
        self._ticked_s = at
        if away_s > AWAY_S:
            self._heard_s += away_s

    def _forget_process(self, at: float) -> None:
        self._started_s = self._heard_s = at
        self._beats = 0
        self._figures: dict[str, Figure] = {}
        self._last_words = ""
        self._verdict = ""

    def _watch(self, process: AgentProcess, at: float) -> None:
        # The end is looked for before the last lines are read: whatever it said before it died is read then.
        status = process.ended()
        for line in process.heartbeats():
            self._hear(line, at)
        if status is not None:
            process.dispose()
            self._process = None
            self._ended(status, at)
        else:
            self._judge(process, at)

    def _hear(self, line: HeartbeatLine, at: float) -> None:
        self._heard_s = at
        self._figures = line.figures or self._figures
        if line.error:
            self._last_words = line.error
        else:
            self._beats = line.seq

    def _judge(self, process: AgentProcess, at: float) -> None:
        allowed_s = self._patience.heartbeat_s if self._beats else self._patience.start_s
        if at - self._heard_s > allowed_s and not self._verdict:
            self._verdict = f"no heartbeat for {allowed_s:g} s"
            process.kill()
        if self._beats and not self._verdict:
            self._settle(at)

    def _settle(self, at: float) -> None:
        self._history = restart.settled(self._history, at - self._started_s, self._policy)
        # One that keeps dying has to run stably before it is called running again.
        if not self._history.failed:
            self._become(AgentStatus.RUNNING)

    def _ended(self, status: int, at: float) -> None:
        if self._retired:
            self._status, self._reason = AgentStatus.ENDED, "stopped"
        elif status == 0 and not self._verdict:
            self._due_s = None
            self._become(AgentStatus.ENDED)
            _log.info("agent_ended", agent=self.job.name)
        else:
            self._died(self._verdict or told(status, self._last_words), at)

    def _died(self, reason: str, at: float) -> None:
        self._history = restart.died(self._history, at - self._started_s, self._policy)
        wait_s = restart.delay_s(self._history, self._policy, random.random())  # noqa: S311 - jitter, not a secret
        self._due_s = at + wait_s
        _log.error(
            "agent_died", agent=self.job.name, reason=reason, in_a_row=self._history.in_a_row, wait_s=round(wait_s, 2)
        )
        self._become(self._history.status_when_dead, reason)

    def _become(self, status: AgentStatus, reason: str = "") -> None:
        changed = status is not self._status
        self._status, self._reason = status, reason
        if changed:
            self._announce(
                AgentStatusChanged(agent=self.job.name, status=status, restarts=self._history.restarts, reason=reason)
            )
