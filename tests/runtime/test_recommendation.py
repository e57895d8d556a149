"""The answer to `--recommend`: what a machine is told to choose."""

from pathlib import Path
from typing import Any

import pytest

from run_bot import FAILED, OK, main
from runtime.recommendation import Recommendation, recommend
from runtime.survey import Survey, survey
from tests.settings import settings
from transcription.host.gpus import Gpu
from transcription.host.memory import Memory
from transcription.models import sources
from transcription.models.sizing import choose

pytestmark = pytest.mark.usefixtures("no_settings_of_this_machine")


def advice(
    total_mb: float, base_rtf: float = 0.06, language: str | None = None, wanted: Any = None, **others: Any
) -> Recommendation:
    """For a server of two cores with so much memory, of which 70 MB are taken."""
    found = Survey(
        **{
            "sizing": choose(cores=2, gpus=0, memory_mb=total_mb, supported=lambda _device: {"int8"}),
            "memory": Memory(total_mb, total_mb - 70, "a test's"),
            "free_mb": total_mb - 70,
            "disk_dir": Path("/models"),
            "disk_mb": 20_000,
            "gpus": (),
            "gpu_failed": False,
            "here": frozenset({"base"}),
            "measured": {"base": base_rtf},
            "load": 0.1,
            **others,
        }
    )
    return recommend(found, settings(Path("/nowhere"), language=language, **wanted or {}))


def row(found: Recommendation, model: str) -> str:
    return next(line for line in found.lines() if line.startswith(f"{model} "))


@pytest.mark.parametrize(
    ("total_mb", "base_rtf", "model", "refine_model"),
    [
        (1000, 0.06, "base", None),
        (2000, 0.06, "small", None),
        (4000, 0.06, "small", "large-v3-turbo"),
        (1000, 0.15, "base", None),
        (2000, 0.15, "base", "small"),
        (4000, 0.15, "base", "small"),
        (16_000, 0.01, "large-v3", None),
        (1000, 0.5, "tiny", "base"),
        (450, 0.06, "tiny", None),
    ],
)
def test_the_best_model_that_memory_and_speed_allow(
    total_mb: float, base_rtf: float, model: str, refine_model: str | None
) -> None:
    """And a more exact one to go over its texts, where both fit and that keeps up with people who speak."""
    found = advice(total_mb, base_rtf)
    assert f"MODEL={model}" in found.lines()
    assert row(found, model).endswith("recommended")
    assert (found.refine_model.name if found.refine_model else None) == refine_model
    assert [line for line in found.lines() if "REFINE_MODEL" in line] == (
        [f"# REFINE_MODEL={refine_model}"] if refine_model else []
    )


def test_each_model_says_what_it_takes_and_why_it_is_not_chosen() -> None:
    """Measured speeds are told apart from estimates, and memory is that of the whole program."""
    found = advice(2000)
    assert " ".join(row(found, "base").split()) == "base here 722 MB 3.6 s 99 languages"
    assert " ".join(row(found, "small").split()) == "small 486 MB 1.1 GB ~ 12 s 99 languages recommended"
    assert row(advice(3000), "medium").endswith("leaves too little memory to others")
    assert row(found, "large-v3").endswith("too large for the memory")
    assert row(advice(16_000), "large-v3").endswith("slow here")
    assert not any(line.startswith("base.en") for line in found.lines())


def test_a_full_disk_leaves_what_is_here() -> None:
    """Nobody is told to fetch what does not fit; the download would be refused."""
    found = advice(2000, disk_mb=100)
    assert row(found, "small").endswith("no room on the disk")
    assert "MODEL=base" in found.lines()
    assert found.refine_model is None


def test_a_language_brings_the_models_that_know_it() -> None:
    """Those that know it alone, too; another engine's are named, for they are truer there."""
    found = advice(4000, language="ru")
    assert not any(line.startswith("base.en") for line in found.lines())
    assert found.lines()[-1] == "# MODEL_BY_LANGUAGE=ru:gigaam-v3"
    assert advice(1000, language="ru").lines()[-1] == "MODEL=base"
    assert advice(16_000).by_language == {"en": "parakeet-110m", "ru": "gigaam-v3"}
    assert advice(16_000, language="de").by_language == {"de": "parakeet-v3"}
    assert any(line.startswith("base.en") for line in advice(4000, language="en").lines())


def test_what_needs_the_adaptive_context_is_not_offered_without_it() -> None:
    """A start would refuse it."""
    found = advice(16_000, wanted={"adaptive_context": False})
    assert (found.refine_model, found.by_language) == (None, {})


def test_a_machine_that_is_too_small_is_told(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The exit code says so, too."""

    async def too_small(*_: object) -> Survey:
        return advice(420).survey

    monkeypatch.setattr("runtime.survey.survey", too_small)
    assert main(["--recommend", "--env-file", "/nowhere"]) == FAILED
    assert capsys.readouterr().out.endswith("No model fits: 350 MB of memory and 20.0 GB of the disk are free.\n")


def test_this_machine_is_measured(
    models_dir: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """With the real model that is here, whatever is set now; nothing but the table goes to standard output."""
    monkeypatch.setattr(sources, "PACKAGES", {})
    (tmp_path / "tiny.en").symlink_to(models_dir / "tiny.en")
    (tmp_path / "settings").write_text(f"MODELS_DIR={tmp_path}\nDEVICE=cpu\nLANGUAGE=en\nMODEL=no-such\n")
    assert main(["--recommend", "--env-file", str(tmp_path / "settings")]) == OK
    out, err = capsys.readouterr()
    assert err == "measuring tiny.en…\n"
    assert out.startswith("machine  ")
    assert next(line for line in out.splitlines() if line.startswith("tiny.en")).split()[1] == "here"
    assert "(measured now: tiny.en)" in out


async def test_a_gpu_that_fails_is_replaced_by_the_cpu(
    models_dir: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The figures are then the CPU's, and the settings say so."""
    monkeypatch.setattr(sources, "PACKAGES", {})
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "")
    monkeypatch.setattr("runtime.models.usable_gpus", lambda: 1)
    monkeypatch.setattr("runtime.models.gpu_free_mb", lambda: 8000.0)
    monkeypatch.setattr("runtime.survey.gpus", lambda: [Gpu("a card", 8600, 8000)])
    (tmp_path / "tiny.en").symlink_to(models_dir / "tiny.en")
    on_gpu, said = settings(tmp_path, device="auto"), list[str]()
    found = await survey(on_gpu, said.append)
    assert (found.sizing.device, found.gpu_failed) == ("cpu", True)
    assert 0.002 < found.measured["tiny.en"] < 2
    lines = recommend(found, on_gpu).lines()
    assert "GPU      a card, 8000 of 8600 MB free (not used: it fails; --check says why)" in lines
    assert "DEVICE=cpu" in lines
