"""Rich messages: blocks of formatted text, some of which fold, by the rules of the Bot API server and of Telegram."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sandbox.telegram.errors import bad_request
from sandbox.telegram.model import Json

MAX_CHARACTERS, MAX_BLOCKS, MAX_DEPTH = 32_768, 500, 16
"""TDLib's `rich_message_text_length_max`, `rich_message_block_count_max` and `rich_message_depth_max`."""
_STYLES = frozenset({"bold", "italic", "underline", "strikethrough", "spoiler", "code", "marked"})
_OF_TEXT = frozenset({"paragraph", "heading", "footer", "expandable_blockquote"})


def read_rich_message(value: Any) -> Json:
    """A `rich_message` of blocks as the server shows it; raises its errors, and Telegram's for one that is too large.

    Of blocks it knows those that hold text or fold it; HTML and Markdown, which Telegram itself parses, are refused.
    """
    if value in (None, "", {}):
        raise bad_request("rich message must be non-empty")
    if not isinstance(value, dict):
        raise bad_request("object expected as rich message")
    if not isinstance(value.get("blocks"), list):
        wanted = {"html", "markdown"} & value.keys()
        raise bad_request("the sandbox reads rich messages as blocks" if wanted else "rich message must be non-empty")
    blocks = [_read_block(each) for each in value["blocks"]]
    _check(blocks)
    return {"blocks": blocks, **({"is_rtl": True} if value.get("is_rtl") else {})}


def _check(blocks: list[Json]) -> None:
    walked = list(_walk(blocks, 1))
    length = sum(_length(block.get(name, "")) for block, _ in walked for name in ("summary", "text"))
    if not length:
        raise bad_request("RICH_MESSAGE_EMPTY")
    if length > MAX_CHARACTERS:
        raise bad_request("RICH_MESSAGE_TEXT_TOO_LONG")
    if len(walked) > MAX_BLOCKS:
        raise bad_request("RICH_MESSAGE_BLOCKS_TOO_MANY")
    if max(depth for _, depth in walked) > MAX_DEPTH:
        raise bad_request("RICH_MESSAGE_DEPTH_INVALID")


def _read_block(block: Any) -> Json:
    if not isinstance(block, dict):
        raise bad_request("object expected as InputRichMessageBlock")
    match kind := block.get("type"):
        case None:
            raise bad_request("can't parse InputRichBlock: Can't find field \"type\"")
        case "divider":
            return {"type": kind}
        case "blockquote":
            return {"type": kind, "blocks": _read_inner(block)}
        case "details":
            is_open = {"is_open": True} if block.get("is_open") else {}
            return {"type": kind, "summary": _read_text(block.get("summary")), "blocks": _read_inner(block), **is_open}
        case _ if kind in _OF_TEXT:
            size = {"size": int(block.get("size", 0))} if kind == "heading" else {}
            if size and not 1 <= size["size"] <= 6:
                raise bad_request("invalid section heading size specified")
            return {"type": kind, "text": _read_text(block.get("text")), **size}
    raise bad_request(f'can\'t parse InputRichBlock: type "{kind}" is unsupported')


def _read_inner(block: Json) -> list[Json]:
    inner = block.get("blocks", [])
    if not isinstance(inner, list):
        raise bad_request("can't parse rich message JSON object")
    return [_read_block(each) for each in inner]


def _read_text(text: Any) -> Any:
    if isinstance(text, str):
        return text
    if isinstance(text, list):
        return [_read_text(each) for each in text]
    if not isinstance(text, dict):
        raise bad_request("invalid rich text specified")
    kind, inner = text.get("type"), _read_text(text.get("text"))
    if kind == "url":
        return {"type": kind, "text": inner, "url": str(text.get("url", ""))}
    if kind not in _STYLES:
        raise bad_request("unsupported rich text type")
    return {"type": kind, "text": inner}


def _walk(blocks: list[Json], depth: int) -> Iterator[tuple[Json, int]]:
    """Each block, and how deep it stands, before those in it."""
    for block in blocks:
        yield block, depth
        yield from _walk(block.get("blocks", []), depth + 1)


def _length(text: Any) -> int:
    if isinstance(text, list):
        return sum(map(_length, text))
    return _length(text["text"]) if isinstance(text, dict) else len(text)
