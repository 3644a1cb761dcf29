"""The file of recalled goods: CSV of gtin and lot; an empty lot recalls all. Taken up when it changes."""

import csv
from pathlib import Path

from edge.checkout.barcode_error import BarcodeError
from edge.checkout.gtin import gtin14
from edge.checkout.scan import Recalls
from edge.errors import ConfigError

COLUMNS = ["gtin", "lot"]
LARGEST_BYTES = 8 * 1024 * 1024


def read_recalls(path: Path) -> Recalls:
    """What may not be sold.

    Raises:
        ConfigError: it cannot be read, or a line is none.
    """
    try:
        with path.open("rb") as file:
            data = file.read(LARGEST_BYTES + 1)
        text = data.decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"expected recalls in {path}, found {error}; mend the file") from None
    if len(data) > LARGEST_BYTES:
        raise ConfigError(f"expected at most {LARGEST_BYTES} bytes of recalls, found more in {path}; take out old ones")
    rows = list(csv.reader(text.splitlines()))
    if not rows or [name.strip() for name in rows[0]] != COLUMNS:
        found = ",".join(rows[0])[:60] if rows else "nothing"
        raise ConfigError(f"{path}, line 1: expected {','.join(COLUMNS)}, found {found}; mend the file")
    return frozenset(_recall(path, n, row) for n, row in enumerate(rows[1:], 2) if any(row))


def _recall(path: Path, number: int, row: list[str]) -> tuple[str, str | None]:
    try:
        gtin, lot = (*row, "")[:2]
        return gtin14(gtin.strip()), lot.strip() or None
    except (BarcodeError, ValueError) as error:
        raise ConfigError(f"{path}, line {number}: {error}; mend the file") from None


class RecallsFile:
    """Looks at one file. A broken one changes nothing.

    Attributes:
        recalls: the last good ones.
        fault: why the file's last version was refused; empty where it was not.
    """

    def __init__(self, path: Path | None) -> None:
        """Read it.

        Args:
            path: None for no recalls.

        Raises:
            ConfigError: it is no such file.
        """
        self._path = path
        self._seen = self._state()
        self.recalls: Recalls = frozenset() if path is None else read_recalls(path)
        self.fault = ""

    def look(self) -> None:
        """Take it up if it is another one than before."""
        seen = self._state()
        if self._path is None or seen == self._seen:
            return
        self._seen = seen
        try:
            self.recalls, self.fault = read_recalls(self._path), ""
        except ConfigError as error:
            self.fault = str(error)

    def _state(self) -> tuple[int, int] | None:
        try:
            found = None if self._path is None else self._path.stat()
        except OSError:
            return None
        return None if found is None else (found.st_mtime_ns, found.st_size)
