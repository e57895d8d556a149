"""What an OpenAI-compatible server answers: chunks of server-sent events, one JSON object, and its refusals."""

import json
import re
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

import structlog

from transcription.llm.errors import LlmFailed, LlmFailure

log = structlog.get_logger()

MAX_LINE_BYTES = 1 << 20
"""An event is a few words; a server that ignores `stream` sends the whole answer in a line."""
DONE = b"[DONE]"
REASONS: Mapping[int, LlmFailure] = {
    HTTPStatus.UNAUTHORIZED: LlmFailure.KEY,
    HTTPStatus.PAYMENT_REQUIRED: LlmFailure.KEY,
    HTTPStatus.FORBIDDEN: LlmFailure.KEY,
    HTTPStatus.NOT_FOUND: LlmFailure.MODEL,
    HTTPStatus.REQUEST_TIMEOUT: LlmFailure.TIMEOUT,
    HTTPStatus.GATEWAY_TIMEOUT: LlmFailure.TIMEOUT,
    HTTPStatus.TOO_MANY_REQUESTS: LlmFailure.BUSY,
    HTTPStatus.BAD_REQUEST: LlmFailure.REFUSED,
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: LlmFailure.REFUSED,
    HTTPStatus.UNPROCESSABLE_ENTITY: LlmFailure.REFUSED,
}
"""What statuses mean. Any other from 500 on is a server that is not well, and the rest is no endpoint of this kind."""
CODES = {"model_not_found": LlmFailure.MODEL, "insufficient_quota": LlmFailure.KEY}
"""Codes that say more than the status beside them: OpenAI tells of used-up credit by 429."""


@dataclass(frozen=True, slots=True)
class Chunk:
    """Some of an answer; `finish_reason` is empty until its end."""

    text: str = ""
    finish_reason: str = ""


async def read_events(blocks: AsyncIterator[bytes]) -> AsyncGenerator[Chunk]:
    """The chunks of a stream until it is done. Raises `LlmFailed`, also for a stream that ends before.

    Comments, by which servers keep a connection alive, and other fields of events are passed over.
    """
    rest, has_ended, failure = b"", False, LlmFailure.BROKE_OFF
    async for block in blocks:
        *lines, rest = (rest + block).split(b"\n")
        if len(rest) > MAX_LINE_BYTES:
            raise LlmFailed(reason=LlmFailure.GARBLED)
        for line in lines:
            if not line.startswith(b"data:"):
                failure = LlmFailure.GARBLED if line.startswith(b"<") else failure  # a page of some other server
                continue
            data = line.removeprefix(b"data:").strip()
            if data == DONE:
                return
            yield (chunk := parse_chunk(data))
            has_ended = has_ended or bool(chunk.finish_reason)
    if not has_ended:
        raise LlmFailed(reason=failure)


def parse_chunk(data: bytes) -> Chunk:
    """The first choice of a `chat.completion.chunk`, or of a whole `chat.completion`. Raises `LlmFailed`."""
    try:
        fields = json.loads(data)
        if error := fields.get("error"):
            raise failure_of(_status_in(error), error)
        choices = fields["choices"]
        if not choices:  # what was used, or what a filter found
            return Chunk()
        said = choices[0].get("delta") or choices[0].get("message") or {}
        return Chunk(_text(said.get("content")), str(choices[0].get("finish_reason") or ""))
    except (ValueError, RecursionError, AttributeError, LookupError, TypeError):
        raise LlmFailed(reason=LlmFailure.GARBLED) from None


def failure_of(status: int, error: object, retry_after: str = "") -> LlmFailed:
    """What a refusal means. Of what the server says only its code is logged: the text might repeat the key."""
    fields: Mapping[str, Any] = error if isinstance(error, dict) else {}
    code = str(fields.get("code") or fields.get("type") or "")
    log.warning("the language model's server refuses", status=status, code=code if _is_word(code) else "")
    reason = CODES.get(code) or (LlmFailure.MODEL if fields.get("param") == "model" else REASONS.get(status))
    if reason is None:
        is_ill = status >= HTTPStatus.INTERNAL_SERVER_ERROR
        reason = LlmFailure.UNAVAILABLE if is_ill else LlmFailure.GARBLED
    return LlmFailed(reason=reason, seconds=_seconds(retry_after))


def error_in(body: bytes) -> object:
    """The error that a body tells of, if it does; Ollama's own calls say it in a string."""
    try:
        return json.loads(body)["error"]
    except (ValueError, RecursionError, LookupError, TypeError):
        return None


def _text(content: object) -> str:
    """What was said: a string, or a list of parts, of which some models have their thoughts in others."""
    if isinstance(content, list):
        return "".join(part["text"] for part in content if part["type"] == "text")
    if content is not None and not isinstance(content, str):
        raise TypeError
    return content or ""


def _status_in(error: object) -> int:
    """The status that an error within a stream names; that of a server that is not well where it names none."""
    code = error.get("code") if isinstance(error, dict) else None
    return code if isinstance(code, int) and code in REASONS else HTTPStatus.INTERNAL_SERVER_ERROR


def _is_word(code: str) -> bool:
    return bool(re.fullmatch(r"[A-Za-z_]{1,40}", code))


def _seconds(retry_after: str) -> float:
    """Seconds that a `Retry-After` names; 0 for a date, or none."""
    return float(retry_after) if re.fullmatch(r"\d{1,6}(\.\d{1,6})?", retry_after.strip()) else 0.0
