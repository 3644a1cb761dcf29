"""The simulated printer, asked by the lane's own port."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from edge.checkout.printer import render
from edge.checkout.printer_port import PrinterPort
from edge.checkout.printer_status import PrinterState
from edge.checkout.receipt import Entry, Paper, Receipt
from edge.ports.serial_port import PortSettings
from edge.sim.printer import PrinterTwin, printer_on

RECEIPT = Receipt(
    head=("Corner shop",),
    number="r-1",
    printed_at="2026-11-23",
    currency="CNY",
    items=(Entry(text="绿茶 Green tea", amount=350),),
    total=Entry(text="TOTAL", amount=350),
)


@pytest.fixture
def twin() -> PrinterTwin:
    return PrinterTwin()


@pytest.fixture
def port(tmp_path: Path, twin: PrinterTwin) -> Iterator[PrinterPort]:
    path = tmp_path / "printer"
    with printer_on(path, twin):
        one = PrinterPort(PortSettings(str(path)), timeout_s=0.3)
        yield one
        one.close()


def test_a_receipt_comes_out(port: PrinterPort, twin: PrinterTwin) -> None:
    printed = port.print(render(RECEIPT, Paper(chinese=True)))
    assert (printed.sent, printed.state) == (True, PrinterState.READY)
    assert twin.receipts == 1
    assert "绿茶".encode("gb18030") in twin.paper
    assert b"TOTAL" in twin.paper


@pytest.mark.parametrize("trouble", ["paper_out", "cover_open", "offline", "silent"])
def test_in_trouble_nothing_is_printed(port: PrinterPort, twin: PrinterTwin, trouble: str) -> None:
    twin.trouble = trouble
    printed = port.print(render(RECEIPT, Paper()))
    assert not printed.sent
    assert printed.state is PrinterState("offline" if trouble == "silent" else trouble)
    assert twin.receipts == 0
