import numpy as np

from transcription.speakers.base import Turn
from transcription.speakers.turns import create_turns

CELL = 3200
"""0.2 s, as the diarizer has it."""


def test_overlap_and_strangers_are_said() -> None:
    """Where two voices are as likely for long, both speak; what is like nobody has no speaker."""
    cells = np.full((40, 2), (0.4, 0.8))
    cells[10:20] = (0.7, 0.75)
    cells[20:23] = (0.7, 0.75)[::-1]
    cells[30:] = (0.3, 0.5)
    path = np.ones(40, dtype=np.intp)
    assert create_turns([(0, 40 * CELL)], path, cells, CELL) == [
        Turn(0, 2000, 0),
        Turn(2000, 4600, 0, other=1),
        Turn(4600, 6000, 0),
        Turn(6000, 8000, None),
    ]


def test_a_turn_goes_on_in_a_short_pause_only() -> None:
    """And begins and ends where speech does, not at a cell's edge."""
    cells = np.full((40, 1), 0.8)
    spans = [(1600, 16000), (24000, 40000), (72000, 80000)]
    assert create_turns(spans, np.zeros(40, dtype=np.intp), cells, CELL) == [Turn(100, 2500, 0), Turn(4500, 5000, 0)]


def test_a_short_likeness_is_no_overlap() -> None:
    """Next to a change of speakers a window holds both."""
    cells = np.full((12, 2), (0.8, 0.4))
    cells[4:8] = (0.6, 0.55)
    assert create_turns([(0, 12 * CELL)], np.zeros(12, dtype=np.intp), cells, CELL) == [Turn(0, 2400, 0)]
