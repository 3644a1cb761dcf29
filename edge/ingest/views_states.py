"""Views of how things are now: the shop's occupancy, cameras, certificates. Pure.

Of a source whose outbox was made anew there are streams of several epochs: the one that spoke last is right.
"""

from edge.ingest.view_words import WHERE, Words, of_rows

_LATEST = "c.time DESC, c.sequence DESC"


def state_views(w: Words) -> dict[str, str]:
    """One row for each shop's count, camera or certificate."""
    newest = "row_number() OVER (PARTITION BY s.gateway_id, s.kind, s.source ORDER BY {} DESC) AS n"
    told = w.start("c", "time")
    watched = w.shifted.format(time="i.interval_start", zero="i.zero").replace("b.", "bi.")
    sure = "coalesce(i.interval_start, c.time)"
    return {
        "occupancy_state": f"""
            SELECT tenant, store, gateway, occupancy, occupancy_sd, open, degraded, counted_at,
                {w.age_s.format(time="counted_at")} - interval_s AS age_s
            FROM (SELECT g.tenant, g.store, g.gateway, t.occupancy, t.occupancy_sd, t.open, t.degraded, t.interval_s,
                    {w.start("t")} AS counted_at, {newest.format("t.time")}
                FROM {of_rows("occupancy", "t")}
                JOIN latest_interval i ON i.stream = t.stream AND i.sequence = t.sequence) AS counts
            WHERE n = 1""",
        "camera_state": f"""
            SELECT tenant, store, gateway, camera, status, reason, since, interval_start, degraded,
                observed_s / nullif(interval_s, 0) AS coverage,
                {w.age_s.format(time="interval_start")} - interval_s AS age_s,
                coalesce(status, 'online') = 'online' AND coalesce(degraded, '') = '' AS healthy
            FROM (SELECT g.tenant, g.store, g.gateway, s.source AS camera, c.status, c.reason, {told} AS since,
                    {watched} AS interval_start, i.interval_s, i.observed_s, i.degraded, {newest.format(sure)}
                FROM stream s {WHERE} LEFT JOIN camera_status c ON c.stream = s.id
                LEFT JOIN latest_interval i ON i.stream = s.id LEFT JOIN boot b ON b.id = c.boot
                LEFT JOIN boot bi ON bi.id = i.boot
                WHERE s.kind = 'camera' AND {sure} IS NOT NULL) AS cameras
            WHERE n = 1""",
        # Warnings come daily: whether the last new certificate was refused stands in the last row that is none.
        "certificate_state": f"""
            WITH told AS (
                SELECT g.id, g.tenant, g.store, g.gateway, c.expires, c.accepted, c.reason, {told} AS told_at,
                    row_number() OVER (PARTITION BY g.id, c.expires IS NULL ORDER BY {_LATEST}) AS n,
                    row_number() OVER (PARTITION BY g.id, c.accepted IS NULL ORDER BY {_LATEST}) AS n_of_kind
                FROM {of_rows("certificate", "c")})
            SELECT l.tenant, l.store, l.gateway, l.expires,
                round(-({w.age_s.format(time="l.expires")}) / 86400, 1) AS days_left, l.told_at,
                CASE WHEN r.accepted THEN '' ELSE coalesce(r.reason, '') END AS refused
            FROM told l LEFT JOIN told r ON r.id = l.id AND r.accepted IS NOT NULL AND r.n_of_kind = 1
            WHERE l.expires IS NOT NULL AND l.n = 1""",
    }
