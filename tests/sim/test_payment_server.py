"""The simulated terminal over HTTP, asked by the reference adapter."""

from http import HTTPStatus

import pytest

from edge.checkout.payment.adapter import Outcome
from edge.checkout.payment.http_json import HttpJsonTerminal
from edge.sim.payment import BAD_LINE, SimulatedTerminal
from edge.sim.payment_server import PaymentServer

FINAL = {Outcome.APPROVED, Outcome.DECLINED}


def test_an_attempt_is_charged_once_however_often_it_is_sent() -> None:
    terminal = SimulatedTerminal(1)
    with PaymentServer(terminal) as server:
        adapter = HttpJsonTerminal("127.0.0.1", server.port)
        got = adapter.start("a.1", 1230, "CNY")
        assert (got.outcome, got.amount, got.currency) == (Outcome.APPROVED, 1230, "CNY")
        assert adapter.start("a.1", 1230, "CNY") == adapter.status("a.1") == got
        assert adapter.cancel("a.1").outcome is Outcome.APPROVED
        assert adapter.reverse("a.1").outcome is Outcome.REVERSED
    assert terminal.charges == {"a.1": 1}


def test_on_a_bad_line_the_truth_comes_by_asking() -> None:
    terminal = SimulatedTerminal(3, BAD_LINE)
    with PaymentServer(terminal) as server:
        adapter = HttpJsonTerminal("127.0.0.1", server.port)
        for n in range(10):
            told = next(got for _ in range(200) if (got := adapter.start(f"a.{n}", 100, "CNY").outcome) in FINAL)
            assert terminal.truth(f"a.{n}") is told
    assert set(terminal.charges.values()) <= {1}


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("GET", "/", b"", HTTPStatus.NOT_FOUND),
        ("GET", "/v1/payments/../x", b"", HTTPStatus.NOT_FOUND),
        ("GET", "/v1/payments/a/cancel", b"", HTTPStatus.METHOD_NOT_ALLOWED),
        ("PUT", "/v1/payments/a", b"", HTTPStatus.BAD_REQUEST),
        ("PUT", "/v1/payments/a", b'{"amount": 0, "currency": "CNY"}', HTTPStatus.BAD_REQUEST),
        (
            "PUT",
            "/v1/payments/a",
            b'{"amount": 1, "currency": "CNY", "pan": "4111111111111111"}',
            HTTPStatus.BAD_REQUEST,
        ),
    ],
)
def test_a_request_that_is_none_is_refused_and_charges_nothing(
    method: str, path: str, body: bytes, status: HTTPStatus
) -> None:
    terminal = SimulatedTerminal(1)
    with PaymentServer(terminal) as server:
        assert server.answer(method, path, body)[0] is status
    assert terminal.charges == {}
