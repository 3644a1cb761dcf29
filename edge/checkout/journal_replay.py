"""A lane's journal again, session by session: what happened, what followed, and why; also with other settings.

A replay is the lane's own step over the journal's own inputs: with the settings of the lane it gives the same states.
With another setting it says what that would have led to, as far as shoppers would have done the same. Pure.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import msgspec

from edge.checkout.journal_entry import Entry, Resumed
from edge.checkout.price_book import PriceBook
from edge.checkout.session.effects import AnyEffect, Publish
from edge.checkout.session.state import LaneState
from edge.checkout.session.step import step
from edge.checkout.session.terms import LaneSettings, Terms
from edge.errors import ConfigError
from edge.events import CheckoutAlertRaised, CheckoutCompleted, Event

# A price book from its form and text.
ReadBook = Callable[[str, str], PriceBook]
TOLERANCE = "tolerance."


class SessionJournal(Protocol):
    """What is replayed: `edge.checkout.journal_reader.JournalReader`. All raise JournalError."""

    @property
    def name(self) -> str:
        """Session and receipt numbers begin with it."""
        ...

    def sessions(self) -> list[tuple[str, int, int]]:
        """Id, first and last entry of each session."""
        ...

    def before(self, n: int) -> Resumed:
        """The state from which entry `n` is reached, and how."""
        ...

    def entries(self, *, after: int = 0, upto: int | None = None) -> Iterable[Entry]:
        """Entries in their order."""
        ...

    def book(self, version: str) -> tuple[str, str] | None:
        """A price book that was kept."""
        ...


@dataclass(frozen=True)
class Step:
    """One entry again.

    Attributes:
        entry: of the journal.
        before: the state that it met.
        after: the state that it led to.
        effects: what was to be done.
    """

    entry: Entry
    before: LaneState
    after: LaneState
    effects: tuple[AnyEffect, ...]

    @property
    def events(self) -> tuple[Event, ...]:
        """What was told."""
        return tuple(one.event for one in self.effects if isinstance(one, Publish))

    @property
    def nudged(self) -> bool:
        """Whether the shopper was asked to put something right, which was not asked for before."""
        session, before = self.after.session, self.before.session
        return session is not None and session.nudges > (before.nudges if before is not None else 0)


@dataclass(frozen=True)
class ReplayedSession:
    """One shopper again.

    Attributes:
        id: of the session.
        steps: in their order.
    """

    id: str
    steps: tuple[Step, ...]

    @property
    def events(self) -> tuple[Event, ...]:
        """What was told of it."""
        return tuple(event for one in self.steps for event in one.events)

    @property
    def alerts(self) -> tuple[CheckoutAlertRaised, ...]:
        """For which an attendant was called."""
        return tuple(event for event in self.events if isinstance(event, CheckoutAlertRaised))

    @property
    def nudges(self) -> int:
        """How often the shopper was asked to put something right."""
        return sum(one.nudged for one in self.steps)

    @property
    def total(self) -> int | None:
        """Minor units that were paid; None when nothing was sold."""
        return next((event.total for event in self.events if isinstance(event, CheckoutCompleted)), None)


@dataclass
class Replay:
    """A journal, to be gone through again.

    Attributes:
        lane: its id.
        settings: of the lane, or others.
        read: makes a price book of a text.
        current: for entries between sessions, whose price book was not kept.
    """

    lane: str
    settings: LaneSettings
    read: ReadBook
    current: PriceBook
    _books: dict[str, PriceBook] = field(default_factory=dict)

    def sessions(self, journal: SessionJournal, only: str = "") -> Iterator[ReplayedSession]:
        """Each session of the journal, or one.

        Args:
            journal: opened.
            only: the id of one; empty for all.

        Raises:
            ConfigError: there is no such session.
            JournalError: the journal cannot be read.
        """
        known = journal.sessions()
        wanted = [one for one in known if only in {"", one[0]}]
        if only and not wanted:
            last = known[-1][0] if known else "none"
            raise ConfigError(f"expected the id of a session in this journal, found {only!r}; the last one is {last}")
        for name, first, last_entry in wanted:
            yield ReplayedSession(name, tuple(self._steps(journal, name, first, last_entry)))

    def _steps(self, journal: SessionJournal, name: str, first: int, last: int) -> Iterator[Step]:
        begin = journal.before(first)
        state = begin.state
        for entry in (*begin.entries, *journal.entries(after=first - 1, upto=last)):
            terms = Terms(self.lane, journal.name, self._book(journal, entry.book), self.settings)
            after, effects = step(state, entry.input, entry.at, terms)
            if entry.session == name:
                yield Step(entry, state, after, effects)
            state = after

    def _book(self, journal: SessionJournal, version: str) -> PriceBook:
        if version == self.current.version:
            return self.current
        if version not in self._books:
            kept = journal.book(version)
            self._books[version] = self.current if kept is None else self.read(*kept)
        return self._books[version]


def with_settings(settings: LaneSettings, changes: Sequence[str]) -> LaneSettings:
    """Settings, some of them changed.

    Args:
        settings: as they are.
        changes: each ``name=value``; ``tolerance.sigmas=5`` for those of the scale.

    Raises:
        ConfigError: there is no such setting, or it cannot have that value.
    """
    data: dict[str, Any] = msgspec.to_builtins(settings)
    for change in changes:
        name, _, value = change.partition("=")
        inside = name.startswith(TOLERANCE)
        table = data["tolerance"] if inside else data
        key = name.removeprefix(TOLERANCE)
        if key not in table or key == "tolerance":
            known = ", ".join(
                [*(one for one in data if one != "tolerance"), *(TOLERANCE + k for k in data["tolerance"])]
            )
            raise ConfigError(f"expected name=value with a name of {known}; found {change!r}")
        table[key] = _value(value)
    try:
        return msgspec.convert(data, LaneSettings, strict=False)
    except msgspec.ValidationError as error:
        raise ConfigError(f"expected a value that fits, found {', '.join(changes)}: {error}") from None


def compared(before: Sequence[ReplayedSession], after: Sequence[ReplayedSession]) -> dict[str, int]:
    """What other settings would have changed, in numbers of sessions.

    Args:
        before: with the lane's settings.
        after: the same ones with others.
    """
    pairs = list(zip(before, after, strict=True))
    return {
        "sessions": len(pairs),
        "with_alert": sum(bool(one.alerts) for one, _ in pairs),
        "with_alert_then": sum(bool(other.alerts) for _, other in pairs),
        "alerts_gone": sum(bool(one.alerts) and not other.alerts for one, other in pairs),
        "alerts_new": sum(not one.alerts and bool(other.alerts) for one, other in pairs),
        "with_nudge": sum(bool(one.nudges) for one, _ in pairs),
        "with_nudge_then": sum(bool(other.nudges) for _, other in pairs),
    }


def _value(text: str) -> object:
    try:
        return msgspec.json.decode(text)
    except msgspec.DecodeError:
        return text
