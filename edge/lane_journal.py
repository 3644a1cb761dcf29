"""Lanes' journals, for people: sessions again and why an alert was raised, other settings tried, a day's sales."""

from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from edge.checkout import lane_setup
from edge.checkout.agent import FOLDER, journal_path
from edge.checkout.currency import currency
from edge.checkout.export.day import Form, Record, export
from edge.checkout.export.site import Site
from edge.checkout.journal_reader import JournalReader
from edge.checkout.journal_replay import Replay, ReplayedSession, compared, with_settings
from edge.checkout.price_book import PriceBook
from edge.checkout.price_book_file import read_price_book
from edge.checkout.tax import TaxTerms
from edge.clock import SystemClock
from edge.config.gateway import Config
from edge.config.lane import LaneConfig
from edge.config.read import load
from edge.errors import ConfigError

SQLITE = b"SQLite format 3\x00"


def is_journal(file: Path) -> bool:
    """Whether a file is a lane's journal and not a recording.

    Raises:
        ConfigError: it cannot be read.
    """
    try:
        with file.open("rb") as opened:
            return opened.read(len(SQLITE)) == SQLITE
    except OSError as error:
        raise ConfigError(
            f"expected a recording or a journal at {file}, found none to read ({error.strerror})"
        ) from None


def sessions(file: Path, config_file: Path, session: str, changes: Sequence[str]) -> Iterator[ReplayedSession]:
    """A journal's sessions, gone through again.

    Args:
        file: ``<lane>.journal``.
        config_file: a configuration that has the lane.
        session: the id of one; empty for all.
        changes: settings to try, each ``name=value``.

    Raises:
        ConfigError: something of that is not to be had.
        JournalError: the journal cannot be read.
    """
    config = load(config_file)
    lane = _lane_of(config, file)
    with JournalReader.open(file) as journal:
        yield from _replay(lane, config, changes).sessions(journal, session)


def tried(file: Path, config_file: Path, changes: Sequence[str]) -> dict[str, Any]:
    """What settings would have changed in a journal's sessions, in numbers of sessions.

    Args:
        file: ``<lane>.journal``.
        config_file: a configuration that has the lane.
        changes: settings to try, each ``name=value``.

    Raises:
        ConfigError: something of that is not to be had.
        JournalError: the journal cannot be read.
    """
    before = list(sessions(file, config_file, "", ()))
    return {"tried": ", ".join(changes), **compared(before, list(sessions(file, config_file, "", changes)))}


def exported(config_file: Path, form: str, day: str, gln: str) -> str:
    """A day's sales of all lanes of a gateway, as a document.

    Args:
        config_file: of the gateway.
        form: ``poslog`` or ``epcis``.
        day: of the shop's calendar, YYYY-MM-DD; empty for today.
        gln: the shop's Global Location Number; empty for none.

    Raises:
        ConfigError: something of that is not to be had.
        JournalError: a journal cannot be read.
    """
    config = load(config_file)
    if form not in set(Form):
        raise ConfigError(f"expected a form of {', '.join(Form)}, found {form!r}")
    site = Site(config.store.store, config.store.timezone, gln)
    now = SystemClock().now().wall
    try:
        wanted = date.fromisoformat(day) if day else site.local(now).date()
    except ValueError:
        raise ConfigError(f"expected a day as YYYY-MM-DD, found {day!r}") from None
    return export({lane.id: _records(lane, config) for lane in config.lane}, Form(form), wanted, site, now)


def _records(lane: LaneConfig, config: Config) -> Iterator[Record]:
    """What a lane told, each with the id that it has in every export."""
    file = journal_path(Path(config.store.data_dir) / FOLDER, lane.id)
    if not file.is_file():
        return
    with JournalReader.open(file) as journal:
        for session in _replay(lane, config, ()).sessions(journal):
            for step in session.steps:
                for k, event in enumerate(step.events):
                    yield f"{journal.name}-{step.entry.n}-{k}", step.entry.stamp, event


def _replay(lane: LaneConfig, config: Config, changes: Sequence[str]) -> Replay:
    terms = lane_setup.book_terms(lane)
    settings = with_settings(lane_setup.settings_of(lane, config.store.timezone), changes)
    return Replay(lane.id, settings, lambda form, text: read_price_book(text, form, terms), _nothing(lane))


def _nothing(lane: LaneConfig) -> PriceBook:
    """For entries between sessions, which need no price."""
    return PriceBook("none", currency(lane.currency), TaxTerms({}), {})


def _lane_of(config: Config, file: Path) -> LaneConfig:
    found = next((lane for lane in config.lane if lane.id == file.stem), None)
    if found is None:
        known = ", ".join(lane.id for lane in config.lane) or "none"
        raise ConfigError(f"expected the journal of a lane of this configuration ({known}), found {file.name}")
    return found
