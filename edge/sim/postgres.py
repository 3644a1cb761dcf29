"""A real PostgreSQL for tests and benches, on a Unix socket in a folder of its own; gone with the context.

The server refuses to run as root: then it runs as nobody.
"""

import contextlib
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from edge.errors import DeviceError

NOBODY = "nobody"
START_S = 30
_PLACES = ("/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "/opt/homebrew/opt/postgresql*/bin")


@dataclass(frozen=True)
class Postgres:
    """A server that runs."""

    folder: Path
    _programs: Path

    @property
    def url(self) -> str:
        """An empty database of it, as `store-edge ingest --database` takes it."""
        return f"postgresql://store_edge@/postgres?host={self.folder}"

    @property
    def pid(self) -> int:
        """Of the postmaster, whose children do the work."""
        return int((self.folder / "data" / "postmaster.pid").read_text("utf-8").split()[0])

    def start(self) -> None:
        """Start it and wait until it answers.

        Raises:
            DeviceError: it does not come up.
        """
        listen = f"-k {self.folder} -c listen_addresses='' -c max_connections=50"
        self._control("start", "-w", "-t", str(START_S), "-o", listen, "-l", str(self.folder / "log"))

    def kill(self) -> None:
        """Stop it at once, as a crash would: what was not committed is gone."""
        self._control("stop", "-m", "immediate")

    def _control(self, *arguments: str) -> None:
        _run(self._programs / "pg_ctl", "-D", self.folder / "data", *arguments, folder=self.folder)


def programs() -> Path | None:
    """The folder with initdb and pg_ctl of the newest PostgreSQL of this machine, if there is one."""
    if (found := shutil.which("initdb")) is not None:
        return Path(found).resolve().parent
    root = Path("/")
    folders = [one for place in _PLACES for one in root.glob(place.lstrip("/")) if (one / "initdb").exists()]
    return max(folders, key=_version, default=None)


@contextlib.contextmanager
def start_postgres(settings: Mapping[str, str] | None = None) -> Iterator[Postgres]:
    """A server for as long as the context lasts.

    Args:
        settings: of postgresql.conf.

    Raises:
        DeviceError: there is none on this machine, or it does not come up.
    """
    found = programs()
    if found is None:
        raise DeviceError("expected PostgreSQL on this machine, found none; install the package postgresql")
    with tempfile.TemporaryDirectory(prefix="pg-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        if os.geteuid() == 0:
            shutil.chown(folder, NOBODY)
        data = folder / "data"
        _run(
            found / "initdb", "-D", data, "-U", "store_edge", "-A", "trust", "-E", "UTF8", "--no-locale", folder=folder
        )
        lines = [f"{key} = '{value}'\n" for key, value in (settings or {}).items()]
        with (data / "postgresql.conf").open("a", encoding="utf-8") as file:
            file.writelines(lines)
        server = Postgres(folder, found)
        server.start()
        try:
            yield server
        finally:
            with contextlib.suppress(DeviceError):
                server.kill()


def _run(program: Path, *arguments: str | Path, folder: Path) -> None:
    who = pwd.getpwnam(NOBODY) if os.geteuid() == 0 else None
    done = subprocess.run(
        [program, *arguments],
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        check=False,
        user=None if who is None else who.pw_uid,
        group=None if who is None else who.pw_gid,
        extra_groups=None if who is None else [],
    )
    if done.returncode:
        said = done.stderr.decode(errors="replace").strip().splitlines() or ["no word"]
        raise DeviceError(f"{program.name}: expected PostgreSQL to come up, found: {said[-1]}")


def _version(folder: Path) -> tuple[int, ...]:
    return tuple(int(part) for part in folder.parent.name.replace("-", ".").split(".") if part.isdecimal())
