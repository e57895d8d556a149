"""Methods about messages: sending text, editing, deleting."""

from __future__ import annotations

from typing import Any

from sandbox.bot_api.methods.call import MethodCall
from sandbox.bot_api.methods.content import check_caption, check_text, has_other_keyboard, read_keyboard, read_text
from sandbox.bot_api.methods.ephemeral import ephemeral_fields
from sandbox.telegram.errors import bad_request, forbidden
from sandbox.telegram.model import Chat, Json, Message
from sandbox.telegram.rich_message import read_rich_message

_MAX_DELETED = 100
_NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same "
    "as a current content and reply markup of the message"
)


def send_message(call: MethodCall) -> Json:
    """sendMessage."""
    rich = read_text(call.params)
    check_text(rich)
    preview = call.params.json("link_preview_options", "link preview options")
    fields = {**rich.fields("text"), "link_preview_options": preview}
    return post(call, fields)


def post(call: MethodCall, fields: Json) -> Json:
    """Send a message with these fields where the call says; returns it as the Bot API does."""
    keyboard = read_keyboard(call.params)
    chat = call.writable_chat()
    reply_to = call.reply_target(chat)
    receiver = ephemeral_fields(call, chat)
    body = {**fields, **call.thread_fields(chat, reply_to), **receiver, "reply_markup": keyboard}
    call.spend(chat)
    known = {name: value for name, value in body.items() if value is not None}
    message = call.state.post(chat, call.state.bot, known, reply_to)
    message.is_fixed = has_other_keyboard(call.params)
    shown = call.state.render(chat, message)
    return {**shown, "message_id": 0, "ephemeral_message_id": message.message_id} if receiver else shown


def send_rich_message(call: MethodCall) -> Json:
    """sendRichMessage."""
    return post(call, {"rich_message": _rich_message(call)})


def edit_message_text(call: MethodCall) -> Json | bool:
    """editMessageText: a text takes the place of a rich message as well, and the other way round."""
    changes: Json = dict.fromkeys(("text", "entities", "link_preview_options", "rich_message"))
    if call.params.text("rich_message"):
        changes["rich_message"] = _rich_message(call)
    else:
        rich = read_text(call.params)
        check_text(rich, editing=True)
        preview = call.params.json("link_preview_options", "link preview options")
        changes |= {**rich.fields("text"), "link_preview_options": preview}
    return _edit(call, changes, "text", "there is no text in the message to edit")


def _rich_message(call: MethodCall) -> Json:
    return read_rich_message(call.params.json("rich_message", "rich message"))


def edit_message_caption(call: MethodCall) -> Json | bool:
    """editMessageCaption."""
    rich = read_text(call.params, "caption")
    check_caption(rich, editing=True)
    changes = {**rich.fields("caption"), "caption": rich.text or None}
    return _edit(call, changes, "media", "there is no caption in the message to edit")


def edit_message_reply_markup(call: MethodCall) -> Json | bool:
    """editMessageReplyMarkup."""
    return _edit(call, {}, "any", "")


def _edit(call: MethodCall, changes: Json, wants: str, otherwise: str) -> Json | bool:
    """Apply an edit; the keyboard goes unless it is sent again. Of an inline message the bot is shown nothing."""
    keyboard = read_keyboard(call.params)
    is_inline = not call.params.text("chat_id") and not call.params.integer("message_id")
    chat, message = _inline_message(call) if is_inline else _own_message(call)
    has_text = not {"text", "rich_message"}.isdisjoint(message.body)
    if wants != "any" and (wants == "text") != has_text:
        raise bad_request(otherwise)
    call.spend(chat)
    changes = {**changes, "reply_markup": keyboard}
    if all(message.body.get(name) == value for name, value in changes.items()):
        raise bad_request(_NOT_MODIFIED)
    call.state.edit(chat, message, changes)
    return is_inline or call.state.render(chat, message)


def _own_message(call: MethodCall) -> tuple[Chat, Message]:
    chat = call.editable_chat()
    return chat, call.own_message(chat)


def _inline_message(call: MethodCall) -> tuple[Chat, Message]:
    inline_id = call.params.text("inline_message_id")
    if not inline_id:
        raise bad_request("message identifier is not specified")
    return call.state.inline_message(inline_id)


def delete_message(call: MethodCall) -> bool:
    """deleteMessage."""
    chat = call.writable_chat()
    message = chat.live(call.params.integer("message_id"))
    if message is None:
        raise bad_request("message to delete not found")
    if not _may_delete(call, chat, message):
        raise bad_request("message can't be deleted")
    call.state.delete(chat, message)
    return True


def delete_messages(call: MethodCall) -> bool:
    """deleteMessages: what can be deleted goes, the rest is skipped."""
    chat = call.writable_chat()
    for message_id in _message_ids(call):
        message = chat.live(message_id)
        if message is not None and _may_delete(call, chat, message):
            call.state.delete(chat, message)
    return True


def delete_business_messages(call: MethodCall) -> bool:
    """deleteBusinessMessages: messages that the bot sent over one connection; ids that are gone are skipped."""
    ids, connection_id = _message_ids(call), call.connection_id()
    chats = [chat for chat in call.state.chats.values() if chat.connection_id == connection_id]
    found = [(chat, message) for chat in chats for each in ids if (message := chat.live(each)) is not None]
    if any(message.sender != call.state.bot for _, message in found):
        raise forbidden("BOT_ACCESS_FORBIDDEN")
    for chat, message in found:
        call.state.delete(chat, message)
    return True


def _message_ids(call: MethodCall) -> list[int]:
    ids: Any = call.params.json("message_ids", "message_ids")
    if not ids:
        raise bad_request("message identifiers are not specified")
    if not isinstance(ids, list):
        raise bad_request("expected an Array of message identifiers")
    if len(ids) > _MAX_DELETED:
        raise bad_request("too many message identifiers specified")
    return [int(message_id) for message_id in ids]


def _may_delete(call: MethodCall, chat: Chat, message: Message) -> bool:
    return chat.is_private or message.sender == call.state.bot or chat.bot_status == "administrator"
