"""Unpacking a release leaves nothing outside of its folder."""

import io
import tarfile
from pathlib import Path

import pytest

from edge.update import bundle
from edge.update.bundle import BundleError, take, unpack


def tarball(path: Path, *members: tuple[str, bytes, str]) -> Path:
    """Members as name, type and link target."""
    with tarfile.open(path, "w:gz") as tar:
        for name, kind, target in members:
            member = tarfile.TarInfo(name)
            member.type, member.linkname = kind, target
            member.size = 4 if kind == tarfile.REGTYPE else 0
            tar.addfile(member, io.BytesIO(b"data") if member.size else None)
    return path


FILE, LINK, HARD, FOLDER = tarfile.REGTYPE, tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.DIRTYPE


def test_a_release_is_unpacked(tmp_path: Path) -> None:
    made = tarball(tmp_path / "r.tar.gz", ("r", FOLDER, ""), ("r/install", FILE, ""), ("r/wheels/a.whl", FILE, ""))
    (tmp_path / "to").mkdir()
    assert unpack(made, tmp_path / "to") == tmp_path / "to" / "r"
    assert (tmp_path / "to" / "r" / "wheels" / "a.whl").read_bytes() == b"data"


@pytest.mark.parametrize(
    "member",
    [
        ("../evil", FILE, ""),
        ("/etc/evil", FILE, ""),
        ("r/../../evil", FILE, ""),
        ("r/link", LINK, "/etc/passwd"),
        ("r/hard", HARD, "r/install"),
        ("r/device", tarfile.CHRTYPE, ""),
        ("r/pipe", tarfile.FIFOTYPE, ""),
    ],
)
def test_what_reaches_out_is_refused_before_anything_is_written(tmp_path: Path, member: tuple[str, bytes, str]) -> None:
    made = tarball(tmp_path / "r.tar.gz", ("r/install", FILE, ""), member)
    (tmp_path / "to").mkdir()
    with pytest.raises(BundleError, match="expected plain files"):
        unpack(made, tmp_path / "to")
    assert list((tmp_path / "to").iterdir()) == []


def test_too_much_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bundle, "LARGEST", 6)
    made = tarball(tmp_path / "r.tar.gz", ("r/install", FILE, ""), ("r/b", FILE, ""))
    (tmp_path / "to").mkdir()
    with pytest.raises(BundleError, match="found more"):
        unpack(made, tmp_path / "to")


def test_a_release_is_not_taken_to_a_disk_that_it_would_fill(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = tarball(tmp_path / "r.tar.gz", ("r/install", FILE, ""))
    made.with_name("r.tar.gz.minisig").touch()
    (tmp_path / "to").mkdir()
    monkeypatch.setattr(bundle, "ROOM", 1 << 60)
    with pytest.raises(BundleError, match="MB free"):
        take(made, tmp_path / "to")
    assert list((tmp_path / "to").iterdir()) == []


@pytest.mark.parametrize("data", [b"", b"no tarball", b"\x1f\x8b\x08\x00"])
def test_what_is_no_release_is_refused(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "r.tar.gz").write_bytes(data)
    (tmp_path / "to").mkdir()
    with pytest.raises(BundleError):
        unpack(tmp_path / "r.tar.gz", tmp_path / "to")
    with pytest.raises(BundleError, match="no install"):
        unpack(tarball(tmp_path / "o.tar.gz", ("a/x", FILE, ""), ("b/install", FILE, "")), tmp_path / "to")
