"""What a trace needs to go on: since when something is received, and the span that is worked in, as the W3C writes it.

Each asyncio task has its own, which tasks that it starts inherit.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Arrival:
    """When something came in (`time.monotonic`), and the `traceparent` header that came with it, unchecked."""

    at_s: float
    traceparent: str | None


ARRIVAL: ContextVar[Arrival | None] = ContextVar("arrival", default=None)
TRACEPARENT: ContextVar[str | None] = ContextVar("traceparent", default=None)
"""The span that a recording is worked on in, for whoever sends it elsewhere; None where nothing is traced."""


@contextmanager
def receiving(traceparent: str | None = None) -> Iterator[None]:
    """Have the traces of recordings that are submitted inside begin now, or go on with a caller's."""
    token = ARRIVAL.set(Arrival(time.monotonic(), traceparent))
    try:
        yield
    finally:
        ARRIVAL.reset(token)
