"""A lane's journal for people: a session again, settings tried, a day exported."""

import json
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from edge import cli, lane_journal
from edge.checkout.agent import FOLDER, journal_path
from edge.errors import ConfigError
from tests.checkout.test_lane_runtime import CSV, Box, buying

CONFIG = """
[store]
tenant = "acme"
store = "sh-001"
gateway = "gw-1"
timezone = "Asia/Shanghai"
data_dir = "data"
[[lane]]
id = "sco-1"
scanner = { port = "/dev/scanner" }
scale = { port = "/dev/scale", driver = "toledo_8217", capacity_g = 15000 }
payment = { port = 9000 }
price_book = "price_book.csv"
currency = "CNY"
tax = [{ id = "standard", rate = "13" }, { id = "reduced", rate = "9" }]
"""


@pytest.fixture
def config(tmp_path: Path) -> Path:
    file = tmp_path / "store.toml"
    file.write_text(CONFIG)
    (tmp_path / "price_book.csv").write_text(CSV.format("3.50"))
    return file


@pytest.fixture
def journal(config: Path) -> Path:
    """One sale of a tea and a milk."""
    path = journal_path(config.parent / "data" / FOLDER, "sco-1")
    box = Box(path)
    for inputs in buying(box):
        box.feed(*inputs)
    box.journal.close()
    return path


def test_a_session_again(config: Path, journal: Path) -> None:
    (session,) = lane_journal.sessions(journal, config, "", ())
    assert session.total == 949
    assert list(lane_journal.sessions(journal, config, session.id, ())) == [session]
    with pytest.raises(ConfigError, match="expected the id of a session"):
        list(lane_journal.sessions(journal, config, "none", ()))


def test_settings_are_tried(config: Path, journal: Path) -> None:
    told = lane_journal.tried(journal, config, ["tolerance.sigmas=2", "grace_s=3"])
    assert told["sessions"] == 1
    assert told["with_alert"] == told["with_alert_then"] == 0
    with pytest.raises(ConfigError, match="expected name=value"):
        lane_journal.tried(journal, config, ["nothing=1"])


def test_a_day_as_documents(config: Path, journal: Path) -> None:
    assert journal.is_file()
    epcis = json.loads(lane_journal.exported(config, "epcis", "2026-11-23", ""))
    (event,) = epcis["epcisBody"]["eventList"]
    assert len(event["quantityList"]) == 2
    poslog = ET.fromstring(lane_journal.exported(config, "poslog", "2026-11-23", ""))  # noqa: S314 - our own
    assert poslog is not None
    empty = json.loads(lane_journal.exported(config, "epcis", "2026-11-24", ""))
    assert empty["epcisBody"]["eventList"] == []


@pytest.mark.parametrize(("form", "day"), [("csv", ""), ("epcis", "yesterday")])
def test_what_cannot_be_exported(config: Path, form: str, day: str) -> None:
    with pytest.raises(ConfigError, match="expected"):
        lane_journal.exported(config, form, day, "")


def test_the_verbs(config: Path, journal: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["replay", str(journal), "--config", str(config)]) == 0
    assert "949 paid, 0 nudges, 0 alerts" in capsys.readouterr().out
    assert cli.run(["replay", str(journal), "--config", str(config), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["total"] == 949
    arguments = ["bench", "checkout", "--journal", str(journal), "--set", "grace_s=2", "--json"]
    assert cli.run(arguments) == 2
    assert cli.run([*arguments, "--config", str(config)]) == 0
    assert json.loads(capsys.readouterr().out)["sessions"] == 1
    assert cli.run(["export", "--config", str(config), "--format", "poslog", "--day", "2026-11-23"]) == 0
    assert capsys.readouterr().out.startswith("<?xml")


def test_a_journal_of_another_lane(config: Path, journal: Path) -> None:
    other = journal.rename(journal.with_name("sco-9.journal"))
    with pytest.raises(ConfigError, match="expected the journal of a lane of this configuration"):
        list(lane_journal.sessions(other, config, "", ()))
