"""What waiting costs: queue, statuses and database under thousands of notes that wait and a million that are kept."""

import argparse
import asyncio
import itertools
import json
import statistics
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from aiogram import Bot

from benchmarks.lag import lags_during, summed_up
from benchmarks.stand_ins import TRANSCRIPT, Answering, WaitingTranscriber, no_bytes
from bot.delivery.delivery import Delivery
from bot.delivery.drafts import Drafts
from bot.delivery.reactions import Reactions
from bot.delivery.sender import MessageSender
from bot.localization import Locales
from bot.telegram.rate_limit import Pacer
from handlers.address import TELEGRAM, Address
from transcription.audio.fetching import SourceKind
from transcription.expiry import DAY_S
from transcription.jobs import File, Preferences, Request
from transcription.scheduler import Scheduler, Ticket
from transcription.service import Service, ServiceOptions
from transcription.speed import SpeedEstimates
from transcription.storage.storage import Storage
from transcription.worker import Worker

CHATS = 1000
REQUEST = Request(Address("", 1, 1).source, 1, File("file", "unique", 15_000, 5.5), "base", None, "en")
HEAVY_USER = 1
"""Sent every tenth of the kept notes, and has fifty that wait."""
_PLACE_ALL = "INSERT OR REPLACE INTO deliveries (job_id, chat_id, status_message_id) SELECT id, user_id, id FROM jobs"


@asynccontextmanager
async def bot_on(path: Path) -> AsyncIterator[tuple[Storage, Service, Delivery, Answering]]:
    """All parts of a bot but handlers, engine and network."""
    async with Storage.open(path) as storage:
        speeds = await SpeedEstimates.load(storage.settings)
        create_worker = partial(
            Worker,
            store=storage.jobs,
            backend=WaitingTranscriber(),
            speeds=speeds,
            sources={TELEGRAM: SourceKind(no_bytes, 20 << 20)},
        )
        options = ServiceOptions(Preferences("base", None), 3600, 1_000_000, 30)
        service = Service(
            store=storage.jobs,
            settings=storage.settings,
            create_worker=create_worker,
            speeds=speeds,
            options=options,
        )
        session = Answering()
        bot, pacer = Bot("42:token", session=session), Pacer()
        delivery = Delivery(
            bot=bot,
            sender=MessageSender(bot, pacer),
            drafts=Drafts(bot, pacer),
            reactions=Reactions(bot, pacer),
            service=service,
            deliveries=storage.deliveries,
            locales=Locales.load(),
            text_file_from=8000,
        )
        working = asyncio.create_task(service.run())
        await service.take_up(TELEGRAM)
        try:
            yield storage, service, delivery, session
        finally:
            await delivery.drain(0)
            working.cancel()
            await asyncio.gather(working, return_exceptions=True)


def notes(count: int) -> list[Request]:
    """So many notes of `CHATS` people, of 2 to 62 seconds."""
    return [
        replace(
            REQUEST,
            source=Address("", 1 + n % CHATS, 1 + n).source,
            user_id=1 + n % CHATS,
            file=File("file", f"unique-{n}", 15_000, 2.0 + n * 7 % 60),
        )
        for n in range(count)
    ]


async def measured(seconds: float, session: Answering) -> dict[str, float | int]:
    """Share of a core, calls a second and lag of the event loop during some seconds."""
    cpu_s, calls, began = time.process_time(), session.calls, time.monotonic()
    lags = await lags_during(asyncio.ensure_future(asyncio.sleep(seconds)))
    took_s = time.monotonic() - began
    core = 100 * (time.process_time() - cpu_s) / took_s
    return {
        "core_percent": round(core, 1),
        "calls_per_s": round((session.calls - calls) / took_s, 1),
        **summed_up(lags),
    }


async def waiting(count: int, seconds: float) -> dict[str, Any]:
    """So many notes come at once; then the same as after a restart, with their statuses in the chats."""
    with tempfile.TemporaryDirectory() as home:
        path = Path(home) / "bot.sqlite3"
        async with bot_on(path) as (_, service, _delivery, session):
            began = time.monotonic()
            for request in notes(count):
                await service.submit(request)
            submit_ms = 1000 * (time.monotonic() - began) / count
            coming = await measured(seconds, session)
        async with Storage.open(path) as storage:
            await storage.database.rows(_PLACE_ALL, ())
        async with bot_on(path) as (_, _service, delivery, session):
            await delivery.resume()
            await asyncio.sleep(5)
            standing = await measured(seconds, session)
    return {"submit_ms": round(submit_ms, 2), "first_statuses": coming, "standing": standing}


