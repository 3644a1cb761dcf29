"""What was sent and comes back, as two-wire RS-485 adapters may do it, is taken out of what is received. Pure."""

# An echo comes as soon as the bytes are on the wire, a USB adapter's 16 ms included; later it is none.
WAIT_S = 0.2
# More than all requests that can be under way.
MOST_BYTES = 1024


class EchoFilter:
    """Expects what was sent before anything else, byte for byte.

    The first byte that differs shows that there is no echo: then all that was held back is given out, and nothing is
    expected any more until more is sent. A part of an echo counts as one only when the rest follows.
    """

    def __init__(self) -> None:
        self._expected = b""
        self._held = b""  # begins like the echo; may turn out to be an answer
        self._since = float("-inf")

    def sent(self, data: bytes, at: float) -> None:
        """These bytes went out at monotonic second `at`."""
        if at - self._since > WAIT_S:
            self._expected = b""
        if len(self._expected) + len(data) <= MOST_BYTES:
            self._expected += data
        self._since = at

    def received(self, data: bytes, at: float) -> bytes:
        """What of `data`, and of bytes held back before, is no echo; `data` may be empty, to ask whether it is late."""
        data, self._held = self._held + data, b""
        if not self._expected or at - self._since > WAIT_S:
            self._expected = b""
            return data
        if data.startswith(self._expected):
            rest = data[len(self._expected) :]
            self._expected = b""
            return rest
        if self._expected.startswith(data):
            self._held = data
            return b""
        self._expected = b""
        return data

    def reset(self) -> None:
        """Expect nothing: the port was opened anew."""
        self._expected = self._held = b""
