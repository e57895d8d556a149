"""GigaAM and Parakeet by onnx-asr: their files and guards on small graphs, and real speech on an export of base."""

import importlib.util
import weakref
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from benchmarks.scoring import normalized
from tests.conftest import ROOT, Clip, Read
from tests.transcription.onnx_models import BLANK, Table, gigaam, parakeet, sentence
from transcription.asr import onnx
from transcription.asr.base import DecodingResult, WindowInput
from transcription.asr.language import SHARED
from transcription.asr.word_times import joined
from transcription.audio.ffmpeg import SAMPLE_RATE, Samples
from transcription.errors import ModelDamaged, ModelTooBig
from transcription.models.catalogue import find
from transcription.models.options import ModelOptions
from transcription.models.registry import ModelRegistry

POLISH: Table = {BLANK: {"▁да": 1.0, "▁ta": 0.6}, "▁ta": {"k": 1.0}, "▁да": {"▁так": 1.0}}
YOLKA: Table = sentence("▁Моя", "▁", "<unk>", "лка", ".")


def load(folder: Path) -> onnx.OnnxEngine:
    return onnx.load(folder, ModelOptions(folder.parent, device="cpu", cpu_threads=1))


def loud(*seconds: float) -> Samples:
    """Noise and silence in turns, silence first."""
    noise = np.random.default_rng(1)
    parts = [noise.normal(0, 3000 * (number % 2), round(length * SAMPLE_RATE)) for number, length in enumerate(seconds)]
    return np.concatenate(parts).astype(np.int16)


def heard(folder: Path, *windows: WindowInput) -> Sequence[DecodingResult]:
    return load(folder).decode_batch(windows)


def test_words_have_the_times_at_which_they_are_said(tmp_path: Path) -> None:
    """Tokens make up words, a comma belongs to the one before it, and no word ends after the next one begins."""
    (result,) = heard(gigaam(tmp_path / "gigaam-v3"), WindowInput(loud(0.5, 1.0, 0.5)))
    assert (result.text, result.language, result.language_probs) == ("Привет, мир.", "ru", {"ru": 1.0})
    assert joined(result.words) == result.text
    assert [word.text for word in result.words] == [" Привет,", " мир."]
    first, second = result.words
    assert 450 <= first.start_ms < first.end_ms <= second.start_ms < second.end_ms <= 1500
    assert first.probability == pytest.approx(1.0, abs=0.01)


def test_a_batch_says_what_its_windows_say_alone(tmp_path: Path) -> None:
    """Windows of different lengths, one of them silent, and one too short for any features."""
    engine = load(gigaam(tmp_path / "gigaam-v3"))
    windows = [WindowInput(samples) for samples in (loud(1.0, 2.0), loud(2.0), loud(0.2, 0.6), loud(0.001))]
    together = engine.decode_batch(windows)
    assert [result.text for result in together] == ["Привет, мир.", "", "Привет, мир.", ""]
    assert together == [engine.decode_batch([window])[0] for window in windows]


def test_silence_that_is_put_before_speech_moves_no_word(tmp_path: Path) -> None:
    """Parakeet gets a quarter of a second of it."""
    (result,) = heard(parakeet(tmp_path / "parakeet-v3", sentence("▁Hello", "▁there")), WindowInput(loud(1.0, 1.0)))
    assert result.text == "Hello there"
    assert 900 <= result.words[0].start_ms <= 1100


@pytest.mark.parametrize(
    ("language", "weights", "text"),
    [("pl", {}, "tak"), (None, {"pl": 1 + SHARED}, "tak"), ("ru", {}, "да так"), (None, {"pl": 10.0}, "да так")],
)
def test_a_known_language_is_written_in_its_letters(
    tmp_path: Path, language: str | None, weights: Mapping[str, float], text: str
) -> None:
    """Polish that came out in Cyrillic is decoded again, without those letters; a mere guess forces nothing."""
    window = WindowInput(loud(0.5, 1.0), language, weights)
    (result,) = heard(parakeet(tmp_path / "parakeet-v3", POLISH), window)
    assert (result.text, result.is_fallback) == (text, text == "tak")


