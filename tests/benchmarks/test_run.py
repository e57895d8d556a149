import asyncio
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks import configurations, report
from benchmarks.corpus import chosen, read_corpus
from benchmarks.recommendation import recommend
from benchmarks.run import Plan, measure
from benchmarks.scoring import Score
from benchmarks.summary import outliers
from tests.conftest import DATA
from transcription.models.sizing import choose


@pytest.fixture(scope="module")
def measured(models_dir: Path) -> report.Report:
    """Two tiny clips and a silent one, transcribed by two configurations."""
    clips = {clip.name: clip for clip in read_corpus(DATA)}
    plan = Plan(
        corpus=DATA,
        clips=[clips[name] for name in ("en_sense_0930", "en_libri_61", "silence_5s")],
        folder=models_dir / "tiny.en",
        configurations=["stenobot", "fast"],
        senders=[2],
        repeats=1,
        throughput_clips=2,
    )
    return asyncio.run(measure(plan, _no_progress))


def _no_progress(_title: str, _steps: int) -> Callable[[], None]:
    return lambda: None


def test_every_number_of_a_run_is_there(measured: report.Report) -> None:
    """A run measures speed, errors, hallucinations, memory and throughput of each configuration."""
    for name in ("stenobot", "fast"):
        row = measured.row(name)
        assert row
        assert row.clips == 2
        assert row.rtf
        assert row.rtf > 0
        assert row.wer is not None
        assert row.wer < 40
        assert row.hallucinated == 0
        assert measured.memories[name].peak_mb > 100
    assert {(result.configuration, result.senders) for result in measured.throughputs} == {("stenobot", 2), ("fast", 2)}
    assert all(result.notes_per_minute > 0 and result.lag["samples"] for result in measured.throughputs)
    assert json.loads(report.to_json(measured))["results"][0]["transcribed"]["text"]


def test_the_summary_goes_between_the_markers_of_a_readme(measured: report.Report, tmp_path: Path) -> None:
    """What stands outside the markers is kept, and a second time replaces the first."""
    readme = tmp_path / "README.md"
    readme.write_text(f"before\n{report.BEGIN}\nold\n{report.END}\nafter\n")
    for _ in range(2):
        report.put_between_markers(readme, report.summary(measured, {"Speed": "speed.svg"}))
    text = readme.read_text()
    assert text.startswith("before\n")
    assert text.endswith("\nafter\n")
    assert "old" not in text
    assert text.count("| `stenobot` |") == 2  # one table of the engines, one of the senders
    assert "![Speed](speed.svg)" in text
    readme.write_text("no markers")
    with pytest.raises(ValueError, match="benchmarks"):
        report.put_between_markers(readme, "text")


def test_plots_are_drawn(measured: report.Report, tmp_path: Path) -> None:
    """Each plot is a file that is named in the report."""
    pytest.importorskip("matplotlib", reason="only the bench group has it")
    from benchmarks.plots import draw  # noqa: PLC0415 - needs what is tested above

    assert {file.suffix for file in draw(measured, tmp_path).values()} == {".svg"}
    assert len(list(tmp_path.iterdir())) == 3


def test_a_clip_with_more_errors_and_no_fallback_is_listed(measured: report.Report) -> None:
    """More than twice the errors of the defaults count, unless a window was decoded again."""
    ours = next(result for result in measured.results if result.configuration == configurations.OURS)
    theirs = replace(ours, configuration=configurations.DEFAULTS, score=Score(10, 1, 50, 1))
    bad = replace(ours, score=Score(10, 3, 50, 9))
    assert [(outlier.ours, outlier.theirs) for outlier in outliers([bad, theirs])] == [(3, 1)]
    assert not outliers([replace(bad, score=Score(10, 2, 50, 9)), theirs])
    assert not outliers([replace(bad, transcribed=replace(bad.transcribed, retried_windows=1)), theirs])


def test_the_recommended_model_fits_and_is_fast() -> None:
    """Speed or memory rules a model out; where all are too slow, it is the smallest."""
    sizing = choose(cores=2, gpus=0, compute_type="int8")
    fast, small, slow = (
        recommend("base", rtf, sizing, free_mb=free_mb) for rtf, free_mb in ((0.05, 1e6), (0.05, 1000), (9.0, 1e6))
    )
    assert fast
    assert small
    assert slow
    assert fast.model not in ("tiny", "base")
    assert small.model == "base"
    assert slow.model == "tiny"
    assert recommend("my-own-folder", 0.1, sizing, free_mb=1e6) is None


def test_a_limit_spreads_over_each_class() -> None:
    """At most so many clips of each language and length, and only of the wanted ones."""
    clips = chosen(read_corpus(DATA), languages=["ru", "en"], limit=2)
    classes = [(clip.language, clip.length) for clip in clips]
    assert max(map(classes.count, classes)) == 2
    assert {language for language, _ in classes} == {"ru", "en"}
