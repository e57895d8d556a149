"""Errors of the API: their HTTP status, stable code and sentence, in the one shape that all answers have.

`{"error": {"code", "message", "type", "param"}}` is also what clients of OpenAI's API read.
"""

from collections.abc import Mapping
from http import HTTPStatus

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from transcription import Job, JobState, TranscriptionError

log = structlog.get_logger()

RETRY_AFTER_S = 10
"""When to come again after a 503, unless something better is known."""
SENTENCES: Mapping[str, tuple[HTTPStatus, str]] = {
    "not-audio": (HTTPStatus.UNPROCESSABLE_ENTITY, "The file holds no audio that can be decoded."),
    "empty-audio": (HTTPStatus.UNPROCESSABLE_ENTITY, "The file is empty, or its audio has no samples."),
    "too-big": (HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "The file is larger than {limit_mb} MiB."),
    "too-long": (HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "The audio lasts longer than {limit_s} seconds."),
    "decode-timeout": (HTTPStatus.UNPROCESSABLE_ENTITY, "Decoding the file took too long."),
    "file-gone": (HTTPStatus.GONE, "The file is no longer here."),
    "fetch-failed": (HTTPStatus.SERVICE_UNAVAILABLE, "The file could not be read. Send it again later."),
    "link-failed": (HTTPStatus.SERVICE_UNAVAILABLE, "The site of the link does not answer, or broke off."),
    "link-refused": (
        HTTPStatus.UNPROCESSABLE_ENTITY,
        "Links are followed to public sites only, without a port, a name or a password.",
    ),
    "link-denied": (HTTPStatus.UNPROCESSABLE_ENTITY, "The site of the link answered {status}."),
    "link-no-media": (HTTPStatus.UNPROCESSABLE_ENTITY, "There is a page at the link, and no recording."),
    "link-changed": (HTTPStatus.GONE, "There is another file at the link now."),
    "transcriber-refused": (HTTPStatus.UNPROCESSABLE_ENTITY, "The transcription server refused the file."),
    "transcriber-failed": (
        HTTPStatus.SERVICE_UNAVAILABLE,
        "The transcription server failed. Try again later.",
    ),
    "transcriber-unavailable": (HTTPStatus.SERVICE_UNAVAILABLE, "The transcription server is away. Try again later."),
    "unknown-model": (HTTPStatus.NOT_FOUND, "There is no model {model}."),
    "model-unavailable": (HTTPStatus.SERVICE_UNAVAILABLE, "The model {model} can't be had now."),
    "engine-missing": (
        HTTPStatus.SERVICE_UNAVAILABLE,
        "The model {model} needs the engine {engine}, which is not installed here.",
    ),
    "model-damaged": (HTTPStatus.SERVICE_UNAVAILABLE, "A file of the model {model} is damaged: {file}."),
    "model-too-big": (HTTPStatus.SERVICE_UNAVAILABLE, "The model {model} does not fit this machine."),
    "no-translation": (HTTPStatus.UNPROCESSABLE_ENTITY, "The model {model} can't translate into English."),
    "no-prompt": (HTTPStatus.UNPROCESSABLE_ENTITY, "The model {model} takes no prompt."),
    "no-worker": (HTTPStatus.SERVICE_UNAVAILABLE, "None of the workers has the model {model}."),
    "queue-full": (HTTPStatus.SERVICE_UNAVAILABLE, "{limit} tasks are waiting already. Send it again later."),
    "minutes-used-up": (HTTPStatus.TOO_MANY_REQUESTS, "The {limit} minutes of this day are used up."),
    "given-up": (HTTPStatus.INTERNAL_SERVER_ERROR, "The file ended the process in each of {tries} attempts."),
    "cancelled": (HTTPStatus.CONFLICT, "The task was cancelled."),
    "unknown": (HTTPStatus.INTERNAL_SERVER_ERROR, "Something went wrong; the log has it under {incident}."),
}
"""What the errors of transcription are here, by their codes."""


