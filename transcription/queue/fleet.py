"""The workers that are there, as far as their announcements say, and what they have room for."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import structlog

from transcription.models.catalogue import final_model
from transcription.queue.contract import Offer

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Pool:
    """The names of the two queues of all workers that have the same models: docket's are first come.

    `free` is read by workers that have a thread for a recording, and `ahead` by those that have not, too, to fetch and
    decode it meanwhile. With one queue for both, two recordings could be with one worker while another one is idle.
    """

    free: str
    ahead: str


def pool_of(models: Iterable[str]) -> Pool:
    """The queues of the workers that have these models."""
    name = f"stenobot-{hashlib.sha256(' '.join(sorted(models)).encode()).hexdigest()[:12]}"
    return Pool(name, f"{name}-ahead")


@dataclass(slots=True)
class Member:
    """A worker, and when it was last heard of (monotonic seconds)."""

    offer: Offer
    pool: Pool
    heard_at: float


class Fleet:
    """Workers by their ids. Pure: it is told what they say, and what time it is."""

    def __init__(self, gone_s: float) -> None:
        self._gone_s = gone_s
        self._members: dict[str, Member] = {}
        self.lost: set[str] = set()
        """Names of those that were counted out, until one of that name is there again."""

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
    def room(self) -> int:
        """How many recordings they hold."""
        return sum(offer.capacity + offer.ahead for offer in self.offers)

    @property
    def models(self) -> Counter[str]:
        """How many workers have each model, of those that any has."""
        return Counter(model for offer in self.offers for model in offer.models)

    def ages_s(self, now_s: float) -> dict[str, float]:
        """For how long each was not heard of."""
        return {worker: now_s - member.heard_at for worker, member in self._members.items()}

    def receive(self, offer: Offer, now_s: float) -> bool:
        """A worker says what it is; returns whether that is news."""
        former = self._members.get(offer.worker)
        self.lost.discard(offer.name)
        if offer.is_leaving:
            return self._members.pop(offer.worker, None) is not None
        if former is None:
            log.info("a worker is there", worker=offer.name, models=offer.models, capacity=offer.capacity)
        self._members[offer.worker] = Member(offer, pool_of(offer.models), now_s)
        return former is None or former.offer != offer

    def refresh_all(self, now_s: float) -> None:
        """None of them could be heard, and all have the benefit of the doubt."""
        for member in self._members.values():
            member.heard_at = now_s

    def forget_gone(self, now_s: float) -> bool:
        """Count those out who say nothing any more; returns whether there are any."""
        gone = [worker for worker, age_s in self.ages_s(now_s).items() if age_s > self._gone_s]
        for worker in gone:
            name = self._members.pop(worker).offer.name
            self.lost.add(name)
            log.warning("a worker is gone", worker=name)
        return bool(gone)

    def has(self, queue: str) -> bool:
        """Whether there is a worker that reads this queue."""
        return any(queue in (member.pool.free, member.pool.ahead) for member in self._members.values())

    def queue_for(self, model: str, handed_out: Mapping[str, int]) -> str | None:
        """The queue with the largest share of room for a model's next task; None where there is no room.

        `handed_out` is how many tasks each queue has. Those of busy workers have their turn when nobody is free.
        """
        free: Counter[str] = Counter()
        ahead: Counter[str] = Counter()
        for member in self._members.values():
            if model in member.offer.models:
                free[member.pool.free] += member.offer.capacity
                ahead[member.pool.ahead] += member.offer.ahead
        return _roomiest(free, handed_out) or _roomiest(ahead, handed_out)

    def final_model(self, model: str, language: str | None) -> str:
        """The model of the text that stays, by what the first worker does that has this one."""
        refining = (offer.refine_model for offer in self.offers if model in offer.models)
        larger = next(refining, None)
        return final_model(model, larger, language) if larger else model


def _roomiest(rooms: Mapping[str, int], handed_out: Mapping[str, int]) -> str | None:
    shares = {queue: 1 - handed_out.get(queue, 0) / room for queue, room in rooms.items() if room}
    best = max(shares, key=shares.__getitem__, default=None)
    return best if best is not None and shares[best] > 0 else None
