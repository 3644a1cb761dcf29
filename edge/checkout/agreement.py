"""When a code that a camera shows is believed: a right check digit alone is wrong one time in ten. Pure."""

from collections import Counter
from collections.abc import Iterable

# Codes in view at a time; more is rubbish.
MOST_CODES = 64


class Ballot:
    """The readings of one picture, made in different ways.

    A code wins with enough votes, and with several times those of the next one: a blurred picture gives a wrong code
    the same way more than once, but then other ones too.
    """

    def __init__(self, votes: int = 3, lead: int = 3) -> None:
        """No vote was cast.

        Args:
            votes: how many a winner needs.
            lead: how many times the votes of the next one.
        """
        self._votes, self._lead = votes, lead
        self._cast: Counter[str] = Counter()

    def cast(self, codes: Iterable[str]) -> None:
        """One way of reading, and the codes that it gave; each has one vote."""
        self._cast.update(set(codes))

    def winner(self) -> str | None:
        """The code that is believed; None when there is none (yet)."""
        (code, votes), (_, next_votes) = [*self._cast.most_common(2), ("", 0), ("", 0)][:2]
        return code if votes >= self._votes and votes >= self._lead * next_votes else None

    def is_unanimous(self) -> bool:
        """Whether there is a winner and nothing else was read."""
        return self.winner() is not None and len(self._cast) == 1


class FrameAgreement:
    """The codes of a live picture: one is believed when it was seen in enough frames shortly after each other."""

    def __init__(self, window_s: float = 0.5) -> None:
        """Nothing was seen.

        Args:
            window_s: a code that was not seen for so long begins anew.
        """
        self._window_s = window_s
        # Code → frames that it was in without a pause, and when the last one was taken.
        self._seen: dict[str, tuple[int, float]] = {}

    def see(self, codes: Iterable[tuple[str, int]], at: float) -> list[str]:
        """The codes that are believed now; each again with every frame that shows it.

        Args:
            codes: what is in the frame, each with the number of frames that it needs.
            at: when the frame was taken, in monotonic seconds.
        """
        self._seen = {code: (n, last) for code, (n, last) in self._seen.items() if at - last < self._window_s}
        believed = []
        for code, needed in dict(codes).items():
            n = min(self._seen.pop(code, (0, at))[0] + 1, needed)
            self._seen[code] = n, at
            if n >= needed:
                believed.append(code)
        while len(self._seen) > MOST_CODES:
            del self._seen[next(iter(self._seen))]
        return believed
