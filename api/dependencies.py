"""What calls ask for by parameter: the API's parts, the caller, an upload."""

from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import Depends, Request
from starlette.requests import HTTPConnection

from api.errors import ApiError
from api.forms import Upload, receive_upload
from api.guard.authentication import Authenticator, secret_of
from api.guard.caller import Caller, Scope
from api.options import ApiOptions
from api.tasks import Tasks
from api.uploads import Uploads
from runtime.services import Services


@dataclass(frozen=True, slots=True)
class Api:
    """The parts of the API, in `app.state.api`."""

    services: Services
    options: ApiOptions
    uploads: Uploads
    tasks: Tasks
    authenticator: Authenticator


def get_api(connection: HTTPConnection) -> Api:
    """The parts of the API that serves a request or a WebSocket."""
    api: Api = connection.app.state.api
    return api


GetApi = Annotated[Api, Depends(get_api)]


async def get_caller(connection: HTTPConnection, api: GetApi) -> Caller:
    """Who calls. Raises `ApiError` (401)."""
    return await api.authenticator.authenticate(secret_of(connection.headers))


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


async def get_upload(request: Request, api: GetApi, _caller: Transcriber) -> Upload:
    """The file and the fields of a multipart request, once it may come in. Raises `ApiError`."""
    api.tasks.check_room()
    return await receive_upload(request, api.uploads)


ReceivedUpload = Annotated[Upload, Depends(get_upload)]
"""A file that was received. `Tasks.submit` takes it over; whoever does not call that erases it."""
