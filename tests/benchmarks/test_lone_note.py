"""The budget of a note, from what the bot logged and what a stock call took."""

from pathlib import Path

import pytest

from benchmarks.lone_note import draw, summed_up, table, without_overlap


def test_the_stages_of_a_budget_make_up_its_total(tmp_path: Path) -> None:
    """What no stage accounts for is the rest; two budgets stand side by side, also where one has a stage more."""
    now = summed_up([{"encoder": 150.0, "decoder": 250.0}] * 3, [(0.5, 1.0), (0.5, 1.5), (0.5, 3.0)])
    assert now["stages_ms"] == {"encoder": 150.0, "decoder": 250.0, "rest": 100.0}
    assert (now["notes"], now["total_ms"], now["stock_ms"]) == (3, 500.0, pytest.approx(1500))
    assert now["times_faster"] == pytest.approx(3.0)
    before = summed_up([{"encoder": 400.0}], [(0.6, 1.2)])
    rows = table({"before": before, "now": now}).splitlines()
    assert "| decoder |  | 250.0 |" in rows
    assert rows[-1] == "| times_faster | 2.0 | 3.0 |"
    draw({"before": before, "now": now}, tmp_path / "bar.svg")
    assert (tmp_path / "bar.svg").read_text().startswith("<?xml")


def test_no_time_counts_twice() -> None:
    """The engine's stages lie within the batcher's, also where there was no text to align."""
    timed = {"vad": 10.0, "transcribe": 420.0, "features": 5.0, "encoder": 150.0, "language": 15.0, "decoder": 240.0}
    assert without_overlap(timed) == {**{key: ms for key, ms in timed.items() if key != "transcribe"}, "batcher": 10.0}
