"""A lane's screen port, as simulated people use it."""

import http.client
import json
from collections.abc import Mapping
from typing import Any

TIMEOUT_S = 5.0
BADGE = "sim-attendant"
CLOSED: Mapping[str, Any] = {"phase": "out_of_service", "prompt": "closed"}


class ScreenClient:
    """Looks at the screen and presses its keys."""

    def __init__(self, port: int) -> None:
        """Nothing is asked yet.

        Args:
            port: of the lane, on this box.
        """
        self._port = port

    def look(self) -> Mapping[str, Any]:
        """The screen; one that is closed while the lane does not answer."""
        try:
            shown: Mapping[str, Any] = json.loads(self._ask("GET", "/screen"))["screen"]
        except (OSError, http.client.HTTPException, ValueError, KeyError):
            return CLOSED
        return shown or CLOSED

    def press(self, what: Mapping[str, Any]) -> None:
        """A key, goods picked on the screen, or something that an attendant does; nothing while nobody answers."""
        body = {name: value for name, value in what.items() if value is not None}
        try:
            if "action" in body:
                self._ask("POST", "/attend", {"badge": BADGE, **body})
            elif "choose" in body:
                self._ask("POST", "/choose", {"key": body["choose"]})
            else:
                self._ask("POST", "/press", body)
        except (OSError, http.client.HTTPException):
            return

    def _ask(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> bytes:
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=TIMEOUT_S)
        try:
            content = None if body is None else json.dumps(body)
            connection.request(method, path, content, {"Content-Type": "application/json"})
            with connection.getresponse() as answer:
                return answer.read()
        finally:
            connection.close()
