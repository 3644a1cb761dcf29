"""Every RTSF trace: what its text asks for, what the RTSF rule says, and what our lane does.

python -m tests.checkout.rtsf.table
"""

import sys

from tests.checkout.rtsf import traces
from tests.checkout.rtsf.adapter import Ours, through_ours, through_rtsf
from tests.checkout.rtsf.rtsf_rule import RtsfRule
from tests.checkout.rtsf.traces import CASES, Asked, Case

HEAD = ("case", "asked", "RTSF rule", "ours", "not ours")


def outcome_of_rtsf(rule: RtsfRule, *, paid: bool) -> Asked:
    """What the rule told at payment; without one, what it would tell now."""
    return Asked.SUSPECT if (rule.told if paid else rule.suspects) else Asked.CLEAN


def outcome_of_ours(ours: Ours) -> Asked:
    """Whether the attendant was called. A nudge that the shopper put right is none."""
    return Asked.SUSPECT if ours.alerts else Asked.CLEAN


def row(case: Case) -> tuple[str, ...]:
    """One line of the table."""
    events = traces.happenings(case.file)
    paid = any(event.kind == "payment-start" for event in events)
    rule, ours = through_rtsf(events), through_ours(events)
    not_ours = f"{ours.ignored} camera/tag" if ours.ignored else "-"
    if case.asked is Asked.NOT_OURS:
        return (case.file, case.asked, "-", "-", not_ours)
    told = " ".join(f"{pounds} lb" for pounds in (rule.told if paid else rule.suspects))
    nudged = f"{ours.nudges} nudges" if ours.nudges != 1 else "1 nudge"
    ending = "paid" if ours.paid else "not paid"
    return (
        case.file,
        case.asked,
        f"{outcome_of_rtsf(rule, paid=paid)} {told}".strip(),
        f"{outcome_of_ours(ours)}, {nudged}, {ending}",
        not_ours,
    )


def table() -> str:
    """All cases, in columns."""
    rows = [HEAD, *(row(case) for case in CASES)]
    widths = [max(len(one[n]) for one in rows) for n in range(len(HEAD))]
    lines = ("  ".join(text.ljust(width) for text, width in zip(one, widths, strict=True)).rstrip() for one in rows)
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    if traces.are_here():
        sys.stdout.write(table())
    else:
        sys.exit(f"expected the RTSF traces in {traces.FOLDER}, found none; STORE_EDGE_SHARED names another folder")
