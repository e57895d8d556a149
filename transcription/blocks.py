"""A transcript as blocks of words that stand together in a text."""

import itertools
from collections.abc import Sequence

from transcription.paragraphs import split_paragraphs
from transcription.timed_words import TimedWord, sentences, timed_words
from transcription.transcript import Transcript


def split_blocks(transcript: Transcript, *, by_paragraph: bool, by_sentence: bool = False) -> list[Sequence[TimedWord]]:
    """The words of a transcript by paragraph, else by sentence, else by who speaks; joined they are its text."""
    if by_paragraph:
        return [paragraph.words for paragraph in split_paragraphs(transcript)]
    words = timed_words(transcript)
    if by_sentence:
        return sentences(words)
    return [list(turn) for _, turn in itertools.groupby(words, key=lambda word: word.speaker)]
