"""Tables on standard output: for people, on a terminal or in a pipe."""

from collections.abc import Mapping

from rich.console import Console
from rich.table import Table

WIDEST = 1000  # characters of a table


def cell(value: object) -> str:
    """A value in a cell: figures to three digits, several with commas between."""
    if isinstance(value, float):
        return f"{value:.3g}" if abs(value) < 1000 else f"{value:.0f}"  # noqa: PLR2004 - no fraction where none is read
    if isinstance(value, Mapping):
        return ", ".join(f"{key}: {cell(one)}" for key, one in value.items())
    if isinstance(value, list | tuple):
        return ", ".join(cell(one) for one in value)
    return "" if value is None else str(value)


def table_of(*heads: str) -> Table:
    """An empty table; all columns but the first hold figures."""
    table = Table(box=None, header_style="dim", pad_edge=False)
    for n, head in enumerate(heads):
        table.add_column(head, justify="right" if n else "left")
    return table


def print_table(table: Table) -> None:
    """Print a table; a file or a pipe has no edge to cut it off at."""
    paper = console()
    if not paper.is_terminal:
        paper.width = max(paper.width, paper.measure(table, options=paper.options.update(width=WIDEST)).maximum)
    paper.print(table)


def console() -> Console:
    """Standard output as it is now."""
    return Console()
