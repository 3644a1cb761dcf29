"""What the verbs print for people."""

import pytest

from edge import show
from edge.codec import Source
from edge.events import Kind
from edge.outbox.ledger import Depth, LedgerLine


def test_a_wide_table_is_not_cut_off_in_a_pipe(capsys: pytest.CaptureFixture[str]) -> None:
    show.rows("cameras", [{f"column_{n}": f"value {n}" for n in range(16)}], as_json=False)
    head, row = capsys.readouterr().out.strip().splitlines()
    assert head.split() == [f"column_{n}" for n in range(16)]
    assert [f"value {n}" in row for n in range(16)] == [True] * 16


def test_an_interval_is_one_line_that_says_how_long_was_watched(capsys: pytest.CaptureFixture[str]) -> None:
    began = {"interval_start": "2026-11-29T19:12:09Z", "interval_s": 60.0, "observed_s": 47.9}
    door = {
        "type": "footfall.counted.v1",
        **began,
        "degraded": [],
        "line": "door",
        "in": 9,
        "replaces": [],
        "staff_in": None,
    }
    heat = {"type": "heatmap.counted.v1", **began, "degraded": ["camera_dark"], "cells": [{"x": 1, "y": 2}] * 150}
    show.intervals([door, heat], as_json=False)
    assert capsys.readouterr().out.splitlines() == [
        "2026-11-29T19:12:09Z  footfall.counted.v1  47.9 of 60 s watched, line door, in 9",
        "2026-11-29T19:12:09Z  heatmap.counted.v1  47.9 of 60 s watched, degraded camera_dark, cells 150",
    ]


def test_a_ledger_in_a_pipe_is_whole(capsys: pytest.CaptureFixture[str]) -> None:
    line = LedgerLine(
        source=Source(Kind.GATEWAY, "a-supervisor-with-a-long-name"),
        epoch="01a228c292d6-5c3fbae9",
        accepted=6055,
        delivered=3237,
        pending=0,
        evicted={"merged": 117, "quota": 2701},
    )
    show.ledger([line], Depth(rows=0, bytes=36_864), as_json=False)
    _, row, last = capsys.readouterr().out.splitlines()
    assert row.split() == [
        *("gateway/a-supervisor-with-a-long-name", "01a228c292d6-5c3fbae9", "6055", "3237", "0"),
        *("merged:", "117,", "quota:", "2701"),
    ]
    assert last == "0 events pending, 36864 bytes"


def test_figures_of_several_parts_have_a_row_a_part(capsys: pytest.CaptureFixture[str]) -> None:
    show.facts({"zone": {"10_fps": {"staff": 20}, "5_fps": {"staff": 19}}, "seed": 1, "sizes": {"a": 1}}, as_json=False)
    rows = [" ".join(row.split()) for row in capsys.readouterr().out.splitlines()]
    assert rows == ["zone 10 fps staff: 20", "zone 5 fps staff: 19", "seed 1", "sizes a: 1"]
