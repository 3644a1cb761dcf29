"""The folder in which a camera's foot records are kept: files of an hour, bounded by age and by bytes.

Losing some is no harm to counting: a disk that is full costs the records of that time, and is told of.
"""

import contextlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from edge.vision.foot_records import (
    HEAD_BYTES,
    MOST_BLOCK_BYTES,
    Began,
    Finished,
    FootRecord,
    Framed,
    block_bytes,
    pack,
    unpack,
)

SUFFIX = ".feet"
NAME = "%Y%m%dT%H%M%S%fZ"
FILE_LENGTH = timedelta(hours=1)
# A block is written when it is so old, of the pictures' time; and with every interval.
BLOCK_US = 10_000_000


class FootStore:
    """The writer of one camera's folder.

    Attributes:
        lost: records that the disk did not take.
    """

    def __init__(self, folder: Path, *, days: float, most_bytes: int) -> None:
        """Begin to write; the folder is made with the first block.

        Args:
            folder: of this camera alone.
            days: older files go.
            most_bytes: of all files together; the oldest go.
        """
        self.lost = 0
        self._folder, self._kept, self._most_bytes = folder, timedelta(days=days), most_bytes
        self._records: list[FootRecord] = []
        self._file: Path | None = None
        self._file_began: datetime | None = None
        self._block_us: int | None = None

    def keep(self, record: FootRecord) -> None:
        """Take a record; it is on the disk some seconds later."""
        if isinstance(record, Began):
            self.flush()
            self._begin_file(record)
        self._records.append(record)
        if isinstance(record, Framed):
            self._block_us = record.at_us if self._block_us is None else self._block_us
            if record.at_us - self._block_us >= BLOCK_US:
                self.flush()
        elif isinstance(record, Finished):
            self.flush()

    def flush(self) -> None:
        """Write what waits."""
        records, self._records, self._block_us = self._records, [], None
        if not records:
            return
        try:
            self._write(pack(records))
        except OSError:
            self.lost += len(records)

    def _begin_file(self, record: Began) -> None:
        """Begin a new file with a new run, or when the one at hand is an hour old."""
        wall = record.at.wall.astimezone(UTC)
        if record.goes_on and self._file_began is not None and abs(wall - self._file_began) < FILE_LENGTH:
            return
        self._file, self._file_began = self._folder / (wall.strftime(NAME) + SUFFIX), wall
        with contextlib.suppress(OSError):  # a disk that lets nothing go takes nothing either: `flush` tells
            self._tidy(wall)

    def _write(self, block: bytes) -> None:
        if self._file is None:
            return
        self._folder.mkdir(parents=True, exist_ok=True)
        with self._file.open("ab") as file:
            file.write(block)

    def _tidy(self, now: datetime) -> None:
        """Let the oldest files go."""
        files = stored(self._folder)
        sizes = {file: file.stat().st_size for file in files}
        while files and (began_at(files[0]) < now - self._kept or sum(sizes.values()) > self._most_bytes):
            oldest = files.pop(0)
            sizes.pop(oldest)
            oldest.unlink()


def tracks_folder(data_dir: Path, camera: str) -> Path:
    """Where a camera's past is kept."""
    return data_dir / "tracks" / camera


def stored(folder: Path) -> list[Path]:
    """A folder's files, the oldest first; none of a folder that is not there."""
    return sorted(folder.glob("*" + SUFFIX))


def began_at(file: Path) -> datetime:
    """When a file was begun, UTC; from its name."""
    return datetime.strptime(file.name.removesuffix(SUFFIX), NAME).replace(tzinfo=UTC)


def read(folder: Path, begin: datetime, end: datetime) -> Iterator[FootRecord]:
    """The records of a time, and of an hour before it: who was there already.

    Args:
        folder: of one camera.
        begin: UTC.
        end: UTC.
    """
    files = stored(folder)
    first = next((n for n, file in enumerate(files) if began_at(file) > begin), len(files)) - 2
    for file in files[max(0, first) :]:
        if began_at(file) >= end:
            return
        yield from _records(file)


def _records(file: Path) -> Iterator[FootRecord]:
    """A file's records, up to the first damage."""
    with file.open("rb") as opened:
        while len(head := opened.read(HEAD_BYTES)) == HEAD_BYTES and block_bytes(head) <= MOST_BLOCK_BYTES:
            records = unpack(head, opened.read(block_bytes(head)))
            if records is None:
                return
            yield from records
