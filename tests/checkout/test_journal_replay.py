"""A journal again: the same states, each alert explained, and other settings tried on what happened."""

from pathlib import Path

import pytest

from edge.checkout.journal_reader import JournalReader
from edge.checkout.journal_replay import Replay, compared, with_settings
from edge.checkout.journal_told import as_json, described, told
from edge.checkout.price_book_file import read_price_book
from edge.checkout.session.inputs import Action, AnyInput, Attended, ItemScanned, Key, Pressed, TimePassed, Weighed
from edge.checkout.session.terms import LaneSettings, OnScaleFault
from edge.errors import ConfigError
from edge.events import CheckoutAlertRaised
from tests.checkout.books import MILK, TEA, TERMS
from tests.checkout.session.lane import WEIGHTS, article
from tests.checkout.test_lane_runtime import CSV, Box, buying


def replay_of(settings: LaneSettings | None = None, price: str = "9.99") -> Replay:
    book = read_price_book(CSV.format(price), "csv", TERMS)
    return Replay("sco-1", settings or LaneSettings(), lambda form, text: read_price_book(text, form, TERMS), book)


@pytest.fixture
def journal(tmp_path: Path) -> Path:
    """Two shoppers: an honest one, and one who leaves milk unscanned below the tea."""
    box = Box(tmp_path / "one.journal")
    for inputs in buying(box):
        box.feed(*inputs)
    tea, milk = WEIGHTS[TEA.key], WEIGHTS[MILK.key]
    late: list[AnyInput] = [
        ItemScanned(article=article(TEA), version=box.lane.book.version),
        Weighed(weight_g=tea, delta_g=tea, sd_g=0.5, since_s=box.now_s),
        Weighed(weight_g=tea + milk, delta_g=milk, sd_g=0.5, since_s=box.now_s),
        *(TimePassed() for _ in range(20)),
        Attended(action=Action.ACCEPT, badge="b7", reason="it is on another bill"),
        Pressed(key=Key.PAY),
    ]
    for event in late:
        box.feed(event)
    assert any(isinstance(event, CheckoutAlertRaised) for event in box.events)
    box.journal.close()
    return tmp_path / "one.journal"


def test_a_replay_gives_what_was_told(tmp_path: Path, journal: Path) -> None:
    with JournalReader.open(journal) as reader:
        first, second = replay_of().sessions(reader)
        state = reader.resume()
        assert (first.total, first.alerts, first.nudges) == (949, (), 0)
        assert (second.total, len(second.alerts), second.nudges) == (None, 1, 1)
        after = second.steps[-1].after
    box = Box(journal)
    assert box.lane.state.session == after.session or box.lane.state.since_s > after.since_s
    assert state.state.sessions == 1
    assert tmp_path in journal.parents


def test_a_session_is_explained_line_by_line(journal: Path) -> None:
    with JournalReader.open(journal) as reader:
        (session,) = replay_of().sessions(reader, "j-000002")
    lines = list(told(session))
    assert lines[0].startswith("session j-000002: 2026-11-23")
    assert "itemscanned Green tea (06901234567892) x 1 -> scanning, scan" in lines[1]
    (alert,) = [n for n, line in enumerate(lines) if "alert j-000002-2: unexpected_item" in line]
    assert "weight: " in lines[alert + 1]
    assert any("accept it is on another bill" in line for line in lines)
    assert lines[-1] == "  nothing paid, 1 nudges, 1 alerts"
    data = as_json(session)
    assert (data["session"], data["nudges"], len(data["alerts"])) == ("j-000002", 1, 1)
    assert data["steps"][0]["input"]["input"] == "itemscanned"


def test_other_settings_are_tried_on_what_happened(journal: Path) -> None:
    patient = with_settings(LaneSettings(), ["escalate_s=500", "tolerance.sigmas=6"])
    with JournalReader.open(journal) as reader:
        before = list(replay_of().sessions(reader))
        after = list(replay_of(patient).sessions(reader))
    assert compared(before, after) == {
        "sessions": 2,
        "with_alert": 1,
        "with_alert_then": 0,
        "alerts_gone": 1,
        "alerts_new": 0,
        "with_nudge": 1,
        "with_nudge_then": 1,
    }


def test_settings_are_changed_by_name() -> None:
    changed = with_settings(LaneSettings(), ["on_scale_fault=close", "grace_s=2.5", "tolerance.division_g=5"])
    assert (changed.on_scale_fault, changed.grace_s, changed.tolerance.division_g) == (OnScaleFault.CLOSE, 2.5, 5.0)
    for wrong in ("grace=2", "grace_s", "tolerance=3", "tolerance.sigma=1", "on_scale_fault=never"):
        with pytest.raises(ConfigError, match="expected"):
            with_settings(LaneSettings(), [wrong])


def test_a_session_that_is_not_there_is_told(journal: Path) -> None:
    with JournalReader.open(journal) as reader, pytest.raises(ConfigError, match=r"the last one is j-000002"):
        list(replay_of().sessions(reader, "j-000099"))


def test_inputs_are_said_in_a_few_words() -> None:
    assert described(Pressed(key=Key.PAY)) == "pressed key=pay"
    assert described(Weighed(weight_g=520.04, delta_g=520.0, sd_g=0.5, since_s=3.0)) == (
        "weighed weight_g=520.0 delta_g=520.0 sd_g=0.5 since_s=3.0"
    )
