"""/healthz and /metrics, asked over HTTP."""

import json
import urllib.error
import urllib.request
from dataclasses import replace
from http import HTTPStatus
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families

from edge.errors import ConfigError
from edge.events import AgentStatus
from edge.supervisor.health import HealthServer
from edge.supervisor.snapshot import AgentSnapshot, Snapshot

CAMERA = AgentSnapshot(
    name="camera/door",
    status=AgentStatus.RUNNING,
    pid=7,
    restarts=2,
    heartbeat_age_s=0.25,
    figures={"fps": 9.5, "status": "online"},
)
UPLINK = AgentSnapshot(
    name="uplink", status=AgentStatus.RUNNING, pid=8, heartbeat_age_s=0.1, figures={"link": "connected", "pending": 3}
)
WELL = Snapshot(agents=(CAMERA, UPLINK), uptime_s=12.0)


def ask(snapshot: Snapshot, path: str) -> tuple[int, str]:
    with HealthServer(lambda: snapshot) as server:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{server.port}{path}", timeout=5) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read().decode()


def healthz(snapshot: Snapshot) -> tuple[int, dict[str, Any]]:
    status, body = ask(snapshot, "/healthz")
    told: dict[str, Any] = json.loads(body)
    return status, told


def test_all_is_well() -> None:
    status, told = healthz(WELL)
    assert (status, told["ok"], told["reasons"]) == (HTTPStatus.OK, True, [])
    assert told["agents"]["camera/door"] == {
        "ok": True,
        "status": "running",
        "reason": "",
        "restarts": 2,
        "pid": 7,
        "heartbeat_age_s": 0.25,
        "figures": {"fps": 9.5, "status": "online"},
    }


@pytest.mark.parametrize(
    ("agent", "reason"),
    [
        (
            replace(CAMERA, status=AgentStatus.FAILED, reason="killed by SIGSEGV"),
            "camera/door: failed: killed by SIGSEGV",
        ),
        (
            replace(CAMERA, status=AgentStatus.BACKING_OFF, reason="exit status 1"),
            "camera/door: backing_off: exit status 1",
        ),
        (replace(CAMERA, status=None), "camera/door: starting"),
        (
            replace(CAMERA, figures={"status": "offline", "status_reason": "refused"}),
            "camera/door: status offline: refused",
        ),
        (
            replace(UPLINK, figures={"link": "refused", "link_reason": "bad password"}),
            "uplink: link refused: bad password",
        ),
        (replace(UPLINK, figures={"link": "connecting"}), "uplink: link connecting"),
    ],
)
def test_what_is_not_well_is_a_503_with_the_reason(agent: AgentSnapshot, reason: str) -> None:
    status, told = healthz(Snapshot(agents=(agent,)))
    assert (status, told["ok"], told["reasons"]) == (HTTPStatus.SERVICE_UNAVAILABLE, False, [reason])


def test_an_agent_whose_video_is_at_its_end_is_well() -> None:
    ended = replace(CAMERA, status=AgentStatus.ENDED, pid=None, heartbeat_age_s=None, figures={"status": "ended"})
    assert healthz(Snapshot(agents=(ended,)))[0] == HTTPStatus.OK


def test_metrics_are_prometheus_text() -> None:
    status, text = ask(WELL, "/metrics")
    assert status == HTTPStatus.OK
    samples = {
        (sample.name, *(value for _, value in sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }
    assert samples["store_edge_agent_restarts_total", "camera/door"] == 2
    assert samples["store_edge_agent_running", "uplink"] == 1
    assert samples["store_edge_agent_heartbeat_age_seconds", "camera/door"] == 0.25
    assert samples["store_edge_figure", "uplink", "pending"] == 3
    assert samples["store_edge_state", "uplink", "connected", "link"] == 1
    assert samples["store_edge_healthy",] == 1
    assert all(name.startswith("store_edge_") for name, *_ in samples)


def test_another_path_is_not_found_and_a_taken_port_is_a_configuration_error() -> None:
    assert ask(WELL, "/etc/passwd")[0] == HTTPStatus.NOT_FOUND
    with HealthServer(lambda: WELL) as server, pytest.raises(ConfigError, match=r"^health.port: expected"):
        HealthServer(lambda: WELL, port=server.port)


@pytest.mark.parametrize(("picture", "answer"), [("blocked", 503), ("moved", 503), ("dark", 200), ("online", 200)])
def test_a_camera_that_shows_no_shop_is_a_trouble_and_the_night_is_none(picture: str, answer: int) -> None:
    camera = replace(CAMERA, figures={**CAMERA.figures, "picture": picture})
    status, told = healthz(replace(WELL, agents=(camera,)))
    assert status == answer
    assert told["agents"]["camera/door"]["ok"] == (answer == HTTPStatus.OK)