def queue(count: int) -> dict[str, float]:
    """Milliseconds of the scheduler with so many notes of a third as many people."""
    scheduler = Scheduler()
    began = time.perf_counter()
    for n in range(count):
        scheduler.add(Ticket(n, n * 7919 % (count // 3), 1 + n % 20, n / 10))
    added = time.perf_counter()
    for _ in range(10):
        scheduler.next()
    taken = time.perf_counter()
    in_order = sum(1 for _ in scheduler.order())
    ordered = time.perf_counter()
    assert in_order == count - 10
    return {
        "add_ms": round(1000 * (added - began) / count, 4),
        "next_ms": round(1000 * (taken - added) / 10, 3),
        "order_ms": round(1000 * (ordered - taken), 1),
    }


async def kept(count: int) -> dict[str, float | int]:
    """Milliseconds of the store's queries with so many kept notes (medians of eleven)."""
    with tempfile.TemporaryDirectory() as home:
        path = Path(home) / "bot.sqlite3"
        async with Storage.open(path) as storage:
            store = storage.jobs
            await _fill(storage, count)
            size_mb = path.stat().st_size >> 20
            old = time.time() - 30 * DAY_S
            messages = itertools.count(10 * count)

            async def submit() -> None:
                request = replace(REQUEST, source=Address("", HEAVY_USER, next(messages)).source)
                await store.find(request.source)
                await store.count_undelivered(HEAVY_USER)
                await store.add(request)
                await store.find_cached(replace(request, file=File("f", f"new-{next(messages)}")))

            queries: dict[str, Callable[[], Awaitable[object]]] = {
                "expire": lambda: store.expire(old, old),
                "find_by_status": lambda: storage.deliveries.find_job(-1, 5),
                "undelivered_of_one": lambda: store.count_undelivered(HEAVY_USER),
                "submit": submit,
                "requeue": lambda: store.requeue(TELEGRAM),
                "undelivered": lambda: store.undelivered(TELEGRAM),
                "likely_language": lambda: store.dominant_language(REQUEST.source),
            }
            times = {f"{name}_ms": await _median_ms(query) for name, query in queries.items()}
    return {"size_mb": size_mb, **times}


async def _median_ms(query: Callable[[], Awaitable[object]]) -> float:
    times = []
    for _ in range(11):
        began = time.perf_counter()
        await query()
        times.append(1000 * (time.perf_counter() - began))
    return round(statistics.median(times), 2)


async def _fill(storage: Storage, count: int) -> None:
    """Delivered notes of the last 29 days, and fifty of one person that wait."""
    store = storage.jobs
    await store.finish((await store.add(REQUEST))[0].id, TRANSCRIPT)
    columns = "locale, file_id, model, transcript, language, file_size_bytes, file_duration_s, source"
    await storage.database.rows(  # a million times through the front door takes an hour
        f"""INSERT INTO jobs ({columns}, source_key, conversation, reply_to, user_id, file_unique_id, state, created_at,
                ended_at, delivered_at)
            WITH RECURSIVE n(i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM n WHERE i < ?),
                each AS (SELECT i, iif(i % 10, i % 5000 + 2, ?) AS who,
                             CAST(strftime('%s') AS REAL) - (i % 29) * 86400 AS at FROM n)
            SELECT {columns}, '/' || who || '/' || i, '/' || who, '/' || who || '/' || i || '/', who, 'unique-' || i,
                'done', at, at, at FROM each, jobs WHERE jobs.id = 1""",
        (count, HEAVY_USER),
    )
    await storage.database.rows(_PLACE_ALL, ())
    for n in range(50):
        await store.add(replace(REQUEST, source=Address("", HEAVY_USER, 2 * count + n).source))


async def measure(options: argparse.Namespace) -> dict[str, Any]:
    """All that was asked for, by what it is."""
    return {
        "idle": await measured(
            options.seconds / 4, Answering()
        ),  # what looking costs, and what others on the machine do
        "waiting": {count: await waiting(count, options.seconds) for count in options.waiting},
        "queue": {count: queue(count) for count in options.queue},
        "kept": {count: await kept(count) for count in options.kept},
    }


def main() -> None:
    """Parse arguments, measure, print JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--waiting", nargs="*", type=int, default=[1000, 3000], help="notes that wait")
    parser.add_argument("--queue", nargs="*", type=int, default=[10_000, 100_000], help="tickets in a scheduler")
    parser.add_argument("--kept", nargs="*", type=int, default=[200_000, 1_000_000], help="notes that are kept")
    parser.add_argument("--seconds", type=float, default=20, help="how long waiting is looked at (default: 20)")
    print(json.dumps(asyncio.run(measure(parser.parse_args())), indent=2))


if __name__ == "__main__":
    main()
