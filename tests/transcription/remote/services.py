"""Transcription services to send recordings to, each no kinder than the one that it stands for."""

import asyncio
from typing import Any

from aiohttp import web

from tests.transcription.remote.servers import HEALTHY, FarEnd, Handler, answering

TEXT = "Anna, call Grafana. They wait."
SEGMENTS = [
    {"id": 0, "start": 0.0, "end": 1.5, "text": " Anna, call Grafana.", "avg_logprob": -0.2, "no_speech_prob": 0.01},
    {"id": 1, "start": 1.5, "end": 2.25, "text": " They wait.", "avg_logprob": -0.3, "no_speech_prob": 0.02},
]
WORDS = [
    {"word": "Anna", "start": 0.1, "end": 0.4},
    {"word": "call", "start": 0.5, "end": 0.8},
    {"word": "Grafana", "start": 0.8, "end": 1.4},
    {"word": "They", "start": 1.5, "end": 1.8},
    {"word": "wait", "start": 1.8, "end": 2.2},
]
OPENAI_ENDINGS = {"flac", "mp3", "mp4", "mpeg", "mpga", "m4a", "ogg", "wav", "webm"}


class OneCallService(FarEnd):
    """The small Flask service: `POST /transcribe`, `GET /health`, pages of HTML for all else."""

    def routes(self) -> list[tuple[str, str, Handler]]:
        return [("GET", "/health", HEALTHY), ("POST", "/transcribe", self.handles(self._answer))]

    def _answer(self, _request: web.Request, form: dict[str, Any]) -> web.Response:
        if "file" not in form:
            return web.json_response({"error": "No file provided"}, status=400)
        return web.json_response({"text": TEXT, "language": "en", "duration": 2.25})


class OpenAIService(FarEnd):
    """OpenAI's own: a key, its endings, its models, one of which has plain text only, and its errors."""

    models = ("whisper-1", "gpt-4o-transcribe")

    def routes(self) -> list[tuple[str, str, Handler]]:
        return [
            ("GET", "/v1/models", self._list),
            ("POST", "/v1/audio/transcriptions", self.handles(self._answer)),
            ("POST", "/v1/audio/translations", self.handles(self._answer)),
        ]

    async def _list(self, request: web.Request) -> web.StreamResponse:
        if request.headers.get("Authorization") != "Bearer right":
            return refusal(401, "Incorrect API key provided", code="invalid_api_key")
        return web.json_response({"object": "list", "data": [{"id": name, "object": "model"} for name in self.models]})

    def _answer(self, request: web.Request, form: dict[str, Any]) -> web.Response:
        is_verbose = form.get("response_format") == "verbose_json"
        if wrong := self._wrong(request, form, is_verbose=is_verbose):
            return wrong
        if not is_verbose:
            return web.json_response({"text": TEXT, "usage": {"type": "tokens"}})
        answer = {"task": "transcribe", "language": "english", "duration": 2.25, "text": TEXT, "segments": SEGMENTS}
        words = {"words": WORDS} if "word" in form.get("timestamp_granularities[]", "") else {}
        return web.json_response({**answer, **words})

    def _wrong(self, request: web.Request, form: dict[str, Any], *, is_verbose: bool) -> web.Response | None:  # noqa: PLR0911
        if request.headers.get("Authorization") != "Bearer right":
            return refusal(401, "Incorrect API key provided", code="invalid_api_key")
        if form.get("model") not in self.models:
            return refusal(404, "The model does not exist", code="model_not_found")
        if form["ending"] not in OPENAI_ENDINGS or form["file"][:4] not in {b"OggS", b"RIFF"}:
            return refusal(400, "Invalid file format.")
        if is_verbose and form["model"] != "whisper-1":
            return refusal(400, "response_format 'verbose_json' is not compatible", param="response_format")
        if "timestamp_granularities[]" in form and not is_verbose:
            return refusal(400, "timestamp_granularities needs verbose_json", param="timestamp_granularities")
        if len(form.get("language", "en")) != 2:
            return refusal(400, "Invalid language", param="language")
        return None


class WhisperCppService(FarEnd):
    """whisper.cpp's: WAV only, `en` unless told otherwise, tokens for words, and errors without a word."""

    def __init__(self) -> None:
        super().__init__()
        self.server_name = "whisper.cpp"

    def routes(self) -> list[tuple[str, str, Handler]]:
        return [("GET", "/health", HEALTHY), ("POST", "/inference", self.handles(self._answer))]

    def _answer(self, _request: web.Request, form: dict[str, Any]) -> web.Response:
        if form["file"][:4] != b"RIFF":
            return web.Response(status=400, text="Invalid request")
        tokens = [" Anna", ",", " call", " G", "raf", "ana", ".", " They", " wait", "."]
        words = [
            {"word": token, "start": 0.2 * index, "end": 0.2 * index + 0.2, "probability": 0.5}
            for index, token in enumerate(tokens)
        ]
        segment = {"id": 0, "start": 0.0, "end": 2.0, "text": f" {TEXT}", "words": words, "avg_logprob": None}
        language = "russian" if form.get("language") == "auto" else form.get("language", "english")
        return web.json_response({"text": f" {TEXT}\n", "language": language, "duration": 2.25, "segments": [segment]})


def refusal(status: int, message: str, code: str | None = None, param: str | None = None) -> web.Response:
    error = {"message": message, "type": "invalid_request_error", "param": param, "code": code}
    return web.json_response({"error": error}, status=status)


class StenobotService(FarEnd):
    """Another Stenobot: tasks that outlive a restart, known by their keys, followed by events, erased when asked."""

    breaks_later = True

    def __init__(self) -> None:
        super().__init__()
        self.tasks: dict[str, str] = {}
        self.erased: list[str] = []
        self.go_on = asyncio.Event()
        self.result: dict[str, Any] = {"status": "done", "result": {"text": TEXT, "language": "en", "duration": 2.25}}

    def routes(self) -> list[tuple[str, str, Handler]]:
        return [
            ("GET", "/health", HEALTHY),
            ("GET", "/ready", answering({"status": "not ready", "queue_has_room": True}, 503)),
            ("GET", "/v1/models", answering({"data": [{"id": "base"}]})),
            ("POST", "/transcribe/", self.handles(self._submit)),
            ("GET", "/transcribe/{id}", self._status),
            ("GET", "/transcribe/{id}/events", self._events),
            ("DELETE", "/transcribe/{id}", self._erase),
        ]

    def _submit(self, request: web.Request, _form: dict[str, Any]) -> web.Response:
        task_id = self.tasks.setdefault(request.headers["Idempotency-Key"], f"t{len(self.tasks)}")
        return web.json_response({"task_id": task_id, "status": "queued"}, status=202)

    async def _status(self, _request: web.Request) -> web.StreamResponse:
        return web.json_response(self.result)

    async def _events(self, request: web.Request) -> web.StreamResponse:
        if self.broken:
            return await self.broken.pop(0)(request)
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await response.prepare(request)
        await response.write(b'event: queued\ndata: {"status": "queued", "position": 1}\n\n: ping\n\n')
        await response.write(b'event: processing\ndata: {"status": "processing", "progress": 0.5, "te')
        await response.write(b'xt": "Anna, call"}\n\n')
        await self.go_on.wait()
        await response.write(b"event: done\ndata: {}\n\n")
        return response

    async def _erase(self, request: web.Request) -> web.StreamResponse:
        self.erased.append(request.match_info["id"])
        return web.Response(status=204)
