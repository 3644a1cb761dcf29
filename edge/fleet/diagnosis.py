"""How the box is: what ``status`` and ``diagnose`` answer. No pictures, no secrets, nothing about persons."""

import os
import platform
import shutil
from importlib import metadata
from pathlib import Path
from typing import Any

import msgspec
from serial.tools import list_ports

from edge.agent.roster import outbox_path
from edge.clock import Clock, kernel_synchronised
from edge.codec import format_time
from edge.errors import OutboxError
from edge.outbox.outbox import Outbox
from edge.supervisor.health import report
from edge.supervisor.jobs import ConfigFile
from edge.supervisor.snapshot import Snapshot
from edge.version import VERSION

LIBRARIES = ("av", "msgspec", "numpy", "onnxruntime", "opencv-python-headless", "paho-mqtt", "pyserial", "zxing-cpp")
MEMORY = ("MemTotal", "MemAvailable", "SwapTotal", "SwapFree")
# A ledger has a line for each epoch of each source; the newest are told.
LEDGER_LINES = 200


def status(file: ConfigFile, snapshot: Snapshot, clock: Clock) -> dict[str, Any]:
    """What an operator looks at first.

    Args:
        file: the configuration in force.
        snapshot: of the agents.
        clock: the box's.
    """
    now = clock.now()
    return {
        "version": VERSION,
        "config_hash": file.digest,
        "time": format_time(now.wall),
        "clock_state": now.clock_state,
        "health": report(snapshot),
        "outbox": _outbox(file, whole=False),
    }


def bundle(file: ConfigFile, snapshot: Snapshot, clock: Clock) -> dict[str, Any]:
    """What somebody needs who is to find a fault from afar."""
    disk = shutil.disk_usage(Path(file.config.store.data_dir))
    return status(file, snapshot, clock) | {
        "outbox": _outbox(file, whole=True),
        "system": {
            "platform": platform.platform(),
            "python": platform.python_version(),
            "cores": os.cpu_count(),
            "load": [round(one, 2) for one in os.getloadavg()],
            "memory_kb": _memory(),
            "disk_free_mb": disk.free // 2**20,
            "disk_mb": disk.total // 2**20,
            "clock_synchronised": kernel_synchronised(),
        },
        "libraries": {name: _version(name) for name in LIBRARIES},
        "serial_ports": [
            {"device": port.device, "vid": port.vid, "pid": port.pid, "product": port.product or ""}
            for port in list_ports.comports()
        ],
        "video_devices": sorted(str(path) for path in Path("/dev").glob("video*")),
        "devices": {
            "cameras": [
                {"id": camera.id, "model": Path(camera.model).name, "fps": camera.fps, "lines": len(camera.line)}
                for camera in file.config.camera
            ],
            "shelves": [
                {"id": shelf.id, "driver": shelf.driver, "plates": [plate.id for plate in shelf.plate]}
                for shelf in file.config.shelf
            ],
            "lanes": [{"id": lane.id, "scanner": lane.scanner.driver} for lane in file.config.lane],
        },
    }


def _outbox(file: ConfigFile, *, whole: bool) -> dict[str, Any]:
    try:
        with Outbox.open_readonly(outbox_path(file.config)) as outbox:
            depth = outbox.depth()
            told: dict[str, Any] = {"epoch": outbox.epoch, "pending": depth.rows, "bytes": depth.bytes}
            if whole:
                told["ledger"] = [msgspec.to_builtins(line) | {"source": str(line.source)} for line in outbox.ledger()][
                    -LEDGER_LINES:
                ]
    except OutboxError as error:
        return {"error": str(error)}
    return told


def _memory() -> dict[str, int]:
    lines = Path("/proc/meminfo").read_text(encoding="ascii").splitlines()
    found = {name: int(rest.split()[0]) for name, _, rest in (line.partition(":") for line in lines) if name in MEMORY}
    return {name: found[name] for name in MEMORY if name in found}


def _version(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return ""
