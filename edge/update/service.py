"""The gateway's service, as an update sees it: restarted, and asked how it is."""

import json
import subprocess
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Sequence
from dataclasses import dataclass

RESTART_S = 150.0
LOOK_EVERY_S, ASK_S = 1.0, 5.0
# So long it has to be well without a break.
SETTLE_S = 10.0
UNIT = "store-edge.service"


@dataclass(frozen=True)
class Service:
    """The service.

    Attributes:
        restart_command: what restarts it.
        port: of its health.
        settle_s: so long it has to be well.
    """

    restart_command: Sequence[str] = ("systemctl", "restart", UNIT)
    port: int = 9469
    settle_s: float = SETTLE_S

    def restart(self) -> bool:
        """Restart it; whether it came up."""
        try:
            return subprocess.run(self.restart_command, check=False, timeout=RESTART_S).returncode == 0
        except (OSError, subprocess.TimeoutExpired):
            return False

    def ailing(self) -> tuple[str, ...]:
        """The agents that are not well now; none where nobody answers."""
        agents = _agents(self._told() or {})
        return tuple(sorted(name for name, agent in agents.items() if not agent.get("ok")))

    def trouble(self, version: str, ailing: Sequence[str] = ()) -> str:
        """Why it is not well, in one line; empty when it is.

        Args:
            version: that is to run.
            ailing: agents that were not well before; of them it is asked only that they run.
        """
        told = self._told()
        if told is None:
            return "no answer from /healthz"
        if told.get("version") != version:
            return f"expected version {version}, found {told.get('version')}"
        agents = _agents(told)
        if not agents:
            return "" if told.get("ok") else "; ".join(map(str, _reasons(told)))
        lives = {name for name in ailing if agents.get(name, {}).get("status") == "running"}
        return "; ".join(
            f"{name}: {agent.get('reason', '')}"
            for name, agent in agents.items()
            if not agent.get("ok") and name not in lives
        )

    def _told(self) -> dict[str, object] | None:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=ASK_S) as answer:
                return _json(answer.read())
        except urllib.error.HTTPError as error:
            return _json(error.read())
        except OSError:
            return None

    def comes_to_health(self, version: str, within_s: float, ailing: Sequence[str] = ()) -> str:
        """Wait until it is well; empty when it is, else the last trouble."""
        end, well_since, trouble = time.monotonic() + within_s, None, ""
        pause = threading.Event()
        while (now := time.monotonic()) < end:
            trouble = self.trouble(version, ailing)
            if trouble:
                well_since = None
            elif well_since is None:
                well_since = now
            elif now - well_since >= self.settle_s:
                return ""
            pause.wait(min(LOOK_EVERY_S, self.settle_s / 2))
        return trouble or "not well for long enough"


def _agents(told: dict[str, object]) -> dict[str, dict[str, object]]:
    agents = told.get("agents")
    return agents if isinstance(agents, dict) else {}


def _reasons(told: dict[str, object]) -> list[object]:
    reasons = told.get("reasons")
    return reasons if isinstance(reasons, list) and reasons else ["not ok"]


def _json(data: bytes) -> dict[str, object]:
    try:
        told = json.loads(data)
    except ValueError:
        return {}
    return told if isinstance(told, dict) else {}
