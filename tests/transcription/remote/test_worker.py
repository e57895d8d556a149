"""Jobs that another server transcribes: it dies, is away, comes back, or is stood in for."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Clip
from tests.transcription.harness import ServiceHarness, note
from tests.transcription.remote.servers import hang_up
from tests.transcription.remote.services import TEXT, OneCallService
from transcription.fallback import Fallback
from transcription.jobs import JobState

Connect = Any


@pytest.fixture
async def harness(clips: Mapping[str, Clip], tmp_path: Path, models_dir: Path) -> AsyncIterator[ServiceHarness]:
    harness = ServiceHarness(clips, tmp_path / "bot.sqlite3", models_dir)
    yield harness
    await harness.close()


async def test_a_server_killed_in_mid_note_gets_the_note_again(harness: ServiceHarness, connect: Connect) -> None:
    """Each of several notes ends once, with one text, whatever died meanwhile."""
    far_end = OneCallService()
    far_end.broken += [hang_up, hang_up, hang_up]
    remote = await connect(far_end)
    harness.choose_backend = lambda _own: remote
    service = await harness.open()
    ends: Counter[int] = Counter()
    finish = harness.store.finish

    async def counted(job_id: int, *result: Any) -> Any:
        ends[job_id] += 1
        return await finish(job_id, *result)

    harness.store.finish = counted  # type: ignore[method-assign]
    jobs = [await service.submit(note("en_sense_0930")) for _ in range(3)]
    for job in jobs:
        view = await harness.ended(job)
        assert view.transcript
        assert (view.transcript.text, view.job.attempts) == (TEXT, 1)
    assert ends == {job.id: 1 for job in jobs}
    assert len(far_end.forms) == 6


async def test_notes_wait_for_a_server_that_is_away(
    harness: ServiceHarness, connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    """For ever if need be; they say so, fetch nothing meanwhile, and go on by themselves when it is back."""
    monkeypatch.setattr("transcription.job_queue.RETRY_FOR_S", 0.0)
    far_end = OneCallService()
    remote = await connect(far_end)
    asked = asyncio.Semaphore(0)
    identify = remote._server.identify

    async def counted() -> Any:
        asked.release()
        return await identify()

    remote._server.identify = counted
    await far_end.stop()
    harness.choose_backend = lambda _own: remote
    service = await harness.open()
    first = await service.submit(note("en_sense_0930"))
    view = await harness.until(first, lambda view: view.is_held_up and first.id not in harness.active)
    assert view.job.state is JobState.QUEUED
    others = [await service.submit(note("en_sense_0930")) for _ in range(8)]
    assert (await service.view(others[0].id)).is_held_up  # type: ignore[union-attr]
    assert await service.cancel(others.pop().id)
    for _ in range(5):
        await asyncio.wait_for(asked.acquire(), 5)
    assert len(harness.fetched) == 1
    await far_end.start()
    for job in (first, *others):
        view = await harness.ended(job)
        assert view.transcript
        assert view.transcript.text == TEXT
    assert len(harness.fetched) == 9
    assert not (await service.view(first.id)).is_held_up  # type: ignore[union-attr]


async def test_the_own_engine_stands_in(harness: ServiceHarness, connect: Connect) -> None:
    """For a note that the server broke off, and for those that come while it is away; then it is asked again."""
    far_end = OneCallService()
    far_end.broken.append(hang_up)
    remote = await connect(far_end)
    harness.choose_backend = lambda own: Fallback(remote, own)
    service = await harness.open()
    heard = [(await harness.ended(await service.submit(note("en_sense_0930")))).transcript]
    await far_end.stop()
    heard.append((await harness.ended(await service.submit(note("en_sense_0930")))).transcript)
    assert not remote.is_available
    await far_end.start()
    await asyncio.wait_for(remote.until_available(), 5)
    heard.append((await harness.ended(await service.submit(note("en_sense_0930")))).transcript)
    texts = [transcript.text for transcript in heard if transcript]
    assert ["amiable himself" in text for text in texts] == [True, True, False]
    assert texts[2] == TEXT
