"""A long text as one rich message: the first screen, and a block with the rest that unfolds."""

import re
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice

from aiogram.types import (
    InputRichBlockDetails,
    InputRichBlockParagraph,
    InputRichBlockUnion,
    InputRichMessage,
    RichTextBold,
    RichTextUnderline,
    RichTextUnion,
    RichTextUrl,
    TelegramObject,
)

from bot.delivery.splitting import split_ranges
from bot.delivery.styled_text import SCREEN_UNITS, Style, StyledText
from transcription import is_right_to_left

MAX_UNITS, MAX_BLOCKS = 32_768, 500
"""The most that Telegram takes; it counts characters, of which no text has more than UTF-16 code units."""
ROOM_UNITS, ROOM_BLOCKS = 268, 10
"""What is left for the block that unfolds, its label, and what is said below it."""
REFUSED_S = 3600.0
"""Seconds for which a chat gets no rich message after one was refused there."""
_LINE = re.compile(r"\S[^\n]*")


@dataclass(frozen=True, slots=True)
class RichRefusals:
    """The chats in which a rich message was refused not long ago: so many tries of it are as many calls in vain."""

    _until: dict[int, float] = field(default_factory=dict)

    def add(self, chat_id: int) -> None:
        """One was refused now."""
        now = time.monotonic()
        for over in [chat for chat, until in self._until.items() if until < now]:
            del self._until[over]
        self._until[chat_id] = now + REFUSED_S

    def __contains__(self, chat_id: int) -> bool:
        return self._until.get(chat_id, 0.0) > time.monotonic()


def rich_message(
    styled: StyledText, label: str, below: str, recording: str | None = None
) -> tuple[InputRichMessage, bool]:
    """As much of a text as one rich message holds, and whether that is all of it; else it says something `below`.

    `label` is of the block that unfolds; `recording` is a link to it, to which times lead. Nothing is looked for in the
    text (addresses, commands): Telegram refuses whole messages for an address that it finds odd.
    """
    text = styled.text
    fitting = next(split_ranges(text, MAX_UNITS - ROOM_UNITS))
    lines = list(islice(_LINE.finditer(text, *fitting), MAX_BLOCKS - ROOM_BLOCKS))
    end, (_, screen) = lines[-1].end(), next(split_ranges(text, SCREEN_UNITS))
    rest = InputRichBlockDetails(summary=label, blocks=list(_paragraphs(styled.cut((screen, end)), recording)))
    is_whole = not text[end:].strip()
    last = [] if is_whole else [InputRichBlockParagraph(text=below)]
    blocks: list[InputRichBlockUnion] = [*_paragraphs(styled.cut((0, screen)), recording), rest, *last]
    is_rtl = is_right_to_left(text[:end]) or None
    return InputRichMessage(blocks=blocks, is_rtl=is_rtl, skip_entity_detection=True), is_whole


def is_shortened(sent: InputRichMessage, shown: TelegramObject | None) -> bool:
    """Whether Telegram took a message and left some of it out, which it says in no other way."""
    return shown is None or _length(shown.model_dump()) < _length(sent.model_dump())


def _paragraphs(styled: StyledText, recording: str | None) -> Iterator[InputRichBlockParagraph]:
    """A paragraph for each line."""
    for line in _LINE.finditer(styled.text):
        yield InputRichBlockParagraph(text=list(_runs(styled.cut(line.span()), recording)))


def _runs(line: StyledText, recording: str | None) -> Iterator[RichTextUnion]:
    """The stretches of a line, each in its style."""
    at = 0
    for start, end, style in sorted(line.spans):
        yield from filter(None, [line.text[at:start]])
        yield _run(line.text[start:end], style, recording)
        at = end
    yield from filter(None, [line.text[at:]])


def _run(text: str, style: Style, recording: str | None) -> RichTextUnion:
    if style == "bold":
        return RichTextBold(text=text)
    if style == "underline":
        return RichTextUnderline(text=text)
    return RichTextUrl(text=text, url=f"{recording}?t={_seconds(text)}") if recording else text


def _seconds(time_: str) -> int:
    """What a time stands for that is written as players show it."""
    return sum(60**place * int(part) for place, part in enumerate(reversed(time_.split(":"))))


def _length(part: object) -> int:
    """How many letters and digits are anywhere in a part of a message; of spaces Telegram may drop some."""
    if isinstance(part, str):
        return sum(map(str.isalnum, part))
    if isinstance(part, dict):
        return sum(_length(each) for name, each in part.items() if name != "type")
    return sum(map(_length, part)) if isinstance(part, list) else 0
