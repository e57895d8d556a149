"""Calls of an OpenAI-compatible endpoint: its models, and answers that come piece by piece."""

import asyncio
import ipaddress
import json
from collections.abc import AsyncGenerator, Iterator, Mapping, Sequence
from contextlib import aclosing, contextmanager
from http import HTTPStatus
from typing import Any, Self
from urllib.parse import urlsplit

import aiohttp
import structlog

from transcription.llm.chunks import Chunk, error_in, failure_of, parse_chunk, read_events
from transcription.llm.errors import LlmFailed, LlmFailure

log = structlog.get_logger()

CONNECT_S = 10.0
ANSWERING = aiohttp.ClientTimeout(total=900.0, sock_connect=CONNECT_S, sock_read=180.0)
"""A CPU reads a few thousand tokens for minutes before its first word, and writes some a second."""
ASKING = aiohttp.ClientTimeout(total=15.0, sock_connect=CONNECT_S)
"""For the list of models."""
PAUSES_S = (1.0, 4.0, 10.0)
"""Before a server that is busy, or not well, is asked again."""
MAX_PAUSE_S = 30.0
"""Nobody waits longer in front of a message that says "writing"."""
PASSING = frozenset({LlmFailure.BUSY, LlmFailure.UNAVAILABLE})
MAX_ERROR_BYTES = 1 << 16
MAX_LIST_BYTES = 4 << 20
"""The longest list that is known, of a seller of other houses' models, has half a megabyte."""
Message = Mapping[str, str]
"""A `role` and its `content`."""


class Endpoint:
    """The endpoint at an address, asked for one model. Use as a context manager. Its calls raise `LlmFailed`."""

    def __init__(self, url: str, model: str, key: str | None = None) -> None:
        self._url = base_address(url)
        self._headers = {"Authorization": f"Bearer {key}"} if key else {}
        self._session: aiohttp.ClientSession | None = None
        self.model = model

    async def __aenter__(self) -> Self:
        self._session = aiohttp.ClientSession(headers=self._headers)
        return self

    async def __aexit__(self, *_error: object) -> None:
        assert self._session
        await self._session.close()

    @property
    def host(self) -> str:
        """Where a text goes, as people are told: the name or number of the machine, and its port if one is named."""
        return urlsplit(self._url).netloc

    @property
    def is_local(self) -> bool:
        """Whether that is this machine."""
        name = urlsplit(self._url).hostname or ""
        try:
            return name == "localhost" or ipaddress.ip_address(name).is_loopback
        except ValueError:
            return False

    async def models(self) -> tuple[str, ...] | None:
        """The ids of the models that it names; None where it has no such list."""
        with _meanings():
            async with self._request("GET", "/models", ASKING) as response:
                if response.status in {HTTPStatus.NOT_FOUND, HTTPStatus.METHOD_NOT_ALLOWED}:
                    return None
                if response.status != HTTPStatus.OK:
                    raise await _refusal(response)
                return _ids(await _read(response, MAX_LIST_BYTES))

    async def complete(self, messages: Sequence[Message]) -> AsyncGenerator[Chunk]:
        """The answer to messages, as it is written. Whoever stops reading has the server stop, too.

        No more is asked for than all such servers know: no temperature, which some models refuse, and no limit of
        tokens, whose name differs. A server that answers at once, in one piece, is understood.
        """
        with _meanings():
            async with await self._post({"model": self.model, "messages": list(messages), "stream": True}) as response:
                if response.content_type == "application/json":
                    yield parse_chunk(await _read(response, MAX_LIST_BYTES))
                    return
                async with aclosing(read_events(response.content.iter_any())) as chunks:
                    async for chunk in chunks:
                        yield chunk

    async def _post(self, body: Mapping[str, object]) -> aiohttp.ClientResponse:
        """The response to a question, once the server takes it; it is asked a few times."""
        for pause_s in (*PAUSES_S, None):
            try:
                return await self._post_once(body)
            except LlmFailed as error:
                wait_s = max(pause_s or 0.0, error.retry_after_s)
                if pause_s is None or error.reason not in PASSING or wait_s > MAX_PAUSE_S:
                    raise
                log.info("the language model is asked again", reason=error.reason, pause_s=wait_s)
            await asyncio.sleep(wait_s)
        raise AssertionError

    async def _post_once(self, body: Mapping[str, object]) -> aiohttp.ClientResponse:
        with _meanings():
            response: aiohttp.ClientResponse = await self._request("POST", "/chat/completions", ANSWERING, json=body)
            if response.status == HTTPStatus.OK:
                return response
            async with response:
                raise await _refusal(response)

    def _request(self, method: str, path: str, timeout: aiohttp.ClientTimeout, **options: Any) -> Any:
        """A call; a redirect is not followed, for it might lead a text to another host than people were told."""
        assert self._session
        return self._session.request(method, self._url + path, timeout=timeout, allow_redirects=False, **options)


def base_address(url: str) -> str:
    """The address that calls are below, where `url` is that, the host alone, or the address of the call itself."""
    url = url.removesuffix("/chat/completions").rstrip("/")
    return url if urlsplit(url).path else f"{url}/v1"


async def _refusal(response: aiohttp.ClientResponse) -> LlmFailed:
    body = await response.content.read(MAX_ERROR_BYTES)
    return failure_of(response.status, error_in(body), response.headers.get("Retry-After", ""))


async def _read(response: aiohttp.ClientResponse, limit: int) -> bytes:
    body = bytearray()
    async for block in response.content.iter_any():
        body += block
        if len(body) > limit:
            raise LlmFailed(reason=LlmFailure.GARBLED)
    return bytes(body)


def _ids(body: bytes) -> tuple[str, ...]:
    try:
        return tuple(str(model["id"]) for model in json.loads(body)["data"] or ())
    except (ValueError, RecursionError, LookupError, TypeError):
        raise LlmFailed(reason=LlmFailure.GARBLED) from None


@contextmanager
def _meanings() -> Iterator[None]:
    """Turn the errors of the network into ours."""
    try:
        yield
    except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError, aiohttp.ServerDisconnectedError) as error:
        raise _failed(LlmFailure.UNAVAILABLE, error) from None
    except TimeoutError as error:
        raise _failed(LlmFailure.TIMEOUT, error) from None
    except (aiohttp.ClientPayloadError, aiohttp.ClientOSError) as error:
        raise _failed(LlmFailure.BROKE_OFF, error) from None
    except aiohttp.ClientError as error:
        raise _failed(LlmFailure.GARBLED, error) from None


def _failed(reason: LlmFailure, error: Exception) -> LlmFailed:
    log.info("no answer from the language model", reason=reason, error=type(error).__name__)
    return LlmFailed(reason=reason)
