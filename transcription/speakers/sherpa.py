"""The diarizer of the extra `speakers`: sherpa-onnx, with pyannote's segmentation and TitaNet, in a process."""

import json
import select
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from subprocess import DEVNULL, PIPE
from typing import IO, Any

import numpy as np
import structlog

from transcription.audio.ffmpeg import SAMPLE_RATE, Samples
from transcription.audio.windows import Span
from transcription.errors import Cancelled, ModelTooBig, ModelUnavailable
from transcription.models.pinned import HubFile, fetch_pinned
from transcription.speakers.base import OnFraction, Turn, any_fraction, never
from transcription.speakers.embedded import EmbeddedDiarizer
from transcription.speakers.turns import turns_of_segments

log = structlog.get_logger()

FOLDER = "speakers"
"""Name of the folder of both models."""
MODELS = (
    HubFile("csukuangfj/sherpa-onnx-pyannote-segmentation-3-0", "model.onnx"),
    HubFile("csukuangfj/speaker-embedding-models", "nemo_en_titanet_small.onnx"),
)
"""Where sherpa-onnx's author has them, 6 and 40 MB."""
LONGEST_S = 1800.0
"""sherpa-onnx has a recording in memory as a whole, twice in 32 bits: 230 MB for half an hour."""
RETRY_S = 600.0
"""Seconds in which models that could not be had are not asked for again."""
POLL_S = 0.1
BLOCK = 60 * SAMPLE_RATE
SCRIPT = Path(__file__).with_name("sherpa_process.py")


class SherpaDiarizer:
    """A `Diarizer` by sherpa-onnx, each recording in a process of its own, for its own call can't be stopped.

    What it can't do is left to the embedded one, and said in the log: recordings beyond `LONGEST_S`, and all while the
    models are not to be had. The cheap look is the embedded one's, too.
    """

    def __init__(self, models_dir: Path) -> None:
        self._models_dir = models_dir
        self._embedded = EmbeddedDiarizer()
        self._models: list[Path] = []
        self._retry_at = 0.0

    def label(
        self,
        samples: Samples,
        spans: Sequence[Span],
        *,
        at_least: int = 1,
        at_most: int | None = None,
        stopped: Callable[[], bool] = never,
        on_fraction: OnFraction = any_fraction,
    ) -> list[Turn]:
        """As `Diarizer` says; a number of people is kept to where both bounds are the same."""
        turns = None
        if spans and len(samples) <= LONGEST_S * SAMPLE_RATE and self._has_models(stopped):
            people = at_least if at_least == at_most else -1
            turns = self._run(samples, people, stopped, on_fraction)
        if turns is None:
            log.info("speakers are told apart by the embedded engine", audio_s=round(len(samples) / SAMPLE_RATE))
            turns = self._embedded.label(
                samples, spans, at_least=at_least, at_most=at_most, stopped=stopped, on_fraction=on_fraction
            )
        return turns

    def voices(self, samples: Samples, spans: Sequence[Span], *, stopped: Callable[[], bool] = never) -> int:
        """As `Diarizer` says."""
        return self._embedded.voices(samples, spans, stopped=stopped)

    def _has_models(self, stopped: Callable[[], bool]) -> bool:
        def report(*_: object) -> None:
            if stopped():
                raise Cancelled

        if not self._models and time.monotonic() >= self._retry_at:
            try:
                self._models = fetch_pinned(MODELS, self._models_dir, FOLDER, report)
            except (ModelTooBig, ModelUnavailable) as error:
                self._retry_at = time.monotonic() + RETRY_S
                log.warning("models of SPEAKERS_ENGINE=sherpa can't be had", error=repr(error.__cause__ or error))
        return bool(self._models)

    def _run(
        self, samples: Samples, people: int, stopped: Callable[[], bool], on_fraction: OnFraction
    ) -> list[Turn] | None:
        """The turns; None where the process fails. Raises `Cancelled` once stopped, which ends the process."""
        # -P keeps our folder out of its path.
        command = [sys.executable, "-P", str(SCRIPT), *map(str, self._models), str(people)]
        with tempfile.TemporaryFile(dir=self._models_dir) as sound:
            for start in range(0, len(samples), BLOCK):
                sound.write(np.asarray(samples[start : start + BLOCK]).tobytes())
            sound.seek(0)
            with subprocess.Popen(command, stdin=sound, stdout=PIPE, stderr=DEVNULL) as process:
                try:
                    assert process.stdout
                    for message in _messages(process.stdout, stopped):
                        if "segments" in message:
                            return turns_of_segments(message["segments"])
                        on_fraction(message["fraction"])
                finally:
                    process.kill()
        log.warning("sherpa-onnx failed", exit=process.returncode)
        return None


def _messages(stdout: IO[bytes], stopped: Callable[[], bool]) -> Iterator[dict[str, Any]]:
    """Its lines as they come."""
    while True:
        if stopped():
            raise Cancelled
        if stdout.peek(0) or select.select([stdout], [], [], POLL_S)[0]:  # type: ignore[attr-defined]
            line = stdout.readline()
            if not line:
                return
            yield json.loads(line)
