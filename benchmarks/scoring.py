"""Word and character error rates (WER, CER) of a transcript against its reference, after normalizing both."""

import itertools
import re
from dataclasses import dataclass
from functools import cache

import jiwer
from num2words import num2words
from whisper_normalizer.basic import BasicTextNormalizer
from whisper_normalizer.english import EnglishTextNormalizer

from transcription.asr.repetition import repetitions
from transcription.sentences import split_sentences

UNSPACED = frozenset({"ja", "ko", "lo", "my", "th", "yue", "zh"})
"""Languages that are written without spaces between words, or with spaces that each writer sets otherwise: each
character counts as a word, so that their word error rate is their character error rate."""
LONGEST_NUMBER = 9
"""Digits; what is longer is a telephone number or an account, and nobody reads it as billions."""

SENTENCE_WORDS = 3
"""A shorter sentence may be gone for other reasons, such as an interjection that is not written."""
DROPPED = 0.8
"""The share of a sentence's words without a counterpart that makes it dropped: a common word finds one by chance."""

_THOUSANDS = re.compile(r"(?<=\d)[,.\u00a0\u202f](?=\d{3}\b)")
_BRACKETS = re.compile(r"[][()<>]")
_DIGITS = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class Score:
    """Errors (substitutions, deletions, insertions) and the reference's length; the sum of two covers both clips."""

    words: int = 0
    word_errors: int = 0
    characters: int = 0
    character_errors: int = 0

    def __add__(self, other: "Score") -> "Score":
        return Score(
            self.words + other.words,
            self.word_errors + other.word_errors,
            self.characters + other.characters,
            self.character_errors + other.character_errors,
        )

    @property
    def wer(self) -> float | None:
        """Word error rate in percent, None where the reference is empty."""
        return 100 * self.word_errors / self.words if self.words else None

    @property
    def cer(self) -> float | None:
        """Character error rate in percent, None where the reference is empty."""
        return 100 * self.character_errors / self.characters if self.characters else None


def score(reference: str, hypothesis: str, language: str) -> Score:
    """The errors of a hypothesis (the transcript) against its reference.

    Whisper's normalizers drop what stands in brackets, like "[music]". Where the reference has any, they hold speech.
    """
    if _BRACKETS.search(reference):
        reference, hypothesis = _BRACKETS.sub(" ", reference), _BRACKETS.sub(" ", hypothesis)
    reference, hypothesis = normalized(reference, language), normalized(hypothesis, language)
    words, characters = (reference.split(), hypothesis.split()), (reference, hypothesis)
    if language in UNSPACED:
        characters = reference.replace(" ", ""), hypothesis.replace(" ", "")
    if not words[0]:
        return Score(0, len(words[1]), 0, len(characters[1]))
    by_word, by_character = jiwer.process_words(reference, hypothesis), jiwer.process_characters(*characters)
    return Score(
        len(words[0]),
        by_word.substitutions + by_word.deletions + by_word.insertions,
        len(characters[0]),
        by_character.substitutions + by_character.deletions + by_character.insertions,
    )


def loops(reference: str, hypothesis: str) -> int:
    """How many phrases come three times in a row or more, beyond those that were said so."""
    return max(0, len(repetitions(hypothesis)) - len(repetitions(reference)))


def dropped_sentences(reference: str, hypothesis: str, language: str) -> int:
    """How many sentences of the reference, of `SENTENCE_WORDS` or more, are not in the transcript.

    Words that were misheard are there; a reference without punctuation is one sentence.
    """
    sentences = [normalized(each, language).split() for each in split_sentences(reference)]
    heard = normalized(hypothesis, language)
    if not any(sentences):
        return 0
    (chunks,) = jiwer.process_words(" ".join(word for each in sentences for word in each), heard).alignments
    missing = {
        index for chunk in chunks if chunk.type == "delete" for index in range(chunk.ref_start_idx, chunk.ref_end_idx)
    }
    starts = itertools.accumulate(map(len, sentences), initial=0)
    return sum(
        len(words) >= SENTENCE_WORDS and len(missing & set(range(start, start + len(words)))) >= DROPPED * len(words)
        for start, words in zip(starts, sentences, strict=False)
    )


def normalized(text: str, language: str) -> str:
    """A text for scoring: numbers in one spelling, Whisper's normalizer of the language, ё as е.

    The words of an unspaced language are its characters.
    """
    text = spelled(text, language).replace("ё", "е").replace("Ё", "Е")
    text = " ".join(_normalizer(language)(text).split())
    return " ".join(text.replace(" ", "")) if language in UNSPACED else text


def spelled(text: str, language: str) -> str:
    """A text with its digits as words, so that "нажмите 1" and "нажмите один" are the same.

    English is left alone, for its normalizer turns number words into digits instead. So are the languages that
    num2words cannot count in. Case, gender and ordinals are not known from digits, so "в 3 пункте" still differs from
    "в третьем пункте". Numbers that begin with a zero or are too long are read digit by digit.
    """
    if language == "en":
        return text

    def words(digits: re.Match[str]) -> str:
        number = digits[0]
        one_by_one = len(number) > LONGEST_NUMBER or (number[0] == "0" and len(number) > 1)
        try:
            spoken = [num2words(int(part), lang=language) for part in (number if one_by_one else [number])]
        except NotImplementedError:
            return number
        return f" {' '.join(spoken)} "

    return _DIGITS.sub(words, _THOUSANDS.sub("", text))


@cache
def _normalizer(language: str) -> BasicTextNormalizer | EnglishTextNormalizer:
    return EnglishTextNormalizer() if language == "en" else BasicTextNormalizer()