@pytest.mark.parametrize(("language", "text"), [("ru", "Моя ёлка."), (None, "Моя ёлка."), ("bg", "Моя лка.")])
def test_a_letter_that_the_vocabulary_lacks_is_written(tmp_path: Path, language: str | None, text: str) -> None:
    """Parakeet knows no "ё"; what is unknown in a Cyrillic text makes it Russian, if nobody knows better."""
    (result,) = heard(parakeet(tmp_path / "parakeet-v3", YOLKA), WindowInput(loud(0.5, 1.5), language))
    assert (result.text, result.language) == (text, language or "ru")


def test_a_quiet_voice_is_made_louder(tmp_path: Path) -> None:
    """GigaAM has no normalization of its own: what peaks at -46 dBFS is as loud to it as any other."""
    (result,) = heard(gigaam(tmp_path / "gigaam-v3"), WindowInput((loud(0.5, 1.0) / 60).astype(np.int16)))
    assert result.text == "Привет, мир."


@pytest.mark.parametrize(
    ("file", "content"),
    [
        ("v3_e2e_rnnt_joint.int8.onnx", None),
        ("v3_e2e_rnnt_encoder.int8.onnx", b"half a file"),
        ("v3_e2e_rnnt_vocab.txt", b"no numbers here"),
        ("config.json", b"{"),
    ],
)
def test_a_damaged_model_is_named(tmp_path: Path, file: str, content: bytes | None) -> None:
    """With the file, where ONNX Runtime tells it."""
    folder = gigaam(tmp_path / "gigaam-v3")
    if content is None:
        (folder / file).unlink()
    else:
        (folder / file).write_bytes(content)
    with pytest.raises(ModelDamaged) as damaged:
        load(folder)
    assert damaged.value.details["model"] == "gigaam-v3"
    assert damaged.value.details["file"] in {file, "gigaam-v3"}


async def test_the_registry_lends_it_and_gives_its_memory_back(tmp_path: Path) -> None:
    """What the catalogue says that it takes has to be there."""
    gigaam(tmp_path / "gigaam-v3")
    free_mb = [100.0]
    models = ModelRegistry(ModelOptions(tmp_path, device="cpu"), {"onnx": onnx.load}, lambda: free_mb[0])
    with pytest.raises(ModelTooBig) as too_big:
        await models.ensure("gigaam-v3")
    assert too_big.value.details == {"model": "gigaam-v3", "need_mb": 640, "have_mb": 100, "what": "memory"}
    free_mb[0] = 1000.0
    async with models.lease("gigaam-v3") as engine:
        assert engine.decode_batch([WindowInput(loud(0.5, 1.0))])[0].text == "Привет, мир."
        closed = weakref.ref(engine._recognizer)
    del engine
    await models.aclose()
    assert closed() is None


async def test_an_export_of_whisper_hears_real_speech(
    tmp_path: Path, models_dir: Path, read: Read, clips: Mapping[str, Clip]
) -> None:
    """The weights of tiny.en, in the files that onnx-asr reads; it tells no times of words."""
    spec = importlib.util.spec_from_file_location("export", ROOT / "scripts" / "export_whisper_onnx.py")
    assert spec
    assert spec.loader
    export = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(export)
    export.export(models_dir / "tiny.en", tmp_path)
    whisper = replace(find("gigaam-v3"), kind="whisper", quantization=None, languages={"en"}, word_times=False)
    engine = onnx.load_model(tmp_path, whisper, ModelOptions(tmp_path, device="cpu", cpu_threads=1))
    (result,) = engine.decode_batch([WindowInput(await read("en_lj_0032"), "en")])
    words = normalized(result.text, "en").split()
    said = normalized(clips["en_lj_0032"].text, "en").split()
    assert len(set(said) & set(words)) >= 0.8 * len(set(said))
    assert (result.language, result.words) == ("en", ())
