"""The configuration of self-checkouts: what it means, and what it refuses."""

import typing
from pathlib import Path

import pytest

from edge.agent.roster import agent_names
from edge.checkout import lane_setup
from edge.checkout.gtin import gtin14
from edge.checkout.pattern_tables import TABLES
from edge.checkout.payment.http_json import HttpJsonTerminal
from edge.checkout.recalls_file import RecallsFile, read_recalls
from edge.checkout.scanners import SCANNERS
from edge.checkout.session.terms import OnScaleFault
from edge.config.gateway import Config
from edge.config.lane import LaneConfig, ScannerName
from edge.config.read import files, parse
from edge.errors import ConfigError
from edge.secrets import attendant_token

STORE = '[store]\ntenant = "acme"\nstore = "sh-001"\ngateway = "gw-1"\ndata_dir = "data"\n'
LANE = '[[lane]]\nid = "sco-1"\nscanner = { port = "/dev/ttyUSB0" }\nprice_book = "price_book.csv"\ncurrency = "CNY"\n'
SCALE = 'scale = { port = "/dev/ttyUSB1", driver = "toledo_8217", capacity_g = 15000 }\n'
SHELF = (
    '[[shelf]]\nid = "a"\nport = "{port}"\ndriver = "nci"\n[[shelf.plate]]\nid = "p1"\ncapacity_g = 15000\n'
    '[[shelf.plate.product]]\ngtin = "06901234567892"\nunit_weight_g = 330.0\n'
)


def parsed(text: str) -> Config:
    return parse(STORE + text, folder=Path("/etc/store-edge"))


def lane_of(text: str) -> LaneConfig:
    (lane,) = parsed(text).lane
    return lane


def test_the_example_of_the_design_is_a_lane() -> None:
    lane = lane_of(LANE + SCALE)
    assert lane.price_book == "/etc/store-edge/price_book.csv"
    settings = lane_setup.settings_of(lane, "Asia/Shanghai")
    assert (settings.has_scale, settings.weigh_on_bag, settings.terminal) == (True, True, False)
    assert settings.tolerance.division_g == 2.0
    assert (settings.timezone, settings.on_scale_fault) == ("Asia/Shanghai", OnScaleFault.ATTENDED)
    assert agent_names(parsed(LANE)) == ("checkout/sco-1",)


def test_what_a_lane_lacks_it_does_not_expect() -> None:
    bare = lane_setup.settings_of(lane_of(LANE), "UTC")
    assert (bare.has_scale, bare.weigh_on_bag) == (False, False)
    produce = 'produce_scale = { port = "/dev/ttyUSB2", driver = "nci", capacity_g = 6000 }\n'
    assert not lane_setup.settings_of(lane_of(LANE + SCALE + produce), "UTC").weigh_on_bag
    assert lane_setup.terminal_of(lane_of(LANE)) is None
    assert isinstance(lane_setup.terminal_of(lane_of(LANE + "payment = { port = 8480 }\n")), HttpJsonTerminal)


def test_a_magellan_is_scanner_and_scale_on_one_cable() -> None:
    lane = lane_of(
        LANE.replace('"/dev/ttyUSB0"', '"/dev/ttyUSB0", driver = "magellan"')
        + 'scale = { driver = "magellan", capacity_g = 15000 }\n'
    )
    assert lane.shares_cable
    assert lane.scale is not None
    assert lane_setup.scale_port(lane.scale, lane.scanner).url == "/dev/ttyUSB0"
    assert not lane_of(LANE + SCALE).shares_cable


def test_paths_are_relative_to_the_file_and_must_be_there_but_for_the_price_book() -> None:
    config = parsed(
        LANE.replace('port = "/dev/ttyUSB0"', 'camera = "clips/codes.mp4"')
        + 'recalls = "recalls.csv"\nattendant_token_file = "/run/token"\n'
        + 'member_key_file = "key"\nmember_prefixes = ["M"]\n'
    )
    folder = "/etc/store-edge"
    assert config.lane[0].scanner.camera == f"{folder}/clips/codes.mp4"
    assert [str(path) for _, path in files(config)] == [f"{folder}/recalls.csv", f"{folder}/key", "/run/token"]


