"""The lane's own port for its screen: HTTP and JSON on this box. What it speaks: deploy/kiosk-http.md."""

import contextlib
import hmac
import json
import queue
import threading
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.resources import files
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit

import msgspec
import structlog

from edge.checkout.session.inputs import Action, Attended, Key, Pressed
from edge.checkout.session.screen import Screen
from edge.errors import ConfigError

LONGEST_BODY, LONGEST_TEXT, LONGEST_NUMBER = 4096, 200, 18
REQUEST_TIMEOUT_S, LONGEST_POLL_S = 5.0, 25.0
# Orders that wait for the lane, and screens that wait for news.
MOST_WAITING, MOST_POLLS = 64, 16
JSON_TYPE, PAGE_TYPE = "application/json", "text/html; charset=utf-8"
PAGE_POLICY = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; connect-src 'self'"

_log = structlog.get_logger()


class Press(msgspec.Struct, forbid_unknown_fields=True):
    """A key of the shopper's."""

    key: Key
    line: int | None = None
    quantity: int | None = None


class Choose(msgspec.Struct, forbid_unknown_fields=True):
    """Goods without a code, picked on the screen."""

    key: str
    quantity: int = 1


class Code(msgspec.Struct, forbid_unknown_fields=True):
    """A code that was typed in by hand."""

    code: str


class Attend(msgspec.Struct, forbid_unknown_fields=True):
    """What an attendant does."""

    action: Action
    badge: str
    reason: str = ""
    line: int | None = None
    session: str = ""


Order = Pressed | Attended | Choose | Code
BODIES: dict[str, type[Press | Choose | Code | Attend]] = {
    "/press": Press,
    "/choose": Choose,
    "/code": Code,
    "/attend": Attend,
}


class KioskPort:
    """Serves one lane's screen. Use as a context manager.

    Attributes:
        port: where it listens.
    """

    def __init__(self, host: str, port: int, token: str = "") -> None:
        """It listens, but does not answer yet.

        Args:
            host: the address.
            port: 0 for any that is free.
            token: what an attendant's screen has to show; empty for none.

        Raises:
            ConfigError: the address cannot be listened on.
        """
        self._orders: queue.Queue[Order] = queue.Queue(MOST_WAITING)
        self._shown, self._number = b"{}", 0
        self._changed = threading.Condition()
        self._token = token
        self._closed = False
        self._polls = threading.BoundedSemaphore(MOST_POLLS)
        try:
            self._server = ThreadingHTTPServer((host, port), _handler(self))
        except OSError as error:
            raise ConfigError(
                f"expected an address to listen on, found {host}:{port} ({error.strerror}); 0 turns the screen off",
                "lane.screen_port",
            ) from None
        self._server.daemon_threads = True
        self.port = int(self._server.server_address[1])
        self.hosts = {f"{name}:{self.port}" for name in (host, "localhost", "127.0.0.1")}
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), name="kiosk", daemon=True)

    def show(self, screen: Screen) -> None:
        """Show this from now on."""
        shown = msgspec.json.encode(screen)
        with self._changed:
            if shown != self._shown:
                self._shown, self._number = shown, self._number + 1
                self._changed.notify_all()

    def orders(self) -> list[Order]:
        """What was pressed since the last call."""
        found = []
        while not self._orders.empty():
            found.append(self._orders.get_nowait())
        return found

    def screen_after(self, number: int) -> bytes:
        """The screen, once it is another one than that; or after a while, and at once when too many wait already."""
        patient = self._polls.acquire(blocking=False)
        try:
            with self._changed:
                self._changed.wait_for(
                    lambda: self._number != number or self._closed, LONGEST_POLL_S if patient else 0.0
                )
                return b'{"number": %d, "screen": %b}\n' % (self._number, self._shown)
        finally:
            if patient:
                self._polls.release()

    def take(self, path: str, body: bytes, token: str) -> tuple[HTTPStatus, str]:
        """One order; status and a line on it."""
        kind = BODIES.get(path)
        if kind is None:
            return HTTPStatus.NOT_FOUND, f"expected {', '.join(BODIES)}, found {path[:60]}"
        if kind is Attend and not self._may_attend(token):
            return HTTPStatus.FORBIDDEN, "expected the attendants' token, found another or none"
        try:
            self._orders.put_nowait(_order(kind, body))
        except _RefusedError as error:
            return HTTPStatus.BAD_REQUEST, str(error)
        except queue.Full:
            return HTTPStatus.SERVICE_UNAVAILABLE, "expected a lane that keeps up, found one that does not; try again"
        return HTTPStatus.ACCEPTED, "taken"

    def _may_attend(self, token: str) -> bool:
        return not self._token or hmac.compare_digest(token.encode(), f"Bearer {self._token}".encode())

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._changed:
            self._closed = True
            self._changed.notify_all()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class _RefusedError(ValueError):
    """What was sent makes no sense; says why in one line."""


