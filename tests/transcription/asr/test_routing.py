"""Routing by language: which model transcribes, and that no other one does so without need."""

from collections.abc import AsyncIterator, Collection, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import cast

import numpy as np
import pytest

from tests.conftest import Clip, Read
from tests.transcription.second_engine import watched
from transcription.asr import whisper
from transcription.asr.base import DecodingOptions, DecodingResult, Engine, SequentialEngine, WindowInput
from transcription.asr.recording import Recording
from transcription.asr.routing import Routing
from transcription.asr.thread_pool import ThreadPool
from transcription.audio.ffmpeg import SAMPLE_RATE, DecodeLimits
from transcription.backend import Pass
from transcription.models.options import ModelOptions
from transcription.models.registry import ModelRegistry
from transcription.progress import TranscriptionProgress
from transcription.task import TaskOptions, TranscriptionTask
from transcription.transcriber import Transcriber, TranscriberOptions

BEST = TaskOptions(by_language=True)
ENGLISH = {"en": "tiny.en"}


class Everything:
    """A registry in which all models are, and fit."""

    options = ModelOptions(Path(), 2)

    def available(self, _name: str) -> bool:
        return True

    def check_fits(self, _name: str, beside: str) -> None:
        assert beside


@asynccontextmanager
async def create_registry(
    folder: Path, decoded: list[str] | None = None, free_mb: float = 4000, max_models: int = 2
) -> AsyncIterator[ModelRegistry]:
    """Whisper's models of a folder, two at a time; `decoded` gets the name of each that decodes."""

    def load(path: Path, options: ModelOptions) -> object:
        engine = whisper.load(path, options)
        return watched(engine, path.name, lambda name, _: (decoded if decoded is not None else []).append(name))

    options = ModelOptions(folder, max_models, device="cpu", compute_type="int8", cpu_threads=1)
    models = ModelRegistry(options, {"whisper": load}, lambda: free_mb)
    yield models
    await models.aclose()


def task_of(
    voice: bytes = b"", model: str = "base", language: str | None = None, options: TaskOptions = BEST
) -> TranscriptionTask:
    async def chunks() -> AsyncIterator[bytes]:
        yield voice

    return TranscriptionTask(1, chunks(), model, language=language, options=options)


@pytest.mark.parametrize(
    ("name", "language", "decoders"),
    [
        ("en_lj_0032", None, ["base", "tiny.en"]),
        ("en_lj_0032", "en", ["tiny.en"]),
        ("ru_ast_dir-instr", None, ["base"]),
    ],
)
async def test_the_language_chooses_the_model(
    clips: Mapping[str, Clip], models_dir: Path, name: str, language: str | None, decoders: list[str]
) -> None:
    """A note in a language without a model of its own is decoded once; a language that was chosen is not detected."""
    decoded: list[str] = []
    async with create_registry(models_dir, decoded) as models:
        options = TranscriberOptions(DecodeLimits(), beam_size=1, model_by_language=ENGLISH)
        transcriber = Transcriber(models=models, pool=ThreadPool(1), options=options)
        progress = TranscriptionProgress()
        transcript = await transcriber.transcribe(task_of(clips[name].voice, language=language), progress)
    assert (transcript.model, transcript.language, decoded) == (decoders[-1], clips[name].language, decoders)
    assert transcript.text
    assert transcript.language_probability == 1.0 if language else 0.9 < transcript.language_probability < 1.0
    assert " ".join(segment.text for segment in progress.segments) == transcript.text


async def test_a_batch_may_hold_windows_for_several_models(base: SequentialEngine, read: Read) -> None:
    """Those of another model end with their language, and the others come out as if they were alone."""
    english, russian = [
        WindowInput(await read(name), elsewhere={"en"}) for name in ("en_sense_0930", "ru_ast_dir-instr")
    ]
    told, decoded = base.decode_batch([english, russian], 1)
    assert (told.is_elsewhere, told.language, told.text) == (True, "en", "")
    (alone,) = base.decode_batch([replace(russian, elsewhere=())], 1)
    assert (decoded.language, decoded.text, decoded.is_elsewhere) == ("ru", alone.text, False)


def told(language: str) -> DecodingResult:
    return DecodingResult("", language, 0.95, 0.0, 0.0, language_probs={language: 0.95}, is_elsewhere=True)


def decoded(language: str) -> DecodingResult:
    return DecodingResult("some words", language, 1.0, -0.1, 0.0, language_probs={language: 1.0})


