"""Partitions by dropped packets, both ways and one way. `python -m tests.faults.partition` tells the figures."""

from pathlib import Path

import pytest

from tests.faults.broker import program
from tests.faults.partition import ACK_TIMEOUT_S, WAYS, obstacle, run


@pytest.mark.slow
@pytest.mark.timeout(300)
@pytest.mark.skipif(program() is None, reason="mosquitto is not on this machine")
def test_a_partition_is_noticed_and_loses_nothing(tmp_path: Path) -> None:
    if reason := obstacle():
        pytest.skip(reason)
    outcome = run(tmp_path)
    assert outcome.verdict.ok, outcome
    assert outcome.pending == 0
    assert set(outcome.cuts) == set(WAYS)
    for way, cut in outcome.cuts.items():
        # Nothing is answered for the timeout; the rest is the machine's.
        assert cut.noticed_s is not None, way
        assert cut.noticed_s < 2 * ACK_TIMEOUT_S, (way, cut)
        assert cut.backlog > 0, way
