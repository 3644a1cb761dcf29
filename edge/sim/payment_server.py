"""A simulated payment terminal behind a local HTTP/JSON port, as `edge.checkout.payment.http_json` asks it."""

import json
import re
import threading
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Self

import msgspec

from edge.checkout.payment.adapter import PaymentResult, PaymentTerminal
from edge.errors import ConfigError

PATH = re.compile(r"/v1/payments/([A-Za-z0-9._-]{1,64})(?:/(cancel|reverse))?")
LONGEST_BODY = 4096
# A client that sends nothing more is hung up on.
PATIENCE_S = 5.0


class _Charge(msgspec.Struct, forbid_unknown_fields=True):
    amount: int
    currency: str


class PaymentServer:
    """Serves one terminal on loopback while it is entered; one call reaches the terminal at a time.

    Attributes:
        port: where it listens.
    """

    def __init__(self, terminal: PaymentTerminal, port: int = 0) -> None:
        """It listens, but does not answer yet.

        Args:
            terminal: whom it asks.
            port: 0 for any that is free.
        """
        self._terminal, self._lock = terminal, threading.Lock()
        self._server = ThreadingHTTPServer(("127.0.0.1", port), _handler(self))
        self._server.daemon_threads = True
        self.port = int(self._server.server_address[1])
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)

    def answer(self, method: str, path: str, body: bytes) -> tuple[HTTPStatus, bytes]:
        """Status and JSON of one request."""
        found = PATH.fullmatch(path)
        if found is None:
            return HTTPStatus.NOT_FOUND, b"{}"
        try:
            with self._lock:
                got = self._asked(method, found[1], found[2], body)
        except (ConfigError, msgspec.DecodeError, UnicodeDecodeError) as error:
            return HTTPStatus.BAD_REQUEST, json.dumps({"message": str(error)}).encode()
        return (HTTPStatus.METHOD_NOT_ALLOWED, b"{}") if got is None else (HTTPStatus.OK, msgspec.json.encode(got))

    def _asked(self, method: str, attempt_id: str, verb: str | None, body: bytes) -> PaymentResult | None:
        match method, verb:
            case "PUT", None:
                charge = msgspec.json.decode(body, type=_Charge)
                return self._terminal.start(attempt_id, charge.amount, charge.currency)
            case "GET", None:
                return self._terminal.status(attempt_id)
            case "POST", "cancel":
                return self._terminal.cancel(attempt_id)
            case "POST", "reverse":
                return self._terminal.reverse(attempt_id)
        return None

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


def _handler(owner: PaymentServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        timeout = PATIENCE_S

        def _serve(self) -> None:
            length = self.headers.get("Content-Length", "0")
            if not length.isdecimal() or int(length) > LONGEST_BODY:
                self.send_error(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
                return
            status, answer = owner.answer(self.command, self.path, self.rfile.read(int(length)))
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        do_PUT = do_GET = do_POST = _serve  # noqa: N815 - the base class's names

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
            """Nothing: requests are no news."""

    return Handler
