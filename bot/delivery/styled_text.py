"""Text with styles, which stay where they belong when it is split."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from aiogram.types import MessageEntity

from bot.delivery.splitting import split_ranges
from handlers.message_units import MESSAGE_UNITS, utf16_units


@dataclass(frozen=True, slots=True)
class Link:
    """The style of what leads to an address."""

    url: str


Style = Literal["bold", "underline", "expandable_blockquote", "time"] | Link
"""Those of Telegram's entities, and times of the recording, which apps find by themselves in a reply to it."""

SCREEN_UNITS = 700
"""So many UTF-16 code units fill a phone's screen. What comes after may be folded, where it is worth a tap."""
WORTH_FOLDING = 300
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

    def after(self, lead: "StyledText") -> "StyledText":
        """The same after another one."""
        moved = len(lead.text)
        spans = [(start + moved, end + moved, style) for start, end, style in self.spans]
        return StyledText(lead.text + self.text, [*lead.spans, *spans])

    def cut(self, where: tuple[int, int]) -> "StyledText":
        """What is between two places of it, in characters."""
        start, end = where
        inside = [(max(first, start) - start, min(last, end) - start, style) for first, last, style in self.spans]
        return StyledText(self.text[start:end], [span for span in inside if span[0] < span[1]])

    def folded(self, screen: int = SCREEN_UNITS) -> "StyledText":
        """The same with all but the first screen in a quote that unfolds, which begins on a line of its own."""
        first = next(split_ranges(self.text, screen), (0, 0))[1]
        rest = first + len(self.text[first:]) - len(self.text[first:].lstrip())
        if utf16_units(self.text[rest:]) < WORTH_FOLDING:
            return self
        gap = self.text[first:rest]
        between = gap if "\n" in gap else "\n"
        moved = len(between) - len(gap)
        spans = [
            (start + moved * (start >= rest), end + moved * (end > rest), style) for start, end, style in self.spans
        ]
        text = self.text[:first] + between + self.text[rest:]
        return StyledText(text, [*spans, (first + len(between), len(text), "expandable_blockquote")])

    def split(self, units: int = MESSAGE_UNITS) -> list[tuple[str, list[MessageEntity]]]:
        """The text as parts of at most so many UTF-16 units, each with the entities in it."""
        return [
            (self.text[start:end], list(self._entities(start, end))) for start, end in split_ranges(self.text, units)
        ]

    def _entities(self, start: int, end: int) -> Iterator[MessageEntity]:
        inside = [(max(first, start), min(last, end), style) for first, last, style in self.spans]
        inside = [span for span in inside if span[0] < span[1] and span[2] != "time"]
        inside.sort(key=lambda span: span[2] == "underline")  # those last, should there be too many
        for first, last, style in sorted(inside[:MAX_ENTITIES], key=lambda span: span[:2]):
            offset, length = utf16_units(self.text[start:first]), utf16_units(self.text[first:last])
            if isinstance(style, Link):
                yield MessageEntity(type="text_link", url=style.url, offset=offset, length=length)
            else:
                yield MessageEntity(type=style, offset=offset, length=length)
