"""Recordings of a serial line, as JSON Lines: what came and what was sent, byte for byte, with times. Pure.

The first line is the header, each further one a chunk::

    {"recording":1,"kind":"serial","source":"aisle-3","driver":"and_continuous"}
    {"at":12.345,"rx":"53542c2b"}
    {"at":12.4,"tx":"57"}

`at` is seconds from the start, in steps of a microsecond, never less than before; the bytes are hexadecimal. A
recording that was cut, by a full disk or a lost power, ends in a part of a line: that part is no error.
"""

from collections.abc import Iterable, Iterator
from typing import Annotated, Literal, NamedTuple

import msgspec

from edge.errors import ConfigError

PLACES = 6
Direction = Literal["rx", "tx"]


class Header(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a recording is of.

    Attributes:
        recording: the format's version.
        kind: a serial line.
        source: the id of the shelf or lane.
        driver: the protocol; None when it is not known.
    """

    recording: Literal[1]
    kind: Literal["serial"]
    source: str
    driver: str | None = None


class Chunk(NamedTuple):
    """Bytes that came (rx) or were sent (tx) together.

    Attributes:
        at: seconds from the start.
        direction: seen from the gateway.
        data: one byte or more.
    """

    at: float
    direction: Direction
    data: bytes


class _Line(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    at: Annotated[float, msgspec.Meta(ge=0)]
    rx: str | None = None
    tx: str | None = None


def header_line(source: str, driver: str | None) -> bytes:
    """The first line, with its line feed."""
    return msgspec.json.encode(Header(1, "serial", source, driver)) + b"\n"


def chunk_line(chunk: Chunk) -> bytes:
    """A further line, with its line feed."""
    return msgspec.json.encode({"at": round(chunk.at, PLACES), chunk.direction: chunk.data.hex()}) + b"\n"


def read(lines: Iterable[bytes]) -> tuple[Header, Iterator[Chunk]]:
    """A recording, read as it is asked for.

    Args:
        lines: of the file, each with its line feed, as a file opened for bytes gives them.

    Returns:
        The header, and the chunks; taking the next chunk raises as this does.

    Raises:
        ConfigError: a line is not what it should be; the message begins with its number.
    """
    numbered = enumerate(lines, start=1)
    _, first = next(numbered, (1, b""))
    try:
        header = msgspec.json.decode(first, type=Header)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        wanted = '{"recording":1,"kind":"serial","source":…,"driver":…}'
        raise ConfigError(f"expected the header {wanted}, found {_found(first)} ({error})", "line 1") from error
    return header, _chunks(numbered)


def _chunks(numbered: Iterator[tuple[int, bytes]]) -> Iterator[Chunk]:
    before = 0.0
    for number, line in numbered:
        try:
            chunk = _chunk(line)
            if chunk.at < before:
                raise ValueError(f"it goes back, from {before:g} s")  # noqa: TRY301 - one place makes the message
        except ValueError as error:  # msgspec's errors are among them
            if not line.endswith(b"\n"):
                return
            wanted = 'a chunk as {"at":1.5,"rx":"0d0a"}'
            raise ConfigError(f"expected {wanted}, found {_found(line)} ({error})", f"line {number}") from error
        before = chunk.at
        yield chunk


def _chunk(line: bytes) -> Chunk:
    """One line's chunk; ValueError when it is none."""
    read = msgspec.json.decode(line, type=_Line)
    given: list[tuple[Direction, str]] = []
    if read.rx is not None:
        given.append(("rx", read.rx))
    if read.tx is not None:
        given.append(("tx", read.tx))
    if len(given) != 1:
        raise ValueError("either rx or tx is wanted")
    (direction, digits) = given[0]
    # bytes.fromhex would let blanks pass.
    if not digits or " " in digits:
        raise ValueError("two hexadecimal digits a byte are wanted")
    return Chunk(read.at, direction, bytes.fromhex(digits))


def _found(line: bytes) -> str:
    text = line.decode("utf-8", "replace").rstrip()
    return repr(text if len(text) <= 60 else text[:59] + "…") if text else "nothing"  # noqa: PLR2004 - a glance's worth
