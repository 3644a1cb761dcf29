"""What a disk may hold after the power went: from a recording of what a program wrote and synced.

A program runs under strace(1), which notes every write, sync, rename and removal, and what it said on its standard
output meanwhile. For any moment of that, `Disk.after_cut` makes a folder as a disk may leave it: what was synced is
there; of what was not, any part of it is, down to a torn sector. That is harder than most disks, and all that POSIX
promises (as ALICE does it: Pillai et al., OSDI 2014). Shared memory is not on the disk and is left out.
"""

import random
import re
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.media import REPO

SECTOR = 512
CALLS = "openat,close,write,pwrite64,fsync,fdatasync,ftruncate,rename,renameat,renameat2,unlink,unlinkat"
_LINE = re.compile(r"^(\w+)\((.*)\)\s+= (-?\d+)")
_UNFINISHED = re.compile(r"^(.*) <unfinished \.\.\.>$")
_RESUMED = re.compile(r"^<\.\.\. \w+ resumed>(.*)$")
_TEXT = re.compile(r'"((?:\\x[0-9a-f]{2})*)"')


@dataclass(frozen=True)
class Call:
    """One system call.

    Attributes:
        name: of the call.
        texts: its arguments that are paths or data.
        numbers: its other arguments, as they stand there.
        result: what it gave back.
    """

    name: str
    texts: tuple[bytes, ...]
    numbers: tuple[str, ...]
    result: int


@dataclass
class _Inode:
    """One file: what is certainly on the disk, and the writes since its last sync, oldest first."""

    durable: bytearray = field(default_factory=bytearray)
    loose: list[tuple[int, bytes]] = field(default_factory=list)
    at: int = 0


def record(program: Sequence[str], folder: Path, trace: Path) -> list[Call]:
    """Run a program in `folder` and note what it does to files there.

    Args:
        program: on its standard output it says what it believes to be durable.
        folder: its working directory.
        trace: where to write the recording.
    """
    command = ["strace", "-f", "-qq", "-xx", "-s", "1000000", "-e", f"trace={CALLS}", "-o", str(trace), *program]
    environment = {"PYTHONPATH": str(REPO), "PATH": "/usr/bin"}
    subprocess.run(command, cwd=folder, env=environment, check=True, stdout=subprocess.DEVNULL)
    lines = _whole(trace.read_text("ascii").splitlines())
    return [call for line in lines if (call := _parsed(line)) is not None]


def _whole(lines: Sequence[str]) -> Iterator[str]:
    """The calls of all threads in the order of their ends; each line begins with its thread."""
    begun: dict[str, str] = {}
    for line in lines:
        thread, _, rest = line.partition(" ")
        rest = rest.strip()
        if (unfinished := _UNFINISHED.match(rest)) is not None:
            begun[thread] = unfinished.group(1)
        elif (resumed := _RESUMED.match(rest)) is not None:
            yield begun.pop(thread, "") + resumed.group(1)
        else:
            yield rest


def _parsed(line: str) -> Call | None:
    found = _LINE.match(line)
    if found is None:
        return None
    name, arguments, result = found.groups()
    texts = tuple(bytes.fromhex(text.replace("\\x", "")) for text in _TEXT.findall(arguments))
    numbers = tuple(part.strip() for part in _TEXT.sub("", arguments).split(",") if part.strip())
    return Call(name, texts, numbers, int(result))


