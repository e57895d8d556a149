"""Routes that answer with the statuses that clients of OpenAI's API know."""

from collections.abc import Callable, Coroutine
from http import HTTPStatus
from typing import Any

from fastapi import Request, Response
from fastapi.routing import APIRoute

from api.errors import as_api_error


class OpenAIRoute(APIRoute):
    """Answers 400 to what can't be used, where all other calls say 422."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The handler, with that one difference."""
        handle = super().get_route_handler()

        async def handle_as_openai(request: Request) -> Response:
            try:
                return await handle(request)
            except Exception as error:
                api_error = as_api_error(error)
                if api_error is None or api_error.status is not HTTPStatus.UNPROCESSABLE_ENTITY:
                    raise
                api_error.status = HTTPStatus.BAD_REQUEST
                return api_error.response

        return handle_as_openai
