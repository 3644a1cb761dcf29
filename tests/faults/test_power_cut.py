"""The power goes at any moment: whatever was accepted is there, and it opens unaided."""

import os
import random
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from edge.fleet.order_book import OrderBook
from edge.outbox.outbox import Outbox
from tests.faults.power_cut import Call, Disk, record

CUTS = int(os.environ.get("STORE_EDGE_POWER_CUTS", "120"))
OUTBOX = """
import os
from pathlib import Path
from edge.outbox.outbox import Outbox
from tests.uplink.test_uplink import CROSSED, DOOR, STAMP
with Outbox(Path("{folder}/outbox.db"), quota_bytes=2**30) as outbox:
    os.write(1, b"opened\\n")
    for n in range(1, 161):
        outbox.append(DOOR, CROSSED, STAMP)
        os.write(1, b"%d\\n" % n)
        if n % 40 == 0:
            outbox.ack([row.rowid for row in outbox.pending(0, 25)])
            outbox.remember(DOOR, b"state %d" % n)
            os.write(1, b"state %d\\n" % n)
"""
ORDERS = """
import os
from pathlib import Path
from edge.fleet.commands import Command
from edge.fleet.order_book import OrderBook
with OrderBook(Path("{folder}/orders.db")) as book:
    for n in range(1, 25):
        command = Command(name="status", correlation="%02x" % n, reply_to="r", doer="supervisor", body=b"{{}}")
        book.accept(command, 1e9 + n * 100)
        os.write(1, b"%02x\\n" % n)
"""
needs_strace = pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not on this machine")


def cuts(code: str, tmp_path: Path, count: int) -> Iterator[tuple[Path, list[str]]]:
    """Folders as a power cut may leave them, each with what the program had said until then."""
    work = tmp_path / "work"
    work.mkdir()
    calls = record([sys.executable, "-c", code.format(folder=work)], work, tmp_path / "trace")
    moments = moments_of(calls, work)
    assert len(moments) > count // 4
    chance = random.Random(5)
    chosen = sorted(chance.choices(moments, k=count))
    disk, played = Disk(work), 0
    follow = disk.play(calls)
    for number, moment in enumerate(chosen):
        while played < moment:
            played = next(follow)
        folder = tmp_path / f"cut-{number}"
        folder.mkdir()
        disk.after_cut(folder, chance)
        yield folder, disk.said.decode().split("\n")[:-1]
        shutil.rmtree(folder)


def moments_of(calls: list[Call], folder: Path) -> list[int]:
    return list(Disk(folder).play(calls))


@needs_strace
def test_what_the_outbox_accepted_is_there_after_a_power_cut(tmp_path: Path) -> None:
    opened = 0
    for folder, said in cuts(OUTBOX, tmp_path, CUTS):
        accepted = max((int(line) for line in said if line.isdigit()), default=0)
        state = max(
            (line for line in said if line.startswith("state")), default="", key=lambda line: int(line[6:] or 0)
        )
        with Outbox(folder / "outbox.db", quota_bytes=2**30) as outbox:
            opened += 1
            ours = [line for line in outbox.ledger() if line.source.id == "door"]
            there = [row.record.sequence for row in outbox.pending(0, 1000) if row.record.source.id == "door"]
            assert sum(line.accepted for line in ours) >= accepted, (folder, said[-1:])
            assert sum(line.delivered + line.pending for line in ours) == sum(line.accepted for line in ours)
            assert not any(line.evicted for line in ours)
            delivered = sum(line.delivered for line in ours)
            assert there == list(range(delivered + 1, delivered + 1 + len(there)))
            if state:
                kept = outbox.recall(ours[0].source) or b""
                assert int(kept[6:]) >= int(state[6:])
    assert opened == CUTS


@needs_strace
def test_an_accepted_order_is_there_after_a_power_cut(tmp_path: Path) -> None:
    for folder, said in cuts(ORDERS, tmp_path, min(CUTS, 60)):
        with OrderBook(folder / "orders.db") as book:
            assert {one.correlation for one in book.take("supervisor")} >= set(said)


@needs_strace
def test_what_was_not_synced_is_lost(tmp_path: Path) -> None:
    """The harness itself: a program that believes without syncing is found out."""
    code = """
import os
with open("{folder}/file", "wb", buffering=0) as file:
    for n in range(40):
        file.write(b"%04d" % n)
        os.write(1, b"%d\\n" % n)
"""
    lost = sum(
        not (folder / "file").exists() or len((folder / "file").read_bytes()) < 4 * len(said)
        for folder, said in cuts(code, tmp_path, 60)
    )
    assert lost > 30
