"""What the types of the configuration cannot say: rules between values, and inside of texts. Pure.

A broken rule is a FieldError. It is a ValueError too, because msgspec adds where it was to those, and to no others.
"""

import math
import re
from collections.abc import Sequence
from urllib.parse import SplitResult, urlsplit
from zoneinfo import ZoneInfo

from edge.errors import ConfigError

Point = tuple[float, float]

# Nearer to the line than this angle (its sine), a direction says nothing about which side is meant.
LEAST_SINE = 0.01
DEVICE_PREFIX = "/dev/"
CAMERA_SCHEMES = ("rtsp", "rtsps", "http", "https")
BROKER_PORTS = {"mqtt": 1883, "mqtts": 8883}

_CREDENTIALS = re.compile(r"(?<=//)[^/?#\s]*@")


class FieldError(ConfigError, ValueError):
    """A value breaks a rule.

    Attributes:
        message: without the path.
        path: the field, seen from the section the rule belongs to.
    """

    def __init__(self, message: str, path: str = "") -> None:
        super().__init__(message, path)
        self.message = message


def redacted(text: str) -> str:
    """A URL or a text with one, without what stands before its ``@`` and without its query."""
    return re.sub(r"(://[^?\s]*)\?\S*", r"\1?…", _CREDENTIALS.sub("…@", text))


def own_ids(section: str, ids: Sequence[str]) -> None:
    """No two of `section` have the same id."""
    own(section, "id", ids)


def own(section: str, key: str, values: Sequence[str | int]) -> None:
    """No two of `section` have the same value under `key`."""
    for n, one in enumerate(values):
        first = values.index(one)
        if first != n:
            an = "an" if key[0] in "aeiou" else "a"
            raise FieldError(
                f"expected {an} {key} of its own, found {one!r}, which {section}[{first}] has", f"{section}[{n}].{key}"
            )


def two_of(where: str, fields: dict[str, str], ids: Sequence[str]) -> None:
    """The values of `fields` are two different ones of `ids`."""
    for key, value in fields.items():
        if value not in ids:
            raise FieldError(
                f"expected a line of the camera ({', '.join(ids) or 'none'}), found {value!r}", f"{where}.{key}"
            )
    if len(set(fields.values())) < len(fields):
        raise FieldError(f"expected two lines, found one: {', '.join(fields.values())}", where)


def at_most_one(fields: dict[str, object]) -> None:
    """Not more than one of `fields` is given; the error names the last."""
    given = [name for name, value in fields.items() if value is not None]
    if len(given) > 1:
        raise FieldError(f"expected at most one of {', '.join(fields)}, found {' and '.join(given)}", given[-1])


def both_or_neither(fields: dict[str, object]) -> None:
    """All of `fields` are given, or none; the error names the first that is not."""
    given = [name for name, value in fields.items() if value is not None]
    absent = [name for name in fields if name not in given]
    if given and absent:
        raise FieldError(f"expected {absent[0]} beside {given[0]}, found none; give both or neither", absent[0])


def only_over_tls(url: str, fields: dict[str, object]) -> None:
    """None of `fields` is given, since `url` does not begin with mqtts."""
    for name, value in fields.items():
        if value is not None:
            raise FieldError(f"expected an mqtts:// URL beside {name}, found {redacted(url)!r}", "url")


def only_for_files(url: str, fields: dict[str, object]) -> None:
    """None of `fields` is given, since `url` is no video file."""
    for name, value in fields.items():
        if value is not None:
            raise FieldError(f"expected it with a video file only, found it with {redacted(url)!r}", name)


def crossable(start: Point, end: Point, inside: Point) -> None:
    """A line has a length, and its inside lies to one side of it.

    Args:
        start: pixels.
        end: pixels.
        inside: a direction of any length.
    """
    if start == end:
        raise FieldError(f"expected two different points, found {_point(start)} twice", "points")
    if inside == (0, 0):
        raise FieldError("expected a direction such as [-1, 0], found [0, 0]", "inside")
    along = (end[0] - start[0], end[1] - start[1])
    cross = along[0] * inside[1] - along[1] * inside[0]
    if abs(cross) < LEAST_SINE * math.hypot(*along) * math.hypot(*inside):
        raise FieldError(f"expected a direction across the line, found {_point(inside)}, which runs along it", "inside")


def within(points: Sequence[Point], frame_size: tuple[int, int]) -> None:
    """All points lie in a picture of (width, height) pixels, its border included."""
    width, height = frame_size
    for point in points:
        if not (0 <= point[0] <= width and 0 <= point[1] <= height):
            raise FieldError(f"expected points within {width}x{height} pixels, found {_point(point)}", "points")


def timezone(name: str) -> None:
    """A name of the IANA time zone database."""
    if name == "UTC":  # needs no database, which a small machine may lack
        return
    try:
        ZoneInfo(name)
    except (ValueError, OSError, KeyError):
        raise FieldError(f"expected a time zone such as 'Europe/Berlin', found {name!r}", "timezone") from None


def is_local_file(url: str) -> bool:
    """True for a path that is no device: a recorded video."""
    return "://" not in url and not url.startswith(DEVICE_PREFIX)


def camera_url(url: str) -> None:
    """A URL of a network camera, a device, or the path of a file."""
    if "://" in url:
        _remote_url(url, CAMERA_SCHEMES, " or /dev/video0 or the path of a file")


def broker_address(url: str) -> tuple[str, int]:
    """The host and the port of a broker's URL: the scheme's own port when it gives none.

    Raises:
        FieldError: it is none.
    """
    parts = _remote_url(url, tuple(BROKER_PORTS))
    if parts.path not in {"", "/"} or parts.query or parts.fragment:
        raise FieldError(f"expected nothing after the port, found {redacted(url)!r}", "url")
    return parts.hostname or "", parts.port or BROKER_PORTS[parts.scheme]


def _remote_url(url: str, schemes: Sequence[str], others: str = "") -> SplitResult:
    """Take a URL apart that must have one of `schemes`, a host, and no credentials in it."""
    try:
        parts = urlsplit(url)
        parts.port  # noqa: B018 - reading it is what checks it
    except ValueError as error:
        raise FieldError(f"expected a URL, found {redacted(url)!r} ({error})", "url") from None
    if "@" in parts.netloc:
        raise FieldError(
            f"expected no credentials in a URL, found {redacted(url)!r}; give username and password_file"
            " (or password_env)",
            "url",
        )
    if parts.scheme not in schemes or not parts.hostname:
        expected = ", ".join(f"{scheme}://HOST" for scheme in schemes) + others
        raise FieldError(f"expected {expected}, found {redacted(url)!r}", "url")
    return parts


def _point(point: Point) -> str:
    return f"[{point[0]:g}, {point[1]:g}]"
