"""Who is there now, for those who only look."""

import time
from contextlib import suppress

from transcription.queue import contract
from transcription.queue.contract import ANNOUNCEMENTS, Offer, Times, UnreadableError
from transcription.queue.link import Link


async def call_the_roll(link: Link, times: Times | None = None) -> list[Offer]:
    """What workers say of themselves, heard for a little longer than each takes.

    Raises `RedisError`, also where the queue could be read and not worked with.
    """
    times = times or Times()
    await link.prove()
    offers: dict[str, Offer] = {}
    since = {ANNOUNCEMENTS: str(await link.now_ms() - int(1000 * times.announce))}
    until_s = time.monotonic() + times.announce / 2
    while (left_s := until_s - time.monotonic()) > 0:
        for entries in (await link.read(since, max(1, int(1000 * left_s)))).values():
            since[ANNOUNCEMENTS] = entries[-1][0]
            for _, text in entries:
                with suppress(UnreadableError):  # of another version: the front does not count it either
                    offer = contract.read(Offer, text)
                    offers[offer.worker] = offer
    return [offer for offer in offers.values() if not offer.is_leaving]
