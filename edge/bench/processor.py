"""How much processor time a process and its children have used: a figure that a busy machine blurs less than a rate."""

import os
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")
_PROC = Path("/proc")


def cpu_s(pid: int) -> float:
    """Seconds, user and system, of a process, of its living children and of those it has waited for (proc(5), stat).

    Args:
        pid: 0 for a process that is not known.
    """
    own = _stat(pid)
    if own is None:
        return 0.0
    children = [_stat(int(one.name)) for one in _PROC.iterdir() if one.name.isdecimal()]
    ticks = sum(own[1:5]) + sum(sum(one[1:3]) for one in children if one is not None and one[0] == pid)
    return ticks / _TICKS


def _stat(pid: int) -> tuple[int, ...] | None:
    """Parent, utime, stime, cutime, cstime."""
    try:
        fields = (_PROC / str(pid) / "stat").read_text("ascii", "replace").rpartition(")")[2].split()
    except OSError:
        return None
    return int(fields[1]), *map(int, fields[11:15])
