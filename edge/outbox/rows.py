"""A pending event as the uplink reads it, and as a row of the tables holds it."""

from dataclasses import dataclass

import msgspec

from edge.codec import Record, Source, encode_event, type_of
from edge.events import Event, Kind, Stamp
from edge.outbox.tables import EventFields

_stamp_encoder = msgspec.json.Encoder()
_stamp_decoder = msgspec.json.Decoder(Stamp)


@dataclass(frozen=True, slots=True)
class Row:
    """A pending event; `rowid` grows in the order of acceptance."""

    rowid: int
    record: Record


def fields_of(event: Event, stamp: Stamp) -> tuple[int, str, bytes, bytes]:
    """Priority, type, stamp and data, as a row holds them.

    Raises:
        CodecError: it is none of the contract's events.
    """
    row = type_of(event)
    return int(row.priority), row.name, _stamp_encoder.encode(stamp), encode_event(event)


def row_of(fields: EventFields) -> Row:
    """What the fields of a row say.

    Raises:
        msgspec.DecodeError, ValueError, TypeError: they are not what was written.
    """
    rowid, source, epoch, sequence, kind, stamp, data = fields
    stamped = _stamp_decoder.decode(stamp)
    return Row(
        rowid, Record(source=source_of(source), epoch=epoch, sequence=sequence, type=kind, stamp=stamped, data=data)
    )


def source_of(text: str) -> Source:
    """A source by its name, ``camera/entrance``.

    Raises:
        ValueError: its kind is none.
    """
    kind, _, name = text.partition("/")
    return Source(Kind(kind), name)
