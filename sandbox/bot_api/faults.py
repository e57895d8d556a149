"""Misfortunes on order: which call fails, how, and how often."""

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
    """One order; `method` is a method's name in any case, or `*` for all methods.

    `download` stands for files, and `webhook` for calls to the bot, which know `reset` and `reset_after`.

    It strikes with `probability`, at most `times` times (None: for ever).
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
    def from_json(cls, order: Json) -> Fault:
        """Read an order; raises a 400 for an unknown field or kind."""
        unknown = order.keys() - {each.name for each in fields(cls)}
        if unknown or order.get("kind") not in KINDS or not order.get("method"):
            raise bad_request(f"a fault needs method and kind (one of {', '.join(sorted(KINDS))})")
        return cls(**order)


@dataclass
class _Order:
    fault: Fault
    left: int | None


class FaultInjector:
    """Holds the orders and says which one strikes a call."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self.clear()

    def clear(self) -> None:
        """Forget all orders and start the dice anew."""
        self._random = random.Random(self._seed)  # noqa: S311 - dice for tests, repeatable on purpose
        self._orders: list[_Order] = []

    def add(self, fault: Fault) -> None:
        """Take an order; earlier ones strike first."""
        self._orders.append(_Order(fault, fault.times))

    def holds(self, fault: Fault) -> bool:
        """Whether this very order was given and not taken back."""
        return any(order.fault is fault for order in self._orders)

    def remove(self, fault: Fault) -> None:
        """Take an order back."""
        self._orders = [order for order in self._orders if order.fault is not fault]

    def match(self, method: str) -> Fault | None:
        """The fault for this call of `method` (lower case), which uses it up once."""
        for order in self._orders:
            named = order.fault.method.lower()
            meant = named == method or (named == "*" and method not in (DOWNLOAD, WEBHOOK))
            if not meant or order.left == 0 or self._random.random() >= order.fault.probability:
                continue
            if order.left is not None:
                order.left -= 1
            return order.fault
        return None
