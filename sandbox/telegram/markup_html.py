"""Parser of parse_mode HTML, with Telegram's error texts."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass

from sandbox.telegram.errors import ApiError, bad_request
from sandbox.telegram.model import Json
from sandbox.telegram.rich_text import RichText, utf16_length

_TYPES = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "tg-spoiler": "spoiler",
    "span": "spoiler",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
    "a": "text_link",
    "tg-emoji": "custom_emoji",
}
_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
_CHARACTER = re.compile(r"&(?:(lt|gt|amp|quot)|#(\d+)|#x([0-9a-fA-F]+));?")
_ATTRIBUTE = re.compile(r"""\s*([^\s=>"']+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>"']+)))?""")


@dataclass(frozen=True)
class _Open:
    tag: str
    attributes: dict[str, str]
    offset: int
    position: int


def parse_html(source: str) -> RichText:
    """Text and entities of Telegram HTML; raises the Bot API's error when it is not well formed."""
    return _HtmlParser(source).parse()


class _HtmlParser:
    def __init__(self, source: str) -> None:
        self._source = source
        self._text = ""
        self._open: list[_Open] = []
        self._entities: list[Json] = []

    def parse(self) -> RichText:
        at = 0
        while at < len(self._source):
            if self._source[at] == "<":
                at = self._end_tag(at) if self._source.startswith("</", at) else self._start_tag(at)
            else:
                at = self._character(at)
        if self._open:
            raise _error(f'Can\'t find end tag corresponding to start tag "{self._open[-1].tag}"')
        return RichText(self._text, tuple(self._entities))

    def _character(self, at: int) -> int:
        found = _CHARACTER.match(self._source, at)
        if found is None:
            self._text += self._source[at]
            return at + 1
        name, decimal, hexadecimal = found.groups()
        self._text += _NAMED[name] if name else chr(int(decimal) if decimal else int(hexadecimal, 16))
        return found.end()

    def _start_tag(self, at: int) -> int:
        end = self._source.find(">", at)
        if end < 0:
            raise _error(f"Unclosed start tag at byte offset {self._byte(at)}")
        inside = self._source[at + 1 : end]
        tag = re.split(r"\s", inside, maxsplit=1)[0].lower()
        if tag not in _TYPES:
            raise _error(f'Unsupported start tag "{tag}" at byte offset {self._byte(at)}')
        attributes = {
            found[1].lower(): html.unescape(found[2] or found[3] or found[4] or "")
            for found in _ATTRIBUTE.finditer(inside, len(tag))
        }
        if tag == "span" and attributes.get("class") != "tg-spoiler":
            raise _error(f'Tag "span" must have class "tg-spoiler" at byte offset {self._byte(at)}')
        self._open.append(_Open(tag, attributes, utf16_length(self._text), len(self._text)))
        return end + 1

    def _end_tag(self, at: int) -> int:
        end = self._source.find(">", at)
        if not self._open:
            raise _error(f"Unexpected end tag at byte offset {self._byte(at)}")
        if end < 0:
            raise _error(f"Unclosed end tag at byte offset {self._byte(at)}")
        opened = self._open.pop()
        tag = self._source[at + 2 : end].strip().lower()
        if tag and tag != opened.tag:
            raise _error(
                f'Unmatched end tag at byte offset {self._byte(at)}, expected "</{opened.tag}>", found "</{tag}>"'
            )
        self._close(opened)
        return end + 1

    def _close(self, opened: _Open) -> None:
        length = utf16_length(self._text) - opened.offset
        entity: Json = {"type": _TYPES[opened.tag], "offset": opened.offset, "length": length}
        language = opened.attributes.get("class", "")
        if opened.tag == "a":
            entity["url"] = opened.attributes.get("href") or self._text[opened.position :]
        elif opened.tag == "tg-emoji":
            entity["custom_emoji_id"] = opened.attributes.get("emoji-id", "")
        elif opened.tag == "blockquote" and "expandable" in opened.attributes:
            entity["type"] = "expandable_blockquote"
        elif opened.tag == "code" and language.startswith("language-"):
            entity["language"] = language.removeprefix("language-")
        if length:
            self._add(entity)

    def _add(self, entity: Json) -> None:
        """Add an entity; `<pre><code class="language-x">` is one."""
        last = self._entities[-1] if self._entities else {}
        span = (entity["offset"], entity["length"])
        if entity["type"] == "pre" and last.get("type") == "code" and (last["offset"], last["length"]) == span:
            last["type"] = "pre"
            return
        self._entities.append(entity)

    def _byte(self, at: int) -> int:
        return len(self._source[:at].encode())


def _error(text: str) -> ApiError:
    return bad_request(f"can't parse entities: {text}")
