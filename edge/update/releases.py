"""The releases on a box, and which one is in use.

/opt/store-edge/
    releases/1.2.0/      a virtual environment; whole once it has its WHEELS. Below system/ it keeps what belongs
                         elsewhere (units, udev rules), by the paths that it has there
    current, previous    links to two of them; a rename(2) of a fresh link is the switch
    trial                four lines: from which release, to which, how often that was started, and who was not well
                         before; only while it has not shown that it is well. deploy/recover counts the starts
"""

import contextlib
import fcntl
import os
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from packaging.version import InvalidVersion, Version

FOLDER = Path("/opt/store-edge")
CURRENT, PREVIOUS, TRIAL = "current", "previous", "trial"
RECOVER = "recover"
LONGEST = 500


@dataclass(frozen=True)
class Trial:
    """A release that is in use and has not shown yet that it is well.

    Attributes:
        ailing: agents that were not well before: a camera that was away need not be there now.
    """

    before: str
    after: str
    starts: int = 0
    ailing: tuple[str, ...] = ()


@dataclass(frozen=True)
class Releases:
    """The folder."""

    folder: Path = FOLDER

    def path(self, version: str) -> Path:
        """Of one release."""
        return self.folder / "releases" / version

    def is_whole(self, version: str) -> bool:
        """Whether a release was built to its end."""
        return (self.path(version) / "WHEELS").is_file()

    def current(self) -> str:
        """The version in use; empty where there is none."""
        return self._pointed(CURRENT)

    def previous(self) -> str:
        """The version that was in use before; empty where there is none."""
        return self._pointed(PREVIOUS)

    def switch(self, version: str) -> None:
        """Use a release from the next start on; the one in use becomes the previous one."""
        before = self.current()
        if before == version:
            return
        if before:
            self._point(PREVIOUS, before)
        self._point(CURRENT, version)

    def place_system_files(self, version: str, left: str) -> None:
        """Put the units and udev rules of a release where they belong, and take away what only the one left has.

        A release from before they were kept leaves them as they are.

        Args:
            version: whose they are to be.
            left: that is not used any more.

        Raises:
            OSError: they cannot be written.
        """
        command = ["sh", str(self.folder / RECOVER), "place", version, left]
        environment = os.environ | {"STORE_EDGE_FOLDER": str(self.folder)}
        done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
        if done.returncode:
            raise OSError(
                f"expected the units of {version} to be put in place, found: {done.stderr.strip()[-LONGEST:]}"
            )

    def begin_trial(self, before: str, after: str, ailing: Sequence[str] = ()) -> None:
        """From now on a start is counted."""
        self._write_trial(Trial(before, after, ailing=tuple(ailing)))

    def trial(self) -> Trial | None:
        """The trial that goes on."""
        try:
            before, after, starts, ailing = (self.folder / TRIAL).read_text(encoding="utf-8").split("\n")[:4]
            return Trial(before, after, int(starts), tuple(ailing.split()))
        except (OSError, ValueError):
            return None

    @contextlib.contextmanager
    def judging(self) -> Iterator[None]:
        """One judge of a trial at a time; the lock dies with the process."""
        fd = os.open(self.folder / "judge.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(fd, fcntl.LOCK_EX)
            yield
        finally:
            os.close(fd)

    def end_trial(self) -> None:
        """It is over, either way."""
        (self.folder / TRIAL).unlink(missing_ok=True)
        self._sync()

    def _write_trial(self, trial: Trial) -> None:
        making = self.folder / f"{TRIAL}.new"
        with making.open("w", encoding="utf-8") as file:
            file.write(f"{trial.before}\n{trial.after}\n{trial.starts}\n{' '.join(trial.ailing)}\n")
            file.flush()
            os.fsync(file.fileno())
        making.rename(self.folder / TRIAL)
        self._sync()

    def _pointed(self, name: str) -> str:
        link = self.folder / name
        return link.readlink().name if link.is_symlink() else ""

    def _point(self, name: str, version: str) -> None:
        making = self.folder / f"{name}.new"
        making.unlink(missing_ok=True)
        making.symlink_to(Path("releases") / version)
        making.rename(self.folder / name)
        self._sync()

    def _sync(self) -> None:
        fd = os.open(self.folder, os.O_RDONLY)
        try:
            os.fsync(fd)
        finally:
            os.close(fd)


def is_newer(version: str, than: str) -> bool:
    """Whether a version comes behind another (PEP 440); one that cannot be read never does."""
    try:
        return Version(version) > Version(than)
    except InvalidVersion:
        return False
