"""What the official client asks of `/v1/audio` and `/v1/models`, over HTTP with a real model."""

import asyncio
from collections.abc import Mapping
from pathlib import Path

import httpx
import openai
import pytest

from api.openai.answers import diarized_segments
from tests.api.openai.conftest import KEY, Server
from tests.conftest import Clip
from transcription import Segment, Transcript

CLIP = "en_sense_0930"


async def test_the_official_client_gets_every_format(server: Server, clips: Mapping[str, Clip]) -> None:
    """Each format is what its type in the client says, streams included, under OpenAI's own ids of models."""
    file = ("note.ogg", clips[CLIP].voice)
    async with server.client() as client:
        create = client.audio.transcriptions.create
        plain = await create(
            file=file, model="gpt-4o-transcribe", prompt="amiable", temperature=0, include=["logprobs"]
        )
        text = await create(file=file, model="tiny.en", response_format="text", prompt="amiable")
        srt = await create(file=file, model="whisper-1", response_format="srt", prompt="amiable")
        verbose = await create(
            file=file,
            model="whisper-1",
            response_format="verbose_json",
            timestamp_granularities=["segment", "word"],
            prompt="amiable",
        )
        stream = await create(file=file, model="gpt-4o-mini-transcribe", stream=True, prompt="amiable")
        events = [event async for event in stream]
        with pytest.warns(DeprecationWarning, match="deprecated"):
            translated = await client.audio.translations.create(file=file, model="whisper-1", prompt="amiable")
        names = [model.id async for model in client.models.list()]
        assert (await client.models.retrieve("whisper-1")).id == "whisper-1"
    assert "amiable himself" in plain.text
    assert text.strip() == plain.text == verbose.text == translated.text
    assert srt.startswith("1\n00:00:00,")
    assert verbose.language == "english"
    assert verbose.segments
    assert 3 < verbose.segments[-1].end <= verbose.duration < 5
    assert verbose.words
    assert "".join(word.word for word in verbose.words) == plain.text.replace(" ", "")
    assert [event.type for event in events][-1] == "transcript.text.done"
    assert "".join(event.delta for event in events if event.type == "transcript.text.delta") == plain.text
    assert {"base", "tiny.en", "large-v3"} <= set(names)


async def test_errors_are_those_that_the_client_knows(
    server: Server, clips: Mapping[str, Clip], tmp_path: Path
) -> None:
    """Each refusal has its exception, code and parameter, and leaves no file behind."""
    voice = ("note.ogg", clips[CLIP].voice)
    async with server.client() as client, server.client(api_key="another") as stranger:
        create = client.audio.transcriptions.create
        with pytest.raises(openai.AuthenticationError):
            await stranger.models.list()
        with pytest.raises(openai.NotFoundError) as unknown:
            await create(file=voice, model="no-such")
        with pytest.raises(openai.BadRequestError) as language:
            await create(file=voice, model="base", language="tlh")
        with pytest.raises(openai.BadRequestError) as granularity:
            await create(file=voice, model="base", timestamp_granularities=["line"])  # type: ignore[list-item]
        with pytest.raises(openai.BadRequestError) as broken:
            await create(file=("note.ogg", b"no sound at all"), model="base")
    assert (unknown.value.code, unknown.value.param) == ("model_not_found", "model")
    assert (language.value.param, broken.value.code) == ("language", "not-audio")
    assert "timestamp_granularities" in str(granularity.value)
    async with asyncio.timeout(10):
        while list((tmp_path / "uploads").iterdir()):  # noqa: ASYNC110 - files tell nobody
            await asyncio.sleep(0)
    assert broken.value.type == "invalid_request_error"


@pytest.mark.parametrize("stream", ["true", "false"])
async def test_who_hangs_up_cancels_the_work(server: Server, clips: Mapping[str, Clip], stream: str) -> None:
    """A client that is gone before its text, also in mid-stream, leaves nothing to be done."""
    service, begun, idle = server.services.service, asyncio.Event(), asyncio.Event()
    service.subscribe(lambda _id: idle.set() if service.is_idle else begun.set(), source="api")
    client = httpx.AsyncClient(base_url=server.url, headers={"Authorization": f"Bearer {KEY}"})
    async with client, server.services.models.lease("tiny.en"):  # so that base has to wait
        form = {"model": "base", "stream": stream}
        file = {"file": clips[CLIP].voice}
        calling = asyncio.create_task(client.post("/v1/audio/transcriptions", data=form, files=file))
        async with asyncio.timeout(10):
            await begun.wait()
            calling.cancel()
            await idle.wait()
    job = await service.get(1)
    assert job
    assert job.state == "cancelled"


def test_stretches_without_a_voice_get_the_nearest() -> None:
    """Voices are letters in the order in which they come; none at all is one voice."""

    def speakers(*given: tuple[int, int, int | None]) -> list[str]:
        segments = tuple(Segment(start, end, "x", speaker=speaker) for start, end, speaker in given)
        return [segment["speaker"] for segment in diarized_segments(Transcript(segments, "en", 1.0, 9_000, "base"))]

    assert speakers((0, 1, 4), (2, 3, None), (9, 10, 2), (11, 12, 4)) == ["A", "A", "B", "A"]
    assert speakers((0, 1, None), (5, 6, 1), (7, 8, 0)) == ["A", "A", "B"]
    assert speakers((0, 1, None), (2, 3, None)) == ["A", "A"]
