"""Cells and tables as people read them."""

import pytest

from edge.tables import cell, print_table, table_of


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        (True, "True"),
        (7, "7"),
        (0.12345, "0.123"),
        (43210.7, "43211"),
        (["a", 1.0], "a, 1"),
        ({"in": 2, "out": 0.5}, "in: 2, out: 0.5"),
    ],
)
def test_a_cell(value: object, text: str) -> None:
    assert cell(value) == text


def test_a_long_cell_is_whole_in_a_pipe(capsys: pytest.CaptureFixture[str]) -> None:
    table = table_of("source", "text")
    table.add_row("camera/door", "x" * 300)
    print_table(table)
    assert "x" * 300 in capsys.readouterr().out
