"""`.env.example` and the settings are equal."""

from pathlib import Path

import pytest
from dotenv import dotenv_values

from config import Settings, load_settings

EXAMPLE = Path(__file__).parent.parent / ".env.example"


def test_it_names_every_setting_with_its_default(monkeypatch: pytest.MonkeyPatch) -> None:
    """The file left as it is changes nothing, and no setting is missing from it or only in it."""
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    assert set(dotenv_values(EXAMPLE)) == {name.upper() for name in Settings.model_fields}
    assert load_settings(EXAMPLE) == load_settings(None)


def test_every_setting_is_explained() -> None:
    """The line before each setting is a comment of its own."""
    lines = EXAMPLE.read_text(encoding="utf-8").splitlines()
    unexplained = [
        line
        for before, line in zip(["", *lines], lines, strict=False)
        if "=" in line and line[0] != "#" and not before.startswith("# ")
    ]
    assert unexplained == []
