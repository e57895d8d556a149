"""Self-test: a second of speech, transcribed in a process of its own as jobs will be, so that it breaks nothing else.

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

from transcription.asr.base import BEAM_SIZE, DecodingOptions, EngineType, SequentialEngine, WindowInput
from transcription.asr.benchmark import speech
from transcription.asr.vad import detect_speech
from transcription.audio.ffmpeg import SAMPLE_RATE, DecodeLimits, decode
from transcription.models.options import ModelOptions

MOST_S = 600.0
"""Loading a large model from a slow disk, and one window on a slow core, take less."""


class SelfTestFailed(Exception):
    """Nothing was decoded; the message is the reason, in the words of whoever knew it."""


@dataclass(frozen=True, slots=True)
class SelfTest:
    """A model, its engine, and how it is to decode; `options.models_dir` has it."""

    name: str
    engine: EngineType
    options: ModelOptions
    language: str | None = None
    initial_prompt: str = ""
    beam_size: int | None = None
    adaptive_context: bool = True

    def on_cpu(self) -> "SelfTest":
        """The same without the GPU."""
        return replace(self, options=self.options.on_cpu())

    async def run(self) -> float:
        """Seconds that decoding took, the model's loading not counted. Raises `SelfTestFailed`."""
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", __name__),
            stdin=PIPE,
            stdout=PIPE,
            stderr=PIPE,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        )
        try:
            async with asyncio.timeout(MOST_S):
                stdout, stderr = await process.communicate(json.dumps(asdict(self), default=str).encode())
        except TimeoutError:
            raise SelfTestFailed(f"no text came within {MOST_S:.0f} s") from None
        finally:
            if process.returncode is None:
                process.kill()
        if process.returncode == 0:
            return float(stdout.splitlines()[-1])
        raise SelfTestFailed(_reason(stderr.decode(errors="replace"), process.returncode or 0))


def _reason(stderr: str, code: int) -> str:
    last = next(reversed([line.strip() for line in stderr.splitlines() if line.strip()]), "it said nothing")
    if code != -signal.SIGKILL and code < 0:
        return f"{last} ({signal.Signals(-code).name})"
    return "the system killed it, as it does where memory is short" if code < 0 else last


def _decode(test: SelfTest) -> float:
    """Runs in the process of its own."""
    samples = asyncio.run(decode(speech(), DecodeLimits()))[:SAMPLE_RATE]
    engine = test.engine.load(test.options.models_dir / test.name, test.options)
    began = time.monotonic()
    if not test.adaptive_context and isinstance(engine, SequentialEngine):
        options = DecodingOptions(test.language, initial_prompt=test.initial_prompt, beam_size=test.beam_size)
        engine.transcribe_sequential(
            test.name, samples, options, on_segment=lambda _segment, _fraction: None, stopped=lambda: False
        )
    else:
        detect_speech(samples)
        window = WindowInput(samples, test.language, initial_prompt=test.initial_prompt)
        engine.decode_batch([window], test.beam_size or BEAM_SIZE)
    return time.monotonic() - began


def _read(fields: dict[str, Any]) -> SelfTest:
    engine, options = fields.pop("engine"), fields.pop("options")
    return SelfTest(
        **fields,
        engine=EngineType(engine["module"], tuple(engine["packages"])),
        options=ModelOptions(**options | {"models_dir": Path(options["models_dir"])}),
    )


def main() -> None:
    """Decode as standard input says, and write the seconds it took to standard output, or to standard error why not."""
    try:
        took_s = _decode(_read(json.load(sys.stdin)))
    except Exception as error:  # noqa: BLE001 - whoever asked is told
        sys.exit(str(error) or type(error).__name__)
    sys.stdout.write(f"\n{took_s}\n")


if __name__ == "__main__":
    main()
