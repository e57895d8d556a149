"""The endpoint of a language model: what it is asked, and what its answers and refusals mean."""

from contextlib import aclosing

import aiohttp
import pytest
import structlog
from structlog.testing import LogCapture

from tests.transcription.llm.server import (
    KEY,
    MODEL,
    Answer,
    ModelServer,
    at_once,
    cut,
    hang,
    plain,
    refusing,
    saying,
)
from transcription.llm import chunks
from transcription.llm import endpoint as endpoint_module
from transcription.llm.endpoint import Endpoint, base_address
from transcription.llm.errors import LlmFailed, LlmFailure

QUESTION = [{"role": "user", "content": "What is to be done?"}]


async def ask(server: ModelServer, *, key: str | None = KEY, model: str = MODEL) -> tuple[str, str]:
    """What is answered, and why that ends."""
    async with Endpoint(server.url, model, key) as endpoint:
        chunks = [chunk async for chunk in endpoint.complete(QUESTION)]
    return "".join(chunk.text for chunk in chunks), chunks[-1].finish_reason or chunks[-2].finish_reason


async def test_an_answer_is_streamed(server: ModelServer) -> None:
    """Also by a server that ignores that it is to stream; the request has no more in it than all servers know."""
    for answer in (saying("Buy milk. Call Anna."), at_once):
        server.next = [answer]
        server.say = lambda _messages: "Buy milk. Call Anna."
        assert await ask(server) == ("Buy milk. Call Anna.", "stop")
    assert server.bodies[0] == {"model": MODEL, "messages": QUESTION, "stream": True}
    assert server.headers[0]["Authorization"] == f"Bearer {KEY}"


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (refusing(402), LlmFailure.KEY),
        (refusing(403), LlmFailure.KEY),
        (refusing(429, "insufficient_quota"), LlmFailure.KEY),
        (refusing(400, "model_not_found"), LlmFailure.MODEL),
        (plain(404, '{"detail":"Not Found"}', "application/json"), LlmFailure.MODEL),
        (refusing(400, "context_length_exceeded"), LlmFailure.REFUSED),
        (refusing(413), LlmFailure.REFUSED),
        (refusing(429, None, Retry_After="3600"), LlmFailure.BUSY),
        (refusing(504), LlmFailure.TIMEOUT),
        (plain(301, "elsewhere"), LlmFailure.GARBLED),
        (plain(200, "<html>\nWelcome"), LlmFailure.GARBLED),
        (plain(200, "data: <html>\n\n", "text/event-stream"), LlmFailure.GARBLED),
        (plain(200, 'data: {"choices": 7}\n\n', "text/event-stream"), LlmFailure.GARBLED),
        (plain(200, "[]", "application/json"), LlmFailure.GARBLED),
        (plain(200, "data: " + "x" * (2 << 20), "text/event-stream"), LlmFailure.GARBLED),
        (saying("Buy", finish=None), LlmFailure.BROKE_OFF),
        (saying("Buy", then=[{"error": {"message": "CUDA error", "code": 500}}]), LlmFailure.UNAVAILABLE),
        (saying("Buy", then=[{"error": "out of memory"}]), LlmFailure.UNAVAILABLE),
        (cut, LlmFailure.BROKE_OFF),
    ],
)
async def test_each_failure_is_told_apart(server: ModelServer, answer: Answer, reason: LlmFailure) -> None:
    """And not tried again: it would be the same, or half of the answer has been shown."""
    server.next = [answer]
    with pytest.raises(LlmFailed) as failed:
        await ask(server)
    assert failed.value.reason == reason
    assert len(server.bodies) == 1


async def test_a_key_and_a_model_that_are_wrong(server: ModelServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """The key is in no error and in no line of the log, also where the server repeats it."""
    capture = LogCapture()  # a logger of its own, for one that was used before is set up already
    monkeypatch.setattr(chunks, "log", structlog.wrap_logger(None, processors=[capture]))
    server.next = [refusing(401, "sk-secret", "Incorrect API key provided: sk-secret")]
    with pytest.raises(LlmFailed) as refused:
        await ask(server)
    with pytest.raises(LlmFailed) as missing:
        await ask(server, model="gpt-9")
    with pytest.raises(LlmFailed, match="key"):
        await ask(server, key="sk-wrong")
    assert (refused.value.reason, missing.value.reason) == (LlmFailure.KEY, LlmFailure.MODEL)
    assert "sk-secret" not in f"{refused.value} {capture.entries}"
    assert capture.entries


async def test_what_passes_is_asked_again_a_few_times(server: ModelServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that loads its model, or wants a moment; `Retry-After` is heeded, and four times are enough."""
    waited: list[float] = []

    async def sleep(pause_s: float) -> None:
        waited.append(pause_s)

    monkeypatch.setattr(endpoint_module.asyncio, "sleep", sleep)
    server.next = [refusing(503, 503, "Loading model"), refusing(429, None, Retry_After="7"), refusing(529)]
    assert (await ask(server))[0] == "• Buy milk"
    assert waited == [0, 7, 0]
    server.next = [refusing(500)] * 9
    with pytest.raises(LlmFailed):
        await ask(server)
    assert len(server.next) == 5


async def test_nobody_and_slow_ones(server: ModelServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that is not there, and one that stops in the middle."""
    monkeypatch.setattr(endpoint_module, "ANSWERING", aiohttp.ClientTimeout(sock_read=0.01))
    server.next = [hang]
    with pytest.raises(LlmFailed) as slow:
        await ask(server)
    await server.stop()
    with pytest.raises(LlmFailed) as nobody:
        await ask(server)
    assert (slow.value.reason, nobody.value.reason) == (LlmFailure.TIMEOUT, LlmFailure.UNAVAILABLE)


async def test_who_stops_reading_stops_the_server(server: ModelServer) -> None:
    """It would go on for minutes, for nobody."""
    server.next = [hang]
    async with Endpoint(server.url, MODEL, KEY) as endpoint, aclosing(endpoint.complete(QUESTION)) as chunks:
        async for chunk in chunks:
            if chunk.text:
                break
    await server.left.wait()


async def test_models_are_listed_by_most(server: ModelServer) -> None:
    """One without a list is no trouble."""
    async with Endpoint(server.url, MODEL) as endpoint, Endpoint(f"{server.url}/none", MODEL) as other:
        assert await endpoint.models() == (MODEL, "nomic-embed-text")
        assert await other.models() is None


@pytest.mark.parametrize(
    ("url", "base", "host", "is_local"),
    [
        ("http://127.0.0.1:11434", "http://127.0.0.1:11434/v1", "127.0.0.1:11434", True),
        ("http://[::1]:8080/v1", "http://[::1]:8080/v1", "[::1]:8080", True),
        ("http://localhost:1234/v1/chat/completions", "http://localhost:1234/v1", "localhost:1234", True),
        ("https://openrouter.ai/api/v1", "https://openrouter.ai/api/v1", "openrouter.ai", False),
        ("http://192.168.1.5:8000", "http://192.168.1.5:8000/v1", "192.168.1.5:8000", False),
        ("http://127.0.0.1.example.org/v1", "http://127.0.0.1.example.org/v1", "127.0.0.1.example.org", False),
    ],
)
def test_addresses_as_people_write_them(url: str, base: str, host: str, is_local: bool) -> None:
    """The host alone, the base or the call itself; only a loopback address is this machine."""
    assert base_address(url) == base
    endpoint = Endpoint(url, MODEL)
    assert (endpoint.host, endpoint.is_local) == (host, is_local)
