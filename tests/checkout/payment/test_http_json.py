"""The HTTP/JSON adapter against a real port: good answers, bad ones, slow ones, none."""

import json
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar

import pytest

from edge.checkout.payment.adapter import Outcome
from edge.checkout.payment.http_json import LONGEST_ANSWER, HttpJsonTerminal
from edge.errors import ConfigError
from edge.sim.payment import SimulatedTerminal

TIMEOUT_S = 0.4


@dataclass
class Port:
    """A bridge on loopback with a simulated terminal behind it; `instead` is answered where it is set."""

    number: int = 0
    instead: bytes | None = None
    status: int = 200
    drip_s: float = 0.0
    asked: list[tuple[str, str, bytes]] = field(default_factory=list)
    terminal: SimulatedTerminal = field(default_factory=lambda: SimulatedTerminal(1))

    def answer(self, method: str, path: str, body: bytes) -> bytes:
        self.asked.append((method, path, body))
        if self.instead is not None:
            return self.instead
        attempt_id, _, verb = path.removeprefix("/v1/payments/").partition("/")
        if method == "PUT":
            got = self.terminal.start(attempt_id, **json.loads(body))
        else:
            calls = {"": self.terminal.status, "cancel": self.terminal.cancel, "reverse": self.terminal.reverse}
            got = calls[verb](attempt_id)
        names = ("attempt_id", "outcome", "amount", "currency", "reference")
        return json.dumps({name: getattr(got, name) for name in names}).encode()


class Handler(BaseHTTPRequestHandler):
    port: ClassVar[Port]

    def _serve(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        answer = self.port.answer(self.command, self.path, body)
        self.send_response(self.port.status)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        try:
            for n in range(len(answer)) if self.port.drip_s else ():
                self.wfile.write(answer[n : n + 1])
                time.sleep(self.port.drip_s)
            if not self.port.drip_s:
                self.wfile.write(answer)
        except OSError:
            pass

    do_PUT = do_GET = do_POST = _serve  # noqa: N815 - the base class's names

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def port() -> Iterator[Port]:
    Handler.port = Port()
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    Handler.port.number = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield Handler.port
    server.shutdown()
    server.server_close()
    thread.join()


def terminal(port: Port) -> HttpJsonTerminal:
    return HttpJsonTerminal("127.0.0.1", port.number, timeout_s=TIMEOUT_S)


def test_the_four_calls(port: Port) -> None:
    adapter = terminal(port)
    got = adapter.start("sco-1.42.1", 1230, "CNY")
    assert (got.outcome, got.amount, got.currency, got.reference) == (Outcome.APPROVED, 1230, "CNY", "T000001")
    assert adapter.start("sco-1.42.1", 1230, "CNY") == got
    assert adapter.status("sco-1.42.1") == got
    assert adapter.cancel("sco-1.42.1").outcome is Outcome.APPROVED
    assert adapter.reverse("sco-1.42.1").outcome is Outcome.REVERSED
    assert port.terminal.charges == {"sco-1.42.1": 1}
    assert port.asked[0] == ("PUT", "/v1/payments/sco-1.42.1", b'{"amount": 1230, "currency": "CNY"}')
    assert [asked[:2] for asked in port.asked[2:]] == [
        ("GET", "/v1/payments/sco-1.42.1"),
        ("POST", "/v1/payments/sco-1.42.1/cancel"),
        ("POST", "/v1/payments/sco-1.42.1/reverse"),
    ]


@pytest.mark.parametrize(
    "instead",
    [
        b"",
        b"<html>",
        b"[]",
        b'{"attempt_id": "a"}',
        b'{"attempt_id": "a", "outcome": "paid"}',
        b'{"attempt_id": "b", "outcome": "approved"}',
        b'{"attempt_id": "a", "outcome": "approved", "amount": 99}',
        b'{"attempt_id": "a", "outcome": "approved", "currency": "EUR"}',
        b'{"attempt_id": "a", "outcome": "approved", "amount": "100"}',
        b'{"attempt_id": "a", "outcome": "approved"}' + b" " * LONGEST_ANSWER,
        b"\xff\xfe",
    ],
)
def test_an_answer_that_is_none_is_unknown(port: Port, instead: bytes) -> None:
    port.instead = instead
    got = terminal(port).start("a", 100, "CNY")
    assert got.outcome is Outcome.UNKNOWN
    assert got.message.startswith("expected")


@pytest.mark.parametrize("status", [201, 302, 404, 409, 500])
def test_another_status_is_unknown(port: Port, status: int) -> None:
    port.status = status
    assert terminal(port).start("a", 100, "CNY").outcome is Outcome.UNKNOWN


def test_a_card_number_in_an_answer_is_masked(port: Port) -> None:
    port.instead = b'{"attempt_id": "a", "outcome": "approved", "message": "4111 1111 1111 1111", "pan": "x"}'
    assert terminal(port).status("a").message == "************1111"
    port.instead = b'{"attempt_id": "a", "outcome": "4111111111111111"}'
    assert "4111111111111111" not in terminal(port).status("a").message


def test_nobody_there_is_unknown() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        number = server.getsockname()[1]
    assert HttpJsonTerminal("127.0.0.1", number).status("a").outcome is Outcome.UNKNOWN


def test_one_that_never_answers_is_unknown_in_time() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        began = time.monotonic()
        adapter = HttpJsonTerminal("127.0.0.1", server.getsockname()[1], timeout_s=TIMEOUT_S)
        assert adapter.status("a").outcome is Outcome.UNKNOWN
        assert time.monotonic() - began < 3 * TIMEOUT_S


def test_one_that_trickles_is_unknown_in_time(port: Port) -> None:
    port.drip_s = 0.05
    began = time.monotonic()
    assert terminal(port).start("a", 100, "CNY").outcome is Outcome.UNKNOWN
    assert time.monotonic() - began < 3 * TIMEOUT_S


def test_only_this_machine_or_one_that_is_allowed_is_asked() -> None:
    with pytest.raises(ConfigError, match="on this machine"):
        HttpJsonTerminal("pay.example.com", 80)
    HttpJsonTerminal("10.0.0.9", 8080, allowed_hosts=["10.0.0.9"])
    HttpJsonTerminal("::1", 8080)


@pytest.mark.parametrize(("number", "timeout_s"), [(0, 1.0), (65536, 1.0), (80, 0.0)])
def test_what_cannot_be_is_refused(number: int, timeout_s: float) -> None:
    with pytest.raises(ConfigError, match="expected"):
        HttpJsonTerminal("127.0.0.1", number, timeout_s=timeout_s)


def test_an_id_that_would_change_the_path_is_never_sent(port: Port) -> None:
    with pytest.raises(ConfigError, match="attempt id"):
        terminal(port).status("../admin")
    assert port.asked == []
