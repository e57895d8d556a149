"""Texts with entities: lengths are UTF-16 code units, as everywhere in Telegram."""

from __future__ import annotations

import re
from dataclasses import dataclass

from sandbox.telegram.model import Json

_DETECTED = {
    "bot_command": re.compile(r"(?<![\w/:.])/[A-Za-z0-9_]{1,64}(?:@[A-Za-z0-9_]{3,32})?(?![\w/])"),
    "url": re.compile(r"(?<![\w/])https?://[^\s<>\"«»]*[^\s<>\"«».,:;!?)\]]"),
    "mention": re.compile(r"(?<![\w/@])@[A-Za-z]\w{3,31}(?!\w)", re.ASCII),
}
_MAY_HOLD_OTHERS = frozenset(
    {"bold", "italic", "underline", "strikethrough", "spoiler", "blockquote", "expandable_blockquote"}
)


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


def with_found(rich: RichText) -> RichText:
    """Add the /commands, links and @mentions that the server detects where no other entity is."""
    kept = list(rich.entities)
    for kind, pattern in _DETECTED.items():
        for found in pattern.finditer(rich.text):
            entity: Json = {"type": kind, "offset": utf16_length(rich.text[: found.start()])}
            entity["length"] = utf16_length(found.group())
            if not any(_overlap(entity, other) for other in kept if other["type"] not in _MAY_HOLD_OTHERS):
                kept.append(entity)
    kept.sort(key=lambda entity: (entity["offset"], -entity["length"]))
    return RichText(rich.text, tuple(kept))


def _overlap(one: Json, other: Json) -> bool:
    starts_before_end: bool = one["offset"] < other["offset"] + other["length"]
    ends_after_start: bool = other["offset"] < one["offset"] + one["length"]
    return starts_before_end and ends_after_start