class ApiError(Exception):
    """A request that can't be served: `code` is stable, `message` a sentence for people."""

    def __init__(
        self,
        status: HTTPStatus,
        code: str,
        message: str,
        *,
        param: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(code)
        self.status = status
        self.code = code
        self.message = message
        self.param = param
        self.headers = dict(headers or {})
        if status is HTTPStatus.SERVICE_UNAVAILABLE:
            self.headers.setdefault("Retry-After", str(RETRY_AFTER_S))

    @classmethod
    def of(cls, code: str, details: Mapping[str, str | float] | None = None) -> "ApiError":
        """The error of transcription with this code."""
        status, sentence = SENTENCES.get(code, SENTENCES["unknown"])
        return cls(status, code, sentence.format_map(_Shown(details or {})))

    @property
    def content(self) -> dict[str, object]:
        """What the answer says."""
        return {"error": {"code": self.code, "message": self.message, "type": self._type, "param": self.param}}

    @property
    def _type(self) -> str:
        """The kind of error in OpenAI's words."""
        names = {401: "authentication_error", 403: "permission_error", 404: "not_found_error", 429: "rate_limit_error"}
        return names.get(self.status, "server_error" if self.status >= HTTPStatus.INTERNAL_SERVER_ERROR else _INVALID)

    @property
    def response(self) -> JSONResponse:
        """The answer."""
        return JSONResponse(self.content, self.status, self.headers)


_INVALID = "invalid_request_error"


class _Shown(dict[str, str | float]):
    """Details for a sentence, which is said without those that are missing."""

    def __missing__(self, _key: str) -> str:
        return "?"

    def __getitem__(self, key: str) -> str | float:
        value = super().__getitem__(key)
        return int(value) if isinstance(value, float) and value.is_integer() else value


def not_found(what: str = "task") -> ApiError:
    """For an unknown id, and for one that is another caller's."""
    return ApiError(HTTPStatus.NOT_FOUND, f"unknown-{what}", f"There is no such {what}.")


def stopping() -> ApiError:
    """For those whom a process that stops can't serve any more; the next one knows all tasks that it took."""
    return ApiError(HTTPStatus.SERVICE_UNAVAILABLE, "stopping", "The server stops. Ask again in a moment.")


def error_of(job: Job) -> ApiError | None:
    """What ended a task that has no result."""
    if job.error:
        return ApiError.of(job.error, job.error_details)
    return ApiError.of("cancelled") if job.state is JobState.CANCELLED else None


def register(app: FastAPI) -> None:
    """Have all errors answered in the one shape, and nothing of their insides told."""
    for kind in (ApiError, TranscriptionError, RequestValidationError, HTTPException):
        app.add_exception_handler(kind, _on_error)
    app.add_exception_handler(ClientDisconnect, _on_disconnect)


async def _on_error(_request: Request, error: Exception) -> Response:
    api_error = as_api_error(error)
    assert api_error
    return api_error.response


def as_api_error(error: Exception) -> ApiError | None:
    """What an error is to the caller; None for one that nobody foresaw."""
    match error:
        case ApiError():
            return error
        case TranscriptionError():
            return ApiError.of(error.code, error.details)
        case RequestValidationError():
            return invalid(error.errors()[0])
        case HTTPException():
            status = HTTPStatus(error.status_code)
            return ApiError(status, status.phrase.lower().replace(" ", "-"), f"{status.phrase}.", headers=error.headers)
    return None


def invalid(first: Mapping[str, object]) -> ApiError:
    """The error for pydantic's first finding; what was sent is not repeated."""
    loc = first["loc"]
    name = str(loc[-1]) if isinstance(loc, tuple) and loc else None
    sentence = f"{name}: {first['msg']}" if name else str(first["msg"])
    return ApiError(HTTPStatus.UNPROCESSABLE_ENTITY, "invalid-parameter", sentence, param=name)


async def _on_disconnect(_request: Request, _error: Exception) -> Response:
    return Response(status_code=HTTPStatus.BAD_REQUEST)  # nobody reads it
