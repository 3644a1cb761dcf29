"""When to ask a scale that speaks only when asked. Pure."""

from edge.scale.driver import DriverCounts, DriverSettings


class Poller:
    """One question, again and again: not before its interval is over, and not while an answer is awaited."""

    def __init__(self, question: bytes, settings: DriverSettings, counts: DriverCounts) -> None:
        """Nothing was asked yet.

        Args:
            question: what is sent.
            settings: its `interval_s` and `timeout_s` count.
            counts: takes the timeouts.
        """
        self._question, self._settings, self._counts = question, settings, counts
        self._asked = float("-inf")
        self._awaits = False

    def request(self, at: float) -> bytes:
        """The question when it is due at second `at`, else nothing."""
        waited = at - self._asked
        if self._awaits:
            if waited < self._settings.timeout_s:
                return b""
            self._counts.timeouts += 1
            self._awaits = False
        if waited < self._settings.interval_s:
            return b""
        self._asked, self._awaits = at, True
        return self._question

    def answered(self) -> None:
        """An answer came, whatever it says: the scale listens again."""
        self._awaits = False

    def reset(self) -> None:
        """What was asked is void; the next question is due at once."""
        self._asked, self._awaits = float("-inf"), False
