"""The price book's file, taken up when it changes; a broken one changes nothing."""

from pathlib import Path

from edge.checkout.price_book import PriceBook
from edge.checkout.price_book_record import PriceBookError
from edge.checkout.price_book_store import PriceBookStore
from edge.errors import ConfigError


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
        """The book to begin with: the file's, else the last good one.

        Raises:
            ConfigError: there is none.
        """
        book = self.look() or self._last_good()
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
            book = self._store.put(self._file.read_text(encoding="utf-8-sig"), self._form)
        except (OSError, UnicodeDecodeError, PriceBookError, ConfigError) as error:
            self.fault = str(error)
            return None
        self.fault = ""
        return book

    def _last_good(self) -> PriceBook | None:
        try:
            return self._store.current()
        except (OSError, PriceBookError, ConfigError) as error:
            self.fault += f"; and of the one before: {error}"
            return None
