"""Text with styles, which stay where they belong when it is split."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from aiogram.types import MessageEntity

from bot.delivery.splitting import MESSAGE_UNITS, split_ranges, utf16_units

Style = Literal["bold", "underline"]

MAX_ENTITIES = 100
"""Telegram ignores further ones of a message."""


@dataclass(slots=True)
class StyledText:
    """A text, and from where to where (in characters) it has which style."""

    text: str = ""
    spans: list[tuple[int, int, Style]] = field(default_factory=list)

    def add(self, text: str, style: Style | None = None) -> None:
        """Append a text. What goes on in the same style is one stretch."""
        start = len(self.text)
        self.text += text
        if style is None or not text:
            return
        if self.spans and self.spans[-1][1:] == (start, style):
            start = self.spans.pop()[0]
        self.spans.append((start, len(self.text), style))

    def split(self, units: int = MESSAGE_UNITS) -> list[tuple[str, list[MessageEntity]]]:
        """The text as parts of at most so many UTF-16 units, each with the entities in it."""
        return [
            (self.text[start:end], list(self._entities(start, end))) for start, end in split_ranges(self.text, units)
        ]

    def _entities(self, start: int, end: int) -> Iterator[MessageEntity]:
        inside = [(max(first, start), min(last, end), style) for first, last, style in self.spans]
        inside = [span for span in inside if span[0] < span[1]]
        inside.sort(key=lambda span: span[2] != "bold")  # labels first, should there be too many
        for first, last, style in sorted(inside[:MAX_ENTITIES]):
            offset, length = utf16_units(self.text[start:first]), utf16_units(self.text[first:last])
            yield MessageEntity(type=style, offset=offset, length=length)
