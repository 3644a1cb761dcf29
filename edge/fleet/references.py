"""What a configuration that comes from afar may name: only what the box's own names, or allows. Pure.

Files, ports, addresses, programs' environment: every such value of a wanted configuration must stand in the box's own
file too, or match a pattern of its ``remote.allow``. So nobody who holds the broker can have a file read, a password
sent to a host of theirs, or a device opened that is none of the shop's.
"""

import posixpath
from collections.abc import Iterator, Sequence
from fnmatch import fnmatchcase
from urllib.parse import urlsplit

import msgspec

from edge.config.gateway import Config
from edge.errors import ConfigError
from edge.vision.models import BUNDLED

# The fields that name something outside of the configuration.
REFERENCES = frozenset({
    "url", "ca_file", "cert_file", "key_file", "username_file", "username_env", "password_file", "password_env",
    "model", "port", "host", "camera", "price_book", "recalls", "member_key_file", "attendant_token_file",
    "screen_host", "screen_port", "allowed_hosts",
})  # fmt: skip
# The fields of text that name nothing outside: a test holds both lists against the models.
PLAIN = frozenset({
    "id", "username", "client_id", "driver", "format", "prefix", "suffix", "profile", "unit", "currency", "rate",
    "gtin", "rtsp_transport", "play", "anchor", "patterns", "member_prefixes", "consent_prefixes", "on_scale_fault",
    "registers", "head", "foot", "tenant", "store", "gateway", "timezone", "data_dir", "commands", "allow",
    "lines", "outside", "door", "ways", "provider", "zones", "colours",
})  # fmt: skip
# What is the box's own business: who it is, where its data lie, what may be done to it.
OWN_SECTIONS = ("store", "outbox", "supervisor", "health", "remote")


def check_wanted(wanted: Config, own: Config, allow: Sequence[str]) -> None:
    """See that a wanted configuration stays within bounds.

    Args:
        wanted: as it came.
        own: of the box's own file.
        allow: patterns as ``rtsp://10.0.0.*`` or ``/dev/serial/by-path/*``.

    Raises:
        ConfigError: it changes a section that is the box's own, or names what is not allowed.
    """
    for section in OWN_SECTIONS:
        if getattr(wanted, section) != getattr(own, section):
            raise ConfigError("expected it as in the box's own file, found it changed; change it on the box", section)
    # A bundled model is a part of the release, and no file of anybody's choice.
    known = {value for _, value in references(own)} | BUNDLED.keys()
    for where, value in references(wanted):
        if value not in known and not is_allowed(value, allow):
            raise ConfigError(
                f"expected what the box's own file names, or what its remote.allow matches, found {value!r}", where
            )


def references(section: object, where: str = "") -> Iterator[tuple[str, str]]:
    """Every value that names something outside, each with the path of its key."""
    if not isinstance(section, msgspec.Struct):
        return
    for name in section.__struct_fields__:
        value, path = getattr(section, name), f"{where}.{name}" if where else name
        for n, one in enumerate(value if isinstance(value, tuple) else (value,)):
            at = f"{path}[{n}]" if isinstance(value, tuple) else path
            if isinstance(one, msgspec.Struct):
                yield from references(one, at)
            elif name in REFERENCES and one is not None:
                yield at, str(one)


def is_allowed(value: str, allow: Sequence[str]) -> bool:
    """Whether a pattern matches: a URL by its scheme and host, a path segment by segment."""
    if "://" in value:
        return any(_same_place(value, pattern) for pattern in allow if "://" in pattern)
    if posixpath.normpath(value) != value:
        return False
    return any(_same_path(value, pattern) for pattern in allow if "://" not in pattern)


def _same_place(url: str, pattern: str) -> bool:
    try:
        found, wanted = urlsplit(url), urlsplit(pattern)
    except ValueError:
        return False
    if "@" in found.netloc or "\\" in url or not found.hostname or not wanted.netloc:
        return False
    return found.scheme == wanted.scheme and fnmatchcase(found.hostname, wanted.netloc.lower())


def _same_path(path: str, pattern: str) -> bool:
    segments, wanted = path.split("/"), pattern.split("/")
    return len(segments) == len(wanted) and all(map(fnmatchcase, segments, wanted))
