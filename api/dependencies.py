"""What calls ask for by parameter: the API's parts, the caller, an upload."""

from collections.abc import AsyncIterator, Callable, Coroutine
from dataclasses import dataclass
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import Depends, Header, Request
from starlette.requests import HTTPConnection

from api.errors import ApiError
from api.forms import Upload, receive_upload
from api.guard.authentication import Authenticator, secret_of
from api.guard.caller import Caller, Scope
from api.guard.rate_limit import SubmissionLimiter
from api.options import ApiOptions
from api.parameters import QueryParameters, parameters_of
from api.recordings import Recordings
from api.tasks import Tasks, Wishes
from api.uploads import Uploads
from runtime.services import Services


@dataclass(frozen=True, slots=True)
class Api:
    """The parts of the API, in `app.state.api`."""

    services: Services
    options: ApiOptions
    uploads: Uploads
    tasks: Tasks
    recordings: Recordings
    authenticator: Authenticator
    limiter: SubmissionLimiter


def get_api(connection: HTTPConnection) -> Api:
    """The parts of the API that serves a request or a WebSocket."""
    api: Api = connection.app.state.api
    return api


GetApi = Annotated[Api, Depends(get_api)]


async def get_caller(connection: HTTPConnection, api: GetApi) -> Caller:
    """Who calls. Raises `ApiError` (401)."""
    caller = await api.authenticator.authenticate(secret_of(connection.headers))
    connection.scope["state"]["caller"] = caller.name
    return caller


def _allowed(scope: Scope) -> Callable[..., Coroutine[Any, Any, Caller]]:
    async def get_allowed(caller: Annotated[Caller, Depends(get_caller)]) -> Caller:
        if not caller.may(scope):
            raise ApiError(HTTPStatus.FORBIDDEN, "forbidden", f"This key lacks the scope {scope}.")
        return caller

    return get_allowed


Transcriber = Annotated[Caller, Depends(_allowed(Scope.TRANSCRIBE))]
"""A caller who may submit and see tasks."""
Observer = Annotated[Caller, Depends(_allowed(Scope.METRICS))]
"""A caller who may see metrics."""
Admin = Annotated[Caller, Depends(_allowed(Scope.ADMIN))]
"""A caller who may change what all share."""


async def get_submitter(connection: HTTPConnection, api: GetApi, caller: Transcriber) -> Caller:
    """A caller whose next submission may come in now. Raises `ApiError` (429 or 503)."""
    address = connection.client.host if connection.client else ""
    connection.scope["state"]["headers"].update(await api.limiter.hit(caller, address))
    api.tasks.check_room()
    return caller


Submitter = Annotated[Caller, Depends(get_submitter)]
"""A caller who submits something by this call, which counts for the rate limit."""


async def get_file(request: Request, api: GetApi, _caller: Submitter) -> AsyncIterator[Upload]:
    """The file and the fields of a multipart request, once it may come in. Raises `ApiError`."""
    upload = await receive_upload(request, api.uploads)
    try:
        yield upload
    finally:
        await api.uploads.release(upload.file.file_id)


ReceivedFile = Annotated[Upload, Depends(get_file)]
"""A file that was received; it is erased after the call unless somebody has taken it over."""


async def get_upload(request: Request, api: GetApi, _caller: Submitter) -> AsyncIterator[Upload]:
    """The same, or a link in the file's place where links are followed. Raises `ApiError`."""
    upload = await receive_upload(request, api.uploads, takes_links=api.options.takes_links)
    try:
        yield upload
    finally:
        await api.uploads.release(upload.file.file_id)


ReceivedUpload = Annotated[Upload, Depends(get_upload)]
"""A file that was received, or a link; erased after the call unless `Tasks.submit` has taken it over."""


async def get_wishes(
    api: GetApi,
    upload: ReceivedUpload,
    query: QueryParameters,
    idempotency_key: Annotated[
        str | None,
        Header(max_length=200, description="A name of your own for this task; sent again it gives the same task."),
    ] = None,
    cache_control: Annotated[
        str | None,
        Header(max_length=200, description="`no-cache` transcribes the file although its text is known from before."),
    ] = None,
) -> Wishes:
    """What query, form and headers of a submission ask for. Raises `ApiError` (422)."""
    parameters = parameters_of(query, upload)
    is_fresh = "no-cache" in (cache_control or "").lower()
    return parameters.wishes(api.services.service.defaults, key=idempotency_key or None, is_fresh=is_fresh)


GetWishes = Annotated[Wishes, Depends(get_wishes)]
"""What is asked of the upload."""
