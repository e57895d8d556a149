"""The time of day, believed only while it goes as it should."""

import time
from collections.abc import Callable

STEADY_S = 3600.0
"""A clock that jumped is set right within minutes, if something sets it at all: after an hour it is believed."""
JUMP_S = 60.0
"""Clocks that are set right little by little stray by less from one look to the next."""


class Clock:
    """Unix time for what is deleted by age: a wrong clock, at start or later, must not delete at once what is kept.

    `wall` and `steady` are `time.time` and `time.monotonic` but in tests.
    """

    def __init__(self, wall: Callable[[], float] = time.time, steady: Callable[[], float] = time.monotonic) -> None:
        self._wall = wall
        self._steady = steady
        self._offset_s = wall() - steady()
        self._since_s = steady()

    def believed(self, steady_s: float = STEADY_S) -> float | None:
        """The time, or None until it has gone for so long without a jump. To be asked every minute or so."""
        wall_s, now_s = self._wall(), self._steady()
        if abs(wall_s - now_s - self._offset_s) > JUMP_S:
            self._since_s = now_s
        self._offset_s = wall_s - now_s
        return wall_s if now_s - self._since_s >= steady_s else None
