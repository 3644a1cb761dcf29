"""A shelf agent that is killed again and again while goods move: no move is lost, none is told twice."""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import msgspec
import pytest

from edge.codec import decode_event
from edge.events import StockCounted, StockMoved
from edge.outbox.outbox import Outbox
from edge.sim.shelf.live import LivePlate
from edge.sim.shelf.physics import PlatePhysics
from edge.sim.shelf.pty_bus import PtyBus
from edge.sim.shelf.twins import TWINS
from tests.bench.memory import agents_of
from tests.shelf.test_agent import CONFIG

UNIT_G, START, KILLS = 330.0, 20, 8


def await_count(path: Path) -> None:
    """Until the shelf has been counted for the first time."""
    until = time.monotonic() + 30
    while time.monotonic() < until:
        time.sleep(0.2)
        if path.exists():
            with Outbox.open_readonly(path) as outbox:
                if any(row.record.type == "stock.counted.v1" for row in outbox.pending(0, 1000)):
                    return
    raise AssertionError("nothing was counted")


@pytest.mark.slow
def test_counts_and_moves_agree_with_the_truth_after_kills(tmp_path: Path) -> None:
    chance = random.Random(3)
    file = tmp_path / "store.toml"
    text = CONFIG.format(port=tmp_path / "tty", driver="and_continuous").replace("unit_weight_sd_g = 2.0", "start = 20")
    file.write_text(text + "[supervisor]\nbackoff_initial_s = 0.2\nbackoff_max_s = 0.5\n[health]\nport = 0\n")
    plate = LivePlate(START * UNIT_G, physics=PlatePhysics(noise_g=0.6))
    units = START
    with PtyBus(tmp_path / "tty", TWINS["and_continuous"]({0: plate.shown})):
        command = [sys.executable, "-m", "edge", "run", str(file)]
        with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as gateway:
            await_count(tmp_path / "data" / "outbox.db")
            time.sleep(1.5)
            for _ in range(KILLS):
                moved = chance.choice([-2, -1, -1, 1])
                units += moved
                plate.change(moved * UNIT_G)
                time.sleep(chance.uniform(0.3, 2.0))
                agent = agents_of(gateway.pid).get("shelf/aisle-3")
                if agent is not None:
                    os.kill(agent, signal.SIGKILL)
                time.sleep(chance.uniform(0.5, 3.0))
            time.sleep(8)
            gateway.send_signal(signal.SIGTERM)
    with Outbox.open_readonly(tmp_path / "data" / "outbox.db") as outbox:
        events = [decode_event(row.record.type, row.record.data) for row in outbox.pending(0, 10_000)]
    moves = [event.quantity for event in events if isinstance(event, StockMoved)]
    counts = [event.quantity for event in events if isinstance(event, StockCounted)]
    assert counts[0] == START
    assert counts[-1] == START + sum(moves) == units, msgspec.to_builtins(events)
