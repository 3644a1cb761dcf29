"""The RTSF traces: what happened in each, and what their text asks for.

They are Intel's (BSD-3), lie in the shared folder, and hold made-up shoppers. Four are the written demo cases of
DemoTestcases.txt; each of those scans as many pieces as it drops, in another order, so nothing may be suspect. Of the
others the name says what is asked.
"""

import json
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any

import pytest

from tests.checkout.rtsf.rtsf_rule import Range
from tests.media import SHARED

FOLDER = SHARED / "media" / "checkout" / "rtsf-traces"
PRODUCTS = "all-products.json"
# Vision and tags: a lane of ours has neither.
NOT_OURS = frozenset({"CV-ROI", "RFID-ROI"})


class Asked(StrEnum):
    """The outcome that a case asks for."""

    CLEAN = "nothing suspect"
    SUSPECT = "suspect weight"
    NOT_OURS = "vision or tags only"


@dataclass(frozen=True)
class Case:
    """A trace and what is asked of it.

    Attributes:
        file: its name.
        asked: the outcome.
        text: why.
    """

    file: str
    asked: Asked
    text: str


CASES = (
    Case("DemoTestCase_1.json", Asked.CLEAN, "drop an apple, scan 3, drop an apple, drop an apple"),
    Case("DemoTestCase_2.json", Asked.CLEAN, "drop 2 mixes at once, scan 3, drop one; then so with 3 wines"),
    Case("DemoTestCase_3.json", Asked.CLEAN, "drop a steak twice, scan three times, drop one"),
    Case("DemoTestCase_4.json", Asked.CLEAN, "drop 2 boxes at once, scan three times, drop one"),
    Case("DemoTestCases_All.json", Asked.CLEAN, "the four above in one basket"),
    Case("missed_scan_then_rescan.json", Asked.CLEAN, "drop a wine, take it back, scan it, drop it"),
    Case("checkoutEvents.json", Asked.CLEAN, "scan and drop four goods, cameras and tags beside"),
    Case("checkoutEventsSuspect.json", Asked.SUSPECT, "drop one that is never scanned, then scan and drop three"),
    Case("all_events.json", Asked.CLEAN, "scan and drop two goods; not paid"),
    Case("all_events_all_suspect.json", Asked.SUSPECT, "scan an apple of 1 lb, drop 10 lb"),
    Case("cv_roi_events.json", Asked.NOT_OURS, "a camera sees goods at the bagging area"),
    Case("rfid_roi_events.json", Asked.NOT_OURS, "a reader sees three tags at the bagging area"),
)
DEMO = CASES[:4]


@dataclass(frozen=True)
class Happening:
    """One event of a trace.

    Attributes:
        at_s: seconds since the first.
        device: POS, Scale, CV-ROI or RFID-ROI.
        kind: scanned-item, weight, …
        data: as it came.
    """

    at_s: float
    device: str
    kind: str
    data: dict[str, Any]

    @property
    def total(self) -> Decimal:
        """What a scale shows, in pounds."""
        return Decimal(str(self.data["total"]))


@dataclass(frozen=True)
class Product:
    """A product of the traces."""

    name: str
    weight: Range


def are_here() -> bool:
    """Whether the traces are on this machine."""
    return (FOLDER / PRODUCTS).is_file()


def demand() -> None:
    """Skip the test where they are not."""
    if not are_here():
        pytest.skip(f"the RTSF traces are not on this machine (looked in {FOLDER}; STORE_EDGE_SHARED names another)")


def happenings(file: str) -> list[Happening]:
    """A trace in order; an event's waiting time is that until the next."""
    found, at_s = [], 0.0
    for one in json.loads((FOLDER / file).read_text())["checkout_events"]:
        found.append(Happening(at_s, one["device"], one["event"], one["data"]))
        at_s += float(one["wait_time"].removesuffix("s"))
    return found


def written_cases() -> list[tuple[int, int]]:
    """How many pieces each case of DemoTestcases.txt scans and drops."""
    cases: list[tuple[int, int]] = []
    for line in (FOLDER / "DemoTestcases.txt").read_text().splitlines():
        words = line.lower().split()
        pieces = next((int(word) for word in words if word.isdecimal()), 1)
        if words[:1] == ["test"]:
            cases.append((0, 0))
        elif words and cases:
            scans, drops = cases[-1]
            cases[-1] = (scans + pieces, drops) if words[0] == "scan" else (scans, drops + pieces)
    return cases


def products() -> dict[str, Product]:
    """The products of all traces, by GTIN-14."""
    rows = json.loads((FOLDER / PRODUCTS).read_text())
    return {
        row["barcode"]: Product(row["name"], Range(Decimal(str(row["min_weight"])), Decimal(str(row["max_weight"]))))
        for row in rows
    }
