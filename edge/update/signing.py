"""Keys of those who make releases, and their signatures."""

import os
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from edge.errors import ConfigError
from edge.update import signature
from edge.update.bundle import SIGNATURE_SUFFIX, digest_of


def make(key_file: Path) -> list[Path]:
    """Make a key pair.

    Args:
        key_file: for the private key (PEM, PKCS #8); its name with ``.pub`` behind it gets the public one.

    Raises:
        ConfigError: there is a file already.
    """
    if key_file.exists():
        raise ConfigError(f"expected no file at {key_file}, found one; a key is not replaced")
    key = Ed25519PrivateKey.generate()
    with open(key_file, "xb", opener=lambda name, flags: os.open(name, flags, 0o600)) as file:
        file.write(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    public = key_file.with_name(key_file.name + ".pub")
    public.write_text(signature.public_key(key).text(), encoding="utf-8")
    return [key_file, public]


def sign(tarball: Path, key_file: Path) -> Path:
    """Sign a file; where the signature lies.

    Raises:
        ConfigError: there is no such file, or no such key.
    """
    try:
        key = load_pem_private_key(key_file.read_bytes(), password=None)
        digest = digest_of(tarball)
    except (OSError, ValueError, TypeError) as error:
        raise ConfigError(f"expected a release and an Ed25519 key in PEM, found: {error}") from error
    if not isinstance(key, Ed25519PrivateKey):
        raise ConfigError(f"expected an Ed25519 key in {key_file}, found another kind")
    path = tarball.with_name(tarball.name + SIGNATURE_SUFFIX)
    path.write_text(signature.sign(digest, key, f"file:{tarball.name}"), encoding="utf-8")
    return path
