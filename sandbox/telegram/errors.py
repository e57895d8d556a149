"""Bot API errors, in Telegram's own words."""

from __future__ import annotations

UNAVAILABLE = "wrong file_id or the file is temporarily unavailable"
"""What getFile answers to every download that failed, whatever the reason."""
_PREFIXES = {400: "Bad Request: ", 403: "Forbidden: ", 409: "Conflict: "}


class ApiError(Exception):
    """An error answer: HTTP status, the description after Telegram's prefix, optional response parameters."""

    def __init__(
        self, code: int, text: str, *, retry_after: int | None = None, migrate_to_chat_id: int | None = None
    ) -> None:
        self.code = code
        self.description = _PREFIXES.get(code, "") + text
        self.retry_after = retry_after
        self.migrate_to_chat_id = migrate_to_chat_id
        super().__init__(self.description)

    def body(self) -> dict[str, object]:
        """The JSON object that is sent to the client."""
        answer: dict[str, object] = {"ok": False, "error_code": self.code, "description": self.description}
        parameters = {"retry_after": self.retry_after, "migrate_to_chat_id": self.migrate_to_chat_id}
        if known := {name: value for name, value in parameters.items() if value is not None}:
            answer["parameters"] = known
        return answer


def bad_request(text: str) -> ApiError:
    """A 400."""
    return ApiError(400, text)


def upgraded(chat_id: int) -> ApiError:
    """A 400 that names the supergroup a group was upgraded to."""
    return ApiError(400, "group chat was upgraded to a supergroup chat", migrate_to_chat_id=chat_id)


def forbidden(text: str) -> ApiError:
    """A 403."""
    return ApiError(403, text)


def too_many_requests(retry_after: int) -> ApiError:
    """A 429 that says in how many seconds to come back."""
    return ApiError(429, f"Too Many Requests: retry after {retry_after}", retry_after=retry_after)
