"""A time of day in the configuration, by the shop's own clock. Pure."""

import re
from datetime import time

from edge.config.rules import FieldError

_TEXT = re.compile(r"[0-9]{2}:[0-9]{2}(:[0-9]{2})?")


class TimeOfDay(time):
    """A local time; in a file TOML's own ``09:00:00``, or the text ``"09:00"`` that people write."""


def time_of_day(kind: type, value: object) -> TimeOfDay:
    """What `msgspec.convert` takes as ``dec_hook``: the one type of the models that it does not know itself.

    Args:
        kind: `TimeOfDay`.
        value: as TOML has it.

    Raises:
        FieldError: it is no time of day.
        NotImplementedError: another type is asked for.
    """
    if kind is not TimeOfDay:
        raise NotImplementedError(f"{kind} cannot stand in a configuration")
    if isinstance(value, time):
        return TimeOfDay(value.hour, value.minute, value.second)
    if isinstance(value, str) and _TEXT.fullmatch(value):
        try:
            return TimeOfDay.fromisoformat(value)
        except ValueError:
            pass  # 25:00: told below as any other
    raise FieldError(f'expected a time of day such as "09:00" or 21:30:00, found {value!r}')
