"""Each RTSF trace gives the outcome that its text asks for, as far as weight and scans can tell."""

import pytest

from tests.checkout.rtsf import traces
from tests.checkout.rtsf.adapter import through_ours, through_rtsf
from tests.checkout.rtsf.table import outcome_of_ours, outcome_of_rtsf, table
from tests.checkout.rtsf.traces import CASES, DEMO, Asked, Case

OURS = [case for case in CASES if case.asked is not Asked.NOT_OURS]


@pytest.fixture(autouse=True)
def _traces() -> None:
    traces.demand()


def paid(case: Case) -> bool:
    return any(event.kind == "payment-success" for event in traces.happenings(case.file))


@pytest.mark.parametrize("case", OURS, ids=lambda case: case.file)
def test_ours(case: Case) -> None:
    """An attendant is called where something is suspect, and nowhere else; and only then it is not paid."""
    ours = through_ours(traces.happenings(case.file))
    assert outcome_of_ours(ours) is case.asked
    assert ours.paid is (paid(case) and case.asked is Asked.CLEAN)


@pytest.mark.parametrize("case", OURS, ids=lambda case: case.file)
def test_rtsf_rule(case: Case) -> None:
    """The rule passes its own traces too, or it would be no fair comparison."""
    events = traces.happenings(case.file)
    rule = through_rtsf(events)
    assert outcome_of_rtsf(rule, paid=any(event.kind == "payment-start" for event in events)) is case.asked


@pytest.mark.parametrize(("case", "pieces"), list(zip(DEMO, [3, 6, 3, 3], strict=True)))
def test_written_cases_scan_what_they_drop(case: Case, pieces: int) -> None:
    """The outcome asked of the demo cases is read off their text: all that is dropped is scanned."""
    assert traces.written_cases()[DEMO.index(case)] == (pieces, pieces)
    scans = sum(int(event.data["quantity"]) for event in traces.happenings(case.file) if event.kind == "scanned-item")
    assert scans == pieces


@pytest.mark.parametrize("case", [case for case in CASES if case.asked is Asked.NOT_OURS], ids=lambda case: case.file)
def test_cameras_and_tags_are_not_ours(case: Case) -> None:
    """No weight, no scan: our lane does not even begin."""
    events = traces.happenings(case.file)
    ours = through_ours(events)
    assert ours.ignored == len(events)
    assert (ours.nudges, ours.alerts, ours.paid) == (0, (), False)


def test_table() -> None:
    """With `pytest -s` it is shown."""
    text = table()
    print(f"\n{text}")  # noqa: T201 - for whoever asks with -s
    head, *rows = text.splitlines()
    asked, rule, ours = head.index("asked"), head.index("RTSF rule"), head.index("ours")
    assert [one.split()[0] for one in rows] == [case.file for case in CASES]
    for case, one in zip(CASES, rows, strict=True):
        wanted = "-" if case.asked is Asked.NOT_OURS else case.asked
        assert one[asked:].startswith(case.asked)
        assert one[rule:].startswith(wanted)
        assert one[ours:].startswith(wanted)
