"""Parameters of an API call, typed; the same for queries, forms, JSON and multipart."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from sandbox.telegram.errors import bad_request
from sandbox.telegram.model import Json

_TRUE = frozenset({"true", "yes", "1"})


@dataclass(frozen=True)
class Upload:
    """A file uploaded with the call."""

    name: str
    content: bytes


@dataclass(frozen=True)
class Params:
    """Typed access to parameters; names are case-sensitive, values may be text or native JSON."""

    values: Json = field(default_factory=dict)
    uploads: dict[str, Upload] = field(default_factory=dict)

    def text(self, name: str) -> str:
        """The value as text; empty when absent."""
        value = self.values.get(name)
        if value is None:
            return ""
        return value if isinstance(value, str) else json.dumps(value)

    def flag(self, name: str) -> bool:
        """Whether the value is one of Telegram's words for true."""
        return self.text(name).lower() in _TRUE

    def integer(self, name: str, default: int = 0) -> int:
        """The value as a whole number; the default when it is absent or none."""
        try:
            return int(self.text(name))
        except ValueError:
            return default

    def json(self, name: str, what: str) -> Any:
        """The value parsed as JSON; None when absent; `what` names it in the error."""
        value = self.values.get(name)
        if not isinstance(value, str):
            return value
        if not value:
            return None
        try:
            return json.loads(value)
        except ValueError:
            raise bad_request(f"can't parse {what} JSON object") from None

    def objects(self, name: str, what: str) -> list[Json]:
        """The value as a JSON array of objects; empty when absent."""
        parsed = self.json(name, what)
        if parsed is None:
            return []
        if not isinstance(parsed, list) or not all(isinstance(each, dict) for each in parsed):
            raise bad_request(f"can't parse {what} JSON object")
        return parsed

    def upload(self, name: str) -> Upload | None:
        """The file of this name, sent directly or referred to by attach://."""
        value = self.text(name)
        return self.uploads.get(value.removeprefix("attach://") if value.startswith("attach://") else name)

    def loggable(self) -> Json:
        """Values for the call log: files by name and size, secrets not at all."""
        shown = {name: "***" if "secret" in name else value for name, value in self.values.items()}
        files = {name: {"file_name": file.name, "size": len(file.content)} for name, file in self.uploads.items()}
        return {**shown, **files}


def chat_id_of(params: Params) -> int:
    """The chat_id parameter; raises the Bot API's error when it names no chat."""
    value = params.text("chat_id")
    if not value:
        raise bad_request("chat_id is empty")
    try:
        return int(value)
    except ValueError:
        raise bad_request("chat not found") from None
