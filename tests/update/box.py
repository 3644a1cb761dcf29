"""A box without systemd: releases from small wheels in a root of their own, and a service that is started by hand.

`python -m tests.update.box restart ROOT PORT` is what `systemctl restart` is on a real one: deploy/recover, then the
release in use. `python -m tests.update.box apply FOLDER PORT TARBALL STEP` updates or goes
back, and dies before a step.
"""

import contextlib
import hashlib
import os
import signal
import subprocess
import sys
import tarfile
from pathlib import Path

from edge.update import signing
from edge.update.apply import Plan, apply
from edge.update.releases import Releases
from edge.update.service import Service
from tests.deploy import made_wheels
from tests.media import REPO

# What stands in for the product: it checks anything, and serves health as its version is told to be.
MAIN = """
import json, sys
from http.server import BaseHTTPRequestHandler, HTTPServer
from importlib.metadata import version
OK, CHECKS = {ok}, {checks}
if sys.argv[1] != "serve":
    sys.exit(0 if CHECKS else "the configuration is none of mine")
class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        body = json.dumps({{"ok": OK, "version": version("store-edge"), "reasons": ["not me"]}}).encode()
        self.send_response(200 if OK else 503)
        self.end_headers()
        self.wfile.write(body)
    def log_message(self, *_): ...
HTTPServer.allow_reuse_address = True
HTTPServer(("127.0.0.1", int(sys.argv[2])), Handler).serve_forever()
"""
WITHIN_S, SETTLE_S = 6.0, 0.2
UNIT, OTHER_RULES = "etc/systemd/system/store-edge.service", "etc/udev/rules.d/63-other.rules"
SUMS = "SHA256SUMS"


class Box:
    """One box.

    Attributes:
        root: its root file system.
        folder: where that and the tarballs are.
        port: of the gateway's health.
    """

    def __init__(self, folder: Path, port: int) -> None:
        self.root, self.folder, self.port = folder / "root", folder, port
        self.root.mkdir(exist_ok=True)
        self.key, self.public = folder / "release.key", folder / "release.key.pub"
        if not self.key.exists():
            signing.make(self.key)
        self.config = folder / "store.toml"
        self.config.write_text("", encoding="utf-8")

    @property
    def releases(self) -> Releases:
        return Releases(self.root / "opt" / "store-edge")

    @property
    def service(self) -> Service:
        command = (sys.executable, "-m", "tests.update.box", "restart", str(self.root), str(self.port))
        return Service(command, self.port, SETTLE_S)

    def plan(self, tarball: Path, *, older: bool = False) -> Plan:
        where = ("--root", str(self.root), "--python", sys.executable)
        return Plan(tarball, self.public, self.config, older=older, within_s=WITHIN_S, install=where)

    def tarball(self, version: str, *, ok: bool = True, checks: bool = True, signed: bool = True) -> Path:
        """A release."""
        wheels = self.folder / f"wheels-{version}"
        made_wheels.store_edge(wheels, version, MAIN.format(ok=ok, checks=checks))
        made_wheels.with_small_pip(wheels)
        out = self.folder / "out"
        made = subprocess.run(
            ["bash", REPO / "deploy" / "release", "--out", out, "--wheels", wheels],
            env=os.environ | {"PYTHON": sys.executable}, check=True, capture_output=True, text=True,
        )  # fmt: skip
        tarball = Path(made.stdout.strip().splitlines()[-1])
        if signed:
            signing.sign(tarball, self.key)
        return tarball

    def with_other_units(self, tarball: Path) -> Path:
        """The same release with a changed unit and a udev rule that no other has."""
        version = tarball.name.split("-")[2]
        unpacked = self.folder / f"unpacked-{version}"
        with tarfile.open(tarball) as tar:
            tar.extractall(unpacked, filter="data")
        (top,) = unpacked.iterdir()
        with (top / "systemd" / "store-edge.service").open("a", encoding="utf-8") as unit:
            unit.write(f"# {version}\n")
        (top / "udev" / "63-other.rules").write_text(f"# {version}\n", encoding="utf-8")
        script = top / "install"
        text = script.read_text(encoding="utf-8")
        assert "\nLIST\n" in text
        line = f"0644 udev/63-other.rules /{OTHER_RULES}"
        script.write_text(text.replace("\nLIST\n", f"\n{line}\nLIST\n"), encoding="utf-8")
        names = [path.relative_to(top) for path in sorted(top.rglob("*")) if path.is_file() and path.name != SUMS]
        sums = [f"{hashlib.sha256((top / name).read_bytes()).hexdigest()}  {name}\n" for name in names]
        (top / SUMS).write_text("".join(sums), encoding="utf-8")
        with tarfile.open(tarball, "w:gz") as tar:
            tar.add(top, top.name)
        signing.sign(tarball, self.key)
        return tarball

    def units(self) -> tuple[str, bool]:
        """The last line of the gateway's unit, and whether the other rule is there."""
        return (self.root / UNIT).read_text(encoding="utf-8").splitlines()[-1], (self.root / OTHER_RULES).exists()

    def install(self, tarball: Path) -> None:
        """As a person does it the first time."""
        script: list[str | Path] = ["sh", REPO / "deploy" / "install", "--tarball", tarball, "--root", self.root]
        subprocess.run([*script, "--python", sys.executable], check=True, capture_output=True)

    def runs(self) -> bool:
        """Whether the release in use is whole and runs."""
        version = self.releases.current()
        python = self.releases.path(version) / "bin" / "python"
        done = subprocess.run([python, "-m", "edge", "check"], check=False, cwd="/", env={"PYTHONPATH": ""})
        return self.releases.is_whole(version) and done.returncode == 0

    def stop(self) -> None:
        end(self.root)


def end(root: Path) -> None:
    """End what runs from this root, as systemd does for all of a unit: known by the interpreter that it runs on."""
    ours = str(root / "opt" / "store-edge")
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            words = (process / "cmdline").read_bytes().decode(errors="replace").split("\0")
            if words[0].startswith(ours) and "serve" in words:
                os.kill(int(process.name), signal.SIGKILL)


def restart(root: Path, port: str) -> int:
    """What systemd does at a start."""
    end(root)
    folder = root / "opt" / "store-edge"
    subprocess.run(["sh", folder / "recover"], env=os.environ | {"STORE_EDGE_FOLDER": str(folder)}, check=False)
    command: list[str | Path] = [folder / "current" / "bin" / "python", "-m", "edge", "serve", port]
    quiet = subprocess.DEVNULL
    subprocess.Popen(command, cwd="/", env={"PYTHONPATH": ""}, start_new_session=True, stdout=quiet, stderr=quiet)
    return 0


def main() -> int:
    match sys.argv[1:]:
        case ["restart", root, port]:
            return restart(Path(root), port)
        case ["apply", folder, port, tarball, fatal]:
            box = Box(Path(folder), int(port))

            def at_step(step: str) -> None:
                if step == fatal:
                    os.kill(os.getpid(), signal.SIGKILL)

            apply(box.plan(Path(tarball), older=True), box.releases, box.service, at_step)
    return 0


if __name__ == "__main__":
    sys.exit(main())
