"""The bench reports what the issue asks for, in its form."""

from pathlib import Path

import pytest

from edge.bench import outbox


@pytest.mark.slow
def test_the_figures_are_there_and_plausible(tmp_path: Path) -> None:
    figures = outbox.run(0.2, turns=2, folder=tmp_path)
    assert set(figures) == {"single_commit_ratio", "drain_events_per_s", "peers"}
    assert set(figures["single_commit_ratio"]) == {"1", "8"}
    assert all(0 < ratio < 10 for ratio in figures["single_commit_ratio"].values())
    assert figures["drain_events_per_s"] > 100
    assert {"store-edge", "bare SQLite, WAL, FULL"} < set(figures["peers"])
