"""The measurement of a GPU, for the first person who has one: it runs on the processor here."""

import json
from pathlib import Path

import pytest

from benchmarks import gpu
from benchmarks.gpu_report import batch, sizing, workers
from benchmarks.gpu_trial import BatchResult, TrialResult
from benchmarks.scoring import Score
from benchmarks.throughput import ThroughputResult
from transcription.host.gpus import Gpu


def result(compute_type: str, errors: int, notes: dict[int, float], batches: dict[int, float | None]) -> TrialResult:
    """Notes a minute by workers, real-time factors by windows in a call."""
    return TrialResult(
        model="base",
        compute_type=compute_type,
        peak_mb=900,
        score=Score(words=1000, word_errors=errors),
        batches=tuple(BatchResult(windows, rtf, 500) for windows, rtf in batches.items()),
        throughputs=tuple(
            (count, ThroughputResult("stenobot", 8, per_minute, 0.1, 0.1, {})) for count, per_minute in notes.items()
        ),
    )


def test_the_sizing_is_what_was_measured() -> None:
    """The fastest format that is no worse, the fewest workers and the smallest batch that are nearly as fast."""
    sound = result("float16", 120, {1: 300, 2: 580, 4: 600}, {8: 0.02, 16: 0.0104, 32: 0.01, 64: None})
    faster_but_worse = result("int8_float16", 124, {1: 900}, {8: 0.01})
    assert (workers(sound), batch(sound)) == (2, 16)
    (line,) = sizing("cuda", [faster_but_worse, sound])
    assert "`COMPUTE_TYPE=float16`, `MAX_CONCURRENT=2`" in line
    assert "windows in a call: 16 (" in line
    (line,) = sizing("cuda", [result("int8_float16", 122, {1: 900}, {8: 0.01}), sound])
    assert "`COMPUTE_TYPE=int8_float16`, `MAX_CONCURRENT=1`" in line


@pytest.mark.parametrize(
    ("found", "said"), [([], "has no NVIDIA GPU"), ([Gpu("a card", 8600, 8000)], "a card, 8000 of 8600 MB free, but")]
)
def test_without_a_gpu_it_says_so(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], found: list[Gpu], said: str
) -> None:
    """In a sentence, with an exit code of its own: nothing was measured."""
    monkeypatch.setattr(gpu, "usable_gpus", lambda: 0)
    monkeypatch.setattr(gpu, "gpus", lambda: found)
    monkeypatch.setattr("sys.argv", ["gpu"])
    with pytest.raises(SystemExit) as ended:
        gpu.main()
    assert ended.value.code == gpu.NOTHING_MEASURED
    assert said in capsys.readouterr().err


@pytest.mark.usefixtures("models_dir")
def test_the_same_commands_run_on_the_processor(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """Every figure is there, and what a device or a model can't do costs the others nothing."""
    corpus = tmp_path / "corpus"
    (corpus / "audios").mkdir(parents=True)
    (corpus / "text-references").mkdir()
    data = Path(__file__).parent.parent / "data" / "audio"
    (corpus / "audios" / "one.ogg").symlink_to(data / "en_sense_0930.ogg")
    (corpus / "text-references" / "one.txt").write_text("he might even have been made amiable himself")
    steps = "--compute-types int8 float16 --batches 1 2 --workers 1 --senders 1 --repeat 1"
    models = ["--models", "tiny.en", "gigaam-v3", "no-such"]
    places = ["--corpus", str(corpus), "--out", str(tmp_path / "out")]
    monkeypatch.setattr("sys.argv", ["gpu", "--device", "cpu", *steps.split(), *models, *places])
    gpu.main()
    out, err = capsys.readouterr()
    assert "float16: not with this device" in err
    assert "gigaam-v3: only Whisper's models" in err
    assert "no-such can't be had" in err
    assert "`COMPUTE_TYPE=int8`, `MAX_CONCURRENT=1`" in out
    (measured,) = json.loads((tmp_path / "out" / "results.json").read_text())["results"]
    assert measured["error"] == ""
    assert [each["windows"] for each in measured["batches"]] == [1, 2]
    assert all(each["rtf"] > 0 for each in measured["batches"])
    assert measured["throughputs"][0][1]["notes_per_minute"] > 0
    assert measured["peak_mb"] >= measured["loaded_mb"] > 100
    assert measured["note_s"] > 0
