import numpy as np

from benchmarks.dialogues import join
from transcription.audio.ffmpeg import SAMPLE_RATE


def test_joined_dialogues_are_known_exactly_and_made_again() -> None:
    """Each person speaks, nobody twice in a row or over another; sound lies in turns only; a seed decides it all."""
    noise = np.random.default_rng(1)
    voices = {f"en:{name}": [noise.normal(0, 3000, 20 * SAMPLE_RATE).astype(np.int16)] for name in "abcd"}
    dialogue = join(voices, 3, 30.0, seed=7)
    again = join(voices, 3, 30.0, seed=7)
    assert np.array_equal(dialogue.samples, again.samples)
    assert dialogue.turns == again.turns != join(voices, 3, 30.0, seed=8).turns
    assert dialogue.speakers == 3
    assert all(
        before[1] <= after[0] and before[2] != after[2]
        for before, after in zip(dialogue.turns, dialogue.turns[1:], strict=False)
    )
    is_turn = np.zeros(len(dialogue.samples), dtype=bool)
    for start_s, end_s, _ in dialogue.turns:
        is_turn[round(start_s * SAMPLE_RATE) : round(end_s * SAMPLE_RATE)] = True
    assert np.abs(dialogue.samples[~is_turn]).max() == 0
    assert np.abs(dialogue.samples[is_turn]).mean() > 500
