"""Messages in a group that one person sees: sending them, and editing their text.

The Bot API's documentation says who may send them and to whom, the words of the refusals are ours.
"""

from __future__ import annotations

from sandbox.bot_api.methods.call import MethodCall
from sandbox.bot_api.methods.content import check_text, read_text
from sandbox.telegram.errors import bad_request
from sandbox.telegram.model import Chat, Json
from sandbox.telegram.rich_text import utf16_length

MAX_EDITED = 1024


def ephemeral_fields(call: MethodCall, chat: Chat) -> Json:
    """The receiver of a message that only they see; nothing for other messages."""
    wanted = call.params.json("ephemeral_message_parameters", "ephemeral message parameters")
    if not wanted:
        return {}
    if chat.type not in ("group", "supergroup"):
        raise bad_request("ephemeral messages can be sent to groups and supergroups only")
    if chat.bot_status != "administrator":
        raise bad_request("not enough rights to send ephemeral messages")
    receiver = chat.members.get(int(wanted.get("receiver_user_id", 0)))
    if receiver is None or receiver.is_bot:
        raise bad_request("receiver not found")
    return {"receiver_user": receiver.to_json()}


def edit_ephemeral_message_text(call: MethodCall) -> bool:
    """editEphemeralMessageText."""
    rich = read_text(call.params)
    check_text(rich, editing=True)
    if utf16_length(rich.text) > MAX_EDITED:
        raise bad_request("MESSAGE_TOO_LONG")
    chat = call.editable_chat()
    message = chat.live(call.params.integer("ephemeral_message_id"))
    receiver_id = call.params.integer("receiver_user_id")
    if message is None or message.body.get("receiver_user", {}).get("id") != receiver_id:
        raise bad_request("message to edit not found")
    call.state.edit(chat, message, {"entities": None, **rich.fields("text")})
    return True
