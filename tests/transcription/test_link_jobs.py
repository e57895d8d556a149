"""Jobs whose file is at a link: fetched like any other, and known by their content."""

from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from tests.conftest import Clip
from tests.transcription.harness import ServiceHarness, note
from tests.transcription.second_engine import assign
from transcription.audio.fetching import Fetcher, SourceKind
from transcription.jobs import File, JobState, Request
from transcription.redo import submit_again
from transcription.task import TaskOptions

LINK = "https://example.org/talk.ogg"
LIMIT = 1 << 20


class Web:
    """What is at each link, and what has been fetched."""

    def __init__(self, harness: ServiceHarness) -> None:
        self.harness = harness
        self.content = {LINK: harness.clips["en_sense_0930"].voice}
        self.decoded: list[str] = []
        harness.on_decode = lambda name, _windows: self.decoded.append(name)
        harness.sources["test"] = SourceKind(harness.fetch, LIMIT, links=Fetcher(self.fetch, LIMIT))

    async def fetch(self, file: File) -> AsyncGenerator[bytes]:
        await self.harness.gate.wait()
        yield self.content[file.file_id]


def link(address: str = LINK, user_id: int = 7) -> Request:
    return replace(note("", user_id), file=File.at(address))


@pytest.fixture
async def web(
    clips: Mapping[str, Clip], tmp_path: Path, models_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Web]:
    assign(monkeypatch, "loudness", "tiny.en")
    harness = ServiceHarness(clips, tmp_path / "bot.sqlite3", models_dir)
    yield Web(harness)
    await harness.close()


async def test_the_same_file_at_a_link_is_not_heard_twice(web: Web) -> None:
    """At the same link or at another, whoever sends it; another file at the same link is heard."""
    service = await web.harness.open()
    first = await web.harness.ended(await service.submit(link()))
    assert (first.job.state, first.job.attempts) == (JobState.DONE, 1)
    decoded = len(web.decoded)
    web.content["https://example.org/copy"] = web.content[LINK]
    for request in (link(), link("https://example.org/copy", user_id=8)):
        again = await web.harness.ended(await service.submit(request))
        assert (again.transcript, again.job.attempts) == (first.transcript, 0)
    assert len(web.decoded) == decoded
    web.content[LINK] = web.harness.clips["en_lj_0032"].voice
    other = await web.harness.ended(await service.submit(link()))
    assert other.transcript != first.transcript
    assert len(web.decoded) > decoded


async def test_more_of_a_file_that_is_there_no_more_is_refused(web: Web) -> None:
    """What is said of another file would be told of this one."""
    service = await web.harness.open()
    first = await web.harness.ended(await service.submit(link()))
    options = TaskOptions(trim_s=1.0)
    assert (await web.harness.ended(await submit_again(service, first, options, ""))).job.state is JobState.DONE
    web.content[LINK] = web.harness.clips["en_lj_0032"].voice
    again = await web.harness.ended(await submit_again(service, first, TaskOptions(trim_s=2.0), ""))
    assert again.job.error == "link-changed"


async def test_a_link_is_followed_from_the_store_after_a_restart(web: Web) -> None:
    """What a killed process had taken is fetched by the next one, unless links are no longer followed."""
    await web.harness.died(request := link(), 1)
    service = await web.harness.open()
    job = await service.find(request.source)
    assert job
    assert (await web.harness.ended(job)).job.state is JobState.DONE
    web.harness.sources["test"] = replace(web.harness.sources["test"], links=None)
    assert (await web.harness.ended(await service.submit(link()))).job.error == "link-refused"


async def test_one_sees_that_a_link_is_fetched(web: Web) -> None:
    """And how much of it is here, in place of a position in the queue."""
    web.harness.gate.clear()
    service = await web.harness.open()
    job = await service.submit(link())
    view = await web.harness.until(job, lambda view: view.fetched_mb is not None)
    assert (view.fetched_mb, view.position) == (0, None)
    web.harness.gate.set()
    assert (await web.harness.ended(job)).fetched_mb is None
