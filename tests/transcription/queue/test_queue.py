"""Recordings through a real Redis: handed out, heard of, and done once, whatever dies meanwhile."""

import asyncio
import signal
from contextlib import aclosing
from pathlib import Path

import pytest

from tests.redis_process import RedisProcess
from tests.transcription.queue.conftest import Front
from transcription.errors import NotAudio, NoWorker, TranscriberUnavailable
from transcription.queue.contract import CONTRACT
from transcription.transcript import Segment, Transcript


async def test_a_recording_comes_back_as_text(front: Front) -> None:
    """The sound is fetched from the front; what its worker says of it is raised or returned here."""
    await front.start_worker("ann")
    assert (await front.submit(size=200_000)[0]).text == "200000 bytes, ann"
    with pytest.raises(NotAudio):
        await front.submit(size=0)[0]
    assert front.backend.handed_out == 0


async def test_the_other_worker_ends_what_a_killed_one_began(front: Front, tmp_path: Path) -> None:
    """kill -9 in the middle of a recording: it runs on the other one, once."""
    await front.start_worker("ann")
    work, progress = front.submit(prompt=f"hold:ann:{tmp_path / 'never'}")
    await front.begun(progress, "ann")
    await front.start_worker("bob")
    front.signal("ann", signal.SIGKILL)
    assert (await work).text == "7 bytes, bob"
    await front.until(lambda: [offer.name for offer in front.backend.fleet.offers] == ["bob"])


async def test_the_late_result_of_a_frozen_worker_is_dropped(
    front: Front, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is told to stop when it is thawed, and whatever it says counts for nothing."""
    dismissed = []
    dismiss = front.backend._dispatch.dismiss
    monkeypatch.setattr(
        front.backend._dispatch,
        "dismiss",
        lambda event: (dismissed.append(event.worker), dismiss(event), front.news.set()),
    )
    await front.start_worker("ann")
    work, progress = front.submit(prompt=f"hold:ann:{tmp_path / 'go'}")
    await front.begun(progress, "ann")
    await front.start_worker("bob")
    front.signal("ann", signal.SIGSTOP)
    assert (await work).text == "7 bytes, bob"
    (tmp_path / "go").touch()
    front.signal("ann", signal.SIGCONT)
    await front.until(lambda: "id-ann" in dismissed)
    assert (await front.submit(size=8)[0]).text.startswith("8 bytes")


async def test_a_redis_that_forgets_or_dies_loses_nothing(front: Front, tmp_path: Path) -> None:
    """What is begun goes on; what was handed out and not begun is handed out again."""
    go = tmp_path / "go"
    await front.start_worker("ann", ahead=1, ahead_from=go)
    first, progress = front.submit(prompt=f"hold:ann:{go}")
    await front.begun(progress, "ann")
    second, _ = front.submit(size=8)
    await front.until(lambda: front.backend.handed_out == 2)
    await front.redis.flush()
    go.touch()
    assert [(await work).text for work in (first, second)] == ["7 bytes, ann", "8 bytes, ann"]
    await front.redis.kill()
    await front.until(lambda: not front.backend.is_available)
    with pytest.raises(TranscriberUnavailable):
        await front.submit(size=9)[0]
    await front.redis.start()
    await front.backend.until_available()
    assert (await front.submit(size=9)[0]).text == "9 bytes, ann"


async def test_nothing_waits_for_redis_where_there_is_a_stand_in(redis: RedisProcess, tmp_path: Path) -> None:
    """What a worker has begun is given up while Redis stays away; a first pass's text is the final one then."""
    front = Front(redis)
    await front.open(has_stand_in=True)
    async with aclosing(front):
        await front.start_worker("ann", ahead=1)
        never = f"hold:ann:{tmp_path / 'never'}"
        (first, its_progress), (second, progress) = front.submit(prompt=never), front.submit(size=8, prompt=never)
        await front.begun(its_progress, "ann")
        await front.begun(progress, "ann")
        progress.first_pass = Transcript((Segment(0, 1000, "a draft"),), "en", 1.0, 1000, "base")
        await redis.kill()
        with pytest.raises(TranscriberUnavailable):
            await first
        assert (await second).text == "a draft"


async def test_a_cancelled_recording_is_let_go(front: Front, tmp_path: Path) -> None:
    """Its worker takes the next one at once, and so does one that is being stopped give its own back."""
    await front.start_worker("ann")
    work, progress = front.submit(prompt=f"hold:ann:{tmp_path / 'never'}")
    await front.begun(progress, "ann")
    work.cancel()
    assert (await front.submit(size=8)[0]).text == "8 bytes, ann"
    work, progress = front.submit(prompt=f"hold:ann:{tmp_path / 'never'}")
    await front.begun(progress, "ann")
    await front.start_worker("bob")
    front.signal("ann", signal.SIGTERM)
    assert await front.workers["ann"].wait() == 0
    assert (await work).text == "7 bytes, bob"


async def test_who_has_a_model_gets_its_recordings(front: Front) -> None:
    """Workers of the next version are asked, those of another one are not; a model that nobody has is an error."""
    with pytest.raises(TranscriberUnavailable):
        await front.submit()[0]
    await asyncio.gather(
        front.start_worker("ann", models=("base",)), front.start_worker("bob", models=("small",), version=CONTRACT + 1)
    )
    texts = await asyncio.gather(front.submit(model="small")[0], front.submit(model="base")[0])
    assert [text.text for text in texts] == ["7 bytes, bob", "7 bytes, ann"]
    assert front.backend.workers == 2
    with pytest.raises(NoWorker):
        await front.submit(model="tiny")[0]


async def test_each_free_worker_gets_one_and_busy_ones_the_rest(front: Front, tmp_path: Path) -> None:
    """Two at once are for two workers; what is more is made ready by those, and no more than that is handed out."""
    await front.start_worker("ann", ahead=1)
    await front.start_worker("bob", ahead=1)
    assert (front.backend.workers, front.backend.room) == (2, 4)

    def begun() -> list[str]:
        return sorted(segment.text for _, progress in held for segment in progress.segments)

    held = [front.submit(size, f"hold::{tmp_path / 'end'}") for size in (1, 2)]
    await front.until(lambda: begun() == ["begun by ann", "begun by bob"])
    held += [front.submit(size, f"hold::{tmp_path / 'end'}") for size in (3, 4, 5)]
    await front.until(lambda: len(begun()) == 4)
    assert begun() == ["begun by ann"] * 2 + ["begun by bob"] * 2
    assert (front.backend.handed_out, front.backend.waiting) == (4, 1)
    (tmp_path / "end").touch()
    texts = [(await task).text for task, _ in held]
    assert [text.partition(" ")[0] for text in texts] == ["1", "2", "3", "4", "5"]
