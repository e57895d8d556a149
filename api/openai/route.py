"""Routes that answer with the statuses that clients of OpenAI's API know."""

from collections.abc import Callable, Coroutine
from http import HTTPStatus
from typing import Any

from fastapi import Request, Response
from fastapi.routing import APIRoute

from api.errors import ApiError
from transcription import TranscriptionError


class OpenAIRoute(APIRoute):
    """Answers 400 to what can't be used, where all other calls say 422."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The handler, with that one difference."""
        handle = super().get_route_handler()

        async def handle_as_openai(request: Request) -> Response:
            try:
                return await handle(request)
            except TranscriptionError as error:
                raise _theirs(ApiError.of(error.code, error.details)) from None
            except ApiError as error:
                raise _theirs(error) from None

        return handle_as_openai


def _theirs(error: ApiError) -> ApiError:
    if error.status is HTTPStatus.UNPROCESSABLE_ENTITY:
        error.status = HTTPStatus.BAD_REQUEST
    return error
