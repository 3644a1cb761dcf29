"""What can be said of a self-checkout before it runs."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from edge.check import lane as check_lane
from edge.check.check import check, probe
from edge.sim.payment import SimulatedTerminal
from edge.sim.payment_server import PaymentServer
from edge.sim.shelf.live import LivePlate
from edge.sim.shelf.pty_bus import PtyBus
from edge.sim.shelf.twins import TWINS
from tests.scale.ptys import Line

STORE = '[store]\ntenant = "acme"\nstore = "sh-001"\ngateway = "gw-1"\ndata_dir = "data"\n'
LANE = (
    '[[lane]]\nid = "sco-1"\nscanner = {{ port = "{folder}/scanner" }}\n'
    'scale = {{ port = "{folder}/scale", driver = "toledo_8217", capacity_g = 15000 }}\n'
    'price_book = "book.csv"\ncurrency = "CNY"\n'
)
BOOK = "code,name,price,tax\n6901234567892,Green tea,3.50,standard\n"


def written(folder: Path, more: str = "") -> Path:
    file = folder / "store.toml"
    (folder / "book.csv").write_text(BOOK)
    file.write_text(STORE + LANE.format(folder=folder) + more)
    return file


def facts(file: Path) -> dict[str, str]:
    return {one.path: ("" if one.ok else "BAD ") + one.text for one in check(file).findings}


def probed(file: Path) -> dict[str, str]:
    return {one.path: ("" if one.ok else "BAD ") + one.text for one in probe(file).findings if "port" in one.path}


def test_a_lane_is_told_of(tmp_path: Path) -> None:
    more = 'screen_port = 8470\npatterns = ["cn"]\nrecalls = "recalls.csv"\nmember_key_file = "key"\n'
    (tmp_path / "recalls.csv").write_text("gtin,lot\n6901234567892,L1\n")
    (tmp_path / "key").write_bytes(b"k" * 16)
    found = facts(written(tmp_path, more + 'member_prefixes = ["M"]\npayment = { port = 8480 }\n'))
    assert found["lane[0].price_book"].startswith("1 products, 0 offers, version ")
    assert found["lane[0].recalls"] == "1 recalls"
    assert found["lane[0].patterns"] == "cn"
    assert found["lane[0].member_key_file"].startswith("members' codes begin with M")
    assert found["lane[0].payment"] == "asked at 127.0.0.1:8480"
    assert found["lane[0].scale"] == "toledo_8217, 15000 g by 2 g"
    assert found["lane[0].screen_port"] == ("served at http://127.0.0.1:8470/, and any program on this box may attend")
    assert not [text for text in found.values() if text.startswith("BAD")]


@pytest.mark.parametrize(
    ("book", "more", "path", "said"),
    [
        (BOOK.replace("3.50", "0"), "", "price_book", "line 2"),
        (BOOK + BOOK.splitlines()[1] + "\n", "", "price_book", "6901234567892"),
        ("", "", "price_book", "expected"),
        (None, "", "price_book", "expected a price book in"),
        (BOOK, 'patterns = ["martian"]\n', "patterns", "martian"),
        (BOOK, 'payment = { port = 8480, host = "10.0.0.9" }\n', "payment", "expected a payment port on this machine"),
    ],
)
def test_what_cannot_work_is_told(tmp_path: Path, book: str | None, more: str, path: str, said: str) -> None:
    file = written(tmp_path, more)
    if book is None:
        (tmp_path / "book.csv").unlink()
    else:
        (tmp_path / "book.csv").write_text(book)
    found = facts(file)[f"lane[0].{path}"]
    assert found.startswith("BAD ")
    assert said in found


@pytest.fixture
def terminal() -> Iterator[int]:
    with PaymentServer(SimulatedTerminal(1)) as server:
        yield server.port


def test_devices_are_reached(tmp_path: Path, terminal: int) -> None:
    file = written(tmp_path, f"payment = {{ port = {terminal} }}\n")
    with Line(tmp_path / "scanner"), PtyBus(tmp_path / "scale", TWINS["toledo_8217"]({0: LivePlate(500.0).shown})):
        found = probed(file)
    assert found["lane[0].scale.port"].endswith("g stable")
    assert found["lane[0].scanner.port"].endswith("hold a code before it to see more")
    assert found["lane[0].payment.port"] == "answers: unknown"


def test_devices_that_are_not_there_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(check_lane, "LISTEN_S", 0.5)
    file = written(tmp_path, f'payment = {{ port = 1 }}\nprinter = {{ port = "{tmp_path}/printer" }}\n')
    found = probed(file)
    for name in ("scale", "scanner", "printer"):
        assert found[f"lane[0].{name}.port"].startswith("BAD "), name
        assert "no such device" in found[f"lane[0].{name}.port"]
    assert found["lane[0].payment.port"].startswith("BAD expected an answer of the payment terminal")
