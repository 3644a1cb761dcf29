"""The words of the views: times, in each database's own way, and whose a row is. Pure."""

from typing import Self

import msgspec

QUARTER_S = 900


class Words(msgspec.Struct, frozen=True, kw_only=True):
    """Arithmetic with times, and what every view of a stream's rows has.

    Attributes:
        shifted: a time moved by what the boot `b` was wrong, as a format of `time` and `zero`.
        true: the true time of the event `e` of a boot `b`.
        quarter: the begin of the 15 minutes of `time`.
        age_s: seconds since `time`.
        day: the calendar day of `time` in UTC.
        seconds: from `a` to `b`.
    """

    shifted: str
    true: str
    quarter: str
    age_s: str
    day: str
    seconds: str

    @classmethod
    def of(cls, *, postgres: bool) -> Self:
        """The words of one database."""
        if postgres:
            return cls(
                shifted="{time} + coalesce(b.wall_at_zero - {zero}, INTERVAL '0')",
                true="b.wall_at_zero + e.monotonic_s * INTERVAL '1 second'",
                quarter=f"to_timestamp(floor(extract(epoch FROM {{time}}) / {QUARTER_S}) * {QUARTER_S})",
                age_s="round(extract(epoch FROM now() - {time})::numeric, 1)",
                day="to_char({time} AT TIME ZONE 'UTC', 'YYYY-MM-DD')",
                seconds="round(extract(epoch FROM {b} - {a})::numeric, 1)",
            )
        days = "(julianday({0}) - julianday({1}))"
        iso = "strftime('%Y-%m-%dT%H:%M:%f000Z', {})"
        moved = iso.format("{time}, printf('%+.3f seconds', " + days.format("b.wall_at_zero", "{zero}") + " * 86400)")
        return cls(
            shifted=f"CASE WHEN b.wall_at_zero IS NULL OR {{zero}} IS NULL THEN {{time}} ELSE {moved} END",
            true=iso.format("b.wall_at_zero, printf('%+.3f seconds', e.monotonic_s)"),
            quarter=iso.format(f"(CAST(strftime('%s', {{time}}) AS INTEGER) / {QUARTER_S}) * {QUARTER_S}, 'unixepoch'"),
            age_s="round(" + days.format("'now'", "{time}") + " * 86400, 1)",
            day="date({time})",
            seconds="round(" + days.format("{b}", "{a}") + " * 86400, 1)",
        )

    def start(self, table: str, column: str = "interval_start") -> str:
        """A time of a row, put right where its boot `b` was told the true time."""
        return self.shifted.format(time=f"{table}.{column}", zero=f"{table}.zero")


WHERE = "JOIN gateway g ON g.id = s.gateway_id"


def of_rows(table: str, letter: str) -> str:
    """What follows FROM: a table's rows with their stream `s`, their gateway `g` and their boot `b`."""
    return f"{table} {letter} JOIN stream s ON s.id = {letter}.stream {WHERE} LEFT JOIN boot b ON b.id = {letter}.boot"
