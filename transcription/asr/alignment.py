"""Word times by cross-attention: the decoder reads a text once more, and where it looks is when it was said."""

from collections.abc import Sequence

import ctranslate2
import numpy as np
from faster_whisper.tokenizer import Tokenizer
from numpy.typing import NDArray

from transcription.transcript import Word

MS_PER_STATE = 20
"""The encoder makes one state of two mel frames of 10 ms."""
FRAMES_PER_STATE = 2
PADDING_STATES = 50
MIN_STATES = 400
"""Of the padding so much is kept. With less the probabilities of a short window's words are wrong by up to 0.8 (mean
0.1), with this by no more than rounding (0.014); with all of it aligning takes a fifth longer."""
MEDIAN_FILTER_WIDTH = 3
"""States. Whisper's own 7 takes an eighth longer; what the times are worth was measured with 3 (decision 090)."""
OPENING = frozenset("\"'“¿([{-«„「『《〈（【‘¡")
"""Marks that belong to the word behind them."""


def align(
    model: ctranslate2.models.Whisper,
    states: NDArray[np.float32],
    own: int,
    tokens: Sequence[int],
    *,
    start_sequence: Sequence[int],
    tokenizer: Tokenizer,
) -> tuple[Word, ...]:
    """The words of a window, their times from its start.

    `states` is what the encoder made of it and of the silence that pads it; the first `own` are its own.
    `start_sequence` names language and task as they were when it was decoded to `tokens`; `tokenizer` is that of the
    language in which the text is written. A window takes less alone than in a batch, whose texts are padded to the
    longest. Blocks.
    """
    if not tokens or not own:
        return ()
    states = states[: max(own + PADDING_STATES, MIN_STATES)]
    (found,) = model.align(
        ctranslate2.StorageView.from_array(np.ascontiguousarray(states[None])),
        list(start_sequence),
        [list(tokens)],
        FRAMES_PER_STATE * own,
        median_filter_width=MEDIAN_FILTER_WIDTH,
    )
    path = np.array(found.alignments)
    starts_ms = path[np.diff(path[:, 0], prepend=-1) > 0, 1] * MS_PER_STATE  # when each token begins, and the end
    texts, word_tokens = tokenizer.split_to_word_tokens([*tokens, tokenizer.eot])
    bounds = np.cumsum([0, *map(len, word_tokens)])
    words = [
        Word(
            text,
            int(starts_ms[begin]),
            int(starts_ms[end]),
            round(float(np.mean(found.text_token_probs[begin:end])), 3),
        )
        for text, begin, end in zip(texts[:-1], bounds[:-2], bounds[1:-1], strict=True)
    ]
    return merge_punctuation(words)


def merge_punctuation(words: Sequence[Word]) -> tuple[Word, ...]:
    """Words with the marks before and behind them, which have neither time nor probability of their own."""
    merged: list[Word] = []
    before = ""
    for word in words:
        if any(character.isalnum() for character in word.text):
            merged.append(Word(before + word.text, word.start_ms, word.end_ms, word.probability))
            before = ""
        elif not merged or before or (word.text[:1].isspace() and word.text.strip()[:1] in OPENING):
            before += word.text
        else:
            last = merged[-1]
            merged[-1] = Word(last.text + word.text, last.start_ms, last.end_ms, last.probability)
    if before and merged:
        last = merged[-1]
        merged[-1] = Word(last.text + before, last.start_ms, last.end_ms, last.probability)
    return tuple(merged)
