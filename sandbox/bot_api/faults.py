"""Fault injection: which call fails, how, and how often."""

from __future__ import annotations

import random
from dataclasses import dataclass, fields

from sandbox.telegram.errors import bad_request
from sandbox.telegram.model import Json

KINDS = frozenset(
    {
        "flood",  # 429 with retry_after; no effect
        "bad_gateway",  # 502 with a page of HTML; no effect
        "bad_page",  # the same in an encoding that is not the one it names
        "error",  # any `code` and `text`; no effect
        "unavailable",  # what getFile says when the server's own download failed; no effect
        "hang",  # `seconds` pass before anything happens
        "hang_after",  # the effect happens, the answer comes `seconds` later
        "reset",  # the connection breaks; no effect
        "reset_after",  # the effect happens, the answer is lost
        "truncate",  # a download that ends after `fraction` of its bytes
        "slow",  # a download at `bytes_per_s`
    }
)
DOWNLOAD = "download"
WEBHOOK = "webhook"


@dataclass(frozen=True, kw_only=True)
class Fault:
    """A fault to inject; `method` is a method's name in any case, or `*` for all methods.

    `download` stands for file downloads, and `webhook` for calls to the bot, which know `reset` and `reset_after`.
    It applies with `probability`, at most `times` times (None: for ever).
    """

    method: str
    kind: str
    times: int | None = 1
    probability: float = 1.0
    retry_after: int = 1
    seconds: float = 0.0
    code: int = 500
    text: str = "Internal Server Error"
    fraction: float = 0.5
    bytes_per_s: int = 64 * 1024

    @classmethod
    def from_json(cls, payload: Json) -> Fault:
        """Parse a fault; raises a 400 for an unknown field or kind."""
        unknown = payload.keys() - {each.name for each in fields(cls)}
        if unknown or payload.get("kind") not in KINDS or not payload.get("method"):
            raise bad_request(f"a fault needs method and kind (one of {', '.join(sorted(KINDS))})")
        return cls(**payload)


@dataclass
class _ActiveFault:
    fault: Fault
    remaining: int | None


class FaultInjector:
    """Holds the active faults and decides which one applies to a call."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self.clear()

    def clear(self) -> None:
        """Remove all faults and seed the random generator again."""
        self._random = random.Random(self._seed)  # noqa: S311 - dice for tests, repeatable on purpose
        self._active: list[_ActiveFault] = []

    def add(self, fault: Fault) -> None:
        """Add a fault; earlier ones apply first."""
        self._active.append(_ActiveFault(fault, fault.times))

    def holds(self, fault: Fault) -> bool:
        """Whether this very fault was added and not removed."""
        return any(active.fault is fault for active in self._active)

    def remove(self, fault: Fault) -> None:
        """Remove a fault."""
        self._active = [active for active in self._active if active.fault is not fault]

    def match(self, method: str) -> Fault | None:
        """The fault that applies to this call of `method` (lower case); each match uses it up once."""
        for active in self._active:
            named = active.fault.method.lower()
            meant = named == method or (named == "*" and method not in (DOWNLOAD, WEBHOOK))
            if not meant or active.remaining == 0 or self._random.random() >= active.fault.probability:
                continue
            if active.remaining is not None:
                active.remaining -= 1
            return active.fault
        return None
