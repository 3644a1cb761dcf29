"""A configuration on trial: kept once all that it touches is well, taken back when that does not come about. Pure."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from edge.events import AgentStatus
from edge.supervisor.snapshot import Snapshot

# So long everything has to be well without a break.
SETTLE_S = 3.0


@dataclass
class Trial:
    """One configuration's trial.

    Attributes:
        touched: the agents that it starts or changes.
        ailing: those that were not well before, each with why: of them it is not asked to heal that.
        until_s: the monotonic second at which patience ends.
    """

    touched: Collection[str]
    ailing: Mapping[str, str]
    until_s: float
    _well_since: float | None = field(default=None)

    def verdict(self, now: Snapshot, at: float) -> bool | None:
        """Whether to keep it, as far as that can be said.

        Args:
            now: how the gateway is.
            at: monotonic seconds.

        Returns:
            True to keep it, False to take it back, None to wait.
        """
        if self.complaint(now):
            self._well_since = None
            return False if at >= self.until_s else None
        if self._well_since is None:
            self._well_since = at
        return True if at - self._well_since >= SETTLE_S else None

    def complaint(self, now: Snapshot) -> str:
        """Why it cannot be kept yet, in one line; empty when it can."""
        agents = {agent.name: agent for agent in now.agents}
        for name in sorted(self.touched):
            agent = agents.get(name)
            trouble = agent.trouble() if agent else "not started"
            lives = agent is not None and agent.status in {AgentStatus.RUNNING, AgentStatus.ENDED}
            if trouble and not (name in self.ailing and lives):
                return f"{name}: {trouble}"
        return ""
