"""A certificate authority for tests, made by the openssl program."""

import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

KEY = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes")
NAMES = "subjectAltName=DNS:localhost,IP:127.0.0.1\n"


@dataclass(frozen=True)
class Authority:
    """Signs certificates for this machine.

    Attributes:
        cert: its own certificate, to be trusted.
    """

    folder: Path
    name: str

    @property
    def cert(self) -> Path:
        return self.folder / f"{self.name}.pem"

    @property
    def key(self) -> Path:
        return self.folder / f"{self.name}.key"

    def sign(self, name: str) -> tuple[Path, Path]:
        """A certificate for localhost that this authority vouches for, and its key."""
        cert, key, asked = (self.folder / f"{name}.{kind}" for kind in ("pem", "key", "csr"))
        names = self.folder / "names"
        names.write_text(NAMES, encoding="utf-8")
        openssl("req", *KEY, "-subj", f"/CN={name}", "-keyout", key, "-out", asked)
        signer = ("-CA", self.cert, "-CAkey", self.key, "-CAcreateserial")
        openssl("x509", "-req", "-in", asked, *signer, "-days", "2", "-extfile", names, "-out", cert)
        return cert, key


def authority(folder: Path, name: str = "ca") -> Authority:
    """A new authority; skips the test where there is no openssl."""
    if shutil.which("openssl") is None:
        pytest.skip("openssl is not on this machine")
    made = Authority(folder, name)
    openssl("req", "-x509", *KEY, "-days", "2", "-subj", f"/CN={name}", "-keyout", made.key, "-out", made.cert)
    return made


def openssl(*arguments: str | Path) -> None:
    subprocess.run(["openssl", *arguments], check=True, capture_output=True)
