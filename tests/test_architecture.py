"""The contracts in pyproject.toml name files; a core that is added must be named too."""

import ast
import tomllib
from pathlib import Path

import pytest

from tests.media import REPO

IMPURE = {"av", "cv2", "onnxruntime", "paho", "sqlite3", "socket", "threading", "asyncio", "time", "subprocess", "os"}
# What a shell of a room imports; whatever does not must be on the list of cores.
SHELLS_BY_IMPORT = IMPURE | {
    "edge.agent.protocol",
    "edge.ingest.database",
    "edge.ingest.store",
    "edge.scale.bus",
    "edge.ports.serial_port",
    "edge.vision.camera",
    "edge.vision.decode",
    "edge.vision.detector",
    "edge.vision.training.command",
    "pathlib",
    "prometheus_client",
    "rich",
    "serial",
    "sqlalchemy",
    "torch",
}
ROOMS = ("checkout", "ingest", "scale", "shelf", "vision")


def imports_of(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return names | {name.split(".")[0] for name in names}


def listed_cores() -> set[str]:
    contracts = tomllib.loads((REPO / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"][
        "contracts"
    ]
    (cores,) = [c["source_modules"] for c in contracts if c["name"].startswith("Cores")]
    return set(cores)


def test_every_listed_core_exists() -> None:
    for name in listed_cores():
        assert (REPO / (name.replace(".", "/") + ".py")).is_file(), name


@pytest.mark.parametrize("room", ROOMS)
def test_every_file_of_a_room_without_io_is_a_listed_core(room: str) -> None:
    listed = listed_cores()
    for path in sorted((REPO / "edge" / room).rglob("*.py")):
        name = ".".join(path.relative_to(REPO).with_suffix("").parts)
        if path.stem != "__init__" and not imports_of(path) & SHELLS_BY_IMPORT:
            assert name in listed, f"{name} does no I/O: name it in pyproject.toml's contract of the cores"