def test_taxes_are_those_of_the_shop() -> None:
    text = LANE + 'tax = [{ id = "standard", rate = "8.875" }]\nprices_include_tax = false\n'
    terms = lane_setup.book_terms(lane_of(text))
    assert (str(terms.tax.rates["standard"]), terms.tax.included) == ("8.875", False)
    assert dict(lane_setup.book_terms(lane_of(LANE)).tax.rates) == {"standard": 0}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (LANE.replace('port = "/dev/ttyUSB0"', ""), "lane[0].scanner: expected a port or a camera, found none"),
        (
            LANE.replace('"/dev/ttyUSB0"', '"/dev/ttyUSB0", camera = "rtsp://h"'),
            "lane[0].scanner: expected a port or a camera, found both",
        ),
        (LANE.replace("USB0", "USB1") + SCALE, "lane[0].scale.port: expected a port of its own, found '/dev/ttyUSB1'"),
        (LANE + SCALE.replace('port = "/dev/ttyUSB1", ', ""), "lane[0].scale.port: expected a port, or none where"),
        (
            LANE + 'produce_scale = { driver = "nci", capacity_g = 6000 }\n',
            "lane[0].produce_scale.port: expected a port, found none",
        ),
        (
            LANE.replace("book.csv", "book.xls"),
            "lane[0].price_book: expected a .csv or .json file, found 'price_book.xls'",
        ),
        (LANE.replace("CNY", "yuan"), "lane[0].currency: expected a currency by ISO 4217 such as 'CNY', found 'yuan'"),
        (LANE + 'tax = [{ id = "a", rate = "13 %" }]\n', "lane[0].tax[0].rate: expected per cent as a decimal number"),
        (
            LANE + 'tax = [{ id = "a", rate = "1" }, { id = "a", rate = "2" }]\n',
            "lane[0].tax[1].id: expected an id of its own",
        ),
        (
            LANE + 'member_prefixes = ["M"]\n',
            "lane[0].member_key_file: expected member_key_file beside member_prefixes",
        ),
        (
            LANE + 'consent_prefixes = ["M"]\n',
            "lane[0].consent_prefixes: expected prefixes that are in member_prefixes",
        ),
        (
            LANE + 'screen_port = 8470\nscreen_host = "10.0.0.5"\n',
            "lane[0].attendant_token_file: expected an attendants' token",
        ),
        (
            LANE + "screen_port = 9469\n",
            "lane[0].screen_port: expected a port of its own, found '9469', which health.port",
        ),
        (LANE + LANE, "lane[1].id: expected an id of its own, found 'sco-1'"),
        (
            LANE + LANE.replace("sco-1", "sco-2"),
            "lane[1].scanner.port: expected a port of its own, found '/dev/ttyUSB0', which lane[0].scanner.port has",
        ),
        (
            LANE + SHELF.format(port="/dev/ttyUSB0"),
            "lane[0].scanner.port: expected a port of its own, found '/dev/ttyUSB0', which shelf[0].port has",
        ),
        (
            LANE + 'on_scale_fault = "ignore"\n',
            "lane[0].on_scale_fault: expected 'attended' or 'close', found 'ignore'",
        ),
        (LANE + 'scaner = "x"\n', "lane[0].scaner: expected a known key, found 'scaner'; did you mean 'scanner'?"),
        (LANE + 'payment = { token = "x" }\n', "lane[0].payment.token: expected no secret in this file"),
    ],
)
def test_what_cannot_work_is_refused_with_its_path(text: str, expected: str) -> None:
    with pytest.raises(ConfigError) as refused:
        parsed(text)
    assert str(refused.value).startswith(expected)


def test_every_scanner_that_is_there_may_be_named() -> None:
    assert set(typing.get_args(ScannerName)) == set(SCANNERS)


def test_pattern_tables_are_known_by_name_and_may_not_clash() -> None:
    names = sorted(TABLES)
    assert lane_setup.patterns_of(lane_of(LANE + f'patterns = ["{names[0]}"]\n')) is not None
    with pytest.raises(ConfigError, match="martian"):
        lane_setup.patterns_of(lane_of(LANE + 'patterns = ["martian"]\n'))


def test_recalls_are_read_and_taken_up_when_they_change(tmp_path: Path) -> None:
    path = tmp_path / "recalls.csv"
    path.write_text("gtin,lot\n6901234567892,L1\n\n6901234567908,\n")
    tea, milk = gtin14("6901234567892"), gtin14("6901234567908")
    file = RecallsFile(path)
    assert file.recalls == {(tea, "L1"), (milk, None)}
    path.write_text("gtin,lot\n6901234567893,\n")
    file.look()
    assert "line 2" in file.fault
    assert file.recalls == {(tea, "L1"), (milk, None)}
    path.write_text("gtin,lot\n")
    file.look()
    assert (file.recalls, file.fault) == (frozenset(), "")
    path.unlink()
    file.look()
    assert "expected recalls in" in file.fault


@pytest.mark.parametrize("text", ["", "lot,gtin\n", "gtin,lot\nabc,\n"])
def test_what_are_no_recalls_is_told(tmp_path: Path, text: str) -> None:
    path = tmp_path / "recalls.csv"
    path.write_text(text)
    with pytest.raises(ConfigError, match=r"line [12]: "):
        read_recalls(path)


def test_secrets_of_a_lane_come_from_files(tmp_path: Path) -> None:
    (tmp_path / "token").write_text("s3cret\n")
    (tmp_path / "key").write_bytes(b"k" * 32 + b"\n")
    (tmp_path / "short").write_bytes(b"k")
    text = LANE + 'attendant_token_file = "token"\nmember_key_file = "KEY"\nmember_prefixes = ["M", "C"]\n'
    text += 'consent_prefixes = ["C"]\n'
    lane = parse(STORE + text.replace("KEY", "key"), folder=tmp_path).lane[0]
    assert attendant_token(lane) == "s3cret"
    assert attendant_token(lane_of(LANE)) == ""
    assert lane_setup.members_of(lane) == (b"k" * 32, {"M": False, "C": True})
    for name, said in (("short", "16 bytes"), ("absent", "found none to read")):
        with pytest.raises(ConfigError, match=said):
            lane_setup.members_of(parse(STORE + text.replace("KEY", name), folder=tmp_path).lane[0])
