"""Validation of message content: text and caption lengths, entities, keyboards."""

from __future__ import annotations

from typing import Any

from sandbox.bot_api.params import Params
from sandbox.telegram.errors import bad_request
from sandbox.telegram.markup_html import parse_html
from sandbox.telegram.model import Json
from sandbox.telegram.rich_text import RichText, trimmed, utf16_length, with_found

MAX_TEXT = 4096
MAX_CAPTION = 1024
MAX_CALLBACK_BYTES = 64
_BUTTON_KINDS = frozenset(
    {
        "url",
        "callback_data",
        "web_app",
        "login_url",
        "switch_inline_query",
        "copy_text",
        "pay",
        "switch_inline_query_current_chat",
        "switch_inline_query_chosen_chat",
        "callback_game",
    }
)
_OTHER_KEYBOARDS = ("keyboard", "remove_keyboard", "force_reply")


def read_text(params: Params, name: str = "text") -> RichText:
    """The text or caption with its entities, trimmed; raises the Bot API's errors for bad markup."""
    source = params.text(name)
    mode = params.text("parse_mode").lower()
    if mode == "html":
        return with_found(trimmed(parse_html(source)))
    if mode:
        raise bad_request("unsupported parse_mode")
    entities = params.objects("entities" if name == "text" else f"{name}_entities", "message entities")
    if not all(isinstance(each.get(place), int) for each in entities for place in ("offset", "length")):
        raise bad_request("can't parse message entities JSON object")
    return with_found(trimmed(RichText(source, tuple(entities))))


def check_text(rich: RichText, *, editing: bool = False) -> None:
    """Raise when a message text is empty or too long; an edit says the latter in other words."""
    if not rich.text:
        raise bad_request("message text is empty")
    if utf16_length(rich.text) > MAX_TEXT:
        raise bad_request("MESSAGE_TOO_LONG" if editing else "message is too long")


def check_caption(rich: RichText, *, editing: bool = False) -> None:
    """Raise when a caption is too long."""
    if utf16_length(rich.text) > MAX_CAPTION:
        raise bad_request("MEDIA_CAPTION_TOO_LONG" if editing else "message caption is too long")


def read_keyboard(params: Params) -> Json | None:
    """The inline keyboard; None when there is none or it is of a kind that a message does not show."""
    markup = params.json("reply_markup", "reply keyboard markup")
    if markup is None:
        return None
    if not isinstance(markup, dict):
        raise bad_request("object expected as reply markup")
    rows = markup.get("inline_keyboard")
    if rows is None:
        if markup and not any(kind in markup for kind in _OTHER_KEYBOARDS):
            raise bad_request("can't parse reply keyboard markup JSON object")
        return None
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise bad_request("can't parse inline keyboard markup JSON object")
    kept = [[_checked_button(button) for button in row] for row in rows if row]
    return {"inline_keyboard": kept} if kept else None


def has_other_keyboard(params: Params) -> bool:
    """Whether a message is sent with markup that is not an inline keyboard."""
    markup = params.json("reply_markup", "reply keyboard markup") or {}
    return any(markup.get(kind) for kind in _OTHER_KEYBOARDS)


def _checked_button(button: Any) -> Json:
    if not isinstance(button, dict):
        raise bad_request("can't parse inline keyboard button: Expected an Object")
    if not button.get("text"):
        raise bad_request('can\'t parse inline keyboard button: Field "text" must be of type String')
    if not _BUTTON_KINDS & button.keys():
        raise bad_request("can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard")
    data = button.get("callback_data")
    if data is not None and not 1 <= len(str(data).encode()) <= MAX_CALLBACK_BYTES:
        raise bad_request("BUTTON_DATA_INVALID")
    return {name: value for name, value in button.items() if value is not None}
