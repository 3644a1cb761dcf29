"""What the verbs show: tables for people, JSON for programs, progress on standard error."""

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

from edge.codec import format_time
from edge.errors import ConfigError
from edge.events import Direction
from edge.tables import cell, console, print_table, table_of

if TYPE_CHECKING:  # for their types alone: they bring NumPy, OpenCV and ONNX Runtime, which most verbs do without
    from edge.check.check import Report
    from edge.checkout.journal_replay import ReplayedSession
    from edge.outbox.ledger import Depth, LedgerLine
    from edge.outbox.rows import Row as OutboxRow
    from edge.scale.guided import Conversation
    from edge.scale.probe import Found
    from edge.survey import Surveyed
    from edge.vision.count import Count
    from edge.vision.matching import Tally
    from edge.vision.truth import ClipTruth
    from edge.vision.validate import Validation

Row = Mapping[str, Any]


def to_json(value: object) -> str:
    """Indented JSON, with a newline at its end."""
    return msgspec.json.format(msgspec.json.encode(value, enc_hook=str), indent=2).decode() + "\n"


def print_json(value: object) -> None:
    """Print indented JSON."""
    sys.stdout.write(to_json(value))


def line(text: str) -> None:
    """Print one line as it is."""
    sys.stdout.write(text + "\n")


