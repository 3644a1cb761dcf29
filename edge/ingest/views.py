"""The questions that a cloud team asks, as views that both databases give under the same names. Pure.

`true_time`: where an event's clock could not be believed and its boot was told the true time afterwards, that; else
the time of the event. Nothing that was stored is changed for it.
"""

from typing import Self

import msgspec

QUARTER_S = 900


class _Words(msgspec.Struct, frozen=True, kw_only=True):
    """Arithmetic with times.

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


def views(*, postgres: bool) -> list[str]:
    """The statements that make them anew."""
    words = _Words.of(postgres=postgres)
    queries = _queries(words)
    drops = [f"DROP VIEW IF EXISTS {name}" for name in reversed(queries)]
    return [*drops, *(f"CREATE VIEW {name} AS {query}" for name, query in queries.items())]


def _queries(w: _Words) -> dict[str, str]:
    where = "JOIN gateway g ON g.id = s.gateway_id"
    start = w.shifted.format(time="f.interval_start", zero="f.zero")
    sold = w.shifted.format(time="x.time", zero="x.zero")
    counted = w.shifted.format(time="k.time", zero="k.zero")
    return {
        "event_true": f"""
            SELECT g.tenant, g.store, g.gateway, s.kind, s.source, s.epoch, e.sequence, e.type, e.time,
                CASE WHEN e.trusted OR b.wall_at_zero IS NULL THEN e.time ELSE {w.true} END AS true_time,
                CASE WHEN e.trusted THEN NULL ELSE b.error_s END AS error_s, e.data, e.received_at
            FROM event e JOIN stream s ON s.id = e.stream {where} JOIN boot b ON b.id = e.boot""",
        "footfall_interval": f"""
            SELECT g.tenant, g.store, g.gateway, s.source AS camera, f.line, {start} AS interval_start,
                f.interval_s, f.observed_s, f.came_in, f.went_out, f.degraded
            FROM footfall f JOIN stream s ON s.id = f.stream {where} LEFT JOIN boot b ON b.id = f.boot
            WHERE NOT EXISTS (SELECT 1 FROM replaced r WHERE r.gateway_id = s.gateway_id AND r.kind = s.kind
                AND r.source = s.source AND r.epoch = s.epoch AND r.sequence = f.sequence)""",
        "footfall_line_15min": f"""
            SELECT tenant, store, camera, line, {w.quarter.format(time="interval_start")} AS quarter,
                sum(came_in) AS came_in, sum(went_out) AS went_out, sum(observed_s) AS observed_s,
                sum(interval_s) AS interval_s, sum(observed_s) / nullif(sum(interval_s), 0) AS coverage
            FROM footfall_interval GROUP BY 1, 2, 3, 4, 5""",
        "footfall_15min": """
            SELECT tenant, store, quarter, sum(came_in) AS came_in, sum(went_out) AS went_out,
                sum(observed_s) AS observed_s, sum(interval_s) AS interval_s,
                sum(observed_s) / nullif(sum(interval_s), 0) AS coverage
            FROM footfall_line_15min GROUP BY 1, 2, 3""",
        # A shelf whose outbox was made anew counts in a new epoch: the one that spoke last is right.
        "stock_plate": f"""
            SELECT tenant, store, gateway, shelf, plate, gtin, quantity, confidence, weight_g, counted_at,
                {w.age_s.format(time="counted_at")} AS age_s
            FROM (SELECT *, row_number() OVER (PARTITION BY tenant, store, gateway, shelf, plate, gtin
                    ORDER BY counted_at DESC, sequence DESC) AS n
                FROM (SELECT g.tenant, g.store, g.gateway, s.source AS shelf, k.plate, k.gtin, k.quantity, k.sequence,
                        k.probability AS confidence, k.weight_g, {counted} AS counted_at
                    FROM stock k JOIN stream s ON s.id = k.stream {where} LEFT JOIN boot b ON b.id = k.boot) AS counts
                ) AS newest WHERE n = 1""",
        "stock_pool": """
            SELECT tenant, gtin, sum(quantity) AS quantity, count(*) AS plates, count(DISTINCT store) AS stores,
                min(counted_at) AS oldest, max(age_s) AS oldest_age_s, min(confidence) AS least_confidence,
                avg(confidence) AS mean_confidence
            FROM stock_plate GROUP BY 1, 2""",
        "sale_true": f"""
            SELECT g.tenant, g.store, g.gateway, s.source AS lane, x.session, x.receipt_number, x.units, x.total,
                x.currency, {sold} AS sold_at,
                CASE WHEN x.business_date <> '' THEN x.business_date ELSE {w.day.format(time=f"({sold})")} END AS day
            FROM sale x JOIN stream s ON s.id = x.stream {where} LEFT JOIN boot b ON b.id = x.boot""",
        "sales_day": """
            SELECT tenant, store, day, currency, count(*) AS sales, sum(units) AS units, sum(total) AS total
            FROM sale_true GROUP BY 1, 2, 3, 4""",
        "alert_state": f"""
            SELECT g.tenant, g.store, g.gateway, a.lane, a.session, a.alert, a.cause, a.likelihood, a.raised_at,
                a.resolved_at, a.resolution, a.reason, a.resolved_at IS NULL AS open,
                {w.seconds.format(a="a.raised_at", b="a.resolved_at")} AS open_s
            FROM alert a JOIN gateway g ON g.id = a.gateway_id""",
        "gateway_health": f"""
            SELECT g.tenant, g.store, g.gateway,
                (g.session IS NOT NULL AND g.session <> coalesce(g.ended_session, '')) AS online,
                g.version, g.config_hash, g.clock_state, g.epoch, g.first_seen, g.born_at, seen.last_seen,
                {w.age_s.format(time="seen.last_seen")} AS silent_s, coalesce(seen.events, 0) AS events,
                coalesce(seen.missing, 0) AS missing, coalesce(open.gaps, 0) AS gaps
            FROM gateway g
            LEFT JOIN (SELECT gateway_id, max(last_seen) AS last_seen, sum(newest - missing_count) AS events,
                    sum(missing_count) AS missing FROM stream GROUP BY 1) AS seen ON seen.gateway_id = g.id
            LEFT JOIN (SELECT s.gateway_id, count(*) AS gaps FROM gap p JOIN stream s ON s.id = p.stream GROUP BY 1
                ) AS open ON open.gateway_id = g.id""",
        "gap_state": f"""
            SELECT g.tenant, g.store, g.gateway, s.kind, s.source, s.epoch, p.from_sequence, p.to_sequence,
                p.found_at, p.asked, p.ask_after, p.outcome
            FROM gap p JOIN stream s ON s.id = p.stream {where}""",
    }
