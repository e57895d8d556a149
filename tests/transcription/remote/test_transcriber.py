"""Recordings sent to servers of each kind, and what comes of their refusals."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import pytest

from tests.conftest import Clip
from tests.transcription.remote.servers import FarEnd, answering, hang_up, never
from tests.transcription.remote.services import TEXT, OneCallService, OpenAIService, WhisperCppService
from transcription.errors import (
    ModelUnavailable,
    NotAudio,
    TranscriberFailed,
    TranscriberRefused,
    TranscriberUnavailable,
    TranscriptionError,
)
from transcription.progress import TranscriptionProgress
from transcription.remote.models import RemoteModels
from transcription.task import TaskOptions, TranscriptionTask

Connect = Any


class Chunks:
    """Bytes in two pieces, as often as they are asked for."""

    def __init__(self, content: bytes) -> None:
        self.content = content

    async def __aiter__(self) -> AsyncIterator[bytes]:
        yield self.content[:1000]
        yield self.content[1000:]


def task_of(content: bytes, **options: Any) -> TranscriptionTask:
    given = {"likely_language": "en", "initial_prompt": "Grafana"} | options
    return TranscriptionTask(1, Chunks(content), "base", size_bytes=len(content), **given)


@pytest.fixture
def task(clips: Mapping[str, Clip]) -> TranscriptionTask:
    return task_of(clips["en_sense_0930"].voice, duration_s=clips["en_sense_0930"].duration_s)


WORDS = (" Anna,", " call", " Grafana.", " They", " wait.")


@dataclass(frozen=True)
class Known:
    far_end: type[FarEnd]
    path: str = ""
    ending: str = "ogg"
    language: str = "en"
    words: tuple[str, ...] = ()


@pytest.mark.parametrize(
    "known",
    [
        Known(OpenAIService, words=WORDS),
        Known(OpenAIService, "/v1", words=WORDS),
        Known(WhisperCppService, ending="wav", language="ru", words=WORDS),
        Known(OneCallService),
        Known(OneCallService, "/transcribe"),
    ],
)
async def test_each_kind_of_server_is_known_by_what_it_answers(
    known: Known, task: TranscriptionTask, connect: Connect
) -> None:
    """The file goes as it came, or as WAV where that is all it reads; words make up the text where there are any."""
    far_end = known.far_end()
    remote = await connect(far_end, known.path)
    progress, passes = TranscriptionProgress(), []

    async def on_pass(done: Any) -> None:
        passes.append((done.transcript.text, done.device, done.is_final))

    transcript = await remote.transcribe(task, progress, on_pass=on_pass)
    assert (transcript.text, transcript.language, transcript.model) == (TEXT, known.language, "base")
    assert transcript.duration_ms == 2250
    assert tuple(word.text for segment in transcript.segments for word in segment.words) == known.words
    assert (far_end.forms[-1]["ending"], far_end.forms[-1].get("prompt")) == (known.ending, "Grafana")
    assert int(far_end.headers[-1]["Content-Length"]) > len(far_end.forms[-1]["file"])
    assert passes == [(TEXT, "remote", True)]
    assert progress.work_s > 0


async def test_the_original_is_sent_byte_by_byte(task: TranscriptionTask, connect: Connect) -> None:
    """Nothing is decoded for a server that takes the file."""
    far_end = OneCallService()
    await (await connect(far_end)).transcribe(task, TranscriptionProgress())
    assert isinstance(task.chunks, Chunks)
    assert far_end.forms[0]["file"] == task.chunks.content


async def test_a_model_that_has_plain_text_only_is_asked_for_that(task: TranscriptionTask, connect: Connect) -> None:
    """Once refused times, it is asked for none in all later notes."""
    far_end = OpenAIService()
    remote = await connect(far_end, model="gpt-4o-transcribe")
    for _ in range(2):
        transcript = await remote.transcribe(task, TranscriptionProgress())
    assert (transcript.text, transcript.language, transcript.duration_ms) == (TEXT, "en", 3300)
    assert [form["response_format"] for form in far_end.forms] == ["verbose_json", "json", "json"]


async def test_a_trimmed_note_is_cut_here(task: TranscriptionTask, connect: Connect) -> None:
    """No server knows the option, so it gets the first seconds as WAV."""
    far_end = OpenAIService()
    await (await connect(far_end)).transcribe(replace(task, options=TaskOptions(trim_s=2.0)), TranscriptionProgress())
    assert [(form["ending"], len(form["file"])) for form in far_end.forms] == [("wav", 44 + 2 * 32_000)]


async def test_a_translation_is_asked_for_where_there_are_any(task: TranscriptionTask, connect: Connect) -> None:
    """A server with one call would give the text untranslated, and is not asked."""
    translation = replace(task, options=TaskOptions(translate=True))
    assert (await (await connect(OpenAIService())).transcribe(translation, TranscriptionProgress())).is_translated
    with pytest.raises(TranscriberRefused):
        await (await connect(OneCallService())).transcribe(translation, TranscriptionProgress())


async def test_what_is_no_audio_is_told_by_our_own_decoder(connect: Connect) -> None:
    """A server's refusal says little; ours says what the sender can do."""
    remote = await connect(OpenAIService())
    with pytest.raises(NotAudio):
        await remote.transcribe(task_of(b"no audio at all"), TranscriptionProgress())
    assert remote.is_available


