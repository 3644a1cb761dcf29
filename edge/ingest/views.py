"""The questions that a cloud team asks, as views that both databases give under the same names. Pure.

`true_time`: where an event's clock could not be believed and its boot was told the true time afterwards, that; else
the time of the event. Nothing that was stored is changed for it.
"""

from edge.ingest.view_words import WHERE, Words, of_rows
from edge.ingest.views_states import state_views
from edge.ingest.views_traffic import area_views, footfall_views, shop_views


def views(*, postgres: bool) -> list[str]:
    """The statements that make them anew."""
    words = Words.of(postgres=postgres)
    queries = _queries(words) | footfall_views(words) | area_views(words) | shop_views(words) | state_views(words)
    drops = [f"DROP VIEW IF EXISTS {name}" for name in reversed(queries)]
    return [*drops, *(f"CREATE VIEW {name} AS {query}" for name, query in queries.items())]


def _queries(w: Words) -> dict[str, str]:
    sold, counted = w.start("x", "time"), w.start("k", "time")
    return {
        "event_true": f"""
            SELECT g.tenant, g.store, g.gateway, s.kind, s.source, s.epoch, e.sequence, e.type, e.time,
                CASE WHEN e.trusted OR b.wall_at_zero IS NULL THEN e.time ELSE {w.true} END AS true_time,
                CASE WHEN e.trusted THEN NULL ELSE b.error_s END AS error_s, e.data, e.received_at
            FROM event e JOIN stream s ON s.id = e.stream {WHERE} JOIN boot b ON b.id = e.boot""",
        # A shelf whose outbox was made anew counts in a new epoch: the one that spoke last is right.
        "stock_plate": f"""
            SELECT tenant, store, gateway, shelf, plate, gtin, quantity, confidence, weight_g, counted_at,
                {w.age_s.format(time="counted_at")} AS age_s
            FROM (SELECT *, row_number() OVER (PARTITION BY tenant, store, gateway, shelf, plate, gtin
                    ORDER BY counted_at DESC, sequence DESC) AS n
                FROM (SELECT g.tenant, g.store, g.gateway, s.source AS shelf, k.plate, k.gtin, k.quantity, k.sequence,
                        k.probability AS confidence, k.weight_g, {counted} AS counted_at
                    FROM {of_rows("stock", "k")}) AS counts
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
            FROM {of_rows("sale", "x")}""",
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
            FROM gap p JOIN stream s ON s.id = p.stream {WHERE}""",
    }
