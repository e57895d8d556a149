"""A worker process whose engine is a stand-in: it says who it is and how much it heard.

`hold:NAME:FILE` among a task's names and words has the worker of that name wait until the file is there, or any worker
without a name.
"""

import asyncio
import json
import signal
import sys
from contextlib import aclosing
from pathlib import Path

from transcription.backend import OnPass, Pass, no_pass
from transcription.errors import NotAudio
from transcription.progress import TranscriptionProgress
from transcription.queue.contract import Offer, Times
from transcription.queue.fleet import pool_of
from transcription.queue.link import Link
from transcription.queue.worker import QueueWorker, Transcribe
from transcription.task import TranscriptionTask
from transcription.transcript import Segment, Transcript


class StandIn:
    """Waits in a thread, as the engine works in one; a stop ends that."""

    def __init__(self, name: str) -> None:
        self.name = name

    def _wait_for(self, file: Path, progress: TranscriptionProgress) -> None:
        while not (file.exists() or progress.stop.wait(0.02)):
            pass

    async def transcribe(
        self, task: TranscriptionTask, progress: TranscriptionProgress, *, on_pass: OnPass = no_pass
    ) -> Transcript:
        size = sum([len(chunk) async for chunk in task.chunks])
        if size == 0:
            raise NotAudio
        progress.on_segment(Segment(0, 500, f"begun by {self.name}"), 0.5)
        verb, _, rest = task.initial_prompt.partition(":")
        who, _, file = rest.partition(":")
        if verb == "hold" and who in ("", self.name):
            await asyncio.to_thread(self._wait_for, Path(file), progress)
        made = Transcript((Segment(0, 1000, f"{size} bytes, {self.name}"),), "en", 1.0, 1000, task.model)
        await on_pass(Pass(made, "cpu", 0.25))
        return made


class LateWorker(QueueWorker):
    """Makes nothing ready before a file is there."""

    file: Path

    async def _serve(self, name: str, concurrency: int, transcribe: Transcribe) -> None:
        while name == pool_of(self.offer.models).ahead and not self.file.exists():  # noqa: ASYNC110 - another process
            await asyncio.sleep(0.02)
        await super()._serve(name, concurrency, transcribe)


async def main(options: dict) -> None:
    name = options["name"]
    models, capacity, ahead, version = (options[key] for key in ("models", "capacity", "ahead", "contract"))
    offer = Offer(f"id-{name}", name, "0", tuple(models), capacity, "cpu", ahead, contract=version)
    stopping = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stopping.set)
    async with aclosing(Link(options["url"])) as link:
        worker = LateWorker(link, offer, StandIn(name), Times(**options["times"]))
        worker.file = Path(options["ahead_from"])
        await worker.run(stopping, 0.1)


if __name__ == "__main__":
    asyncio.run(main(json.loads(sys.argv[1])))
