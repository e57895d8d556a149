import os
import subprocess
import sys
from pathlib import Path

HEAR = "import numpy; from transcription.asr import vad; vad.detect_speech(numpy.zeros(16000, numpy.int16))"


def test_onnxruntime_reported_to_its_maker(tmp_path: Path) -> None:
    """Voice activity detection leaves no device id for onnxruntime's telemetry, on a machine that set nothing."""
    kept = {name: value for name, value in os.environ.items() if name in {"PATH", "LD_LIBRARY_PATH"}}
    home = {"HOME": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path)}
    subprocess.run([sys.executable, "-c", HEAR], cwd=Path(__file__).parents[2], env=kept | home, check=True)
    assert not list(tmp_path.iterdir())
