"""A lane at work, without its devices: inputs are journaled, states follow, effects come out.

What changes nothing is not written down: a step is a function, so leaving out an input that gave back the same state
and asked for nothing changes no replay.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from edge.checkout.bagging.learning import Candidate, WeightBook
from edge.checkout.journal_entry import Entry, Resumed
from edge.checkout.lane_clock import LaneClock
from edge.checkout.price_book import NotInBook, PriceBook
from edge.checkout.session.effects import AnyEffect, Closed, Learn, Opened, Publish
from edge.checkout.session.inputs import AnyInput, Restarted
from edge.checkout.session.screen import Screen
from edge.checkout.session.state import LaneState
from edge.checkout.session.step import step
from edge.checkout.session.terms import LaneSettings, Terms
from edge.checkout.session.view import screen
from edge.events import Event, Stamp

# A snapshot in the middle of a session, where it is long: a restart folds no more than so many entries.
SNAPSHOT_EVERY = 2_000
DAY_S = 86_400

# Form and text of a price book of that version.
BookText = Callable[[str], tuple[str, str]]
# A price book from its form and text.
ReadBook = Callable[[str, str], PriceBook]


@dataclass
class Done:
    """What one input led to.

    Attributes:
        happened: events, with their moments.
        effects: what is to be done at the devices, in order.
        upto: the number of the journal's last entry.
    """

    happened: list[tuple[Event, Stamp]] = field(default_factory=list)
    effects: list[AnyEffect] = field(default_factory=list)
    upto: int = 0


class LaneJournal(Protocol):
    """What a lane writes into; `edge.checkout.journal.Journal` on a disk. All raise JournalError."""

    @property
    def name(self) -> str:
        """Session and receipt numbers begin with it."""
        ...

    @property
    def last(self) -> int:
        """The number of the last entry."""
        ...

    def append(self, entries: Sequence[Entry]) -> None:
        """Write entries down, all or none."""
        ...

    def keep(self, state: LaneState, weights: WeightBook, now: datetime) -> None:
        """Keep the state after the last entry."""
        ...

    def keep_book(self, version: str, form: str, text: str, now: datetime) -> None:
        """Keep the price book of a session."""
        ...

    def book(self, version: str) -> tuple[str, str] | None:
        """A price book that was kept."""
        ...

    def resume(self) -> Resumed:
        """Where the lane stands."""
        ...

    def weights(self) -> WeightBook:
        """What products weigh."""
        ...


class LaneRuntime:
    """One lane.

    Attributes:
        state: where it stands.
        clock: its last moment.
        weights: what products weigh.
    """

    def __init__(
        self,
        lane: str,
        settings: LaneSettings,
        journal: LaneJournal,
        current: PriceBook,
        text: BookText,
        read: ReadBook,
    ) -> None:
        """Nothing was read yet: `resume` is next.

        Args:
            lane: its id.
            settings: how it behaves.
            journal: its own.
            current: the price book in force.
            text: of a version that is in force.
            read: makes a price book of a text.
        """
        self._lane, self._settings, self._journal = lane, settings, journal
        self._text, self._read = text, read
        self._current = self._book = current
        self.state = LaneState()
        self.clock = LaneClock()
        self.weights: WeightBook = journal.weights()
        self._kept = 0
        self._ended = False

    @property
    def book(self) -> PriceBook:
        """The price book of the session; without one, the current one."""
        return self._current if self.state.session is None else self._book

    @property
    def screen(self) -> Screen:
        """What is to be shown now."""
        return screen(self.state, self._terms())

    def switch(self, book: PriceBook) -> None:
        """Another price book is in force, from the next session on."""
        self._current = book

    def resume(self, stamp: Stamp, published: int) -> Done:
        """Take up the journal after a start, and say what was not said before.

        Args:
            stamp: now.
            published: the number of the last entry whose events are known to be accepted.
        """
        found = self._journal.resume()
        self.state, self._kept = found.state, found.last
        done = Done(upto=self._journal.last)
        for entry in found.entries:
            effects = self._fold(entry)
            self._ended = self._ended or any(isinstance(one, Closed) for one in effects)
            self.clock = LaneClock(s=entry.s, stamp=entry.stamp)
            events = [(one.event, entry.stamp) for one in effects if isinstance(one, Publish)]
            done.happened += events if entry.n > published else []
        if self._journal.last:
            more = self.feed([Restarted()], stamp)
            done.happened += more.happened
            done.effects, done.upto = more.effects, more.upto
        else:
            self.clock = self.clock.at(stamp)
        return done

    def feed(self, inputs: Iterable[AnyInput], stamp: Stamp) -> Done:
        """Take in what happened: write it down, and say what follows.

        Raises:
            JournalError: it could not be written down; nothing follows, and the state is as it was.
        """
        clock, state = self.clock.at(stamp), self.state
        entries: list[Entry] = []
        effects: list[AnyEffect] = []
        for one in inputs:
            terms = self._terms(state)
            after, wanted = step(state, one, clock.instant, terms)
            if after != state or wanted:
                session = after.session or state.session
                entries.append(
                    Entry(
                        n=self._journal.last + len(entries) + 1,
                        s=clock.s,
                        stamp=stamp,
                        session="" if session is None else session.id,
                        book=terms.book.version,
                        input=one,
                    )
                )
                effects += wanted
            self._pin(state, after)
            state = after
        if entries:
            self._keep_books(effects, stamp)
            self._journal.append(entries)
        self.state, self.clock = state, clock
        self._learn(effects, stamp)
        self._ended = self._ended or any(isinstance(one, Closed) for one in effects)
        return self._done(effects, stamp)

    def accepted(self, stamp: Stamp) -> None:
        """All events so far are accepted: keep the state after the end of a session.

        A start reads no entry before a snapshot, so none may be made of entries whose events can still be lost.

        Raises:
            JournalError: it could not be written down.
        """
        if self._ended or self._journal.last - self._kept >= SNAPSHOT_EVERY:
            self._journal.keep(self.state, self.weights, stamp.wall)
            self._kept, self._ended = self._journal.last, False

    def _done(self, effects: list[AnyEffect], stamp: Stamp) -> Done:
        return Done(
            happened=[(one.event, stamp) for one in effects if isinstance(one, Publish)],
            effects=[one for one in effects if not isinstance(one, Publish | Learn | Opened | Closed)],
            upto=self._journal.last,
        )

    def _fold(self, entry: Entry) -> tuple[AnyEffect, ...]:
        """One entry again; what it taught is taught again, for the weights were kept with the snapshot."""
        self._book = self._book_of(entry.book)
        terms = Terms(self._lane, self._journal.name, self._book, self._settings)
        self.state, effects = step(self.state, entry.input, entry.at, terms)
        self._learn(effects, entry.stamp)
        return effects

    def _terms(self, state: LaneState | None = None) -> Terms:
        session = (self.state if state is None else state).session
        book = self._current if session is None else self._book
        return Terms(self._lane, self._journal.name, book, self._settings)

    def _pin(self, before: LaneState, after: LaneState) -> None:
        """The price book of a session that has just begun, or was taken up again."""
        if after.session is None:
            self._book = self._current
        elif before.session is None or before.session.id != after.session.id:
            self._book = self._book_of(after.session.version)

    def _book_of(self, version: str) -> PriceBook:
        for book in (self._book, self._current):
            if book.version == version:
                return book
        kept = self._journal.book(version)
        return self._current if kept is None else self._read(*kept)

    def _keep_books(self, effects: Iterable[AnyEffect], stamp: Stamp) -> None:
        for one in effects:
            if isinstance(one, Opened):
                kept = self._journal.book(one.version) or self._text(one.version)
                self._journal.keep_book(one.version, *kept, stamp.wall)

    def _learn(self, effects: Iterable[AnyEffect], stamp: Stamp) -> None:
        day = int(stamp.wall.timestamp() // DAY_S)
        for one in effects:
            if isinstance(one, Learn):
                candidate = Candidate(one.weight_g, one.session, day, one.vouched)
                self.weights.learn(one.key, candidate, self._book_weight(one.key, stamp))

    def _book_weight(self, key: str, stamp: Stamp) -> float | None:
        try:
            weight = self._book.find(key, stamp.wall).unit_weight_g
        except NotInBook:
            return None
        return None if weight is None else float(weight)
