"""A release tarball: verified before anything of it is used, and unpacked without leaving its folder."""

import hashlib
import os
import shutil
import stat
import tarfile
from pathlib import Path, PurePosixPath

from edge.errors import StoreEdgeError
from edge.update.signature import PublicKey, SignatureError, verify

SIGNATURE_SUFFIX = ".minisig"
CHUNK = 1 << 20
# A release is some 150 MB unpacked.
LARGEST, MOST_FILES = 2 << 30, 20_000
# Of the tarball's size: itself, its wheels, and the environment that they unpack to.
ROOM = 6


class BundleError(StoreEdgeError):
    """A release cannot be used."""


def digest_of(path: Path) -> bytes:
    """What is signed of a file: its BLAKE2b-512 digest."""
    digest = hashlib.blake2b(digest_size=64)
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            digest.update(chunk)
    return digest.digest()


def take(tarball: Path, folder: Path) -> Path:
    """Copy a tarball and its signature to where only we write: what is verified there is what is used.

    Args:
        tarball: with its signature beside it.
        folder: of ours.

    Raises:
        BundleError: a file is not there, or there is no room.
    """
    try:
        size, free = tarball.stat().st_size, shutil.disk_usage(folder).free
        if size > LARGEST or free < ROOM * size:
            raise BundleError(
                f"expected {ROOM * size >> 20} MB free for a release of at most {LARGEST >> 20} MB, found"
                f" {free >> 20} MB free and one of {size >> 20} MB"
            )
        for name in (tarball.name, tarball.name + SIGNATURE_SUFFIX):
            shutil.copyfile(tarball.with_name(name), folder / name)
    except OSError as error:
        raise BundleError(f"expected a release and its signature, found: {error}") from error
    return folder / tarball.name


def verified(tarball: Path, key_file: Path) -> str:
    """See that a trusted key has signed a tarball.

    Whoever could write the key file, or put another in its place, could have any release installed: it has to be root's
    (or the user's who updates), and writable by nobody else, and so has its folder.

    Args:
        tarball: with its signature beside it.
        key_file: one public key or several, as minisign writes them.

    Returns:
        The signer's comment.

    Raises:
        SignatureError: nobody who is trusted has, or the key file is not to be trusted.
        BundleError: a file is not there.
    """
    try:
        text = _trusted_text(key_file)
        signature = tarball.with_name(tarball.name + SIGNATURE_SUFFIX).read_text(encoding="utf-8")
        digest = digest_of(tarball)
    except (OSError, UnicodeDecodeError) as error:
        raise BundleError(f"expected a release, its signature and a key file, found: {error}") from error
    keys = [PublicKey.read(line) for line in text.splitlines() if line and not line.startswith("untrusted comment")]
    if not keys:
        raise SignatureError(f"expected a public key in {key_file}, found none")
    return verify(digest, signature, keys)


def _trusted_text(key_file: Path) -> str:
    _check_owned(key_file.resolve().parent.stat(), key_file.resolve().parent, "0755")
    with key_file.open(encoding="utf-8") as file:
        _check_owned(os.fstat(file.fileno()), key_file, "0644")
        return file.read()


def _check_owned(found: os.stat_result, path: Path, mode: str) -> None:
    if found.st_uid in {0, os.geteuid()} and not found.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
        return
    raise SignatureError(
        f"expected {path} to be owned by root and writable by nobody else, found user {found.st_uid} and mode"
        f" {stat.S_IMODE(found.st_mode):04o}; see who wrote it, then: chown root {path} && chmod {mode} {path}"
    )


def unpack(tarball: Path, folder: Path) -> Path:
    """Unpack into an empty folder: plain files and folders only, within it, and not too many.

    Returns:
        The release's own folder in it.

    Raises:
        BundleError: it is no tarball, or holds something else.
    """
    try:
        with tarfile.open(tarball, "r:gz") as tar:
            members = _checked(tar)
            for member in members:
                _extract(tar, member, folder)
    except (tarfile.TarError, EOFError, OSError) as error:
        raise BundleError(f"expected a .tar.gz, found {tarball}, which cannot be read ({error})") from error
    tops = {PurePosixPath(member.name).parts[0] for member in members}
    if len(tops) != 1 or not (release := folder / tops.pop(), (release / "install").is_file())[1]:
        raise BundleError(f"expected a release of store-edge, found no install in {tarball}")
    return release


def _checked(tar: tarfile.TarFile) -> list[tarfile.TarInfo]:
    members, size = [], 0
    for member in tar:
        path = PurePosixPath(member.name)
        if path.is_absolute() or ".." in path.parts or not path.parts or not (member.isreg() or member.isdir()):
            raise BundleError(f"expected plain files within one folder, found {member.name!r}")
        size += member.size
        members.append(member)
        if size > LARGEST or len(members) > MOST_FILES:
            raise BundleError(f"expected at most {LARGEST >> 20} MB in {MOST_FILES} files, found more")
    return members


def _extract(tar: tarfile.TarFile, member: tarfile.TarInfo, folder: Path) -> None:
    target = folder / member.name
    if member.isdir():
        target.mkdir(parents=True, exist_ok=True)
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    source = tar.extractfile(member)
    if source is None:
        raise BundleError(f"expected a file, found {member.name!r}")
    with source, target.open("xb") as file:
        while chunk := source.read(CHUNK):
            file.write(chunk)
    target.chmod(0o755 if member.mode & 0o100 else 0o644)
