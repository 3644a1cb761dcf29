"""A box without systemd: releases from small wheels in a root of their own, and a service that is started by hand.

`python -m tests.update.box restart ROOT PORT` is what `systemctl restart` is on a real one: deploy/recover, then the
release in use. `python -m tests.update.box apply ROOT PORT TARBALL STEP` updates, and dies before a step.
"""

import contextlib
import os
import signal
import subprocess
import sys
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


class Box:
    """One box.

    Attributes:
        root: its root file system.
    """

    def __init__(self, folder: Path, port: int) -> None:
        self.root, self._folder, self._port = folder / "root", folder, port
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
        command = (sys.executable, "-m", "tests.update.box", "restart", str(self.root), str(self._port))
        return Service(command, self._port, SETTLE_S)

    def plan(self, tarball: Path, *, older: bool = False) -> Plan:
        where = ("--root", str(self.root), "--python", sys.executable)
        return Plan(tarball, self.public, self.config, older=older, within_s=WITHIN_S, install=where)

    def tarball(self, version: str, *, ok: bool = True, checks: bool = True, signed: bool = True) -> Path:
        """A release."""
        wheels = self._folder / f"wheels-{version}"
        made_wheels.store_edge(wheels, version, MAIN.format(ok=ok, checks=checks))
        made_wheels.with_small_pip(wheels)
        out = self._folder / "out"
        made = subprocess.run(
            ["bash", REPO / "deploy" / "release", "--out", out, "--wheels", wheels],
            env=os.environ | {"PYTHON": sys.executable}, check=True, capture_output=True, text=True,
        )  # fmt: skip
        tarball = Path(made.stdout.strip().splitlines()[-1])
        if signed:
            signing.sign(tarball, self.key)
        return tarball

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
    """End what runs."""
    pid_file = root / "pid"
    if pid_file.exists():
        with contextlib.suppress(ProcessLookupError):
            os.kill(int(pid_file.read_text("ascii")), signal.SIGKILL)
        pid_file.unlink()


def restart(root: Path, port: str) -> int:
    """What systemd does at a start."""
    end(root)
    folder = root / "opt" / "store-edge"
    subprocess.run(["sh", folder / "recover"], env=os.environ | {"STORE_EDGE_FOLDER": str(folder)}, check=False)
    command: list[str | Path] = [folder / "current" / "bin" / "python", "-m", "edge", "serve", port]
    quiet = subprocess.DEVNULL
    process = subprocess.Popen(
        command, cwd="/", env={"PYTHONPATH": ""}, start_new_session=True, stdout=quiet, stderr=quiet
    )
    (root / "pid").write_text(str(process.pid), encoding="ascii")
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

            apply(box.plan(Path(tarball)), box.releases, box.service, at_step)
    return 0


if __name__ == "__main__":
    sys.exit(main())
