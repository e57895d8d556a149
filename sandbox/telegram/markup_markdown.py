"""Parser of parse_mode MarkdownV2, with Telegram's error texts."""

from __future__ import annotations

import re
from dataclasses import dataclass

from sandbox.telegram.errors import ApiError, bad_request
from sandbox.telegram.model import Json
from sandbox.telegram.rich_text import RichText, utf16_length

_RESERVED = frozenset("_*[]()~`>#+-=|{}.!")
_MARKS = {
    "||": ("spoiler", "Spoiler"),
    "__": ("underline", "Underline"),
    "_": ("italic", "Italic"),
    "*": ("bold", "Bold"),
    "~": ("strikethrough", "Strikethrough"),
    "```": ("pre", "Pre"),
    "`": ("code", "Code"),
    "[": ("text_link", "TextUrl"),
    "![": ("custom_emoji", "CustomEmoji"),
    ">": ("blockquote", "BlockQuote"),
}
_ORDER = sorted(_MARKS, key=len, reverse=True)
_TARGET = re.compile(r"\]\(((?:\\.|[^)\\])*)\)")
_LANGUAGE = re.compile(r"([^\s`]+)\n")


@dataclass(frozen=True)
class _Open:
    mark: str
    offset: int
    byte: int


def parse_markdown(source: str) -> RichText:
    """Text and entities of MarkdownV2; raises the Bot API's error when it is not well formed."""
    return _MarkdownParser(source).parse()


class _MarkdownParser:
    def __init__(self, source: str) -> None:
        self._source = source
        self._text = ""
        self._open: list[_Open] = []
        self._entities: list[Json] = []
        self._language = ""

    def parse(self) -> RichText:
        at = 0
        while at < len(self._source):
            at = self._step(at)
        if self._open and self._open[-1].mark == ">":
            self._close(self._open.pop())
        if self._open:
            name = _MARKS[self._open[-1].mark][1]
            raise _error(f"Can't find end of {name} entity at byte offset {self._open[-1].byte}")
        return RichText(self._text, tuple(self._entities))

    def _step(self, at: int) -> int:
        character = self._source[at]
        if character == "\\" and at + 1 < len(self._source) and "\0" < self._source[at + 1] < "\x7f":
            self._text += self._source[at + 1]
            return at + 2
        top = self._open[-1].mark if self._open else ""
        if top in ("`", "```"):
            return self._inside_code(at, top)
        if character == "\n" and top == ">" and not self._source.startswith(">", at + 1):
            self._close(self._open.pop())
        if character == "]" and top in ("[", "!["):
            return self._link(at)
        if character == ">" and (not self._text or self._text.endswith("\n")):
            if top != ">":
                self._start(">", at)
            return at + 1
        mark = next((mark for mark in _ORDER if mark != ">" and self._source.startswith(mark, at)), None)
        if mark is not None:
            return self._mark(mark, at)
        if character in _RESERVED:
            raise _error(f"Character '{character}' is reserved and must be escaped with the preceding '\\'")
        self._text += character
        return at + 1

    def _inside_code(self, at: int, top: str) -> int:
        if self._source.startswith(top, at):
            self._close(self._open.pop())
            return at + len(top)
        if self._source[at] == "`":
            raise _error("Character '`' is reserved and must be escaped with the preceding '\\'")
        self._text += self._source[at]
        return at + 1

    def _mark(self, mark: str, at: int) -> int:
        if any(opened.mark == mark for opened in self._open):
            if self._open[-1].mark != mark:
                raise _error(
                    f"Can't find end of {_MARKS[self._open[-1].mark][1]} entity at byte offset {self._open[-1].byte}"
                )
            self._close(self._open.pop())
            return at + len(mark)
        self._start(mark, at)
        end = at + len(mark)
        if mark == "```":
            language = _LANGUAGE.match(self._source, end)
            self._language = language[1] if language else ""
            end = language.end() if language else end
        return end

    def _link(self, at: int) -> int:
        target = _TARGET.match(self._source, at)
        if target is None:
            raise _error("Character ']' is reserved and must be escaped with the preceding '\\'")
        url = re.sub(r"\\(.)", r"\1", target[1])
        extra = {"url": url} if self._open[-1].mark == "[" else {"custom_emoji_id": url.rpartition("=")[2]}
        self._close(self._open.pop(), extra)
        return target.end()

    def _start(self, mark: str, at: int) -> None:
        self._open.append(_Open(mark, utf16_length(self._text), len(self._source[:at].encode())))

    def _close(self, opened: _Open, extra: Json | None = None) -> None:
        length = utf16_length(self._text) - opened.offset
        entity: Json = {"type": _MARKS[opened.mark][0], "offset": opened.offset, "length": length, **(extra or {})}
        if opened.mark == "```" and self._language:
            entity["language"] = self._language
        if length:
            self._entities.append(entity)


def _error(text: str) -> ApiError:
    return bad_request(f"can't parse entities: {text}")
