"""What the engine hears, with the real base model and real voice notes."""

import dataclasses
import itertools
from collections.abc import Mapping

import jiwer
import numpy as np
import pytest
from whisper_normalizer.basic import BasicTextNormalizer

from tests.conftest import Clip, Read
from transcription.asr import vad, whisper_decoder
from transcription.asr.base import DecodingOptions, DecodingResult, SequentialEngine, WindowInput
from transcription.asr.word_times import joined
from transcription.audio.ffmpeg import SAMPLE_RATE
from transcription.errors import Cancelled
from transcription.transcript import Segment, join_text


def wer(clip: Clip, text: str) -> float:
    normal = BasicTextNormalizer()
    return float(jiwer.wer(normal(clip.text), normal(text)))


async def test_windows_of_several_people_are_heard_together(
    base: SequentialEngine, clips: Mapping[str, Clip], read: Read
) -> None:
    """Each gets its own language and text."""
    names = ["ru_ast_vm-savefolder", "en_libri_61", "de_fleurs_004", "es_fleurs_004"]
    attempts = base.decode_batch([WindowInput(await read(name)) for name in names])
    assert [attempt.language for attempt in attempts] == [clips[name].language for name in names]
    assert all(wer(clips[name], attempt.text) < 0.35 for name, attempt in zip(names, attempts, strict=True))
    assert not any(attempt.is_fallback for attempt in attempts)


async def test_the_language_is_told_without_a_text(
    base: SequentialEngine, clips: Mapping[str, Clip], read: Read
) -> None:
    """By its sound, of each window; one that is given is certain."""
    names = ["ru_ast_vm-savefolder", "de_fleurs_004"]
    windows = [WindowInput(await read(name)) for name in names]
    probs = base.detect_languages([*windows, dataclasses.replace(windows[0], language="uk")])
    assert [max(each, key=each.__getitem__) for each in probs] == [clips[name].language for name in names] + ["uk"]


async def test_a_prompt_tells_how_names_are_spelled(base: SequentialEngine, read: Read) -> None:
    """A listed name is written as listed, and the list itself is not in the text."""
    samples = await read("en_lj_0024")
    (plain,) = base.decode_batch([WindowInput(samples, "en")])
    (prompted,) = base.decode_batch([WindowInput(samples, "en", initial_prompt="Maintz, Peter Schoeffer")])
    assert "Schoeffer" not in plain.text
    assert prompted.text.count("Schoeffer") == 1


