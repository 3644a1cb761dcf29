"""Views of what cameras count: lines with the error of their sums, zones, queues, who only passes by, the shop. Pure.

A deviation of a sum is the root of the sum of squares: the errors of two intervals, or of two doors, are taken to be
independent. Where one part says none, the sum has none either, and `sd_share` is how much of the time had one.
"""

from edge.ingest.view_words import Words, of_rows

_LINE = "tenant, store, camera, line"


def footfall_views(w: Words) -> dict[str, str]:
    """People over lines."""
    return {
        "footfall_interval": f"""
            SELECT g.tenant, g.store, g.gateway, s.source AS camera, f.line, {w.start("f")} AS interval_start,
                f.interval_s, f.observed_s, f.came_in, f.went_out, f.in_sd, f.out_sd, f.in_parties, f.out_parties,
                f.degraded
            FROM {of_rows("footfall", "f")}
            WHERE NOT EXISTS (SELECT 1 FROM replaced r WHERE r.gateway_id = s.gateway_id AND r.kind = s.kind
                AND r.source = s.source AND r.epoch = s.epoch AND r.sequence = f.sequence)""",
        "footfall_line_15min": f"""
            SELECT {_LINE}, {w.quarter.format(time="interval_start")} AS quarter, {_SUMS},
                {_share("interval_s", "in_sd IS NOT NULL AND out_sd IS NOT NULL")} AS sd_share,
                {_share("interval_s", "in_parties IS NOT NULL AND out_parties IS NOT NULL")} AS parties_share
            FROM footfall_interval GROUP BY {_LINE}, 5""",
        "footfall_15min": f"""
            SELECT tenant, store, quarter, {_SUMS}, {_mean("sd_share", "interval_s")} AS sd_share,
                {_mean("parties_share", "interval_s")} AS parties_share
            FROM footfall_line_15min GROUP BY tenant, store, quarter""",
    }


def area_views(w: Words) -> dict[str, str]:
    """Zones, queues, and how many of those who pass come in.

    A mean length is weighted with the watched seconds. Quantiles of a quarter cannot be had from those of its
    intervals: what stands there is their mean, weighted with how many people each is about.
    """
    waited = "served + abandoned"
    return {
        "zone_interval": _interval_view(
            w,
            "zone",
            "t.zone, t.entered, t.departed, t.occupancy_mean, t.occupancy_max, t.dwell_p50_s, t.dwell_p90_s, t.dwell_n",
        ),
        "zone_15min": f"""
            SELECT {_quarter(w, "zone")}, sum(entered) AS entered, sum(departed) AS departed,
                {_mean("occupancy_mean", "observed_s")} AS occupancy_mean, max(occupancy_max) AS occupancy_max,
                {_mean("dwell_p50_s", "dwell_n")} AS dwell_p50_s, {_mean("dwell_p90_s", "dwell_n")} AS dwell_p90_s,
                sum(dwell_n) AS dwell_n, {_WATCHED}
            FROM zone_interval GROUP BY 1, 2, 3, 4, 5""",
        "queue_interval": _interval_view(
            w,
            "queue",
            "t.queue, t.length_mean, t.length_max, t.wait_p50_s, t.wait_p90_s, t.wait_now_s, t.served, t.abandoned",
        ),
        "queue_15min": f"""
            SELECT {_quarter(w, "queue")}, {_mean("length_mean", "observed_s")} AS length_mean,
                max(length_max) AS length_max, {_mean("wait_p50_s", waited)} AS wait_p50_s,
                {_mean("wait_p90_s", waited)} AS wait_p90_s, sum(served) AS served, sum(abandoned) AS abandoned,
                {_WATCHED}
            FROM queue_interval GROUP BY 1, 2, 3, 4, 5""",
        "capture_interval": _interval_view(
            w, "capture", "t.capture, t.passers_by, t.entered, t.rate, t.rate_low, t.rate_high"
        ),
        "capture_15min": f"""
            SELECT {_quarter(w, "capture")}, sum(passers_by) AS passers_by, sum(entered) AS entered,
                CASE WHEN sum(entered) <= sum(passers_by) THEN sum(entered) * 1.0 / nullif(sum(passers_by), 0)
                    END AS rate, {_WATCHED}
            FROM capture_interval GROUP BY 1, 2, 3, 4, 5""",
    }


def shop_views(w: Words) -> dict[str, str]:
    """How many are in the shop, and where that was set right."""
    return {
        "occupancy_interval": f"""
            SELECT g.tenant, g.store, g.gateway, {w.start("t")} AS interval_start, t.interval_s, t.observed_s,
                t.occupancy, t.occupancy_sd, t.came_in, t.went_out, t.open, t.degraded
            FROM {of_rows("occupancy", "t")}""",
        "occupancy_repair_true": f"""
            SELECT g.tenant, g.store, g.gateway, {w.start("t", "time")} AS repaired_at, t.reason, t.before, t.after,
                t.sd_before, t.sd_after
            FROM {of_rows("occupancy_repair", "t")}""",
        "door_balance_true": f"""
            SELECT g.tenant, g.store, g.gateway, t.line, {w.start("t", "time")} AS closed_at, t.came_in, t.went_out,
                t.balanced_in, t.balanced_out, t.in_sd, t.out_sd
            FROM {of_rows("door_balance", "t")}""",
    }


_WATCHED = """sum(observed_s) AS observed_s, sum(interval_s) AS interval_s,
                sum(observed_s) / nullif(sum(interval_s), 0) AS coverage"""


def _all_or_none(column: str, total: str) -> str:
    return f"CASE WHEN count({column}) = count(*) THEN {total} END AS {column}"


_SUMS = f"""sum(came_in) AS came_in, sum(went_out) AS went_out,
                {_all_or_none("in_sd", "sqrt(sum(in_sd * in_sd))")},
                {_all_or_none("out_sd", "sqrt(sum(out_sd * out_sd))")},
                {_all_or_none("in_parties", "sum(in_parties)")}, {_all_or_none("out_parties", "sum(out_parties)")},
                {_WATCHED}"""


def _share(weight: str, where: str) -> str:
    return f"sum(CASE WHEN {where} THEN {weight} ELSE 0 END) / nullif(sum({weight}), 0)"


def _mean(column: str, weight: str) -> str:
    """The mean of those that there are, weighted."""
    known = f"sum(CASE WHEN {column} IS NOT NULL THEN {weight} ELSE 0 END)"
    return f"sum({column} * ({weight})) / nullif({known}, 0)"


def _interval_view(w: Words, table: str, columns: str) -> str:
    return f"""
            SELECT g.tenant, g.store, g.gateway, s.source AS camera, {columns}, {w.start("t")} AS interval_start,
                t.interval_s, t.observed_s, t.degraded
            FROM {of_rows(table, "t")}"""


def _quarter(w: Words, name: str) -> str:
    return f"tenant, store, camera, {name}, {w.quarter.format(time='interval_start')} AS quarter"
