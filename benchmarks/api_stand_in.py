"""What the API is measured against: plain faster-whisper behind FastAPI with a lock, as many write it."""

import argparse
import asyncio
import tempfile
import threading
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import uvicorn
from fastapi import FastAPI, UploadFile
from faster_whisper import WhisperModel

from benchmarks.lag import TICK_S


def create_app(model: WhisperModel) -> FastAPI:
    """One model, one lock, faster-whisper's defaults; the file goes through a temporary one, as ffmpeg likes it."""
    lags: list[float] = []
    lock = threading.Lock()

    @asynccontextmanager
    async def watch_lag(_app: FastAPI) -> AsyncIterator[None]:
        async def watch() -> None:
            while True:
                asleep_at = time.perf_counter()
                await asyncio.sleep(TICK_S)
                lags.append(time.perf_counter() - asleep_at - TICK_S)

        watching = asyncio.create_task(watch())
        yield
        watching.cancel()

    app = FastAPI(lifespan=watch_lag)

    @app.post("/transcribe")
    def transcribe(file: UploadFile) -> dict[str, str | float]:
        with tempfile.NamedTemporaryFile(suffix=".ogg") as copy:
            copy.write(file.file.read())
            copy.flush()
            with lock:
                segments, info = model.transcribe(copy.name)
                text = "".join(segment.text for segment in segments).strip()
        return {"text": text, "language": info.language, "duration": info.duration}

    @app.get("/health")
    async def health() -> dict[str, str]:
        return {"status": "ok"}

    @app.get("/lags")
    async def read_lags() -> list[float]:
        taken, lags[:] = lags.copy(), []
        return taken

    return app


def main() -> None:
    """Serve until killed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--port", type=int, required=True)
    options = parser.parse_args()
    model = WhisperModel(str(options.folder), device="cpu", compute_type="int8", local_files_only=True)
    uvicorn.run(create_app(model), host="127.0.0.1", port=options.port, log_level="warning")


if __name__ == "__main__":
    main()
