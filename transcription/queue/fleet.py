"""The workers that are there, as far as their announcements say, and what they have room for."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import structlog

from transcription.models.catalogue import final_model
from transcription.queue.contract import Offer

log = structlog.get_logger()

PREFETCH = 1
"""Tasks that wait for each worker beside those it has room for, so that it is never idle between two."""


def pool_of(models: Iterable[str]) -> str:
    """The name of the queue of all workers that have these models: docket's are first come, whatever is wanted."""
    return f"stenobot-{hashlib.sha256(' '.join(sorted(models)).encode()).hexdigest()[:12]}"


@dataclass(slots=True)
class Member:
    """A worker, and when it was last heard of (monotonic seconds)."""

    offer: Offer
    heard_at: float


class Fleet:
    """Workers by their ids. Pure: it is told what they say, and what time it is."""

    def __init__(self, gone_s: float) -> None:
        self._gone_s = gone_s
        self._members: dict[str, Member] = {}

    def __len__(self) -> int:
        return len(self._members)

    @property
    def offers(self) -> list[Offer]:
        """What the workers say of themselves."""
        return [member.offer for member in self._members.values()]

    @property
    def capacity(self) -> int:
        """How many recordings they transcribe at a time."""
        return sum(offer.capacity for offer in self.offers)

    @property
    def models(self) -> Counter[str]:
        """How many workers have each model, of those that any has."""
        return Counter(model for offer in self.offers for model in offer.models)

    def ages_s(self, now_s: float) -> dict[str, float]:
        """For how long each was not heard of."""
        return {worker: now_s - member.heard_at for worker, member in self._members.items()}

    def hear(self, offer: Offer, now_s: float) -> bool:
        """A worker says what it is; returns whether that is news."""
        former = self._members.get(offer.worker)
        if offer.is_leaving:
            return self._members.pop(offer.worker, None) is not None
        if former is None:
            log.info("a worker is there", worker=offer.name, models=offer.models, capacity=offer.capacity)
        self._members[offer.worker] = Member(offer, now_s)
        return former is None or former.offer != offer

    def hear_all(self, now_s: float) -> None:
        """None of them could be heard, and all have the benefit of the doubt."""
        for member in self._members.values():
            member.heard_at = now_s

    def forget_gone(self, now_s: float) -> bool:
        """Count those out who say nothing any more; returns whether there are any."""
        gone = [worker for worker, age_s in self.ages_s(now_s).items() if age_s > self._gone_s]
        for worker in gone:
            log.warning("a worker is gone", worker=self._members.pop(worker).offer.name)
        return bool(gone)

    def has(self, pool: str) -> bool:
        """Whether there is a worker of this pool."""
        return any(pool_of(offer.models) == pool for offer in self.offers)

    def pool_for(self, model: str, handed_out: Mapping[str, int]) -> str | None:
        """The pool with the largest share of room for a model's next task; None where there is no room.

        `handed_out` is how many tasks each pool has.
        """
        rooms: dict[str, int] = {}
        for offer in self.offers:
            if model in offer.models:
                pool = pool_of(offer.models)
                rooms[pool] = rooms.get(pool, 0) + offer.capacity + PREFETCH
        shares = {pool: 1 - handed_out.get(pool, 0) / room for pool, room in rooms.items()}
        best = max(shares, key=shares.__getitem__, default=None)
        return best if best is not None and shares[best] > 0 else None

    def final_model(self, model: str, language: str | None) -> str:
        """The model of the text that stays, by what the first worker does that has this one."""
        refining = (offer.refine_model for offer in self.offers if model in offer.models)
        larger = next(refining, None)
        return final_model(model, larger, language) if larger else model
