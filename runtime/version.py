"""The version of this program: that of the checkout, or of the installed wheel."""

import tomllib
from importlib import metadata
from pathlib import Path

PROJECT = Path(__file__).parent.parent / "pyproject.toml"
"""There in a checkout, and not in a wheel."""


def version() -> str:
    """The version, as `pyproject.toml` has it."""
    if PROJECT.exists():
        return str(tomllib.loads(PROJECT.read_text(encoding="utf-8"))["project"]["version"])
    return metadata.version("stenobot")
