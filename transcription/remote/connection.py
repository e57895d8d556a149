"""Calls over HTTP to a transcription server, and what its refusals and silences mean."""

import socket
from collections.abc import AsyncGenerator, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Self

import aiohttp
import structlog

from transcription.errors import TranscriberFailed, TranscriberRefused, TranscriberUnavailable, TranscriptionError
from transcription.remote.answers import error_of
from transcription.trace_context import TRACEPARENT

log = structlog.get_logger()

CONNECT_S = 10.0
QUICK = aiohttp.ClientTimeout(total=15.0, sock_connect=CONNECT_S)
"""For questions that need no work."""
FOLLOWING = aiohttp.ClientTimeout(total=None, sock_connect=CONNECT_S, sock_read=60.0)
"""A stream of events says at least every quarter of a minute that it is there."""
MAX_ANSWER_BYTES = 32 << 20
"""An hour of speech with a time for each word is about 2 MB of JSON."""
AWAY = frozenset(
    {
        HTTPStatus.UNAUTHORIZED,
        HTTPStatus.FORBIDDEN,
        HTTPStatus.NOT_FOUND,
        HTTPStatus.METHOD_NOT_ALLOWED,
        HTTPStatus.TOO_MANY_REQUESTS,
        HTTPStatus.BAD_GATEWAY,
        HTTPStatus.SERVICE_UNAVAILABLE,
    }
)
"""Statuses that are about the server, the key or the address, and not about one recording. Those that lead elsewhere
are such, too.
"""
REFUSED = frozenset(
    {
        HTTPStatus.BAD_REQUEST,
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
        HTTPStatus.UNPROCESSABLE_ENTITY,
    }
)
"""Statuses that would be the same in another attempt."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What a server answered."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def refusal(self) -> TranscriptionError:
        """What a status other than 200 means; details: `status`, and the `field` of the form that is not liked."""
        error = error_of(self.body)
        reason, field = (error.reason, error.field) if error else ("", "")
        if self.status in REFUSED or field:
            log.info("the transcription server refuses a recording", status=self.status, reason=reason)
            return TranscriberRefused(status=self.status, field=field)
        log.warning("the transcription server refuses", status=self.status, reason=reason)
        is_away = self.status in AWAY or HTTPStatus.MULTIPLE_CHOICES <= self.status < HTTPStatus.BAD_REQUEST
        passing = TranscriberUnavailable() if is_away else TranscriberFailed()
        pause = self.headers.get("Retry-After", "")
        passing.retry_after_s = float(pause) if pause.isdecimal() else None
        return passing


@dataclass(frozen=True, slots=True)
class Submission:
    """A form that is sent to `path`. By `key` a server may know that it was sent before."""

    path: str
    form: aiohttp.FormData
    timeout_s: float
    key: str


class Connection:
    """Calls below an address, with a key where one is wanted. Use as a context manager.

    Raises `TranscriberUnavailable` where nobody answers, and `TranscriberFailed` where an answer broke off.
    """

    def __init__(self, url: str, key: str | None = None) -> None:
        self._url = url
        self._headers = {"Authorization": f"Bearer {key}"} if key else {}
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        # A connection for each call: one that was kept may be found dead after half of an upload.
        connector = aiohttp.TCPConnector(force_close=True, limit=0, socket_factory=_watched_socket)
        self._session = aiohttp.ClientSession(connector=connector, headers=self._headers)
        return self

    async def __aexit__(self, *_error: object) -> None:
        assert self._session
        await self._session.close()

    async def call(self, method: str, path: str) -> Reply:
        """Ask something that needs no work."""
        return await self._call(method, path, QUICK)

    async def send(self, submission: Submission) -> bytes:
        """Send a form, and return the body of the answer, which tells of no error. Raises `Reply.refusal`, too."""
        timeout = aiohttp.ClientTimeout(total=submission.timeout_s, sock_connect=CONNECT_S)
        headers = {"Idempotency-Key": submission.key}
        if traceparent := TRACEPARENT.get():
            headers["traceparent"] = traceparent
        reply = await self._call("POST", submission.path, timeout, data=submission.form, headers=headers)
        if reply.status == HTTPStatus.OK and error_of(reply.body):  # as whisper.cpp of 2025 refuses
            reply = Reply(HTTPStatus.BAD_REQUEST, reply.headers, reply.body)
        if reply.status not in {HTTPStatus.OK, HTTPStatus.ACCEPTED}:
            raise reply.refusal
        return reply.body

    async def follow(self, path: str) -> AsyncGenerator[bytes]:
        """Lines of a stream of events as they come."""
        with _meanings():
            async with self._request("GET", path, FOLLOWING) as response:
                if response.status != HTTPStatus.OK:
                    raise Reply(response.status, response.headers, await _read(response)).refusal
                rest = b""
                async for chunk in response.content.iter_chunked(1 << 16):
                    *lines, rest = (rest + chunk).split(b"\n")
                    for line in lines:
                        yield line

    async def _call(self, method: str, path: str, timeout: aiohttp.ClientTimeout, **options: Any) -> Reply:  # noqa: ASYNC109
        with _meanings():
            async with self._request(method, path, timeout, **options) as response:
                return Reply(response.status, response.headers, await _read(response))

    def _request(self, method: str, path: str, timeout: aiohttp.ClientTimeout, **options: Any) -> Any:
        assert self._session
        return self._session.request(method, self._url + path, timeout=timeout, allow_redirects=False, **options)


@contextmanager
def _meanings() -> Iterator[None]:
    """Turn the errors of the network into ours."""
    try:
        yield
    except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
        log.info("no answer from the transcription server", error=type(error).__name__)
        raise TranscriberUnavailable from None
    except (aiohttp.ClientError, TimeoutError) as error:
        log.info("the transcription server broke off", error=type(error).__name__)
        raise TranscriberFailed from None


async def _read(response: aiohttp.ClientResponse) -> bytes:
    body = bytearray()
    async for chunk in response.content.iter_chunked(1 << 16):
        body += chunk
        if len(body) > MAX_ANSWER_BYTES:
            log.warning("the transcription server's answer is too long", limit_mb=MAX_ANSWER_BYTES >> 20)
            raise TranscriberFailed
    return bytes(body)


def _watched_socket(address: tuple[Any, ...]) -> socket.socket:
    """A socket that notices within a minute that the machine at its other end is gone."""
    family, kind, protocol, _, _ = address
    made = socket.socket(family, kind, protocol)
    made.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    made.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE, 30)
    made.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPINTVL, 10)
    made.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPCNT, 3)
    return made
