"""Speech without its pauses, and the way back to the note's own time."""

import numpy as np

from transcription.audio import SAMPLE_RATE
from transcription.speech import Speech
from transcription.tokens import Piece, split

BEGIN = 1000
"""The first timestamp token of these tests; smaller ones are text."""


def at(seconds: float) -> int:
    return BEGIN + round(seconds / 0.02)


def test_speech_is_taken_across_its_pauses() -> None:
    """What is taken leaves out the silence between spans, wherever it begins and ends."""
    samples = np.arange(100, dtype=np.int16)
    speech = Speech(samples, [(10, 20), (50, 60), (90, 100)])
    assert len(speech) == 30
    taken = speech.take(5, 12) * 32768
    assert taken.tolist() == [*range(15, 20), *range(50, 57)]
    assert (speech.take(25, 99) * 32768).tolist() == list(range(95, 100))
    assert len(speech.take(30, 1)) == 0


def test_positions_lead_back_to_the_note() -> None:
    """A segment ends where its span ends, and the next one starts where the next span starts."""
    second = SAMPLE_RATE
    speech = Speech(np.zeros(20 * second, dtype=np.int16), [(1 * second, 3 * second), (10 * second, 12 * second)])
    assert speech.note_ms(0) == 1000
    assert speech.note_ms(2 * second, end=True) == 3000
    assert speech.note_ms(2 * second) == 10_000
    assert speech.note_ms(4 * second, end=True) == 12_000


def test_closed_pieces_are_the_whole_window() -> None:
    """Text that ends with a timestamp says all of its window."""
    tokens = [at(0), 1, 2, at(2), at(2.5), 3, at(4)]
    pieces, done_s = split(tokens, BEGIN, window_s=5.0, tail_s=0.6)
    assert pieces == [Piece(0.0, 2.0, (1, 2)), Piece(2.5, 4.0, (3,))]
    assert done_s == 5.0


def test_an_open_sentence_is_heard_again_from_its_start() -> None:
    """Text behind the last pair of timestamps was cut off by the window's end; it is left to the next window."""
    tokens = [at(0), 1, at(20), at(20), 2, 3]
    pieces, done_s = split(tokens, BEGIN, window_s=30.0, tail_s=0.0)
    assert pieces == [Piece(0.0, 20.0, (1,))]
    assert done_s == 20.0


def test_a_tiny_rest_is_not_heard_alone() -> None:
    """At the end of the note an open sentence keeps its text rather than leave a moment to invent on."""
    tokens = [at(0), 1, at(4.6), at(4.6), 2]
    pieces, done_s = split(tokens, BEGIN, window_s=5.0, tail_s=0.6)
    assert [piece.tokens for piece in pieces] == [(1,), (2,)]
    assert done_s == 5.0


def test_a_window_always_moves_on() -> None:
    """Timestamps that would have the same second heard for ever are not believed."""
    pieces, done_s = split([at(0), at(0), 1], BEGIN, window_s=30.0, tail_s=0.0)
    assert done_s == 30.0
    assert [piece.tokens for piece in pieces] == [(1,)]
