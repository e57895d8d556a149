"""The findings of `--check` about the queue: Redis, the workers that are there, and their models."""

import time
from collections import Counter
from collections.abc import Sequence
from contextlib import aclosing

from config import Settings, SettingsError
from runtime.models import resolve_model
from runtime.queue import check_settings
from transcription.queue.contract import CONTRACT, Offer

NO_WORKER = "queue: Redis answers, and no worker is there; start one with run_bot.py --worker"


async def look_at_queue(settings: Settings, *, is_worker: bool = False) -> list[tuple[bool, str]]:
    """What there is to say of Redis and of each worker, and whether it is well; a front needs a worker."""
    assert settings.queue_url
    from transcription.queue.link import Link, RedisError
    from transcription.queue.roll_call import call_the_roll
    from transcription.queue.trouble import reason_of

    try:
        if not is_worker:
            check_settings(settings)
        async with aclosing(Link(settings.queue_url.get_secret_value())) as link:
            offers = await call_the_roll(link)
    except SettingsError as error:
        return [(False, str(error))]
    except RedisError as error:
        return [(False, f"QUEUE_URL: Redis can't be used: {reason_of(error)}")]
    found = [(True, f"queue: Redis answers; workers: {len(offers)}; contract {CONTRACT}")]
    if not is_worker:
        found = [*found, await _models(settings, offers)] if offers else [(False, NO_WORKER)]
    return [*found, *((True, _worker(offer)) for offer in offers)]


async def _models(settings: Settings, offers: Sequence[Offer]) -> tuple[bool, str]:
    """Which models there are, and whether `MODEL` is one of them."""
    counts = Counter(model for offer in offers for model in offer.models)
    has = ", ".join(f"{model} ({count})" for model, count in counts.items()) or "none"
    default = (await resolve_model(settings, None)).model
    if default in counts or settings.local_fallback:
        return True, f"queue: models, and how many workers have each: {has}"
    return False, f"MODEL: no worker has {default}, and notes are for it unless a chat chose another; there are: {has}"


def _worker(offer: Offer) -> str:
    hours = max(0.0, time.time() - offer.started_at) / 3600
    what = f"{offer.capacity} at a time on {offer.device}, {', '.join(offer.models)}"
    return f"worker: {offer.name}: {what}; version {offer.version}, there for {hours:.1f} h"
