"""Whose turn it is on a bus where every address must be asked. Pure.

Round robin at a steady beat. An address that does not answer is asked ever more rarely, so that a dead plate costs
the others little, and is found again soon after it is back.
"""

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass

# A beat that a stall held up is made good when it is no older than this; older ones are lost.
LATE_S = 0.5
# One lost answer is a disturbance, and the address keeps its beat. From the second on it waits so long, then twice
# as long, and so on.
FIRST_PAUSE_S = 0.2
LONGEST_PAUSE_S = 1.6
# The longest pause is not less than so many times what the vain question cost; the silent ones together wait so many
# times that cost after each vain question, while others answer.
PAUSE_COSTS = 6.0
SHARED_COSTS = 3.0


@dataclass(slots=True)
class _Turn:
    """What is kept of one address.

    `due` is None until it is asked for the first time; `missed` counts since its last answer.
    """

    address: int
    due: float | None = None
    asked: float = 0.0
    missed: int = 0

    @property
    def silent(self) -> bool:
        return self.missed > 1


class PollSchedule:
    """The turns of one bus.

    Of ten addresses on a full bus, with answers awaited for 0.3 s at most, one dead one costs the other nine less than
    a tenth of their rate; when it is back it is asked within 2 s. Several dead ones share a quarter of the bus, and
    then are asked more rarely.
    """

    def __init__(self, addresses: Iterable[int], interval_s: float) -> None:
        """All are due.

        Args:
            addresses: each once, in the order of their first turns.
            interval_s: how often each is asked, in seconds; as often as the bus allows when 0.
        """
        self._interval_s = interval_s
        self._turns = deque(_Turn(address) for address in addresses)
        self._by_address = {turn.address: turn for turn in self._turns}
        self._silent_from = float("-inf")

    def take(self, at: float) -> int | None:
        """The address to ask at second `at`, which counts as asked; None when none is due.

        Of those that are due it is the one asked longest ago.
        """
        share = at >= self._silent_from or all(turn.silent for turn in self._turns)
        for turn in self._turns:
            if (turn.due is None or turn.due <= at) and (share or not turn.silent):
                break
        else:
            return None
        self._turns.remove(turn)
        self._turns.append(turn)
        on_time = turn.due is not None and at - turn.due <= LATE_S
        turn.due = (turn.due if on_time and turn.due is not None else at) + self._interval_s
        turn.asked = at
        return turn.address

    def answered(self, address: int) -> None:
        """The address that was asked last answered, whatever it said."""
        self._by_address[address].missed = 0

    def missed(self, address: int, at: float) -> None:
        """The address that was asked last did not answer, and at second `at` the wait was over."""
        turn = self._by_address[address]
        turn.missed += 1
        if not turn.silent:
            return
        cost = max(0.0, at - turn.asked)
        longest = max(LONGEST_PAUSE_S, PAUSE_COSTS * cost)
        turn.due = at + min(longest, FIRST_PAUSE_S * 2.0 ** min(turn.missed - 2, 16))
        self._silent_from = at + SHARED_COSTS * cost

    def reset(self) -> None:
        """The bus was opened anew: all are due, and none is taken for dead."""
        for turn in self._turns:
            turn.due, turn.missed = None, 0
        self._silent_from = float("-inf")
