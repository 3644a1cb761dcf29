"""The price books on the disk: a folder of versions and a name that says which one is current.

    price-books/
        4f1c…9a.csv          a version: the text as it came, named by its hash
        current              one line: the name of the version in use
        current.making       the next one while it is written: worth nothing
        pins/sco-1           one line: the version that a lane's open session is pinned to

A version is on the disk, with its folder's entry, before `current` is renamed to name it. So whoever is killed on the
way leaves the old book or the new one, never half of one.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from edge import whole_file
from edge.checkout.price_book import PriceBook
from edge.checkout.price_book_file import BookTerms, read_price_book, version_of
from edge.checkout.price_book_record import PriceBookError
from edge.whole_file import MAKING

# Versions that are kept, the current one and pinned ones aside.
KEPT = 3
CURRENT = "current"
PINS = "pins"

_BOOK = re.compile(r"[0-9a-f]{12}\.(csv|json)")
_HOLDER = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}")


@dataclass(frozen=True)
class PriceBookStore:
    """The versions of one shop's price book. Several lanes may share it; one of them updates it at a time.

    Attributes:
        folder: made when it is not there.
        terms: of the shop's configuration.
    """

    folder: Path
    terms: BookTerms

    def put(self, text: str, form: str) -> PriceBook:
        """Make a text the current price book. The same text again changes nothing.

        Args:
            text: as it came.
            form: ``csv`` or ``json``.

        Raises:
            PriceBookError: it is refused; the current book stays.
            OSError: the disk does not take it; the current book stays.
        """
        book = read_price_book(text, form, self.terms)
        self._pins.mkdir(parents=True, exist_ok=True)
        for leftover in self.folder.glob(f"*{MAKING}"):
            leftover.unlink(missing_ok=True)
        name = f"{book.version}.{form}"
        _replace(self.folder / name, text)
        _replace(self.folder / CURRENT, name)
        self._prune()
        return book

    def switch(self, version: str) -> PriceBook:
        """Make a version that was kept the current price book.

        Raises:
            PriceBookError: it is not there (any more), or damaged; the current book stays.
            OSError: the disk does not take it; the current book stays.
        """
        form, text = self.text(version)
        return self.put(text, form)

    def current(self) -> PriceBook | None:
        """The current price book; None before the first.

        Raises:
            PriceBookError: it is damaged or gone.
        """
        name = _line(self.folder / CURRENT)
        return None if name is None else self._load(name)

    def pin(self, holder: str) -> PriceBook | None:
        """The current price book, kept for `holder` until it is let go; None before the first.

        Args:
            holder: a lane's id; its earlier pin is let go.

        Raises:
            PriceBookError: the book is damaged or gone.
        """
        name = _line(self.folder / CURRENT)
        if name is None:
            return None
        # An update on the way cannot take it from under us: what was current a moment ago is among the kept.
        _replace(self._pin(holder), name)
        return self._load(name)

    def pinned(self, holder: str) -> PriceBook | None:
        """The price book that `holder` is pinned to, as after a restart; None where there is no pin.

        Raises:
            PriceBookError: the book is damaged or gone.
        """
        name = _line(self._pin(holder))
        return None if name is None else self._load(name)

    def text(self, version: str) -> tuple[str, str]:
        """Form and text of a version.

        Raises:
            PriceBookError: it is not there (any more), or damaged.
        """
        path = next((one for one in _files(self.folder) if one.stem == version and _BOOK.fullmatch(one.name)), None)
        text = None if path is None else path.read_bytes().decode("utf-8", "replace")
        if path is None or text is None or version_of(text) != version:
            raise PriceBookError(f"expected price book {version} in {self.folder}, found none; load the book again")
        return path.suffix[1:], text

    def note(self, name: str, line: str) -> None:
        """Keep one line beside the books.

        Raises:
            OSError: the disk does not take it.
        """
        _replace(self.folder / name, line)

    def noted(self, name: str) -> str | None:
        """A line that was kept; None where there is none."""
        return _line(self.folder / name)

    def let_go(self, holder: str) -> None:
        """The session of `holder` is over."""
        self._pin(holder).unlink(missing_ok=True)

    @property
    def _pins(self) -> Path:
        return self.folder / PINS

    def _pin(self, holder: str) -> Path:
        if not _HOLDER.fullmatch(holder):
            raise PriceBookError(f"expected the id of a lane, found {holder!r}; name the lane")
        return self._pins / holder

    def _load(self, name: str) -> PriceBook:
        if not _BOOK.fullmatch(name):
            raise PriceBookError(
                f"expected the name of a price book in {self.folder}, found {name!r}; load the book again"
            )
        version, form = name.split(".")
        try:
            text = (self.folder / name).read_bytes().decode("utf-8")
        except FileNotFoundError:
            self._missing(name)
        except UnicodeDecodeError:
            text = ""
        if version_of(text) != version:
            raise PriceBookError(f"expected price book {name} as it was stored, found it damaged; load the book again")
        return read_price_book(text, form, self.terms)

    def _missing(self, name: str) -> NoReturn:
        raise PriceBookError(f"expected price book {name} in {self.folder}, found none; load the book again")

    def _prune(self) -> None:
        """Let old versions go: never one that is current or pinned, nor the newest few."""
        wanted = {_line(self.folder / CURRENT), *(_line(pin) for pin in _files(self._pins))}
        books = [path for path in _files(self.folder) if _BOOK.fullmatch(path.name) and path.name not in wanted]
        for stale in sorted(books, key=lambda path: path.stat().st_mtime_ns, reverse=True)[KEPT:]:
            stale.unlink(missing_ok=True)


def _files(folder: Path) -> Iterator[Path]:
    return (path for path in folder.iterdir() if path.is_file() and path.suffix != MAKING)


def _line(path: Path) -> str | None:
    """What a file of one line says; None where there is no file."""
    try:
        return path.read_text(encoding="utf-8", errors="replace").strip()
    except FileNotFoundError:
        return None


def _replace(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    whole_file.replace(path, text.encode("utf-8"))
