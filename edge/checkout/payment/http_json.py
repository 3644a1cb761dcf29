r"""The reference adapter: a payment terminal, or an integrator's bridge to one, behind a local HTTP/JSON port.

The port answers these four, each with 200 and the JSON of the attempt::

    PUT  /v1/payments/{attempt_id}            {"amount": 1230, "currency": "CNY"}      start
    GET  /v1/payments/{attempt_id}                                                     status
    POST /v1/payments/{attempt_id}/cancel                                              cancel
    POST /v1/payments/{attempt_id}/reverse                                             reverse

    {"attempt_id": "sco-1.42.1", "outcome": "pending", "amount": 1230, "currency": "CNY",
     "reference": "0815", "method": "card", "message": ""}

`attempt_id` and `outcome` (pending, approved, declined, cancelled, reversed, unknown) are required, the others may be
left out, more may be there and are not read. Amounts are minor units. PUT of an id that is known changes nothing and
answers as GET does; POST cancel of an unknown id is remembered. PUT answers at once with pending and never waits for
the card. Any other status than 200, an answer that is not this JSON, that is about another attempt or another amount,
and none in time are the outcome UNKNOWN. Card numbers do not belong in any field; what looks like one is masked.
"""

import contextlib
import http.client
import ipaddress
import json
import socket
import threading
from collections.abc import Collection

import msgspec

from edge.checkout.payment.adapter import Outcome, PaymentResult, demand_amount, demand_attempt, result
from edge.errors import ConfigError

LONGEST_ANSWER = 64 * 1024


class _Answer(msgspec.Struct, frozen=True):
    attempt_id: str
    outcome: Outcome
    amount: int | None = None
    currency: str = ""
    reference: str = ""
    method: str = ""
    message: str = ""


class HttpJsonTerminal:
    """One terminal behind a local port. One connection a call: there is none that could be half dead."""

    def __init__(self, host: str, port: int, *, timeout_s: float = 5.0, allowed_hosts: Collection[str] = ()) -> None:
        """Nothing is connected yet.

        Args:
            host: this machine's loopback, or one of `allowed_hosts`; nothing encrypts what is sent.
            port: 1 to 65535.
            timeout_s: to connect, and again for the whole answer, however slowly it trickles in.
            allowed_hosts: other machines that may be asked.

        Raises:
            ConfigError: one of them cannot be.
        """
        if not (_is_loopback(host) or host in allowed_hosts):
            raise ConfigError(
                f"expected a payment port on this machine (127.0.0.1), found {host!r}; allow that host, or bridge it"
            )
        if not 0 < port < 1 << 16:
            raise ConfigError(f"expected a port from 1 to 65535, found {port}")
        if timeout_s <= 0:
            raise ConfigError(f"expected a time-out above 0 s, found {timeout_s}")
        self._address, self._timeout_s = (host, port), timeout_s

    def start(self, attempt_id: str, amount: int, currency: str) -> PaymentResult:
        """PUT it."""
        demand_amount(amount, currency)
        answer = self._ask("PUT", attempt_id, "", {"amount": amount, "currency": currency})
        if answer.amount not in {None, amount} or answer.currency not in {"", currency}:
            found = f"{answer.amount} {answer.currency}"
            return _unknown(attempt_id, f"expected an answer on {amount} {currency}, found one on {found}")
        return answer

    def status(self, attempt_id: str) -> PaymentResult:
        """GET it."""
        return self._ask("GET", attempt_id)

    def cancel(self, attempt_id: str) -> PaymentResult:
        """POST cancel."""
        return self._ask("POST", attempt_id, "/cancel", {})

    def reverse(self, attempt_id: str) -> PaymentResult:
        """POST reverse."""
        return self._ask("POST", attempt_id, "/reverse", {})

    def _ask(
        self, method: str, attempt_id: str, suffix: str = "", body: dict[str, object] | None = None
    ) -> PaymentResult:
        demand_attempt(attempt_id)
        try:
            status, answer = self._exchange(method, f"/v1/payments/{attempt_id}{suffix}", body)
        except (OSError, http.client.HTTPException) as error:
            reason = str(error) or type(error).__name__
            return _unknown(attempt_id, f"expected an answer of the payment terminal, found none ({reason})")
        if status != http.client.OK:
            return _unknown(attempt_id, f"expected status 200 of the payment terminal, found {status}")
        return _read(attempt_id, answer)

    def _exchange(self, method: str, path: str, body: dict[str, object] | None) -> tuple[int, bytes]:
        """One request and its answer: status and body."""
        host, port = self._address
        connection = http.client.HTTPConnection(host, port, timeout=self._timeout_s)
        connection.connect()
        # The socket's own time-out begins anew with each byte; this one does not.
        watchdog = threading.Timer(self._timeout_s, _hang_up, (connection.sock,))
        watchdog.daemon = True
        watchdog.start()
        try:
            content = None if body is None else json.dumps(body)
            connection.request(method, path, content, {"Content-Type": "application/json", "Connection": "close"})
            with connection.getresponse() as response:
                return response.status, response.read(LONGEST_ANSWER + 1)
        finally:
            watchdog.cancel()
            connection.close()


def _read(attempt_id: str, body: bytes) -> PaymentResult:
    if len(body) > LONGEST_ANSWER:
        return _unknown(attempt_id, f"expected an answer of at most {LONGEST_ANSWER} bytes, found more")
    try:
        answer = msgspec.json.decode(body, type=_Answer)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        return _unknown(attempt_id, f"expected the JSON of a payment, found something else ({error})")
    if answer.attempt_id != attempt_id:
        return _unknown(attempt_id, "expected an answer on this attempt, found one on another")
    return result(
        attempt_id,
        answer.outcome,
        amount=answer.amount,
        currency=answer.currency,
        reference=answer.reference,
        method=answer.method,
        message=answer.message,
    )


def _unknown(attempt_id: str, message: str) -> PaymentResult:
    return result(attempt_id, Outcome.UNKNOWN, message=message)


def _hang_up(peer: socket.socket) -> None:
    with contextlib.suppress(OSError):  # it is closed already
        peer.shutdown(socket.SHUT_RDWR)


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
