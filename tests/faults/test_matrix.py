"""The whole fault matrix, each fault once. `python -m tests.faults.matrix --minutes 30` is the long form."""

from pathlib import Path

import pytest

from edge.codec import Received
from tests.faults.broker import program
from tests.faults.cloud import Ledger
from tests.faults.matrix import FAULTS, run, table
from tests.faults.test_kills import received


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.skipif(program() is None, reason="mosquitto is not on this machine")
def test_no_fault_loses_an_accepted_event(tmp_path: Path) -> None:
    result = run(tmp_path, times=1)
    assert result.ok, (table(result), result.as_json())
    assert result.verdict.accepted > 2000, "there was no load to speak of"
    assert {name for name, row in result.rows.items() if row.struck} | set(result.skipped) == set(FAULTS)


def test_the_cloud_gives_receipts_for_what_it_has_and_no_more() -> None:
    ledger = Ledger()
    several: list[Received] = [received(n, n) for n in (1, 2, 5, 2, 4)]
    for one in several:
        ledger.add(one)
    assert ledger.receipts() == [{"source": "camera/a", "epoch": "e", "through": 2, "beyond": [(4, 5)]}]
    assert ledger.receipts() == [], "nothing came since"
    ledger.add(received(3, 3))
    assert ledger.receipts() == [{"source": "camera/a", "epoch": "e", "through": 5, "beyond": []}]
