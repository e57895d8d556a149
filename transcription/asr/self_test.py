"""A second of speech, heard in a process of its own as notes will be: what breaks there breaks nothing else.

A GPU library that lacks a symbol, or a processor without an instruction, ends a process from inside.
"""

import asyncio
import json
import os
import signal
import sys
import time
from asyncio.subprocess import PIPE
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from transcription.asr.base import DecodingOptions
from transcription.asr.benchmark import speech
from transcription.asr.sequential import transcribe_sequential
from transcription.asr.whisper import BEAM_SIZE, WindowInput, decode_batch, detect_speech, load
from transcription.audio.ffmpeg import SAMPLE_RATE, DecodeLimits, decode
from transcription.models.options import ModelOptions

MOST_S = 600.0
"""Loading a large model from a slow disk, and one window on a slow core, take less."""


class SelfTestFailed(Exception):
    """Nothing was heard; the message is the reason, in the words of whoever knew it."""


@dataclass(frozen=True, slots=True)
class SelfTest:
    """A model and how it is to hear, as notes do; `options.models_dir` has it."""

    name: str
    options: ModelOptions
    language: str | None = None
    prompt: str = ""
    beam_size: int | None = None
    adaptive_context: bool = True

    def on_cpu(self) -> "SelfTest":
        """The same without the GPU."""
        return replace(self, options=self.options.on_cpu())

    async def run(self) -> float:
        """Seconds that hearing took, the model's loading not counted. Raises `TrialFailed`."""
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", __name__),
            stdin=PIPE,
            stdout=PIPE,
            stderr=PIPE,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        )
        try:
            async with asyncio.timeout(MOST_S):
                told, complaints = await process.communicate(json.dumps(asdict(self), default=str).encode())
        except TimeoutError:
            raise SelfTestFailed(f"nothing was heard within {MOST_S:.0f} s") from None
        finally:
            if process.returncode is None:
                process.kill()
        if process.returncode == 0:
            return float(told.splitlines()[-1])
        raise SelfTestFailed(_reason(complaints.decode(errors="replace"), process.returncode or 0))


def _reason(complaints: str, code: int) -> str:
    last = next(reversed([line.strip() for line in complaints.splitlines() if line.strip()]), "it said nothing")
    if code != -signal.SIGKILL and code < 0:
        return f"{last} ({signal.Signals(-code).name})"
    return "the system killed it, as it does where memory is short" if code < 0 else last


def _hear(trial: SelfTest) -> float:
    """Runs in the process of its own."""
    samples = asyncio.run(decode(speech(), DecodeLimits()))[:SAMPLE_RATE]
    model = load(trial.options.models_dir / trial.name, trial.options)
    began = time.monotonic()
    if trial.adaptive_context:
        detect_speech(samples)
        decode_batch(
            model, [WindowInput(samples, trial.language, initial_prompt=trial.prompt)], trial.beam_size or BEAM_SIZE
        )
    else:
        listening = DecodingOptions(trial.language, initial_prompt=trial.prompt, beam_size=trial.beam_size)
        transcribe_sequential(model, trial.name, samples, listening, lambda: False)
    return time.monotonic() - began


def _asked() -> SelfTest:
    told: dict[str, Any] = json.load(sys.stdin)
    options = told.pop("options")
    return SelfTest(**told, options=ModelOptions(**options | {"models_dir": Path(options["models_dir"])}))


def main() -> None:
    """Hear as standard input says, and write the seconds it took to standard output, or to standard error why not."""
    try:
        took_s = _hear(_asked())
    except Exception as error:  # noqa: BLE001 - whoever asked is told
        sys.exit(str(error) or type(error).__name__)
    sys.stdout.write(f"\n{took_s}\n")


if __name__ == "__main__":
    main()
