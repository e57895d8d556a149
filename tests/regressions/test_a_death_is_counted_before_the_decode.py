"""A file that killed the process while it was decoded was tried for ever, and took others' notes with it."""

import asyncio
from typing import Any

import pytest

from tests.transcription.harness import ServiceHarness, note
from transcription.audio.ffmpeg import Samples, decode
from transcription.jobs import JobState


class Decoder:
    """The real one, which waits until it may, and sees what is in hand beside a note that may do harm."""

    def __init__(self, harness: ServiceHarness) -> None:
        self.may = asyncio.Event()
        self.beside_suspect: list[int] = []
        self._harness = harness

    async def decode(self, *args: Any) -> Samples:
        begun = [work.job.attempts for work in self._harness.active.values() if work.is_started]
        if max(begun) >= 2:
            self.beside_suspect.append(len(begun) - 1)
        await self.may.wait()
        return await decode(*args)


@pytest.fixture
def decoder(harness: ServiceHarness, monkeypatch: pytest.MonkeyPatch) -> Decoder:
    decoder = Decoder(harness)
    monkeypatch.setattr("transcription.transcriber.decode", decoder.decode)
    return decoder


async def test_a_try_counts_from_the_decode_on(harness: ServiceHarness, decoder: Decoder) -> None:
    """Not while the file is fetched, for that harms nobody; and not if it is put back when the process is stopped."""
    harness.hanging.add(9)
    service = await harness.open()
    fetched, hanging = await service.submit(note("en_sense_0930")), await service.submit(note("x", user_id=9))
    await harness.until(fetched, lambda view: view.job.state is JobState.RUNNING)
    assert [(await service.get(job.id)).attempts for job in (fetched, hanging)] == [1, 0]  # type: ignore[union-attr]
    await harness.close()
    await harness.open()
    harness.hanging.clear()
    decoder.may.set()
    assert [(await harness.ended(job)).job.attempts for job in (fetched, hanging)] == [1, 1]


async def test_after_two_deaths_a_note_is_alone_in_hand(harness: ServiceHarness, decoder: Decoder) -> None:
    """It waits for those in hand to end, and they for it, so that the next death is told whose it is."""
    requests = [note("en_sense_0930", user_id=10 + number) for number in range(5)]
    await harness.died(requests[2], 2)
    harness.gate.clear()
    service = await harness.open()
    jobs = [await service.submit(request) for request in requests]
    decoder.may.set()
    harness.gate.set()
    assert [(await harness.ended(job)).job.state for job in jobs] == [JobState.DONE] * 5
    assert decoder.beside_suspect == [0]


async def test_five_deaths_alone_end_it(harness: ServiceHarness, decoder: Decoder) -> None:
    """Six in all may be bad luck: two beside others, and four alone."""
    decoder.may.set()
    unlucky, harmful = note("en_sense_0930"), note("en_sense_0930")
    await harness.died(unlucky, 6)
    await harness.died(harmful, 7)
    service = await harness.open()
    ended = [await harness.ended(await service.submit(request)) for request in (unlucky, harmful)]
    assert [view.job.error for view in ended] == [None, "given-up"]
