"""What a whole gateway needs for itself alone."""

from pathlib import Path

import pytest

from edge.errors import ConfigError
from edge.supervisor.gateway import alone


def test_only_one_gateway_holds_a_data_directory(tmp_path: Path) -> None:
    with (
        alone(tmp_path / "data"),
        pytest.raises(ConfigError, match="in use by another gateway"),
        alone(tmp_path / "data"),
    ):
        pass
    with alone(tmp_path / "data"):
        pass


def test_a_data_directory_that_is_a_file_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("", encoding="utf-8")
    with (
        pytest.raises(ConfigError, match=r"^store\.data_dir: expected a directory that can be written"),
        alone(tmp_path / "data"),
    ):
        pass
