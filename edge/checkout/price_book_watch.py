"""The price book's file, taken up when it changes; a broken one changes nothing. And books that come another way.

What came last holds, over a restart too: a file that was taken up once is not taken up again because the lane started.
"""

from pathlib import Path

from edge.checkout.price_book import PriceBook
from edge.checkout.price_book_file import version_of
from edge.checkout.price_book_record import PriceBookError
from edge.checkout.price_book_store import PriceBookStore
from edge.errors import ConfigError

# The note of which text was taken up from the file last.
TAKEN = "from-file"


class PriceBookWatch:
    """Looks at one file.

    Attributes:
        fault: why its last version was refused; empty where it was not.
    """

    def __init__(self, file: Path, form: str, store: PriceBookStore) -> None:
        """Nothing was read yet.

        Args:
            file: of the price book.
            form: ``csv`` or ``json``.
            store: keeps the versions.
        """
        self._file, self._form, self._store = file, form, store
        self._seen: tuple[int, int] | None = None
        self.fault = ""

    def first(self) -> PriceBook:
        """The book to begin with: the file's if it is a new one, else the last good one.

        Raises:
            ConfigError: there is none.
        """
        book = (self._last_good() if self._is_known() else None) or self.look() or self._last_good()
        if book is None:
            raise ConfigError(f"expected a price book in {self._file}, found none that can be used: {self.fault}")
        return book

    def look(self) -> PriceBook | None:
        """The file's book, if it is a new one; None otherwise, and where it is refused."""
        try:
            state = self._file.stat()
            seen = (state.st_mtime_ns, state.st_size)
            if seen == self._seen:
                return None
            self._seen = seen
            text = self._file.read_text(encoding="utf-8-sig")
            book = self._store.put(text, self._form)
            self._store.note(TAKEN, version_of(text))
        except (OSError, UnicodeDecodeError, PriceBookError, ConfigError) as error:
            self.fault = str(error)
            return None
        self.fault = ""
        return book

    def load(self, text: str, form: str) -> PriceBook:
        """Take up a book that came another way.

        Raises:
            PriceBookError: it is refused; the old one stays.
            OSError: the disk does not take it; the old one stays.
        """
        return self._store.put(text, form)

    def switch(self, version: str) -> PriceBook:
        """Take up a version that was kept.

        Raises:
            PriceBookError: it is not there (any more); the old one stays.
            OSError: the disk does not take it; the old one stays.
        """
        return self._store.switch(version)

    def _is_known(self) -> bool:
        """Whether the file is as it was when it was taken up last."""
        try:
            state = self._file.stat()
            known = self._store.noted(TAKEN) == version_of(self._file.read_text(encoding="utf-8-sig"))
        except (OSError, UnicodeDecodeError):
            return False
        if known:
            self._seen = (state.st_mtime_ns, state.st_size)
        return known

    def _last_good(self) -> PriceBook | None:
        try:
            return self._store.current()
        except (OSError, PriceBookError, ConfigError) as error:
            self.fault += f"; and of the one before: {error}"
            return None
