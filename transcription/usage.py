"""Statistics of what was transcribed: numbers only, by hour, day or week."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class Period(StrEnum):
    """What one bar of a chart stands for."""

    HOUR = "hour"
    DAY = "day"
    WEEK = "week"


SHOWN: Mapping[Period, int] = {Period.HOUR: 24, Period.DAY: 30, Period.WEEK: 26}
"""How many of them are looked at, the one that is not over included."""
_LENGTHS = {Period.HOUR: timedelta(hours=1), Period.DAY: timedelta(days=1), Period.WEEK: timedelta(weeks=1)}


@dataclass(frozen=True, slots=True)
class Bar:
    """One hour, day or week, by the time of this machine."""

    starts_at: datetime
    notes: int
    audio_s: float


@dataclass(frozen=True, slots=True)
class Statistics:
    """Jobs that ended within the periods that are shown; all times are seconds.

    `wait_s` has the median and the 95th percentile from a job's coming to its transcript, None where there is none;
    `rtf` seconds of work for a second of audio by model, and `failures` how many failed by the code of the error.
    """

    period: Period
    bars: tuple[Bar, ...]
    people: int
    wait_s: tuple[float, float] | None
    rtf: Mapping[str, float]
    failures: Mapping[str, int]

    @property
    def notes(self) -> int:
        """How many became text."""
        return sum(bar.notes for bar in self.bars)

    @property
    def audio_s(self) -> float:
        """How long those are together."""
        return sum(bar.audio_s for bar in self.bars)


def starts(period: Period, now: datetime, count: int) -> list[datetime]:
    """When each of the last periods begins, oldest first; `now` and they are local and say no zone."""
    start = now.replace(minute=0, second=0, microsecond=0)
    if period is not Period.HOUR:
        start = start.replace(hour=0)
    if period is Period.WEEK:
        start -= timedelta(days=start.weekday())
    return [start - _LENGTHS[period] * back for back in reversed(range(count))]
