"""What an operator of many shops does from afar: commands with replies, and configuration on trial.

    …/cmd/{name}, …/cfg/desired ─▶ uplink ─▶ OrderBook (SQLite) ─▶ agents, and the supervisor's Steward
    …/reply/…,    …/cfg/reported ◀─ uplink ◀────────┘ outcomes

Nothing that arrives names a program, a file or a host that the box's own configuration does not allow.
"""
