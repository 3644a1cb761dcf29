import pytest

from edge import show


def test_a_wide_table_is_not_cut_off_in_a_pipe(capsys: pytest.CaptureFixture[str]) -> None:
    show.rows("cameras", [{f"column_{n}": f"value {n}" for n in range(16)}], as_json=False)
    head, row = capsys.readouterr().out.strip().splitlines()
    assert head.split() == [f"column_{n}" for n in range(16)]
    assert [f"value {n}" in row for n in range(16)] == [True] * 16
