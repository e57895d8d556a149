"""Who is there now, for those who only look."""

import asyncio
import time

from transcription.queue import contract
from transcription.queue.contract import ANNOUNCEMENTS, Offer, Times, UnreadableError
from transcription.queue.fleet import Fleet
from transcription.queue.link import Link


async def call_the_roll(link: Link, times: Times | None = None) -> list[Offer]:
    """What workers say of themselves, heard for a little longer than each takes. Raises `RedisError`."""
    times = times or Times()
    fleet = Fleet(times.gone)
    since = {ANNOUNCEMENTS: str(await link.now_ms() - int(1000 * times.announce))}
    until_s = time.monotonic() + times.announce / 2
    while (left_s := until_s - time.monotonic()) > 0:
        for entries in (await link.read(since, max(1, int(1000 * left_s)))).values():
            since[ANNOUNCEMENTS] = entries[-1][0]
            for _, text in entries:
                try:
                    fleet.hear(contract.read(Offer, text), time.monotonic())
                except UnreadableError:
                    await asyncio.sleep(0)  # of another version: the front does not count it either
    return fleet.offers
