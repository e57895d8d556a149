"""A trace that goes on at a worker, through a real Redis."""

import asyncio
from contextlib import aclosing

from tests.spans import KeptTraces
from tests.transcription.queue.conftest import TIMES, Front
from tests.transcription.queue.stand_in_worker import StandIn
from transcription.queue.contract import Offer
from transcription.queue.link import Link
from transcription.queue.worker import QueueWorker
from transcription.timings import Timings


async def test_a_workers_span_is_in_the_attempt_of_its_front(front: Front) -> None:
    """What a front that traces nothing hands out has a trace of its own there."""
    fronts, workers = KeptTraces(), KeptTraces()
    stopping = asyncio.Event()
    async with aclosing(Link(front.redis.url)) as link:
        offer = Offer("id-ann", "ann", "0", ("base",), 1, "cpu")
        worker = QueueWorker(link, offer, StandIn("ann"), TIMES, workers.traces)
        running = asyncio.create_task(worker.run(stopping, 1.0))
        await front.until(lambda: bool(front.backend.fleet.offers))
        with fronts.traces.attempt(1, Timings()):
            work, _ = front.submit()
            assert (await work).text == "7 bytes, ann"
        await front.submit(size=8)[0]
        stopping.set()
        await running
    traced, alone = workers.spans
    attempt = fronts.span("attempt").context
    assert traced.parent
    assert (traced.parent.trace_id, traced.parent.span_id) == (attempt.trace_id, attempt.span_id)
    assert alone.parent is None
