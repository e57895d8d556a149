"""Settings for tests: the CPU, one folder for everything, and no `.env`."""

from pathlib import Path
from typing import Any

from config import Settings


def settings(folder: Path, **others: Any) -> Settings:
    return Settings(_env_file=None, **{"data_dir": folder, "models_dir": folder, "device": "cpu", **others})
