"""The commands that a gateway takes: one explicit table, and how a message becomes one of them. Pure.

A command comes on ``…/cmd/{name}`` with a JSON object, a response topic and correlation data (MQTT 5.0, section 4.10).
The correlation data make it idempotent: sent again, it is answered again and not done again.
"""

from collections.abc import Callable, Collection
from typing import Annotated, Any, Literal, cast

import msgspec

from edge.errors import CodecError
from edge.events import Id

SUPERVISOR, UPLINK = "supervisor", "uplink"
LONGEST_CORRELATION = 64
LARGEST_BODY = 64 * 1024

AgentName = Annotated[
    str, msgspec.Meta(pattern=r"^((camera|shelf|checkout)/[a-zA-Z0-9][a-zA-Z0-9_.-]{0,63}|uplink)$(?!\n)")
]
PlateName = Annotated[
    str, msgspec.Meta(pattern=r"^[a-zA-Z0-9][a-zA-Z0-9_.-]{0,63}/[a-zA-Z0-9][a-zA-Z0-9_.-]{0,63}$(?!\n)")
]
SourceName = Annotated[
    str, msgspec.Meta(pattern=r"^(camera|shelf|checkout|gateway)/[a-zA-Z0-9][a-zA-Z0-9_.-]{0,63}$(?!\n)")
]
Version = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{12}$(?!\n)")]
Sequence = Annotated[int, msgspec.Meta(ge=1)]


