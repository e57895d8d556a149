"""Traces of notes in one process: real services and a real transcription, by the API."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from pathlib import Path

import httpx
import pytest

from api.app import create_app
from api.options import ApiOptions
from api.tasks import API
from api.uploads import Uploads
from runtime.services import create_services
from tests.conftest import Clip
from tests.settings import settings
from tests.spans import KeptTraces
from transcription import SourceKind, receiving
from transcription.errors import FetchFailed
from transcription.timings import Timings

TRACE, SPAN = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"
HEADER = f"00-{TRACE}-{SPAN}-01"
ATTRIBUTES = {
    "note": {"job", "source", "state", "result"},
    "attempt": {
        *("model", "device", "audio_s", "work_s"),
        *("features_ms", "encoder_ms", "decoder_ms", "align_ms"),
    },
}


@pytest.fixture
def kept() -> KeptTraces:
    return KeptTraces()


async def test_a_call_is_one_trace_that_goes_on_with_its_callers(
    kept: KeptTraces, clips: Mapping[str, Clip], models_dir: Path, tmp_path: Path
) -> None:
    """Its stages follow one another from the upload to the answer, and nothing in it is from a person."""
    uploads = Uploads(tmp_path / "uploads", 1 << 20, 1 << 30)
    chosen = settings(tmp_path, models_dir=models_dir, model="tiny.en", beam_size=1)
    sources = {API: SourceKind(uploads.fetch, 1 << 20, is_polled=True)}
    async with create_services(chosen, sources, None, kept.traces) as services:
        app = create_app(services, ApiOptions(folder=tmp_path), uploads)
        running = [asyncio.create_task(each) for each in (services.service.run(), app.state.api.tasks.run())]
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost", timeout=60) as client:
            form = {"file": ("a-name.ogg", clips["en_lj_0032"].voice)}
            await app.state.api.tasks.resume([])
            answer = await client.post("/v1/audio/transcriptions", files=form, headers={"traceparent": HEADER})
        assert "beautiful" in answer.json()["text"]
        await until_delivered(kept)
        for each in running:
            each.cancel()
        await asyncio.gather(*running, return_exceptions=True)
    stages = ("queue", "locate", "download", "claim", "ffmpeg", "model", "vad", "transcribe", "store")
    assert list(kept.tree["note"]) == ["receive", "submit", "attempt", "deliver"]
    assert list(kept.tree["note"]["attempt"]) == list(stages)
    note = kept.span("note")
    assert (f"{note.context.trace_id:032x}", f"{note.parent.span_id:016x}" if note.parent else "") == (TRACE, SPAN)
    assert {span.context.trace_id for span in kept.spans} == {note.context.trace_id}
    assert (note.start_time or 0) < (kept.span("submit").start_time or 0)
    for span in kept.spans:
        assert set(span.attributes or {}) == {f"stenobot.{name}" for name in ATTRIBUTES.get(span.name, set())}
    assert (note.attributes or {})["stenobot.result"] == "text"


async def until_delivered(kept: KeptTraces) -> None:
    async with asyncio.timeout(60):
        while "note" not in kept.tree:  # noqa: ASYNC110 - spans tell nobody
            await asyncio.sleep(0)


def test_an_attempt_that_fails_says_by_which_error(kept: KeptTraces) -> None:
    """It is in the trace of its note, which is not over; what is not taken up before a stop ends with it."""
    with receiving("not a traceparent"):
        kept.traces.job_added(7, "telegram", 0.0)
    with pytest.raises(FetchFailed), kept.traces.attempt(7, Timings()):
        raise FetchFailed
    assert kept.span("attempt").status.description == "fetch-failed"
    assert "note" not in kept.tree
    kept.traces.close()
    assert list(kept.tree["note"]) == ["receive", "submit", "attempt"]
    assert kept.span("note").parent is None


async def test_the_times_of_a_stage_in_a_row_are_one_span(kept: KeptTraces) -> None:
    """A download of many chunks is one; a stage that comes back later is another."""

    async def chunks() -> AsyncIterator[None]:
        for _ in range(3):
            yield

    timings = Timings()
    async for _ in chunks():
        with timings.measure("download"):
            pass
    with timings.measure("store"), timings.measure("ffmpeg"):
        timings.add({"encoder": 0.25})
    with kept.traces.attempt(8, timings):
        pass
    assert sorted(span.name for span in kept.spans) == ["attempt", "download", "ffmpeg", "store"]
    assert (kept.span("attempt").attributes or {}) == {"stenobot.encoder_ms": 250.0}
