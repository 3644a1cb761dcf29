"""Small wheels that stand in for the product's, so that an install takes a second."""

import base64
import hashlib
import importlib.util
import shutil
import zipfile
from pathlib import Path

import pytest

RUNS = "raise SystemExit(0)\n"
BROKEN = "raise SystemExit('a library is missing')\n"
# What `pip install store-edge` comes to with one pure wheel; pip itself takes some seconds out of its zip.
SMALL_PIP = """
import pathlib, sys, sysconfig, zipfile
(wheel,) = pathlib.Path(sys.argv[sys.argv.index("--find-links") + 1]).glob("store_edge-*.whl")
zipfile.ZipFile(wheel).extractall(sysconfig.get_path("purelib"))
script = pathlib.Path(sysconfig.get_path("scripts"), "store-edge")
script.write_text(f"#!{sys.executable}\\n", "utf-8")
script.chmod(0o755)
"""


def store_edge(folder: Path, version: str, main: str = RUNS) -> Path:
    """A wheel of that name and version whose `python -m edge` does what `main` says."""
    info = f"store_edge-{version}.dist-info"
    files = {
        "edge/__init__.py": "",
        "edge/__main__.py": main,
        "edge/cli.py": "def main() -> None: ...\n",
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: store-edge\nVersion: {version}\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: tests\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        f"{info}/entry_points.txt": "[console_scripts]\nstore-edge = edge.cli:main\n",
    }
    record = "".join(f"{name},sha256={_digest(text)},{len(text.encode())}\n" for name, text in files.items())
    folder.mkdir(parents=True, exist_ok=True)
    wheel = folder / f"store_edge-{version}-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        for name, text in (*files.items(), (f"{info}/RECORD", f"{record}{info}/RECORD,,\n")):
            archive.writestr(zipfile.ZipInfo(name), text)
    return wheel


def with_small_pip(folder: Path) -> None:
    """Add a stand-in for pip that knows this one wheel."""
    with zipfile.ZipFile(folder / "pip-0-py3-none-any.whl", "w") as archive:
        archive.writestr(zipfile.ZipInfo("pip/__main__.py"), SMALL_PIP)


def with_pip(folder: Path) -> None:
    """Add the pip that this Python brings along; skips the test where it brings none."""
    found = importlib.util.find_spec("ensurepip")
    places = [Path(found.origin).parent / "_bundled"] if found and found.origin else []
    wheels = [wheel for place in (*places, Path("/usr/share/python-wheels")) for wheel in place.glob("pip-*.whl")]
    if not wheels:
        pytest.skip("this Python brings no wheel of pip (Debian: python3-venv)")
    shutil.copy(wheels[0], folder)


def _digest(text: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=").decode()
