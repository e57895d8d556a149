"""Filter of Whisper's hallucinations where nobody speaks: credits of subtitles, and farewells that people say, too."""

import functools
import re
import tomllib
import unicodedata
from dataclasses import dataclass, replace
from pathlib import Path

from transcription.asr.word_times import fit_words, spaced
from transcription.transcript import Segment

KNOWN = Path(__file__).with_name("hallucinations.toml")

SENTENCE = re.compile(r".+?(?:(?<!\b[^\W\d_])[.!?…]++[^\w\s]*+(?=\s|$)\s*|[。！？｡]++[^\w\s]*+\s*|$)", re.DOTALL)
"""A sentence and the space behind it. A single letter before a full stop is an initial and ends none."""
LONGEST = 150
"""In characters: no known hallucination is as long."""
PLAIN = str.maketrans({"ı": "i", "ł": "l", "ø": "o", "đ": "d", "æ": "ae"})
"""Letters that Unicode does not take apart into a letter and its mark."""

FILTER_LOG_PROB = -1.0
FILTER_NO_SPEECH = 0.4
"""Whisper's own threshold of probability, and one between its hallucinations and short clear speech (decision 050)."""
FASTEST = 25.0
SLOWEST = 1.0
"""Letters in a second of speech: nobody speaks faster, and a phrase this slow was laid over noise."""


@dataclass(frozen=True, slots=True)
class ScoredSegment:
    """A segment and how likely it was spoken at all.

    `avg_logprob` is the mean log probability of its window, `no_speech_prob` Whisper's own probability of silence there
    (0..1), and `speech_ms` how much of its time voice activity detection took for speech.
    """

    segment: Segment
    avg_logprob: float
    no_speech_prob: float
    speech_ms: int

    @property
    def is_unlikely_speech(self) -> bool:
        """Whether hardly anyone can have said it."""
        is_paced = SLOWEST * self.speech_ms <= letters(self.segment.text) * 1000 <= FASTEST * self.speech_ms
        return self.avg_logprob < FILTER_LOG_PROB or self.no_speech_prob > FILTER_NO_SPEECH or not is_paced


class HallucinationFilter:
    """Lets the segments of one recording through as they are decoded, without hallucinations.

    Credits are cut out wherever they are. A phrase that people say, too, is held back while it is weak: speech after it
    sets it free, the end of the recording drops it.
    """

    def __init__(self) -> None:
        self._held: list[Segment] = []

    def push(self, scored: ScoredSegment) -> list[Segment]:
        """The segments that are certain with this one, in order; often just itself, sometimes none."""
        text = without_credits(scored.segment.text)
        if not text:
            return []
        segment = replace(scored.segment, text=text, words=spaced(fit_words(scored.segment.words, text)))
        self._held.append(segment)
        if is_ambiguous(text) and replace(scored, segment=segment).is_unlikely_speech:
            return []
        certain, self._held = self._held, []
        return certain


def letters(text: str) -> int:
    """How long a text takes to say: its letters and digits; a wide character is as long as two."""
    return sum(2 if unicodedata.east_asian_width(each) in "WF" else 1 for each in text if each.isalnum())


def without_credits(text: str) -> str:
    """`text` without those of its sentences that are credits."""
    return "".join(sentence for sentence in SENTENCE.findall(text) if not is_credit(sentence)).strip()


def is_credit(sentence: str) -> bool:
    """Whether it is a credit of subtitles or their caption of a sound, which nobody says."""
    return _is("credits", sentence) or (sentence.isupper() and _is("captions", sentence))


def is_ambiguous(text: str) -> bool:
    """Whether every sentence of it is a known hallucination, and yet may have been said."""
    return all(_is("phrases", sentence) or _is("captions", sentence) for sentence in SENTENCE.findall(text))


def _is(kind: str, sentence: str) -> bool:
    return len(sentence) <= LONGEST and _known()[kind].fullmatch(_fold(sentence)) is not None


@functools.cache
def _known() -> dict[str, re.Pattern[str]]:
    """The known hallucinations, each kind as one expression for a folded sentence."""
    kinds = tomllib.loads(KNOWN.read_text(encoding="utf-8"))
    return {
        kind: re.compile("|".join(f"(?:{_plain(line)})" for lines in languages.values() for line in lines))
        for kind, languages in kinds.items()
    }


def _fold(text: str) -> str:
    """Its words in plain letters, one space between them."""
    return " ".join(re.findall(r"\w+", _plain(text)))


def _plain(text: str) -> str:
    """The text in lower case without marks on letters."""
    letters = unicodedata.normalize("NFKD", text.casefold()).translate(PLAIN)
    bare = "".join(letter for letter in letters if not unicodedata.category(letter).startswith("M"))
    return unicodedata.normalize("NFC", bare)  # Hangul is syllables again
