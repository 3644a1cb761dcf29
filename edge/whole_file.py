"""A small file replaced as a whole: its name means the old content or the new one, whatever happens on the way."""

import os
from pathlib import Path

MAKING = ".making"


def replace(path: Path, content: bytes, *, mode: int = 0o666) -> None:
    """Put a content on the disk under a name, with its folder's entry.

    Args:
        path: in a folder that is there.
        content: all of it.
        mode: of a new file, less the umask.

    Raises:
        OSError: the disk does not take it; what was there stays.
    """
    making = path.with_name(path.name + MAKING)
    with open(making, "wb", opener=lambda name, flags: os.open(name, flags, mode)) as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    making.rename(path)
    fd = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)