class Body(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The base of all commands: what is asked for, never by whom."""


class Status(Body, frozen=True, kw_only=True):
    """How are the agents, the outbox and the configuration?"""


class Diagnose(Body, frozen=True, kw_only=True):
    """A bundle to find a fault with: no pictures, no secrets, nothing about persons."""


class Restart(Body, frozen=True, kw_only=True):
    """End one agent's process and start it again."""

    agent: AgentName


class LogLevel(Body, frozen=True, kw_only=True):
    """Let one agent log more, or less, for a while."""

    agent: AgentName
    level: Literal["debug", "info", "warning"]
    minutes: Annotated[int, msgspec.Meta(ge=1, le=60)] = 15


class Zero(Body, frozen=True, kw_only=True):
    """The plate is empty: what its scale says now is its zero. ``plate`` is SHELF/PLATE."""

    plate: PlateName


class Tare(Body, frozen=True, kw_only=True):
    """The counts told are right: whatever else lies on the plate (a rail, a divider) is no stock."""

    plate: PlateName


class SwitchPriceBook(Body, frozen=True, kw_only=True):
    """Sell by a version of the price book that the lane has kept, from the next session on."""

    lane: Id
    version: Version


class LoadPriceBook(Body, frozen=True, kw_only=True):
    """A new price book for a lane; comes on ``…/cfg/price_book/{lane}``."""

    lane: Id
    form: Literal["csv", "json"]
    text: str


class Resend(Body, frozen=True, kw_only=True, rename={"from_": "from"}):
    """Send a source's events of a range of sequences again, those that are still here."""

    source: SourceName
    epoch: Annotated[str, msgspec.Meta(pattern=r"^[0-7][0-9a-f]{11}-[0-9a-f]{8}$(?!\n)")]
    from_: Sequence
    to: Sequence


AnyBody = Status | Diagnose | Restart | LogLevel | Zero | Tare | SwitchPriceBook | LoadPriceBook | Resend


class CommandType(msgspec.Struct, frozen=True):
    """One row of the table.

    Attributes:
        name: the topic's last segment.
        body: the type of its payload.
        doer: which process does it.
        per_minute: more are refused.
    """

    name: str
    body: type[Body]
    doer: Callable[[Any], str]
    per_minute: int


def _shelf(body: Zero | Tare) -> str:
    return "shelf/" + body.plate.partition("/")[0]


def _lane(body: SwitchPriceBook | LoadPriceBook) -> str:
    return f"checkout/{body.lane}"


def _agent(body: LogLevel) -> str:
    return body.agent


LOAD_PRICE_BOOK = "load_price_book"
COMMANDS: dict[str, CommandType] = {
    row.name: row
    for row in (
        CommandType("status", Status, lambda _body: SUPERVISOR, 30),
        CommandType("diagnose", Diagnose, lambda _body: SUPERVISOR, 2),
        CommandType("restart", Restart, lambda _body: SUPERVISOR, 6),
        CommandType("log_level", LogLevel, _agent, 12),
        CommandType("zero", Zero, _shelf, 60),
        CommandType("tare", Tare, _shelf, 60),
        CommandType("price_book", SwitchPriceBook, _lane, 12),
        CommandType("resend", Resend, lambda _body: UPLINK, 120),
    )
}
# Not a command that somebody may send: the way of a price book from its topic to its lane.
BODIES: dict[str, CommandType] = COMMANDS | {LOAD_PRICE_BOOK: CommandType(LOAD_PRICE_BOOK, LoadPriceBook, _lane, 12)}


class CommandError(CodecError):
    """A message asks for what this gateway does not do."""


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """A message from the broker.

    Attributes:
        topic: whole.
        reply_to: its response topic, empty where it has none.
        correlation: its correlation data.
        retained: the broker had kept it: nobody asks now.
    """

    topic: str
    payload: bytes
    reply_to: str = ""
    correlation: bytes = b""
    retained: bool = False


class Command(msgspec.Struct, frozen=True, kw_only=True):
    """Something to do, once.

    Attributes:
        name: of the table.
        correlation: hex; what makes it one.
        reply_to: the topic of the answer.
        doer: the process that does it.
        body: its payload as JSON.
    """

    name: str
    correlation: str
    reply_to: str
    doer: str
    body: bytes


def command_of(request: Request, prefix: str, allowed: Collection[str]) -> Command:
    """What a message on ``…/cmd/{name}`` asks for.

    Args:
        request: the message.
        prefix: of our topics.
        allowed: the names that this box takes.

    Raises:
        CommandError: it is not allowed, not one of the table, or not as it should be; the message may be answered.
    """
    name = request.topic.removeprefix(f"{prefix}/cmd/")
    row = COMMANDS.get(name)
    if row is None or name not in allowed:
        raise CommandError(f"expected a command of {', '.join(sorted(allowed)) or 'none'}, found {name[:64]!r}")
    if request.retained:
        raise CommandError(f"{name}: expected a command that is not retained; send it again without the flag")
    if len(request.payload) > LARGEST_BODY:
        raise CommandError(f"{name}: expected at most {LARGEST_BODY} bytes, found {len(request.payload)}")
    try:
        body = msgspec.json.decode(request.payload or b"{}", type=row.body)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise CommandError(f"{name}: {error}") from None
    if isinstance(body, Resend) and body.to < body.from_:
        raise CommandError(f"resend: expected to at or behind from ({body.from_}), found {body.to}")
    return Command(
        name=name,
        correlation=request.correlation.hex(),
        reply_to=request.reply_to,
        doer=row.doer(body),
        body=msgspec.json.encode(body),
    )


def can_be_answered(request: Request, prefix: str) -> bool:
    """Whether a reply has somewhere to go: only topics of our own, whoever asks."""
    return (
        0 < len(request.correlation) <= LONGEST_CORRELATION
        and request.reply_to.startswith(f"{prefix}/reply/")
        and not set(request.reply_to) & set("+#\0")
    )


def body_of(name: str, body: bytes) -> AnyBody:
    """A command's payload again, as `Command` holds it.

    Raises:
        CommandError: it is none of the table's.
    """
    row = BODIES.get(name)
    if row is None:
        raise CommandError(f"expected a command of the table, found {name!r}")
    try:
        return cast("AnyBody", msgspec.json.decode(body, type=row.body))
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise CommandError(f"{name}: {error}") from None
