"""Methods about chats: getChat, members, chat actions, drafts, reactions, callback answers."""

from __future__ import annotations

import time

from sandbox.bot_api.methods.call import MethodCall
from sandbox.bot_api.methods.content import MAX_TEXT, read_text
from sandbox.telegram.errors import bad_request
from sandbox.telegram.members import member_json
from sandbox.telegram.model import Json
from sandbox.telegram.reactions import REACTIONS
from sandbox.telegram.rich_text import utf16_length

_ACTIONS = frozenset(
    {
        "typing",
        "upload_photo",
        "record_video",
        "upload_video",
        "record_voice",
        "upload_voice",
        "record_audio",
        "upload_audio",
        "upload_document",
        "choose_sticker",
        "find_location",
        "record_video_note",
        "upload_video_note",
    }
)
_GIFTS = ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels")


def get_chat(call: MethodCall) -> Json:
    """getChat."""
    gifts = dict.fromkeys(_GIFTS, False)
    required = {"accent_color_id": 0, "max_reaction_count": 11, "accepted_gift_types": gifts}
    return {**call.chat().to_json(), **required}


def get_chat_member(call: MethodCall) -> Json:
    """getChatMember."""
    chat = call.chat()
    user_id = call.params.integer("user_id")
    if user_id == call.state.bot.id:
        return member_json(call.state.bot.to_json(), chat.bot_status)
    member = chat.owner if chat.owner is not None and chat.owner.id == user_id else chat.members.get(user_id)
    if member is not None:
        return member_json(member.to_json(), "administrator" if user_id in chat.admins else "member")
    stranger = call.state.users.get(user_id)
    if stranger is None:
        raise bad_request("invalid user_id specified" if not user_id else "user not found")
    return {"status": "left", "user": stranger.to_json()}


def send_chat_action(call: MethodCall) -> bool:
    """sendChatAction."""
    action = call.params.text("action")
    if action not in _ACTIONS:
        raise bad_request("wrong parameter action in request")
    chat = call.writable_chat()
    call.state.bus.publish(
        "chat_action", chat.id, action=action, thread_id=call.params.integer("message_thread_id") or None
    )
    return True


def send_message_draft(call: MethodCall) -> bool:
    """sendMessageDraft: a preview of a text that is still being written; an empty text is «Thinking…»."""
    chat = call.writable_chat()
    if not chat.is_private:
        raise bad_request("chat type is not supported")
    draft_id = call.params.integer("draft_id")
    if not draft_id:
        raise bad_request("RANDOM_ID_INVALID")
    rich = read_text(call.params)
    if utf16_length(rich.text) > MAX_TEXT:
        raise bad_request("message is too long")
    stopping = {name: call.params.flag(name) for name in ("can_stop", "keep_on_stop")}
    thread = {"message_thread_id": call.params.integer("message_thread_id") or None}
    chat.drafts[draft_id] = {**rich.fields("text"), **stopping, **thread, "at": time.time()}
    call.state.bus.publish("draft", chat.id, draft_id=draft_id)
    return True


def set_message_reaction(call: MethodCall) -> bool:
    """setMessageReaction: at most one emoji of Telegram's set; none takes it away."""
    chat = call.writable_chat()
    reactions = call.params.objects("reaction", "reaction types")
    message = chat.live(call.params.integer("message_id"))
    if message is None:
        raise bad_request("message to react not found")
    if len(reactions) > 1:
        raise bad_request("REACTIONS_TOO_MANY")
    if any(each.get("type") != "emoji" or each.get("emoji") not in REACTIONS for each in reactions):
        raise bad_request("REACTION_INVALID")
    call.state.react(chat, message, reactions)
    return True


def answer_callback_query(call: MethodCall) -> bool:
    """answerCallbackQuery: once, and in time."""
    state = call.state
    query = state.callbacks.get(call.params.text("callback_query_id"))
    too_late = query is not None and time.monotonic() - query.pressed_at > state.options.callback_ttl_s
    if query is None or too_late or query.answer is not None:
        raise bad_request("query is too old and response timeout expired or query ID is invalid")
    text = call.params.text("text")
    if utf16_length(text) > 200:
        raise bad_request("MESSAGE_TOO_LONG")
    query.answer = {"text": text, "show_alert": call.params.flag("show_alert"), "url": call.params.text("url")}
    state.bus.publish("callback_answer", None, query_id=query.id, **query.answer)
    return True


def get_business_connection(call: MethodCall) -> Json:
    """getBusinessConnection."""
    return call.state.connections[call.connection_id()].to_json()