@pytest.mark.parametrize(
    ("broken", "error"),
    [
        (hang_up, TranscriberFailed),
        (never, TranscriberFailed),
        (answering("<html>a page</html>"), TranscriberFailed),
        (answering("[" * 100_000), TranscriberFailed),
        (answering(["text"]), TranscriberFailed),
        (answering({"text": None}), TranscriberFailed),
        (answering({"text": "a", "segments": [{"text": "a", "start": "soon", "end": 1}]}), TranscriberFailed),
        (answering({"text": "a", "duration": "1e999"}), TranscriberFailed),
        (answering({"error": "it crashed"}, 500), TranscriberFailed),
        (answering("too slow", 504), TranscriberFailed),
        (answering({"error": "too large"}, 413), TranscriberRefused),
        (answering({"error": "no such key"}, 401), TranscriberUnavailable),
        (answering("no such page", 404), TranscriberUnavailable),
        (answering("moved", 301, Location="http://127.0.0.1/"), TranscriberUnavailable),
        (answering("busy", 503, **{"Retry-After": "7"}), TranscriberUnavailable),
        (answering({"error": {"code": "model_not_found", "message": "none"}}, 404), ModelUnavailable),
    ],
)
async def test_a_failure_passes_or_is_final(
    broken: Any, error: type[TranscriptionError], task: TranscriptionTask, connect: Connect
) -> None:
    """One that concerns all notes makes the server unavailable until it is asked again."""
    far_end = OpenAIService()
    far_end.broken.append(broken)
    remote = await connect(far_end, seconds_per_minute=0.3)
    with pytest.raises(error) as raised:
        await remote.transcribe(task, TranscriptionProgress())
    assert type(raised.value) is error
    assert remote.is_available is (error is not TranscriberUnavailable)
    if error is not TranscriberUnavailable:
        assert (await remote.transcribe(task, TranscriptionProgress())).text == TEXT


async def test_an_answer_without_end_is_not_read(
    task: TranscriptionTask, connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However well it begins, no more of it than a transcript may take is kept in memory."""
    monkeypatch.setattr("transcription.remote.connection.MAX_ANSWER_BYTES", 1000)
    far_end = OneCallService()
    far_end.broken.append(answering({"text": "a" * 1000}))
    with pytest.raises(TranscriberFailed):
        await (await connect(far_end)).transcribe(task, TranscriptionProgress())


async def test_a_cancelled_note_ends_at_the_server_too(task: TranscriptionTask, connect: Connect) -> None:
    """The connection is closed, which is what it understands."""
    far_end = OneCallService()
    far_end.broken.append(never)
    remote = await connect(far_end)
    sending = asyncio.create_task(remote.transcribe(task, TranscriptionProgress()))
    await far_end.arrived.wait()
    sending.cancel()
    await asyncio.wait_for(far_end.left.wait(), 5)


async def test_models_are_the_servers(connect: Connect) -> None:
    """Its own name for a model is found; one that it does not have is told as such, and nothing is loaded here."""
    far_end = OpenAIService()
    far_end.models = ("Systran/faster-whisper-base", "whisper-1")
    remote = await connect(far_end)
    kind = await remote.identify()
    assert [kind.model(name) for name in ("base", "whisper-1", "small")] == [
        "Systran/faster-whisper-base",
        "whisper-1",
        "whisper-1",
    ]
    models = RemoteModels(remote)
    assert (models.available("base"), models.available("small"), models.is_loaded("base")) == (True, False, True)
    await models.ensure("base")
    with pytest.raises(ModelUnavailable):
        await models.ensure("small")
