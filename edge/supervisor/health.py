"""`/healthz` and `/metrics` (Prometheus) on loopback, from what the supervisor knows.

`/healthz` answers 200 when every agent runs and every link is up, else 503; either way with JSON that says per agent
how it is and why. It tells whether somebody should look, not whether to restart: that is the watchdog's business.
"""

import json
import threading
from collections.abc import Callable, Iterable
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self

import structlog
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from edge.errors import ConfigError
from edge.events import AgentStatus
from edge.supervisor.snapshot import STATE_FIGURES, AgentSnapshot, Snapshot
from edge.version import VERSION

METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8"
REQUEST_TIMEOUT_S = 5.0

_log = structlog.get_logger()


def report(snapshot: Snapshot) -> dict[str, Any]:
    """What `/healthz` says. Pure."""
    troubles = snapshot.troubles()
    return {
        "ok": not troubles,
        "reasons": [f"{name}: {trouble}" for name, trouble in troubles.items()],
        "version": VERSION,
        "uptime_s": round(snapshot.uptime_s, 1),
        "agents": {agent.name: _agent(agent) for agent in snapshot.agents},
    }


def _agent(agent: AgentSnapshot) -> dict[str, Any]:
    age_s = agent.heartbeat_age_s
    return {
        "ok": not agent.trouble(),
        "status": agent.status or "starting",
        "reason": agent.trouble(),
        "restarts": agent.restarts,
        "pid": agent.pid,
        "heartbeat_age_s": None if age_s is None else round(age_s, 3),
        "figures": dict(agent.figures),
    }


class SnapshotCollector(Collector):
    """Prometheus metrics, made from one snapshot at every scrape."""

    def __init__(self, snapshot: Callable[[], Snapshot]) -> None:
        self._snapshot = snapshot

    def collect(self) -> Iterable[Metric]:
        """All metrics of this moment."""
        snapshot = self._snapshot()
        yield GaugeMetricFamily("store_edge_up", "1 while the gateway runs.", value=1)
        yield GaugeMetricFamily("store_edge_uptime_seconds", "Since the gateway started.", value=snapshot.uptime_s)
        yield GaugeMetricFamily("store_edge_healthy", "1 when /healthz answers 200.", value=not snapshot.troubles())
        yield from _of_agents(snapshot.agents)


def _of_agents(agents: Iterable[AgentSnapshot]) -> Iterable[Metric]:
    running = GaugeMetricFamily("store_edge_agent_running", "1 while the agent runs.", labels=["agent"])
    restarts = CounterMetricFamily("store_edge_agent_restarts", "Restarts after a crash or a hang.", labels=["agent"])
    age = GaugeMetricFamily("store_edge_agent_heartbeat_age_seconds", "Since its last heartbeat.", labels=["agent"])
    state = GaugeMetricFamily("store_edge_state", "1 for the state that holds.", labels=["agent", "thing", "state"])
    figure = GaugeMetricFamily("store_edge_figure", "A number that an agent reports.", labels=["agent", "figure"])
    for agent in agents:
        running.add_metric([agent.name], agent.status is AgentStatus.RUNNING)
        restarts.add_metric([agent.name], agent.restarts)
        if agent.heartbeat_age_s is not None:
            age.add_metric([agent.name], agent.heartbeat_age_s)
        for name, value in agent.figures.items():
            if isinstance(value, int | float):
                figure.add_metric([agent.name, name], value)
            elif name in STATE_FIGURES:
                state.add_metric([agent.name, name, value], 1)
    return running, restarts, age, state, figure


class HealthServer:
    """Serves until it is closed, by threads of its own.

    Attributes:
        port: where it listens.
    """

    def __init__(self, snapshot: Callable[[], Snapshot], host: str = "127.0.0.1", port: int = 0) -> None:
        """Start to serve.

        Args:
            snapshot: asked at every request.
            host: the address to listen on.
            port: 0 is any free one.

        Raises:
            ConfigError: the address cannot be listened on.
        """
        registry = CollectorRegistry()
        registry.register(SnapshotCollector(snapshot))

        class Handler(_Handler):
            pages = {  # noqa: RUF012 - made once for one server
                "/healthz": lambda: _healthz(snapshot()),
                "/metrics": lambda: (HTTPStatus.OK, METRICS_TYPE, generate_latest(registry)),
            }

        try:
            self._server = ThreadingHTTPServer((host, port), Handler)
        except OSError as error:
            raise ConfigError(
                f"expected an address to listen on, found {host}:{port} ({error.strerror}); 0 turns health off",
                "health.port",
            ) from None
        self.port: int = self._server.server_address[1]
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.1,), name="health", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop serving."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


_Page = Callable[[], tuple[HTTPStatus, str, bytes]]


class _Handler(BaseHTTPRequestHandler):
    pages: dict[str, _Page]
    timeout = REQUEST_TIMEOUT_S
    server_version = "store-edge"
    sys_version = ""

    def do_GET(self) -> None:  # the name is http.server's
        page = self.pages.get(self.path.partition("?")[0])
        status, content_type, body = page() if page else _not_found()
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002, ANN401 - http.server's signature
        _log.debug("request", line=format % args)


def _healthz(snapshot: Snapshot) -> tuple[HTTPStatus, str, bytes]:
    told = report(snapshot)
    status = HTTPStatus.OK if told["ok"] else HTTPStatus.SERVICE_UNAVAILABLE
    return status, "application/json", json.dumps(told).encode() + b"\n"


def _not_found() -> tuple[HTTPStatus, str, bytes]:
    return HTTPStatus.NOT_FOUND, "text/plain; charset=utf-8", b"expected /healthz or /metrics\n"
