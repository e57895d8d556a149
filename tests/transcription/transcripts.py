"""Transcripts for tests: stored ones of real recordings, and generated ones in which anything may happen."""

from dataclasses import replace
from pathlib import Path
from random import Random

import pytest
from _pytest.mark import ParameterSet

from transcription.transcript import Segment, Transcript, Word, from_json

STORED = Path(__file__).parent.parent / "data" / "transcripts"
ALPHABETS = {
    "en": "abcdefghijklmnopqrstuvwxyz",
    "ru": "абвгдежзиклмнопрстуфхцчшыэюя",
    "ar": "ابتثجحخدذرزسشصضطظعغفقكلمنهوي",
    "ko": "가나다라마바사아자차카타파하은는이고에서",
    "zh": "的一是了我不人在他有这个上们来到时大地为子中你说生国年着就那和要",
    "ja": "あいうえおかきくけこさしすせそアイウエオカキー日本語時間人",
    "th": "กขคงจชซดตถทนบปผพมยรลวสหอ",
}
UNSPACED = frozenset({"zh", "ja", "th"})
SEEDS = range(40)


def stored(name: str) -> Transcript:
    """What the base model made of a long clip, with times of words."""
    return from_json((STORED / f"{name}.json").read_text(encoding="utf-8"))


def without_words(transcript: Transcript) -> Transcript:
    """As an engine without times of words gives it, or as it was stored before there were any."""
    return replace(transcript, segments=tuple(replace(segment, words=()) for segment in transcript.segments))


def real_transcripts() -> list[Transcript]:
    transcripts = [stored("en_long_lj1"), stored("ru_long_nsh1")]
    return [*transcripts, *map(without_words, transcripts)]


def cases() -> list[ParameterSet]:
    """All of them, for `parametrize`."""
    real = [pytest.param(transcript, id=f"real{index}") for index, transcript in enumerate(real_transcripts())]
    return [*real, *(pytest.param(generated(seed), id=f"seed{seed}") for seed in SEEDS)]


def generated(seed: int) -> Transcript:
    """A recording in some language by up to three speakers, who talk as fast and as long as they like."""
    random = Random(seed)
    language = random.choice(list(ALPHABETS))
    speakers = random.choice([None, None, 1, 2, 3])
    pace = random.choice([0.3, 1.0, 1.0, 3.0])
    marks = random.choice(["", "..,", "..,?!", ".", ",,,,,,,,,."])
    clock, segments = random.randrange(3000), []
    for _ in range(random.randrange(12)):
        words = []
        for index in range(random.choice([1, 2, 5, 30, 90])):
            text = "".join(random.choices(ALPHABETS[language], k=random.choice([1, 3, 5, 8, 14])))
            text = text * 9 if random.random() < 0.003 else text
            text = text.capitalize() if random.random() < 0.2 else text
            if marks and random.random() < 0.2:
                text += random.choice(marks).translate({ord("."): "。"} if language in ("zh", "ja") else {})
            space = "" if language in UNSPACED or not index else " "
            length = round(len(text) * 60 * pace * random.uniform(0.3, 2))
            words.append(Word(space + text, clock, clock + length, random.random()))
            clock += length + (random.randrange(2500) if random.random() < 0.1 else 0)
        speaker = None if speakers is None or random.random() < 0.05 else random.randrange(speakers)
        text = "".join(word.text for word in words)
        segments.append(Segment(words[0].start_ms, words[-1].end_ms, text, tuple(words), -0.3, 0.1, speaker))
        clock += random.choice([0, 0, 200, 1000, 5000]) - (300 if speakers and random.random() < 0.1 else 0)
    transcript = Transcript(tuple(segments), language, 0.9, max(clock, 0), "base", speakers)
    return without_words(transcript) if random.random() < 0.4 else transcript
