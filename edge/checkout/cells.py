"""How much room a text takes on a receipt printer, and how it is broken into lines. Pure.

A cell is one Latin character; a Chinese one takes two. Source: Unicode Standard Annex 11 (East Asian Width).
"""

import re
import unicodedata

# A word, a run of spaces, or a single wide character, after which a line may always break.
PIECE = re.compile(r"[\u1100-\uffff\U00010000-\U0010ffff]|[^\s\u1100-\U0010ffff]+|\s+")
GB_TWO_BYTES = 2


def is_wide(char: str) -> bool:
    """Whether a printer with Chinese characters prints it as one of those.

    Of the characters that are wide in East Asia only (★, ℃, Cyrillic), those are that no Western code page has.
    """
    width = unicodedata.east_asian_width(char)
    if width == "A":
        return len(char.encode("gb18030", "replace")) == GB_TWO_BYTES and not char.encode("cp1252", "ignore")
    return width in {"W", "F"}


def cells(text: str, *, chinese: bool) -> int:
    """The room that `text` takes.

    Args:
        text: printable characters.
        chinese: whether the printer has Chinese characters; one that has not prints a mark of one cell for each.
    """
    return sum(2 if chinese and is_wide(char) else 1 for char in text)


def printable(text: str) -> str:
    """`text` without control characters: a name in the price book is no command to the printer."""
    return "".join(char if char.isprintable() else " " for char in unicodedata.normalize("NFC", text))


def wrapped(text: str, columns: int, *, chinese: bool) -> list[str]:
    """`text` in lines of at most `columns` cells, broken at spaces and between wide characters; at least one line.

    A word that is longer than a line is cut.
    """
    lines, line = [], ""
    for piece in PIECE.findall(text):
        if cells(line + piece.rstrip(), chinese=chinese) <= columns:
            line += piece if line or not piece.isspace() else ""
            continue
        if line.strip():
            lines.append(line.rstrip())
        line = "" if piece.isspace() else piece
        while cells(line, chinese=chinese) > columns:
            head = _head(line, columns, chinese=chinese)
            lines.append(head)
            line = line[len(head) :]
    return [*lines, line.rstrip()] if line.strip() or not lines else lines


def _head(text: str, columns: int, *, chinese: bool) -> str:
    """As much of the beginning as fits, and at least one character."""
    n = len(text)
    while n > 1 and cells(text[:n], chinese=chinese) > columns:
        n -= 1
    return text[:n]