def _order(kind: type[Press | Choose | Code | Attend], body: bytes) -> Order:
    """What a body means."""
    try:
        read = msgspec.json.decode(body, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise _RefusedError(f"expected {kind.__name__} as JSON: {error}") from None
    if any(isinstance(value, str) and len(value) > LONGEST_TEXT for value in msgspec.structs.astuple(read)):
        raise _RefusedError(f"expected texts of at most {LONGEST_TEXT} characters, found a longer one")
    if isinstance(read, Attend):
        if not read.badge:
            raise _RefusedError("expected a badge that says who attends, found an empty one")
        return Attended(action=read.action, badge=read.badge, reason=read.reason, line=read.line, session=read.session)
    if isinstance(read, Press):
        return Pressed(key=read.key, line=read.line, quantity=read.quantity)
    return read


def _handler(kiosk: KioskPort) -> type[BaseHTTPRequestHandler]:
    class Handler(_Handler):
        port = kiosk

    return Handler


class _Handler(BaseHTTPRequestHandler):
    port: KioskPort
    timeout = REQUEST_TIMEOUT_S
    server_version = "store-edge"
    sys_version = ""

    def do_GET(self) -> None:  # the name is http.server's
        url = urlsplit(self.path)
        if not self._is_for_us():
            return
        if url.path == "/screen":
            after = parse_qs(url.query).get("after", [""])[0]
            number = int(after) if after.isascii() and after.isdecimal() and len(after) <= LONGEST_NUMBER else -1
            self._answer(HTTPStatus.OK, JSON_TYPE, self.port.screen_after(number))
        elif url.path == "/":
            page = files("edge.checkout").joinpath("kiosk_page.html").read_bytes()
            self._answer(HTTPStatus.OK, PAGE_TYPE, page)
        else:
            self._say(HTTPStatus.NOT_FOUND, "expected / or /screen")

    def do_POST(self) -> None:  # the name is http.server's
        if not self._is_for_us():
            return
        if self.headers.get_content_type() != JSON_TYPE:
            # What a page of somewhere else can send without being asked first is never this.
            self._say(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, f"expected Content-Type {JSON_TYPE}")
            return
        length = self.headers.get("Content-Length", "")
        if not length.isdecimal() or int(length) > LONGEST_BODY:
            self._say(HTTPStatus.BAD_REQUEST, f"expected a body of at most {LONGEST_BODY} bytes")
            return
        body = self.rfile.read(int(length))
        self._say(*self.port.take(urlsplit(self.path).path, body, self.headers.get("Authorization", "")))

    def _is_for_us(self) -> bool:
        """A page of somewhere else, whose name was made to mean this box, is turned away."""
        if self.headers.get("Host", "") in self.port.hosts:
            return True
        self._say(HTTPStatus.FORBIDDEN, "expected this box as the host")
        return False

    def _say(self, status: HTTPStatus, text: str) -> None:
        self._answer(status, JSON_TYPE, json.dumps({"message": text}).encode() + b"\n")

    def _answer(self, status: HTTPStatus, kind: str, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "no-store")
        self.send_header("Content-Security-Policy", PAGE_POLICY)
        with contextlib.suppress(ConnectionError):  # a page that is loaded again hangs up
            self.end_headers()
            self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002, ANN401 - http.server's signature
        _log.debug("request", line=format % args)