class Disk:
    """A disk that follows a recording up to some call."""

    def __init__(self, folder: Path) -> None:
        self._folder = str(folder)
        self._names: dict[str, _Inode] = {}  # as the program sees them
        self._durable_names: dict[str, _Inode] = {}
        self._name_changes: list[tuple[str, _Inode | None]] = []
        self._open: dict[int, _Inode | str] = {}
        self.said = b""

    def play(self, calls: Sequence[Call]) -> Iterator[int]:
        """Follow the recording; gives the number of calls so far after each that did something."""
        for n, call in enumerate(calls):
            if call.result >= 0 and self._take(call):
                yield n + 1

    def after_cut(self, target: Path, chance: random.Random) -> None:
        """Make `target` as the disk may be if the power goes now."""
        names = dict(self._durable_names)
        for name, inode in self._name_changes[: chance.randint(0, len(self._name_changes))]:
            _rename(names, name, inode)
        for name, inode in names.items():
            content = bytearray(inode.durable)
            for at, data in inode.loose:
                if chance.random() < 0.5:
                    continue
                if chance.random() < 0.2:
                    data = data[: chance.randrange(len(data) // SECTOR + 1) * SECTOR]  # noqa: PLW2901 - torn
                _write(content, at, data)
            (target / name).write_bytes(content)

    def _take(self, call: Call) -> bool:
        handler = getattr(self, f"_{call.name}", None)
        return bool(handler is not None and handler(call))

    def _openat(self, call: Call) -> bool:
        path = call.texts[0].decode("utf-8", "replace")
        name = self._local(path)
        if name is None or name.endswith("-shm"):
            if path == self._folder:
                self._open[call.result] = path
            return False
        flags = call.numbers[1]
        if name not in self._names:
            if "O_CREAT" not in flags:
                return False
            self._change(name, _Inode())
        inode = self._names[name]
        inode.at = 0
        if "O_TRUNC" in flags:
            inode.loose.clear()
            inode.durable.clear()
        self._open[call.result] = inode
        return True

    def _close(self, call: Call) -> bool:
        return self._open.pop(int(call.numbers[0]), None) is not None

    def _write(self, call: Call) -> bool:
        number = int(call.numbers[0])
        if number == 1:
            self.said += call.texts[0]
            return True
        inode = self._open.get(number)
        if not isinstance(inode, _Inode):
            return False
        inode.loose.append((inode.at, call.texts[0]))
        inode.at += len(call.texts[0])
        return True

    def _pwrite64(self, call: Call) -> bool:
        inode = self._open.get(int(call.numbers[0]))
        if not isinstance(inode, _Inode):
            return False
        inode.loose.append((int(call.numbers[-1]), call.texts[0]))
        return True

    def _fsync(self, call: Call) -> bool:
        inode = self._open.get(int(call.numbers[0]))
        if isinstance(inode, _Inode):
            for at, data in inode.loose:
                _write(inode.durable, at, data)
            inode.loose.clear()
        elif inode is not None:
            for name, changed in self._name_changes:
                _rename(self._durable_names, name, changed)
            self._name_changes.clear()
        return inode is not None

    _fdatasync = _fsync

    def _ftruncate(self, call: Call) -> bool:
        inode = self._open.get(int(call.numbers[0]))
        if not isinstance(inode, _Inode):
            return False
        # Of a shorter file nothing that was cut off matters; that it got shorter may still be lost with the names.
        length = int(call.numbers[1])
        for at, data in inode.loose:
            _write(inode.durable, at, data)
        inode.loose.clear()
        del inode.durable[length:]
        return True

    def _rename(self, call: Call) -> bool:
        old, new = (self._local(text.decode()) for text in call.texts)
        if old is None or new is None or old not in self._names:
            return False
        inode = self._names[old]
        self._change(new, inode)
        self._change(old, None)
        return True

    _renameat = _renameat2 = _rename

    def _unlink(self, call: Call) -> bool:
        name = self._local(call.texts[0].decode())
        if name is None or name not in self._names:
            return False
        self._change(name, None)
        return True

    _unlinkat = _unlink

    def _change(self, name: str, inode: _Inode | None) -> None:
        _rename(self._names, name, inode)
        self._name_changes.append((name, inode))

    def _local(self, path: str) -> str | None:
        """A file's name in the folder; None for any other file."""
        head, _, name = path.rpartition("/")
        return name if head in {self._folder, "", "."} and name else None


def _rename(names: dict[str, _Inode], name: str, inode: _Inode | None) -> None:
    if inode is None:
        names.pop(name, None)
    else:
        names[name] = inode


def _write(content: bytearray, at: int, data: bytes) -> None:
    if len(content) < at:
        content.extend(bytes(at - len(content)))
    content[at : at + len(data)] = data
