"""Why a port cannot be opened, or went away, in one line that says what to do."""

import errno
import grp
import os
import pwd
import stat
from pathlib import Path

from serial import SerialTimeoutException

HELD = {errno.EBUSY, errno.EAGAIN}
FORBIDDEN = {errno.EACCES, errno.EPERM}
NOBODY = {errno.ECONNREFUSED, errno.EHOSTUNREACH, errno.ENETUNREACH, errno.ETIMEDOUT}
DEVICES = "`ls /dev/serial/by-path` shows what is"


def why_refused(url: str, error: Exception) -> str:
    """Why `url` could not be opened."""
    return f"{url}: {_peer_refused(error) if '://' in url else _device_refused(url, error)}"


def why_gone(url: str, error: Exception) -> str:
    """Why `url`, once open, can no longer be used."""
    if isinstance(error, SerialTimeoutException | TimeoutError):
        return f"{url}: expected it to take what is sent, found that it takes nothing; is the device on?"
    if "multiple access" in str(error) and "://" not in url and Path(url).exists():
        return f"{url}: expected bytes, found none behind it; was it unplugged, or does another program read it too?"
    return f"{url}: expected an open port, found it gone ({reason_of(error)}); is it plugged in, and on?"


def _peer_refused(error: Exception) -> str:
    if errno_of(error) in NOBODY or isinstance(error, TimeoutError):
        return f"expected a device server, found nobody ({reason_of(error)}); is it on, and the address right?"
    return f"expected a device, socket://HOST:PORT or rfc2217://HOST:PORT, found: {reason_of(error)}"


def _device_refused(path: str, error: Exception) -> str:
    number = errno_of(error)
    try:
        if number in FORBIDDEN:
            return f"expected the right to read and write, found none; {ownership(path)}"
        if number in HELD:
            return f"expected a free port, found it held by another program{holder(path)}; stop that one"
        if not stat.S_ISCHR(Path(path).stat().st_mode):
            return f"expected a serial port, found something else; {DEVICES} there"
    except (OSError, ValueError):
        return f"expected a serial port, found no such device; is it plugged in? {DEVICES} there"
    return f"expected a working port, found: {reason_of(error)}; plug it in anew, or set another baud"


def errno_of(error: BaseException) -> int | None:
    """The system's number of an error, or of the one behind it: pyserial does not always pass it on."""
    behind: BaseException | None = error
    while behind is not None:
        number = getattr(behind, "errno", None) or next((arg for arg in behind.args if type(arg) is int), None)
        if number is not None:
            return int(number)
        behind = behind.__cause__ or behind.__context__
    return None


def reason_of(error: BaseException) -> str:
    """The system's words for an error; the library's where it has none."""
    number = errno_of(error)
    words = os.strerror(number) if number is not None and number > 0 else str(error)
    return " ".join((words or type(error).__name__).split())


def ownership(path: str) -> str:
    """Whose the device is, and how one gets at it."""
    found = Path(path).stat()
    group, user = _group(found.st_gid), _user(os.geteuid())
    whose = f"it belongs to the group {group} ({stat.filemode(found.st_mode)})"
    if found.st_gid != 0 and found.st_mode & stat.S_IRGRP and found.st_mode & stat.S_IWGRP:
        return f"{whose}; `sudo usermod -aG {group} {user}`, then log in again"
    return f"{whose}, which does not help; have a udev rule set GROUP and MODE"


def holder(path: str) -> str:
    """Which program has locked a device, to be put behind "another program"; empty where the system does not tell."""
    try:
        found = Path(path).stat()
        inode = f"{os.major(found.st_dev):02x}:{os.minor(found.st_dev):02x}:{found.st_ino}"
        for line in Path("/proc/locks").read_text(encoding="ascii").splitlines():
            fields = line.split()
            if fields[1] == "FLOCK" and inode in fields:
                name = Path(f"/proc/{fields[4]}/comm").read_text(encoding="utf-8").strip()
                return f", {name} (process {fields[4]})"
    except (OSError, ValueError, IndexError):  # it is another user's, or gone by now
        pass
    return ""


def _group(gid: int) -> str:
    try:
        return grp.getgrgid(gid).gr_name
    except KeyError:
        return str(gid)


def _user(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)
