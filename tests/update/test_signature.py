"""Signatures of releases: ours, and those of the minisign program."""

import base64
import hashlib
import shutil
import subprocess
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from edge.errors import ConfigError
from edge.update import signing
from edge.update.bundle import digest_of, verified
from edge.update.signature import PublicKey, SignatureError, public_key, sign, verify

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
DATA = b"a release"
DIGEST = hashlib.blake2b(DATA).digest()


def test_what_was_signed_is_verified_and_its_comment_told() -> None:
    assert verify(DIGEST, sign(DIGEST, KEY, "file:a.tar.gz"), [public_key(KEY)]) == "file:a.tar.gz"
    assert PublicKey.read(public_key(KEY).text()) == public_key(KEY)


@given(st.data())
def test_a_signature_with_any_bit_changed_is_refused(data: st.DataObject) -> None:
    lines = sign(DIGEST, KEY, "file:a").split("\n")
    which = data.draw(st.sampled_from([1, 3]))
    raw = bytearray(base64.b64decode(lines[which]))
    bit = data.draw(st.integers(0, 8 * len(raw) - 1))
    raw[bit // 8] ^= 1 << bit % 8
    lines[which] = base64.b64encode(raw).decode()
    with pytest.raises(SignatureError):
        verify(DIGEST, "\n".join(lines), [public_key(KEY)])


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace("file:a", "file:b"),
        lambda _text: "",
        lambda text: text + "more\n",
        lambda text: text * 20,
        lambda _text: "a\nb\ntrusted comment: c\nd\n",
        lambda text: text.replace("trusted comment: file", "comment: file"),
    ],
)
def test_a_forged_or_damaged_file_is_refused(change: object) -> None:
    assert callable(change)
    with pytest.raises(SignatureError):
        verify(DIGEST, change(sign(DIGEST, KEY, "file:a")), [public_key(KEY)])


def test_another_file_and_another_key_are_refused() -> None:
    signed = sign(DIGEST, KEY, "file:a")
    with pytest.raises(SignatureError, match="damaged or forged"):
        verify(hashlib.blake2b(b"other").digest(), signed, [public_key(KEY)])
    stranger = Ed25519PrivateKey.generate()
    with pytest.raises(SignatureError, match="trusted key"):
        verify(DIGEST, signed, [public_key(stranger)])
    with pytest.raises(SignatureError, match="damaged or forged"):
        verify(DIGEST, signed, [PublicKey(public_key(KEY).id, public_key(stranger).key)])


@given(st.text(max_size=200))
def test_rubbish_is_no_key(text: str) -> None:
    with pytest.raises(SignatureError):
        PublicKey.read(text)


def test_keys_are_made_once_and_sign(tmp_path: Path) -> None:
    key, public = signing.make(tmp_path / "release.key")
    assert key.stat().st_mode & 0o077 == 0
    with pytest.raises(ConfigError, match="a key is not replaced"):
        signing.make(key)
    tarball = tmp_path / "r.tar.gz"
    tarball.write_bytes(DATA)
    signing.sign(tarball, key)
    assert verified(tarball, public) == "file:r.tar.gz"
    with pytest.raises(ConfigError, match="expected a release and an Ed25519 key"):
        signing.sign(tarball, public)


@pytest.mark.skipif(shutil.which("minisign") is None, reason="minisign is not on this machine")
def test_the_minisign_program_and_we_agree(tmp_path: Path) -> None:
    tarball = tmp_path / "r.tar.gz"
    tarball.write_bytes(DATA)
    theirs = tmp_path / "their.pub"
    subprocess.run(
        ["minisign", "-G", "-W", "-p", theirs, "-s", tmp_path / "their.key"], check=True, capture_output=True
    )
    command: list[str | Path] = [
        "minisign",
        "-S",
        "-H",
        "-s",
        tmp_path / "their.key",
        "-m",
        tarball,
        "-t",
        "by minisign",
    ]
    subprocess.run(command, check=True, capture_output=True)
    assert verified(tarball, theirs) == "by minisign"
    ours, public = signing.make(tmp_path / "our.key")
    signing.sign(tarball, ours)
    subprocess.run(["minisign", "-V", "-p", public, "-m", tarball], check=True, capture_output=True)
    assert len(digest_of(tarball)) == 64
