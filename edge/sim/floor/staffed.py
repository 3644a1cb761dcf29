"""A shop floor with two doors and a back room: customers, and staff who come out of the back room and go back."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from edge.sim.floor.doors import DoorDay, Passing, aim, door_day
from edge.sim.floor.walk import Place, Rect, Walk

# Where the back room's door is; customers do not come so far.
BACK = Rect(4.2, 4.4, 6.4, 7.0)
EVERY_S = 20.0
OUTSIDE_Y = -1.5
# Whoever steps out for a moment does so for so long, seconds.
AWAY_S = (1.0, 5.0)


@dataclass(frozen=True)
class StaffedDay:
    """Customers and staff from begin to end.

    Attributes:
        walks: the customers' first, the staff's from `first_staff` on.
        first_staff: the number of the first of the staff.
    """

    walks: Sequence[Walk]
    seconds: float
    first_staff: int

    def truth(self) -> tuple[list[Passing], list[Passing]]:
        """Who went through a door: customers, and staff."""
        customers, staff = self.walks[: self.first_staff], self.walks[self.first_staff :]
        return DoorDay(customers, self.seconds).truth(), DoorDay(staff, self.seconds).truth()


def staffed_day(seconds: float, dice: np.random.Generator) -> StaffedDay:
    """The customers of `door_day`, and every twenty seconds or so one of the staff who steps out and comes back.

    Args:
        seconds: how long.
        dice: decides.
    """
    customers = list(door_day(seconds, dice).walks)
    staff, at = list[Walk](), 5.0
    while at < seconds - 30:
        staff.append(_errand(at, dice))
        at += float(dice.exponential(EVERY_S))
    return StaffedDay([*customers, *staff], seconds, len(customers))


def _errand(at: float, dice: np.random.Generator) -> Walk:
    walk = Walk(float(dice.uniform(1.55, 1.9)), float(dice.uniform(0.9, 1.5)), float(dice.uniform(0, 6)))
    x = aim([], dice)
    room: Place = (float(dice.uniform(4.8, 5.6)), float(dice.uniform(5.2, 6.2)))
    walk.begin(at, room)
    walk.go((x, 2.8))
    walk.go((x, 1.2))
    walk.go((x + float(dice.normal(0, 0.2)), OUTSIDE_Y))
    walk.stay(walk.until + float(dice.uniform(*AWAY_S)))
    walk.go((x, 1.2))
    walk.go((x, 2.8))
    walk.go(room)
    return walk
