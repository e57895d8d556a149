"""People: who may use this program, beyond what the settings say, and how much."""

from dataclasses import dataclass
from enum import StrEnum


class Access(StrEnum):
    """What was decided of a person, or is to be."""

    ALLOWED = "allowed"
    BANNED = "banned"
    ASKING = "asking"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Person:
    """What is known of a person. None of `access` and `minutes_per_day` means as the settings say; 0 is no limit.

    `locale` is the language that they are written to in; `weekly_at` when the weekly note that they asked for is due
    (Unix seconds).
    """

    user_id: int
    access: Access | None = None
    minutes_per_day: int | None = None
    locale: str | None = None
    weekly_at: float | None = None
