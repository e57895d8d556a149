"""Texts with entities: lengths are UTF-16 code units, as everywhere in Telegram."""

from __future__ import annotations

import re
from dataclasses import dataclass

from sandbox.model import Json

_COMMAND = re.compile(r"(?<![\w/])/[A-Za-z0-9_]{1,64}(?:@[A-Za-z0-9_]{3,32})?(?![\w/])")


@dataclass(frozen=True)
class RichText:
    """A text and the Bot API entities in it."""

    text: str
    entities: tuple[Json, ...] = ()

    def fields(self, name: str) -> Json:
        """Message fields for a `text` or a `caption`; entities are None when there are none."""
        entities_name = "entities" if name == "text" else f"{name}_entities"
        return {name: self.text, entities_name: list(self.entities) or None}


def utf16_length(text: str) -> int:
    """Length in UTF-16 code units."""
    return len(text.encode("utf-16-le")) // 2


def trimmed(rich: RichText) -> RichText:
    """Without white space at both ends; entities move and shrink with it, empty ones go."""
    leading = utf16_length(rich.text) - utf16_length(rich.text.lstrip())
    text = rich.text.strip()
    length = utf16_length(text)
    kept: list[Json] = []
    for entity in rich.entities:
        start = max(0, entity["offset"] - leading)
        end = min(length, entity["offset"] + entity["length"] - leading)
        if start < end:
            kept.append({**entity, "offset": start, "length": end - start})
    kept.sort(key=lambda entity: (entity["offset"], -entity["length"]))
    return RichText(text, tuple(kept))


def with_commands(text: str) -> RichText:
    """What a person typed, with the /commands that the server finds in it."""
    entities = [
        {"type": "bot_command", "offset": utf16_length(text[: found.start()]), "length": utf16_length(found.group())}
        for found in _COMMAND.finditer(text)
    ]
    return RichText(text, tuple(entities))
