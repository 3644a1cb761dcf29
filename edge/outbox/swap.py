"""How a new file takes the place of a damaged one, so that being killed on the way loses nothing.

outbox.db.making   the successor while it is written: worth nothing yet
outbox.db.next     complete and on the disk: from now on it counts, and whoever comes finishes the swap
outbox.db.damaged-…   the old one, kept for a look
"""

import contextlib
import os
import uuid
from pathlib import Path

# Damaged files that are kept; older ones go.
KEPT = 3
SUFFIXES = ("", "-wal", "-shm")


def making(path: Path) -> Path:
    """Where to write the successor; what an earlier try left is removed."""
    place = path.with_name(path.name + ".making")
    place.unlink(missing_ok=True)
    return place


def swap(path: Path) -> None:
    """Put the successor that is written and closed in the damaged file's place."""
    place = path.with_name(path.name + ".making")
    sync(place)
    place.rename(_next(path))
    sync(path.parent)
    finish(path)


def finish(path: Path) -> bool:
    """Finish a swap that was cut off; whether there was one."""
    if not _next(path).exists():
        return False
    _set_aside(path)
    # The old log is gone from beside `path` before the successor comes: SQLite would take it for the successor's.
    sync(path.parent)
    _next(path).rename(path)
    sync(path.parent)
    return True


def _next(path: Path) -> Path:
    return path.with_name(path.name + ".next")


def _set_aside(path: Path) -> None:
    target = path.with_name(f"{path.name}.damaged-{uuid.uuid4().hex[:8]}")
    for suffix in SUFFIXES:
        with contextlib.suppress(FileNotFoundError):
            path.with_name(path.name + suffix).rename(target.with_name(target.name + suffix))
    _keep_copies(path, KEPT)


def give_up_copies(path: Path) -> None:
    """Remove the damaged files that are kept for a look: their room is needed."""
    _keep_copies(path, 0)


def _keep_copies(path: Path, most: int) -> None:
    kept = sorted(path.parent.glob(f"{path.name}.damaged-????????"), key=lambda p: p.stat().st_mtime, reverse=True)
    for stale in kept[most:]:
        for suffix in SUFFIXES:
            stale.with_name(stale.name + suffix).unlink(missing_ok=True)


def sync(path: Path) -> None:
    """Put a file, or a folder's entries, on the disk."""
    fd = os.open(path, os.O_RDONLY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)
