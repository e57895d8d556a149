"""What a key of a client's own (`Idempotency-Key`) stands for: one file with the same wishes, each time it is sent."""

from http import HTTPStatus

from api.errors import ApiError
from transcription import Request


def check_same(first: Request, second: Request, known_as: str) -> None:
    """Raise `ApiError` (422) where a key was used for something else before than the file that is `known_as` this."""
    link = second.file.file_id if second.file.is_link else None
    same = first.file.file_id == link if link else first.file.unique_id.startswith(known_as)
    if not same or _wishes(first) != _wishes(second):
        sentence = "This Idempotency-Key was used for another file or other parameters."
        raise ApiError(HTTPStatus.UNPROCESSABLE_ENTITY, "idempotency-mismatch", sentence)


def _wishes(request: Request) -> tuple[object, ...]:
    return request.model, request.language, request.prompt, request.options