async def test_a_text_that_was_cut_off_is_heard_again(
    base: SequentialEngine, read: Read, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In the full context, and the better text counts; CTranslate2 takes half of the length that it is given."""
    contexts_s: list[float] = []
    encode = whisper_decoder.WhisperDecoder.encode

    def watched(decoder: whisper_decoder.WhisperDecoder, windows: list[WindowInput], context_s: float = 0.0) -> object:
        contexts_s.append(context_s or windows[0].context_s)
        if context_s:
            monkeypatch.undo()
        return encode(decoder, windows, context_s)

    monkeypatch.setattr(whisper_decoder, "TOKENS_PER_S", 0)
    monkeypatch.setattr(whisper_decoder, "EXTRA_TOKENS", 12)
    monkeypatch.setattr(whisper_decoder.WhisperDecoder, "encode", watched)
    (attempt,) = base.decode_batch([WindowInput(await read("en_libri_61"))])
    assert contexts_s == [8, 30]
    assert attempt.is_fallback
    assert attempt.is_acceptable
    assert attempt.text.endswith("on the left.")


@pytest.mark.parametrize(
    ("texts", "kept"),
    [
        (["ha ha ha ha ha ha ha ha", "Ha, ha, ha, ha, ha, ha, ha."], "Ha, ha, ha, ha, ha, ha, ha."),
        (["da komm'n, da komm'n, da komm'n, da komm'n", "They come then."], "They come then."),
        (["la so la so la so la so.", "so la so la so la so la", "do so do so do so do so"], "la so la so."),
    ],
)
async def test_a_repetition_is_heard_again(
    base: SequentialEngine, read: Read, monkeypatch: pytest.MonkeyPatch, texts: list[str], kept: str
) -> None:
    """It is kept if the second text has it, too; a better text is taken; where all are loops, two rounds stay."""
    waiting = [*texts, texts[-1]]
    count = len(waiting)
    monkeypatch.setattr(
        whisper_decoder.WhisperDecoder,
        "decode",
        lambda ear, encoded, choices, *rest: [
            DecodingResult(waiting.pop(0), "en", 0.9, -0.3 - 0.01 * (count - len(waiting)), 0)
        ],
    )
    (attempt,) = base.decode_batch([WindowInput(await read("en_sense_0930"))])
    assert attempt.text == kept
    assert attempt.is_fallback
    assert len(waiting) == (0 if attempt.text == "la so la so." else 1)


async def test_an_unlucky_temperature_drops_nothing_that_was_heard(
    base: SequentialEngine, read: Read, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its text is so unlikely that it looks like silence; what was heard without it did not."""
    waiting = [("her mail came late today", -1.3), ("her male came late today", -1.4), ("believe me", -2.6)]

    def decoded(*_args: object, **_options: object) -> list[DecodingResult]:
        text, logprob = waiting.pop(0)
        return [DecodingResult(text, "en", 0.9, logprob, 0, window_s=5)]

    monkeypatch.setattr(whisper_decoder.WhisperDecoder, "decode", decoded)
    (result,) = base.decode_batch([WindowInput(await read("en_sense_0930"))])
    assert result.text == "her mail came late today"
    assert not waiting


@pytest.mark.parametrize(
    ("texts", "kept"),
    [
        ([("their mail", -0.4), ("the email", -0.3)], "the email"),
        ([("their mail", -0.3), ("the email", -0.4)], "their mail"),
        ([("their mail", -0.4), ("ha ha ha ha ha ha ha ha", -0.1)], "their mail"),
        ([("their mail", -0.1)], "their mail"),
    ],
)
async def test_a_doubtful_text_has_a_second_opinion(
    base: SequentialEngine, read: Read, monkeypatch: pytest.MonkeyPatch, texts: list[tuple[str, float]], kept: str
) -> None:
    """The likelier of the two is kept, unless it is a loop; a likely one has none."""
    waiting = list(texts)

    def decoded(*_args: object, **_options: object) -> list[DecodingResult]:
        text, logprob = waiting.pop(0)
        return [DecodingResult(text, "en", 0.9, logprob, 0)]

    monkeypatch.setattr(whisper_decoder.WhisperDecoder, "decode", decoded)
    (result,) = base.decode_batch([WindowInput(await read("en_sense_0930"), second_opinion=True)])
    assert result.text == kept
    assert result.language_probs
    assert not waiting


async def test_nobody_speaks(read: Read) -> None:
    """Neither digital silence nor a quiet room holds speech."""
    assert vad.detect_speech(await read("silence_5s")) == []
    assert vad.detect_speech(await read("roomtone_10s")) == []


async def test_speech_goes_on_where_a_block_ends(read: Read, monkeypatch: pytest.MonkeyPatch) -> None:
    """Looking block by block makes up no pause, for a note might be cut in it."""
    samples = await read("en_long_lj1")
    monkeypatch.setattr(vad, "BLOCK", 2 * SAMPLE_RATE)
    spans = vad.detect_speech(samples)
    pauses = [after - before for (_, before), (after, _) in itertools.pairwise(spans)]
    assert min(pauses) >= SAMPLE_RATE * 0.16
    assert any(
        start < end_of_block < end for end_of_block in range(0, len(samples), 2 * SAMPLE_RATE) for start, end in spans
    )


async def test_the_stock_path_hears_the_same(base: SequentialEngine, clips: Mapping[str, Clip], read: Read) -> None:
    """Segment by segment, with words, and it ends between two of them when told to stop."""
    samples = np.concatenate([await read("en_libri_61"), await read("en_lj_0032")])
    heard: list[tuple[Segment, float]] = []
    options = DecodingOptions(language="en")
    transcript = base.transcribe_sequential(
        "base", samples, options, on_segment=lambda *emitted: heard.append(emitted), stopped=lambda: False
    )
    clip = dataclasses.replace(clips["en_libri_61"], text=f"{clips['en_libri_61'].text} {clips['en_lj_0032'].text}")
    assert wer(clip, transcript.text) < 0.35
    assert join_text([segment for segment, _ in heard]) == transcript.text
    assert all(joined(segment.words) == segment.text for segment in transcript.segments)
    with pytest.raises(Cancelled):
        base.transcribe_sequential("base", samples, options, on_segment=lambda *_: None, stopped=lambda: True)
