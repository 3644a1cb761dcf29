"""deploy/recover alone: what belongs elsewhere comes from the release, with its mode, and nothing else is touched."""

import os
import shutil
import stat
import subprocess
from pathlib import Path

import pytest

from tests.media import REPO

RECOVER = REPO / "deploy" / "recover"
# @chown of systemd's call groups, which store-edge-confirm.service shuts out.
CHOWN = "chown,fchown,fchownat,lchown"


def kept(root: Path, version: str, files: dict[str, int]) -> None:
    """A release's own files, each with its mode and the version as its text."""
    for name, mode in files.items():
        path = root / "opt" / "store-edge" / "releases" / version / "system" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(version, "utf-8")
        path.chmod(mode)


def place(root: Path, version: str, left: str, *before: str) -> subprocess.CompletedProcess[str]:
    command = [*before, "sh", str(RECOVER), "place", version, left]
    environment = os.environ | {"STORE_EDGE_FOLDER": str(root / "opt" / "store-edge")}
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


def below(root: Path) -> dict[str, tuple[str, int]]:
    """What lies outside of the releases: text and mode."""
    files = [path for path in sorted((root / "etc").rglob("*")) if path.is_file()]
    return {path.name: (path.read_text("utf-8"), stat.S_IMODE(path.stat().st_mode)) for path in files}


def test_files_of_the_release_are_put_in_place_and_those_of_the_other_are_taken_away(tmp_path: Path) -> None:
    kept(tmp_path, "1.0.0", {"etc/a/unit": 0o644, "etc/b/script": 0o755})
    kept(tmp_path, "1.1.0", {"etc/a/unit": 0o644, "etc/c/more": 0o644})
    (tmp_path / "etc").mkdir()
    (tmp_path / "etc" / "mine").write_text("mine", "utf-8")
    mine = {"mine": ("mine", stat.S_IMODE((tmp_path / "etc" / "mine").stat().st_mode))}
    assert place(tmp_path, "1.1.0", "1.0.0").returncode == 0
    assert below(tmp_path) == {"unit": ("1.1.0", 0o644), "more": ("1.1.0", 0o644)} | mine
    done = place(tmp_path, "1.0.0", "1.1.0")
    assert below(tmp_path) == {"unit": ("1.0.0", 0o644), "script": ("1.0.0", 0o755)} | mine
    assert "as 1.0.0 has them again" in done.stderr
    assert place(tmp_path, "1.0.0", "1.1.0").stderr == "", "again: nothing to do"


def test_a_release_that_kept_none_leaves_all_as_it_is(tmp_path: Path) -> None:
    kept(tmp_path, "1.1.0", {"etc/a/unit": 0o644})
    assert place(tmp_path, "1.1.0", "1.0.0").returncode == 0
    before = below(tmp_path)
    assert place(tmp_path, "1.0.0", "1.1.0").returncode == 0
    assert below(tmp_path) == before


@pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not on this machine")
def test_it_works_where_no_file_may_be_given_away(tmp_path: Path) -> None:
    kept(tmp_path, "1.0.0", {"etc/a/unit": 0o644, "etc/b/script": 0o755})
    inject = ("strace", "-f", "-qq", "-o", "/dev/null", "-e", f"inject={CHOWN}:error=EPERM")
    done = place(tmp_path, "1.0.0", "1.1.0", *inject)
    assert done.returncode == 0, done.stderr
    assert below(tmp_path) == {"unit": ("1.0.0", 0o644), "script": ("1.0.0", 0o755)}
