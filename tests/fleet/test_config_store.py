"""Configurations from afar, on the disk."""

from pathlib import Path

from edge.config.read import config_hash
from edge.fleet.config_store import KEPT, ConfigStore


def test_what_is_put_is_not_in_force_until_it_is_accepted(tmp_path: Path) -> None:
    store = ConfigStore(tmp_path / "config", "own")
    assert store.accepted() is None
    path = store.put("a = 1\n")
    assert (store.accepted(), path.read_text()) == (None, "a = 1\n")
    store.accept(config_hash("a = 1\n"))
    assert store.accepted() == path
    assert path.stat().st_mode & 0o077 == 0


def test_who_edits_the_boxs_own_file_has_the_last_word(tmp_path: Path) -> None:
    store = ConfigStore(tmp_path / "config", "own")
    store.put("a = 1\n")
    store.accept(config_hash("a = 1\n"))
    assert ConfigStore(tmp_path / "config", "edited").accepted() is None


def test_a_damaged_one_is_not_in_force(tmp_path: Path) -> None:
    store = ConfigStore(tmp_path / "config", "own")
    path = store.put("a = 1\n")
    store.accept(config_hash("a = 1\n"))
    path.write_text("a = 2\n")
    assert store.accepted() is None
    (tmp_path / "config" / "accepted").write_bytes(b"\xff\x00")
    assert store.accepted() is None


def test_old_ones_go(tmp_path: Path) -> None:
    store = ConfigStore(tmp_path / "config", "own")
    for n in range(20):
        store.put(f"a = {n}\n")
        store.accept(config_hash(f"a = {n}\n"))
    assert len(list((tmp_path / "config").glob("*.toml"))) <= KEPT + 1
    assert store.accepted() is not None
