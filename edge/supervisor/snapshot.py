"""How the gateway is at one moment: what the supervisor tells, and what health and the live view show. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from edge.events import AgentStatus

# The names of the figures by which an agent says how its device or link is, and the values that are well.
STATE_FIGURES: Mapping[str, frozenset[str]] = {
    "link": frozenset({"connected"}),
    "status": frozenset({"online", "ended"}),
    "picture": frozenset({"online", "dark"}),  # a shop is dark at night
}


@dataclass(frozen=True)
class AgentSnapshot:
    """One agent's process.

    Attributes:
        name: ``camera/entrance`` or ``uplink``.
        status: None until it has given its first heartbeat.
        pid: of the process that runs now, if any.
        restarts: how often it was started again since the supervisor started.
        reason: why it is not running; empty when it is.
        heartbeat_age_s: since the last sign of life of the present process; None when there was none.
        figures: what its last heartbeats said.
    """

    name: str
    status: AgentStatus | None
    pid: int | None = None
    restarts: int = 0
    reason: str = ""
    heartbeat_age_s: float | None = None
    figures: Mapping[str, float | int | str] = field(default_factory=dict)

    def trouble(self) -> str:
        """Why this agent is not well, in one line; empty when it is."""
        if self.status is None:
            return self.reason or "starting"
        if self.status in {AgentStatus.FAILED, AgentStatus.BACKING_OFF}:
            return f"{self.status}: {self.reason}"
        for name, well in STATE_FIGURES.items():
            state = self.figures.get(name)
            if state is not None and state not in well:
                return f"{name} {state}: {self.figures.get(f'{name}_reason', '')}".rstrip(": ")
        return ""


@dataclass(frozen=True)
class Snapshot:
    """The whole gateway.

    Attributes:
        agents: in the order they were given to the supervisor.
        uptime_s: since the supervisor began to run; 0 before.
    """

    agents: tuple[AgentSnapshot, ...]
    uptime_s: float = 0.0

    def troubles(self) -> dict[str, str]:
        """By name, why an agent is not well; empty when all are."""
        return {agent.name: trouble for agent in self.agents if (trouble := agent.trouble())}
