"""The configurations that came from afar, on the disk.

    config/
        3f…c1.toml       a configuration, named by its hash
        accepted         two lines: the hash in force, and that of the box's own file when it was accepted

`accepted` is written when a trial has ended well, so a box that is cut off in the middle of a trial wakes with the one
before. Who edits the box's own file has the last word: what was accepted beside another text of it is passed over.
"""

from dataclasses import dataclass
from pathlib import Path

from edge import whole_file
from edge.config.read import config_hash

ACCEPTED = "accepted"
KEPT = 3


@dataclass(frozen=True)
class ConfigStore:
    """The folder.

    Attributes:
        folder: made when it is not there.
        own_hash: of the box's own file.
    """

    folder: Path
    own_hash: str

    def put(self, text: str) -> Path:
        """Write a configuration down, to be tried; its file."""
        path = self.folder / f"{config_hash(text)}.toml"
        _replace(path, text)
        return path

    def accept(self, digest: str) -> None:
        """Let a configuration that was put here be the one from now on."""
        _replace(self.folder / ACCEPTED, f"{digest}\n{self.own_hash}\n")
        files = sorted(self.folder.glob("*.toml"), key=lambda file: file.stat().st_mtime_ns, reverse=True)
        for stale in [file for file in files if file.stem != digest][KEPT:]:
            stale.unlink(missing_ok=True)

    def accepted(self) -> Path | None:
        """The file in force; None where that is the box's own."""
        try:
            digest, beside = (self.folder / ACCEPTED).read_text(encoding="ascii").split()
            path = self.folder / f"{digest}.toml"
            whole = config_hash(path.read_text(encoding="utf-8")) == digest
        except (OSError, ValueError):
            return None
        return path if whole and beside == self.own_hash else None


def _replace(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    whole_file.replace(path, text.encode("utf-8"), mode=0o600)
