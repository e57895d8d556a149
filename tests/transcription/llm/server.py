"""An OpenAI-compatible server as llama.cpp's, vLLM and Ollama are: what they stream, and how they refuse and fail."""

import asyncio
import json
import re
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

Json = dict[str, Any]
Answer = Callable[["ModelServer", web.Request], Awaitable[web.StreamResponse]]
KEY = "right-key"
MODEL = "qwen3:8b"
HEAD = {"id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 1, "model": MODEL}


class ModelServer:
    """A server on a port of its own; `next` answers in place of it, once each, and `say` is what the model writes."""

    def __init__(self, say: Callable[[list[Json]], str] = lambda _messages: "• Buy milk") -> None:
        self.say = say
        self.next: list[Answer] = []
        self.bodies: list[Json] = []
        self.headers: list[Any] = []
        self.arrived = asyncio.Event()
        self.left = asyncio.Event()
        self.models = [MODEL, "nomic-embed-text"]
        self.key: str | None = KEY
        self.port = 0
        self._runner: web.AppRunner | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/v1"

    async def start(self) -> None:
        app = web.Application()
        app.router.add_get("/v1/models", self._list)
        app.router.add_post("/v1/chat/completions", self._complete)
        self._runner = web.AppRunner(app, handler_cancellation=True, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self.port, reuse_address=True).start()
        self.port = self._runner.addresses[0][1]

    async def stop(self) -> None:
        if self._runner:
            await self._runner.cleanup()

    async def _list(self, _request: web.Request) -> web.Response:
        """To everyone, whatever their key, as llama.cpp's."""
        return web.json_response({"object": "list", "data": [{"id": name, "object": "model"} for name in self.models]})

    async def _complete(self, request: web.Request) -> web.StreamResponse:
        self.headers.append(request.headers)
        self.bodies.append(await request.json())
        self.arrived.set()
        body = self.bodies[-1]
        if self.key and request.headers.get("Authorization") != f"Bearer {self.key}":
            return refusal(401, "Invalid API Key", "authentication_error", 401)
        if body["model"] not in self.models:
            return refusal(404, f"The model `{body['model']}` does not exist.", "NotFoundError", 404)
        try:
            answer = self.next.pop(0) if self.next else saying()
            return await answer(self, request)
        except (asyncio.CancelledError, ConnectionResetError):
            self.left.set()
            raise


def refusal(status: int, message: str, kind: str, code: object, **headers: str) -> web.Response:
    error = {"message": message, "type": kind, "param": None, "code": code}
    return web.json_response({"error": error}, status=status, headers=headers)


def refusing(status: int, code: object = None, message: str = "no", **headers: str) -> Answer:
    async def refuse(_server: ModelServer, _request: web.Request) -> web.StreamResponse:
        return refusal(
            status, message, "error", code, **{name.replace("_", "-"): each for name, each in headers.items()}
        )

    return refuse


def plain(status: int, body: str, content_type: str = "text/html") -> Answer:
    """What proxies and other programs answer."""

    async def answer(_server: ModelServer, _request: web.Request) -> web.StreamResponse:
        return web.Response(status=status, text=body, content_type=content_type)

    return answer


def saying(
    text: str | None = None,
    *,
    finish: str | None = "stop",
    then: list[object] | None = None,
    pause: asyncio.Event | None = None,
) -> Answer:
    """A stream: a chunk without content first, comments in between, words, the finish, what was used, and the end.

    Without a `finish` it ends in the middle, as Ollama's does when its runner dies; `then` are events before that. At
    each zero byte it waits for `pause`.
    """

    async def stream(server: ModelServer, request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream; charset=utf-8"})
        await response.prepare(request)
        await _send(response, {"delta": {"role": "assistant", "content": None}, "finish_reason": None})
        await response.write(b":\n\n")
        said = server.say(server.bodies[-1]["messages"]) if text is None else text
        for piece in re.findall(r"\S+\s*|\s+", said):
            if piece[0] == "\0" and pause:
                await pause.wait()
            await _send(response, {"delta": {"content": piece.strip("\0")}, "finish_reason": None})
        for event in then or ():
            await response.write(b"data: " + json.dumps(event).encode() + b"\n\n")
        if finish:
            await _send(response, {"delta": {}, "finish_reason": finish})
            usage = {**HEAD, "choices": [], "usage": {"total_tokens": 9}}
            await response.write(b"data: " + json.dumps(usage).encode() + b"\r\n\r\ndata: [DONE]\n\n")
        return response

    return stream


async def hang(server: ModelServer, request: web.Request) -> web.StreamResponse:
    """Begin, say a word, and go on for ever."""
    response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
    await response.prepare(request)
    await _send(response, {"delta": {"role": "assistant", "content": "Well"}, "finish_reason": None})
    await asyncio.Event().wait()
    return response


async def babble(server: ModelServer, request: web.Request) -> web.StreamResponse:
    """Say the same for ever."""
    response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
    await response.prepare(request)
    while True:
        await _send(response, {"delta": {"content": "word " * 500}, "finish_reason": None})


async def cut(server: ModelServer, request: web.Request) -> web.StreamResponse:
    """Begin, and be gone: what a killed server looks like."""
    response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
    await response.prepare(request)
    await _send(response, {"delta": {"content": "Well"}, "finish_reason": None})
    assert request.transport
    request.transport.abort()
    return response


async def at_once(server: ModelServer, request: web.Request) -> web.StreamResponse:
    """All in one JSON object, by a server that knows no streams."""
    message = {"role": "assistant", "content": server.say(server.bodies[-1]["messages"])}
    return web.json_response({**HEAD, "choices": [{"index": 0, "message": message, "finish_reason": "stop"}]})


async def _send(response: web.StreamResponse, choice: Json) -> None:
    chunk = {**HEAD, "choices": [{"index": 0, "logprobs": None, **choice}]}
    await response.write(b"data: " + json.dumps(chunk).encode() + b"\n\n")