@contextmanager
def progress(name: str) -> Iterator[Callable[[int, int | None], None]]:
    """A bar with the time that is left, on standard error; silent when that is no terminal.

    Yields:
        A function that takes how many are done, and how many there are where that is known.
    """
    with _bar() as bar:
        task = bar.add_task(name, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


@contextmanager
def clip_progress() -> Iterator[Callable[["ClipTruth", int], None]]:
    """One bar a clip (see `progress`)."""
    tasks: dict[str, TaskID] = {}
    with _bar() as bar:

        def update(clip: "ClipTruth", done: int) -> None:
            if clip.file not in tasks:
                tasks[clip.file] = bar.add_task(clip.file, total=clip.frames)
            bar.update(tasks[clip.file], completed=done)

        yield update


def _bar() -> Progress:
    terminal = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    return Progress(*columns, console=terminal, disable=not terminal.is_terminal)


def counted(count: "Count", *, as_json: bool) -> None:
    """Show who crossed."""
    if as_json:
        print_json(count.as_json())
        return
    table = table_of("time", "picture", "direction", "confidence")
    for crossing in count.crossings:
        row = (f"{crossing.at:.1f} s", crossing.frame, crossing.direction.value, f"{crossing.confidence:.2f}")
        table.add_row(*map(str, row))
    ins, outs = count.total(Direction.IN), count.total(Direction.OUT)
    if count.crossings:
        print_table(table)
    console().print(
        f"[bold]in {ins}   out {outs}[/]   {count.frames} pictures, {count.analysed} analysed", highlight=False
    )
    console().print(
        f"{count.model}: {count.analysed_fps:.1f} analysed a second, {count.decoded_fps:.1f} decoded", style="dim"
    )


def surveyed(survey: "Surveyed", *, as_json: bool) -> None:
    """Show what a survey found, and where the page is."""
    if as_json:
        print_json(survey.as_json())
        return
    for one in survey.advice:
        console().print(f"[bold]{one.what}[/] {one.do}", highlight=False)
    for proposal, what in zip(survey.findings.proposals, survey.findings.expected, strict=True):
        console().print(f"{proposal.line.id}: about {what.f1:.0%} of crossings counted rightly", highlight=False)
    files(survey.files)


def validated(result: "Validation", *, as_json: bool) -> None:
    """Show how far the counts are from the truth."""
    if as_json:
        print_json(result.as_json())
        return
    table = table_of("clip", "in", "true", "out", "true", "precision", "recall", "F1")
    for clip in result.clips:
        table.add_row(clip.truth.file, *_figures(clip.tallies, clip.both))
    table.add_section()
    totals = {direction: result.tally(direction) for direction in Direction}
    table.add_row("all", *_figures(totals, result.both), style="bold")
    print_table(table)
    found = result.coverage
    if found.share is not None:
        held = f"{found.held} of {found.stretches} stretches of 10 to 40 s"
        console().print(f"90 % intervals held the truth in {held}: {found.share:.1%}", highlight=False)
    for one in result.skipped:
        console().print(f"skipped {one.file}: {one.reason}", style="dim", highlight=False)


def _figures(tallies: Mapping[Direction, "Tally"], both: "Tally") -> list[str]:
    cells = []
    for direction in Direction:
        one = tallies[direction]
        cells += [f"[red]{one.counted} ({one.bias:+d})[/]" if one.bias else str(one.counted), str(one.true)]
    return cells + [f"{share:.3f}" for share in (both.precision, both.recall, both.f1)]


def checked(report: "Report", *, as_json: bool) -> None:
    """Show what was looked at and what is wrong with it."""
    if as_json:
        print_json(report.as_json())
        return
    table = Table.grid(padding=(0, 2))
    for finding in report.findings:
        mark, style = ("ok", "green") if finding.ok else ("no", "red")
        table.add_row(Text(mark, style=style), Text(finding.path), Text(finding.text, overflow="fold"))
    print_table(table)


def ledger(lines: Sequence["LedgerLine"], depth: "Depth", *, as_json: bool) -> None:
    """Show what became of everything that an outbox accepted."""
    if as_json:
        print_json({"sources": [_ledger_row(one) for one in lines], "rows": depth.rows, "bytes": depth.bytes})
        return
    table = table_of("source", "epoch", "accepted", "delivered", "pending", "evicted")
    for one in lines:
        row = _ledger_row(one)
        table.add_row(*(cell(value) for value in row.values()))
    print_table(table)
    console().print(f"{depth.rows} events pending, {depth.bytes} bytes", highlight=False)


def _ledger_row(one: "LedgerLine") -> dict[str, Any]:
    return {
        "source": str(one.source),
        "epoch": one.epoch,
        "accepted": one.accepted,
        "delivered": one.delivered,
        "pending": one.pending,
        "evicted": dict(one.evicted),
    }


def pending(outbox_rows: Iterable["OutboxRow"]) -> None:
    """Print events that wait, one JSON object a line."""
    for row in outbox_rows:
        record = row.record
        line(
            msgspec.json.encode(
                {
                    "source": str(record.source),
                    "epoch": record.epoch,
                    "sequence": record.sequence,
                    "type": record.type,
                    "time": format_time(record.stamp.wall),
                    "data": msgspec.Raw(record.data),
                }
            ).decode()
        )


def events(cloudevents: Iterable[Row], *, as_json: bool) -> None:
    """Show events one a line, as they come: CloudEvents in JSON, or time, type and data."""
    for one in cloudevents:
        text = msgspec.json.encode(one if as_json else one["data"]).decode()
        line(text if as_json else f"{float(one['monotonic']):10.3f}  {one['type']}  {text}")


def sessions(replayed: "Iterable[ReplayedSession]", *, as_json: bool) -> None:
    """Show sessions of a lane as they come: for a person, or one JSON object a line."""
    from edge.checkout.journal_told import as_json as session_as_json  # noqa: PLC0415 - only where one is shown
    from edge.checkout.journal_told import told  # noqa: PLC0415

    for session in replayed:
        if as_json:
            line(msgspec.json.encode(session_as_json(session)).decode())
        else:
            for text in told(session):
                line(text)


def found(ports: Sequence["Found"], *, as_json: bool) -> None:
    """Show what is on the serial ports, with the configuration for what was proven."""
    if as_json:
        print_json({"ports": [msgspec.to_builtins(one) | {"toml": one.toml()} for one in ports]})
        return
    if not ports:
        line("no serial port on this machine; is the adapter plugged in?")
    for n, one in enumerate(ports, start=1):
        line(f"{one.port}: {one.driver or 'nothing that we know'} ({one.evidence})")
        if one.driver is not None:
            line("\n" + one.toml(f"shelf-{n}"))


def rows(title: str, table_rows: Sequence[Row], *, as_json: bool) -> None:
    """Show things of one kind, one a row, each with the same keys."""
    if as_json:
        print_json({title: list(table_rows)})
        return
    table = table_of(*(table_rows[0] if table_rows else ("none",)))
    for row in table_rows:
        table.add_row(*(cell(value) for value in row.values()))
    print_table(table)


def facts(figures: Row, *, as_json: bool) -> None:
    """Show what is known of one thing; figures of several parts have a row a part."""
    if as_json:
        print_json(dict(figures))
        return
    table = Table.grid(padding=(0, 2))
    for name, value in _parted(figures):
        table.add_row(name.replace("_", " "), cell(value))
    print_table(table)


def _parted(figures: Row) -> Iterator[tuple[str, Any]]:
    for name, value in figures.items():
        if isinstance(value, Mapping) and value and all(isinstance(part, Mapping) for part in value.values()):
            yield from ((f"{name} {part}", figures_of) for part, figures_of in value.items())
        else:
            yield name, value


def intervals(rows: Sequence[Row], *, as_json: bool) -> None:
    """Show interval events: one line each, with how long was watched. What holds a whole table is counted alone."""
    if as_json:
        print_json({"intervals": rows})
        return
    begins = ("type", "interval_start", "interval_s", "observed_s")
    for row in rows:
        figures = {key: value for key, value in row.items() if key not in begins and value not in (None, (), [])}
        rest = ", ".join(f"{key} {len(one) if _is_table(one) else cell(one)}" for key, one in figures.items())
        watched = f"{row['observed_s']:g} of {row['interval_s']:g} s watched"
        line(f"{row['interval_start']}  {row['type']}  {watched}, {rest}")


def _is_table(value: object) -> bool:
    return isinstance(value, list | tuple) and any(isinstance(one, Mapping) for one in value)


def files(paths: Iterable[Path]) -> None:
    """Name the files that were written."""
    for path in paths:
        line(str(path))


def conversation() -> "Conversation":
    """Speak to the person at this terminal; what is said does not mix with a result on stdout."""
    from edge.scale.guided import Conversation as Spoken  # noqa: PLC0415 - only where somebody is spoken to

    def say(text: str) -> None:
        print(text, file=sys.stderr, flush=True)  # noqa: T201 - a program's voice

    def ask(text: str) -> None:
        say(f"{text} Then press Enter.")
        if not sys.stdin.readline():
            raise ConfigError("expected somebody at the terminal who presses Enter, found its end")

    return Spoken(say, ask)
