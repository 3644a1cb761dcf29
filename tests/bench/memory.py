"""Memory of the agents over minutes: a camera that plays the bundled clip again and again, and the uplink.

    python -m tests.bench.memory --minutes 10 --json

Each process's resident memory is read from /proc every second; a camera's is that of its agent and of its decoder
together. The slope is a least-squares line over the second half, when caches are full.
"""

import argparse
import json
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from edge.demo.scene import CLIPS
from edge.sim.broker import start_broker

CONFIG = """
[store]
tenant = "bench"
store = "shop"
gateway = "gw-1"
data_dir = "data"
[uplink]
url = "{broker}"
[health]
port = 0
[[camera]]
id = "entrance"
url = "{clip}"
loop = true
interval_s = 5
[[camera.line]]
id = "door"
points = [[320, 100], [320, 350]]
inside = [-1, 0]
"""
PAGE_MB = 4096 / 2**20


def resident_mb(pid: int) -> float:
    """Of one process and of what it started."""
    try:
        own = int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1]) * PAGE_MB
    except OSError:
        return 0.0
    return own + sum(resident_mb(child) for child in children_of(pid))


def children_of(pid: int) -> list[int]:
    try:
        tasks = list(Path(f"/proc/{pid}/task").iterdir())
        return [int(child) for task in tasks for child in (task / "children").read_text(encoding="ascii").split()]
    except OSError:
        return []


def agents_of(gateway: int) -> dict[str, int]:
    """The agents' processes by the last word of their command line."""
    found = {}
    for pid in children_of(gateway):
        words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
        if b"agent" in words:
            found[words[-2].decode()] = pid
    return found


def slope_mb_per_hour(seconds: list[float], mb: list[float]) -> float:
    half = len(seconds) // 2
    x, y = seconds[half:], mb[half:]
    mean_x, mean_y = sum(x) / len(x), sum(y) / len(y)
    spread = sum((one - mean_x) ** 2 for one in x)
    return 3600 * sum((a - mean_x) * (b - mean_y) for a, b in zip(x, y, strict=True)) / spread


def measure(minutes: float) -> dict[str, dict[str, float]]:
    with tempfile.TemporaryDirectory() as folder, start_broker() as broker:
        file = Path(folder) / "store.toml"
        file.write_text(CONFIG.format(broker=broker.url, clip=CLIPS / "entrance.mp4"), "utf-8")
        command = [sys.executable, "-m", "edge", "run", str(file)]
        with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as gateway:
            began, seconds, mb = time.monotonic(), [], {"camera/entrance": [], "uplink": []}  # type: ignore[var-annotated]
            while (at := time.monotonic() - began) < minutes * 60:
                time.sleep(1)
                agents = agents_of(gateway.pid)
                if mb.keys() <= agents.keys():
                    seconds.append(at)
                    for name, series in mb.items():
                        series.append(resident_mb(agents[name]))
            gateway.send_signal(signal.SIGTERM)
    return {
        name: {"max_mb": round(max(series), 1), "slope_mb_per_hour": round(slope_mb_per_hour(seconds, series), 1)}
        for name, series in mb.items()
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    found = measure(options.minutes)
    print(json.dumps(found, indent=None if options.json else 1))  # noqa: T201 - a program's voice


if __name__ == "__main__":
    main()
