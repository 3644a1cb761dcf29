"""The shop's count in a whole gateway: two cameras on recorded clips, real processes, a real broker."""

import json
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from edge.sim.broker import BrokerOptions, mosquitto_path, start_broker
from tests import media
from tests.fleet.test_fleet_live import Operator
from tests.media import REPO

CAMERA = """
[[camera]]
id = "{id}"
url = "{clip}"
play = "fast"
fps = 3
interval_s = 10
stale_after_s = 60
open_timeout_s = 60
[[camera.line]]
id = "door"
points = [[198, 191], [471, 180]]
inside = [0.04, 1.0]
"""
CONFIG = """
[store]
tenant = "acme"
store = "sh-1"
gateway = "gw-1"
data_dir = "{folder}/data"
[uplink]
url = "{url}"
backoff_max_s = 1
[health]
port = 0
[supervisor]
heartbeat_timeout_s = 60
[occupancy]
lines = ["front/door", "back/door"]
opens = "00:00:00"
closes = "23:59:00"
interval_s = 1
"""
WAIT_S = 180.0


@pytest.mark.slow
@pytest.mark.timeout(240)
@pytest.mark.skipif(mosquitto_path() is None, reason="needs a mosquitto")
def test_two_doors_are_counted_into_one_shop(tmp_path: Path) -> None:
    clip = media.demo("entrance.mp4")
    with start_broker(BrokerOptions(mosquitto=True)) as broker, Operator(broker) as cloud:
        text = CONFIG.format(folder=tmp_path, url=broker.url)
        text += "".join(CAMERA.format(id=door, clip=clip) for door in ("front", "back"))
        (tmp_path / "store.toml").write_text(text, encoding="utf-8")
        command = [sys.executable, "-m", "edge", "run", str(tmp_path / "store.toml")]
        with subprocess.Popen(command, cwd=REPO, stderr=subprocess.DEVNULL) as gateway:
            try:
                doors, shop = both_told(cloud)
            finally:
                gateway.send_signal(signal.SIGTERM)
                assert gateway.wait(20) == 0
    assert doors["front"] == doors["back"], "the same clip twice"
    came, went = (sum(door[way] for door in doors.values()) for way in ("in", "out"))
    assert came > went > 0
    assert (shop[-1]["occupancy"], shop[-1]["open"]) == (came - went, True)
    assert all(event["occupancy"] >= 0 for event in shop)
    assert shop[-1]["occupancy_sd"] > 0


def both_told(cloud: Operator) -> tuple[dict[str, dict[str, int]], list[dict[str, Any]]]:
    """What each door counted, and the shop's events: once both agents are done and the shop has told of them."""
    deadline = time.monotonic() + WAIT_S
    while time.monotonic() < deadline:
        told = list(cloud.messages)
        doors = {door: sums(events(told, f"evt/camera/{door}/footfall.counted.v1")) for door in ("front", "back")}
        agents = events(told, "evt/gateway/supervisor/agent.status_changed.v1")
        over = {one["agent"] for one in agents if one["status"] == "ended"}
        shop = events(told, "evt/gateway/occupancy/occupancy.counted.v1")
        every = sums(shop)
        all_told = all(every[way] == sum(door[way] for door in doors.values()) for way in every)
        if all_told and over >= {f"camera/{door}" for door in doors}:
            return doors, shop
        time.sleep(0.2)
    raise AssertionError(f"not told within {WAIT_S:g} s; done: {over}, doors {doors}, shop {every}")


def events(told: list[tuple[str, bytes, bytes]], topic: str) -> list[dict[str, Any]]:
    return [json.loads(data) for name, data, _ in told if name == topic]


def sums(counted: list[dict[str, Any]]) -> dict[str, int]:
    return {way: sum(one[way] for one in counted) for way in ("in", "out")}
