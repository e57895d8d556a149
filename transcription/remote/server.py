"""A transcription server: what kind it is, what it has, and what its refusals mean."""

import socket
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Self

import aiohttp
import structlog

from transcription.errors import TranscriberFailed, TranscriberRefused, TranscriberUnavailable, TranscriptionError
from transcription.remote.answers import UnreadableAnswerError, error_of, parse_object
from transcription.remote.dialects import V1, Dialect, OneCall, OpenAI, WhisperCpp

log = structlog.get_logger()

CONNECT_S = 10.0
PROBE = aiohttp.ClientTimeout(total=15.0, sock_connect=CONNECT_S)
MAX_ANSWER_BYTES = 32 << 20
"""An hour of speech with a time for each word is about 2 MB of JSON."""
ENDINGS: Mapping[str, Dialect] = {
    f"{V1}/audio/transcriptions": OpenAI(),
    V1: OpenAI(),
    "/inference": WhisperCpp(),
    "/transcribe": OneCall(),
}
"""What an address may end in, where that says what kind of server it is."""
ANY_MODEL = "whisper-1"
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
"""Statuses that are about the server, the key or the address, and not about one recording."""
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
class Kind:
    """What a server was found to be: how it is asked, and the models that it names."""

    dialect: Dialect
    models: tuple[str, ...] = ()

    def find(self, name: str) -> str | None:
        """What it calls a model: the same, or a longer name that ends so; None where it names others only."""
        if name in self.models or not self.models:
            return name
        return next((each for each in self.models if each.lower().endswith(f"whisper-{name}")), None)

    def model(self, name: str) -> str:
        """What to ask for: a model, or else OpenAI's name for "what you have", or else its first."""
        return self.find(name) or (ANY_MODEL if ANY_MODEL in self.models else self.models[0])


class Server:
    """Calls to a server at `url`, with `key` if it wants one. Use as a context manager.

    Raises `TranscriberUnavailable` where it takes no recording now, `TranscriberFailed` where it did not do this one,
    and `TranscriberRefused` where it never will.
    """

    def __init__(self, url: str, key: str | None = None) -> None:
        ending = next((each for each in ENDINGS if url.endswith(each)), "")
        self.url = url.removesuffix(ending)
        self._named = ENDINGS.get(ending)
        self._headers = {"Authorization": f"Bearer {key}"} if key else {}
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        # A connection for each recording: one that was kept may be found dead after half of the upload.
        connector = aiohttp.TCPConnector(force_close=True, socket_factory=_watched_socket)
        self._session = aiohttp.ClientSession(connector=connector, headers=self._headers)
        return self

    async def __aexit__(self, *_error: object) -> None:
        assert self._session
        await self._session.close()

    async def identify(self) -> Kind:
        """Ask what kind of server it is, as far as its address leaves that open, and which models it names.

        Raises `TranscriberUnavailable`.
        """
        try:
            return await self._identify()
        except (TranscriberFailed, TranscriberRefused):
            raise TranscriberUnavailable from None

    async def _identify(self) -> Kind:
        status, headers, body = await self._call("GET", "/health", PROBE)
        if status in {HTTPStatus.BAD_GATEWAY, HTTPStatus.SERVICE_UNAVAILABLE}:
            raise _refusal(status, headers, body)
        if headers.get("Server", "").startswith("whisper.cpp"):
            return Kind(WhisperCpp())
        if isinstance(self._named, OneCall | WhisperCpp):
            return Kind(self._named)
        status, headers, body = await self._call("GET", f"{V1}/models", PROBE)
        if status == HTTPStatus.OK:
            return Kind(OpenAI(), _model_names(body))
        if status in {HTTPStatus.NOT_FOUND, HTTPStatus.METHOD_NOT_ALLOWED}:
            return Kind(self._named or OneCall())
        raise _refusal(status, headers, body)

    async def post(self, path: str, form: aiohttp.FormData, timeout_s: float) -> bytes:
        """Send a form, and return the body of the answer, which says nothing of an error."""
        timeout = aiohttp.ClientTimeout(total=timeout_s, sock_connect=CONNECT_S)
        status, headers, body = await self._call("POST", path, timeout, form)
        if status != HTTPStatus.OK:
            raise _refusal(status, headers, body)
        if error_of(body):  # older whisper.cpp says so with status 200
            raise _refusal(HTTPStatus.BAD_REQUEST, headers, body)
        return body

    async def _call(
        self,
        method: str,
        path: str,
        timeout: aiohttp.ClientTimeout,  # noqa: ASYNC109 - it also bounds the connection
        form: aiohttp.FormData | None = None,
    ) -> tuple[int, Mapping[str, str], bytes]:
        assert self._session
        try:
            async with self._session.request(
                method, self.url + path, data=form, timeout=timeout, allow_redirects=False
            ) as response:
                return response.status, response.headers, await _read(response)
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
            log.info("no answer from the transcription server", error=type(error).__name__)
            raise TranscriberUnavailable from None
        except (aiohttp.ClientError, TimeoutError) as error:
            log.info("the transcription server broke off", error=type(error).__name__)
            raise (TranscriberFailed if method == "POST" else TranscriberUnavailable) from None


async def _read(response: aiohttp.ClientResponse) -> bytes:
    body = bytearray()
    async for chunk in response.content.iter_chunked(1 << 16):
        body += chunk
        if len(body) > MAX_ANSWER_BYTES:
            log.warning("the transcription server's answer is too long", limit_mb=MAX_ANSWER_BYTES >> 20)
            raise TranscriberFailed
    return bytes(body)


def _refusal(status: int, headers: Mapping[str, str], body: bytes) -> TranscriptionError:
    """What a status other than 200 means."""
    error = error_of(body)
    log.warning("the transcription server refuses", status=status, reason=error.reason if error else "")
    field = error.field if error else ""
    if status in REFUSED or field:
        return TranscriberRefused(status=status, field=field)
    is_away = status in AWAY or HTTPStatus.MULTIPLE_CHOICES <= status < HTTPStatus.BAD_REQUEST
    passing = TranscriberUnavailable() if is_away else TranscriberFailed()
    pause = headers.get("Retry-After", "")
    passing.retry_after_s = float(pause) if pause.isdecimal() else None
    return passing


def _model_names(body: bytes) -> tuple[str, ...]:
    try:
        models: Any = parse_object(body).get("data")
        return tuple(str(model["id"]) for model in models)
    except (UnreadableAnswerError, TypeError, KeyError):
        return ()


def _watched_socket(address: tuple[Any, ...]) -> socket.socket:
    """A socket that notices within a minute that the machine at its other end is gone."""
    family, kind, protocol, _, _ = address
    made = socket.socket(family, kind, protocol)
    made.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    made.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE, 30)
    made.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPINTVL, 10)
    made.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPCNT, 3)
    return made
