"""Nothing that was accepted is lost, whoever is killed whenever. STORE_EDGE_KILLS=1000 makes it long."""

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from edge.codec import Gateway, Received, Record, Source
from edge.events import ClockState, FootfallCounted, Kind, Stamp
from tests.faults.broker import program
from tests.faults.kills import run
from tests.faults.verdict import Account, judge

WALL = datetime(2026, 11, 23, tzinfo=UTC)
KILLS = int(os.environ.get("STORE_EDGE_KILLS", "50"))


@pytest.mark.timeout(120 + 3 * KILLS)
@pytest.mark.skipif(program() is None, reason="mosquitto is not on this machine; only it keeps sessions over a restart")
def test_every_accepted_event_arrives_exactly_once(tmp_path: Path) -> None:
    outcome = run(KILLS, tmp_path)
    assert outcome.kills >= KILLS
    verdict = outcome.verdict
    assert verdict.accepted > 5 * KILLS, "there was no load to speak of"
    assert (verdict.lost, verdict.gaps, verdict.doubled, verdict.phantoms, verdict.conflicts) == (0, 0, 0, 0, 0)
    assert (verdict.epochs, outcome.pending, outcome.unbalanced, outcome.exit_status) == (1, 0, 0, 0)


def received(sequence: int, number: int, source: str = "a") -> Received:
    stamp = Stamp(wall=WALL, monotonic_s=1.0, boot_id="b", clock_state=ClockState.TRUSTED)
    event = FootfallCounted(line="door", in_=number, out=0, interval_start=WALL, interval_s=1, observed_s=1)
    record = Record(
        source=Source(Kind.CAMERA, source),
        epoch="e",
        sequence=sequence,
        type="footfall.counted.v1",
        stamp=stamp,
        data=str(number).encode(),
    )
    return Received(gateway=Gateway("t", "s", "g"), record=record, event=event)


def test_the_judge_sees_each_kind_of_fault() -> None:
    account = Account.of(["+1\n=1\n+2\n=2\n+3\n=3\n+4\n", "+5"])
    assert (sorted(account.tried), sorted(account.accepted)) == ([1, 2, 3, 4], [1, 2, 3])
    fine = [received(1, 1), received(2, 2), received(3, 3)]
    assert judge(account, [*fine, received(2, 2), received(4, 4)]).ok
    assert judge(account, [*fine, received(2, 2)]).duplicates == 1
    assert judge(account, fine[:2]).lost == 1
    assert judge(account, [*fine, received(4, 3)]).doubled == 1
    assert judge(account, [*fine, received(4, 9)]).phantoms == 1
    assert judge(account, [*fine, received(5, 4)]).gaps == 1
    assert judge(account, [*fine, received(3, 2)]).conflicts == 1
