"""Whether SQLite's write-ahead log still holds every commit that was made in it.

SQLite reads a log up to the first frame whose checksum is wrong and passes over the rest in silence: after a crash that
is the torn end. Damage in the middle looks the same to it, and then commits that were made are gone and their sequence
numbers would be given out again. Frames and checksums as in sqlite.org/fileformat2.html#walformat.

Only the log itself is read. Its index (`-shm`) must not be: to close a file that SQLite has open in this process drops
SQLite's locks on it (sqlite.org/howtocorrupt.html, section 2.2).
"""

import struct
from pathlib import Path

HEADER = struct.Struct(">4I8s2I")  # magic, version, page size, checkpoint, salts, checksum
FRAME = struct.Struct(">2I8s2I")  # page, pages after a commit (0: not the last of its transaction), salts, checksum
MAGIC = (0x377F0682, 0x377F0683)
SUMMED = 8  # bytes of a frame's head that its checksum covers
# A usual log has 4 MB; one that a stuck reader let grow is not worth seconds of every start.
LARGEST_BYTES = 32 * 2**20

Sums = tuple[int, int]


def is_broken(path: Path) -> bool:
    """Whether commits are missing from the middle of the log beside the database `path`.

    Nobody else may have the database open: SQLite would go on by its index then, and lose nothing. Moreover, a writer
    that was killed leaves frames behind the valid ones until others have written over them.

    Rarely that is still so when all were killed at once, or a power cut leaves the end of a last commit and not its
    middle. Both look like damage and are taken for it: that costs a new file, and no event.
    """
    log = path.with_name(path.name + "-wal")
    if not log.exists() or not HEADER.size <= log.stat().st_size <= LARGEST_BYTES:
        return False
    content = log.read_bytes()
    magic, _, page_size, _, salts, first, second = HEADER.unpack_from(content)
    order = ">" if magic & 1 else "<"
    if magic not in MAGIC or not page_size or _checksum(content[:24], order, (0, 0)) != (first, second):
        return True
    valid_end = _end_of_chain(content, FRAME.size + page_size, salts, order, (first, second))
    return _has_commit(content, valid_end, FRAME.size + page_size, salts)


def _end_of_chain(content: bytes, length: int, salts: bytes, order: str, sums: Sums) -> int:
    """Where the first frame begins that does not follow from those before it."""
    start = HEADER.size
    while start + length <= len(content):
        _, _, own, first, second = FRAME.unpack_from(content, start)
        sums = _checksum(content[start : start + SUMMED], order, sums)
        sums = _checksum(content[start + FRAME.size : start + length], order, sums)
        if own != salts or sums != (first, second):
            break
        start += length
    return start


def _has_commit(content: bytes, start: int, length: int, salts: bytes) -> bool:
    """Whether a transaction of this log ends behind `start`; frames of other salts are left from before a restart."""
    for place in range(start, len(content) - length + 1, length):
        _, pages, own, _, _ = FRAME.unpack_from(content, place)
        if pages and own == salts:
            return True
    return False


def _checksum(content: bytes, order: str, sums: Sums) -> Sums:
    first, second = sums
    for a, b in struct.iter_unpack(f"{order}2I", content):
        first = (first + a + second) & 0xFFFFFFFF
        second = (second + b + first) & 0xFFFFFFFF
    return first, second
