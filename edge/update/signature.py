"""Signatures of releases, in minisign's format. Pure.

A signature file has four lines: an untrusted comment; base64 of algorithm, key id and Ed25519 signature of the file's
BLAKE2b-512 digest (``ED``); a trusted comment; base64 of a second signature, of the first one and that comment. A
public key file has two: a comment; base64 of ``Ed``, key id and key. Sources: minisign's documentation of its formats;
RFC 8032; RFC 7693.
"""

import base64
import binascii
import hashlib
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from edge.errors import StoreEdgeError

KEY_ALGORITHM, PREHASHED = b"Ed", b"ED"
ID_BYTES, KEY_BYTES, SIGNATURE_BYTES = 8, 32, 64
TRUSTED = "trusted comment: "
LARGEST_FILE = 4096


class SignatureError(StoreEdgeError):
    """A release is not what somebody we trust has signed."""


@dataclass(frozen=True)
class PublicKey:
    """A key that is trusted.

    Attributes:
        id: what a signature names it by.
        key: Ed25519.
    """

    id: bytes
    key: bytes

    @classmethod
    def read(cls, text: str) -> "PublicKey":
        """A public key file.

        Raises:
            SignatureError: it is none.
        """
        lines = _lines(text)
        raw = _base64(lines[-1]) if lines else b""
        if len(raw) != len(KEY_ALGORITHM) + ID_BYTES + KEY_BYTES or not raw.startswith(KEY_ALGORITHM):
            raise SignatureError(
                "expected a minisign public key (two lines), found none; see deploy/README.md, Updates"
            )
        return cls(raw[2 : 2 + ID_BYTES], raw[2 + ID_BYTES :])

    def text(self) -> str:
        """The file again."""
        name = int.from_bytes(self.id, "little")
        raw = base64.b64encode(KEY_ALGORITHM + self.id + self.key).decode()
        return f"untrusted comment: store-edge release key {name:016X}\n{raw}\n"


def verify(digest: bytes, signature: str, keys: list[PublicKey]) -> str:
    """Check a signature.

    Args:
        digest: of the file.
        signature: the text of the signature file.
        keys: that are trusted.

    Returns:
        The trusted comment.

    Raises:
        SignatureError: it is none, of a key that is not trusted, or of another file.
    """
    lines = _lines(signature)
    if len(signature) > LARGEST_FILE or len(lines) != 4 or not lines[2].startswith(TRUSTED):  # noqa: PLR2004 - its lines
        raise SignatureError("expected a minisign signature (four lines), found none")
    raw, second = _base64(lines[1]), _base64(lines[3])
    if len(raw) != 2 + ID_BYTES + SIGNATURE_BYTES or not raw.startswith(PREHASHED) or len(second) != SIGNATURE_BYTES:
        raise SignatureError("expected a prehashed Ed25519 signature, found another; sign with minisign 0.10 or newer")
    key = next((one for one in keys if one.id == raw[2 : 2 + ID_BYTES]), None)
    if key is None:
        raise SignatureError("expected a signature of a trusted key, found another's; is the key file up to date?")
    first, comment = raw[2 + ID_BYTES :], lines[2].removeprefix(TRUSTED)
    public = Ed25519PublicKey.from_public_bytes(key.key)
    try:
        public.verify(first, digest)
        public.verify(second, first + comment.encode())
    except InvalidSignature:
        raise SignatureError("expected the file that was signed, found another: damaged or forged") from None
    return comment


def sign(digest: bytes, key: Ed25519PrivateKey, comment: str) -> str:
    """A signature file.

    Args:
        digest: of the file.
        key: to sign with.
        comment: one line, signed too.
    """
    first = key.sign(digest)
    raw = base64.b64encode(PREHASHED + public_key(key).id + first).decode()
    second = base64.b64encode(key.sign(first + comment.encode())).decode()
    return f"untrusted comment: signature of a store-edge release\n{raw}\n{TRUSTED}{comment}\n{second}\n"


def public_key(key: Ed25519PrivateKey) -> PublicKey:
    """The public part; its id is drawn from it."""
    raw = key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    return PublicKey(hashlib.blake2b(raw, digest_size=ID_BYTES).digest(), raw)


def _lines(text: str) -> list[str]:
    return [line for line in text.replace("\r\n", "\n").split("\n") if line]


def _base64(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return b""