def long_recording(elsewhere: Collection[str]) -> Recording:
    """Six windows of a minute and a half."""
    spans = [(start * SAMPLE_RATE, (start + 14) * SAMPLE_RATE) for start in range(0, 90, 15)]
    samples = np.zeros(90 * SAMPLE_RATE, np.int16)
    return Recording(samples, spans, DecodingOptions(elsewhere=elsewhere), max_window_s=16.0)


def ask(recording: Recording, result: DecodingResult) -> int:
    """Give the only window that waits a result; returns its number."""
    assert recording.waiting == 1
    number, window = recording.pop_window()
    assert window.elsewhere
    recording.add_result(number, result)
    return number


def test_a_long_recording_asks_a_few_of_its_windows() -> None:
    """One of each third; if all are in one language, the recording is another model's, and nothing more is decoded."""
    recording = long_recording({"ru"})
    assert [ask(recording, told("ru")) // 2 for _ in range(3)] == [0, 1, 2]
    assert recording.done
    assert recording.elsewhere
    assert (recording.elsewhere.language, recording.waiting) == ("ru", 0)


@pytest.mark.parametrize("second", [decoded("de"), told("en")])
def test_a_recording_in_several_languages_stays_whole(second: DecodingResult) -> None:
    """Every window is decoded by the model that told the languages, in order, and none of them twice."""
    recording = long_recording({"ru", "en"})
    ask(recording, told("ru"))
    asked = ask(recording, second)
    rest = [recording.pop_window() for _ in range(recording.waiting)]
    assert not any(window.elsewhere for _, window in rest)
    assert [number for number, _ in rest] == [each for each in range(6) if each != asked or not second.text]
    for number, _ in rest:
        recording.add_result(number, decoded("ru"))
    assert recording.done
    assert recording.elsewhere is None


def test_a_window_that_doubts_follows_those_before_it() -> None:
    """What was told of one window makes the same language likelier in the next."""
    recording = long_recording({"en"})
    before = dict(recording.next_window.language_weights)
    ask(recording, told("en"))
    assert (before, recording.next_window.language_weights["en"] > 20) == ({}, True)


async def test_only_what_helps_is_routed(models_dir: Path, tmp_path: Path) -> None:
    """Models that are here and fit beside the task's own, and tasks that ask for it and want the words as spoken."""
    async with create_registry(models_dir) as models:
        routing = Routing(models, {"en": "tiny.en", "ru": "small"})
        assert routing.routes(task_of()) == ENGLISH  # small is not here
        assert routing.routes(task_of(options=TaskOptions())) == {}
        assert routing.routes(task_of(options=replace(BEST, translate=True))) == {}
        assert routing.routes(replace(task_of(), unbatched=True)) == {}
        assert routing.routes(task_of(model="tiny.en")) == {}
    async with create_registry(models_dir, free_mb=300) as models:  # base alone would fit
        assert Routing(models, ENGLISH).routes(task_of()) == {}
    async with create_registry(models_dir, max_models=1) as models:
        assert Routing(models, ENGLISH).routes(task_of()) == {}


async def test_the_specialist_of_fewest_languages_is_the_best() -> None:
    """Without models set by hand; what it does not know is left to others, and what nobody knows to the task's own."""
    everything = cast("ModelRegistry[Engine]", Everything())
    routes = Routing(everything, {}).routes(task_of())
    assert (routes["ru"], routes["en"], routes["uk"]) == ("gigaam-v3", "parakeet-110m", "parakeet-v3")
    assert "zh" not in routes


async def test_a_model_that_fails_is_replaced(models_dir: Path) -> None:
    """Its note is transcribed by the model that told the language, as if there were no other."""
    asked: list[tuple[str, Collection[str]]] = []

    async def decode(model: str, options: DecodingOptions) -> tuple[Pass, Recording]:
        asked.append((model, options.elsewhere))
        if model == "tiny.en":
            raise RuntimeError("a broken file")
        recording = long_recording(options.elsewhere)
        if options.elsewhere:
            for _ in range(3):
                ask(recording, told("en"))
        return Pass(recording.transcript(model), "cpu", 1.0), recording

    async with create_registry(models_dir) as models:
        done, _ = await Routing(models, ENGLISH).transcribe(task_of(), DecodingOptions(), decode)
    assert (asked, done.transcript.model) == ([("base", {"en"}), ("tiny.en", ()), ("base", ())], "base")
