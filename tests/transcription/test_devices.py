"""What becomes of a load that the GPU refuses."""

from pathlib import Path

import pytest

from transcription.devices import is_gpu_trouble, with_cpu_fallback
from transcription.models import ModelOptions

ON_GPU = ModelOptions(Path(), device="cuda", compute_type="float16", cpu_threads=3)


def refuse(error: Exception) -> tuple[list[ModelOptions], object]:
    """Load with something that fails off the CPU; returns how it was tried, and what came of it."""
    tries: list[ModelOptions] = []

    def load(folder: Path, options: ModelOptions) -> str:
        tries.append(options)
        if options.device != "cpu":
            raise error
        return folder.name

    return tries, with_cpu_fallback(load)(Path("base"), ON_GPU)


@pytest.mark.parametrize(
    "message",
    [
        "CUDA failed with error out of memory",
        "CUDA driver version is insufficient for CUDA runtime version",
        "Library libcublas.so.12 is not found or cannot be loaded",
        "cuDNN failed with status CUDNN_STATUS_NOT_INITIALIZED",
    ],
)
def test_a_gpu_that_fails_is_replaced(message: str, capsys: pytest.CaptureFixture[str]) -> None:
    """The model is loaded on the CPU as int8, with its threads, and the owner reads why."""
    tries, model = refuse(RuntimeError(message))
    assert model == "base"
    assert tries == [ON_GPU, ModelOptions(Path(), device="cpu", compute_type="int8", cpu_threads=3)]
    assert message in capsys.readouterr().out


def test_a_broken_model_is_no_gpu_trouble() -> None:
    """What the CPU could not do better is raised at once."""
    with pytest.raises(RuntimeError, match=r"model\.bin"):
        refuse(RuntimeError("Unable to open file 'model.bin' in model"))
    assert not is_gpu_trouble(OSError("/cuda/models: no such folder"))
