"""Message threads: topics, and in a supergroup without topics the replies to one message."""

from __future__ import annotations

from sandbox.telegram.model import Chat, Json, Message


def thread_fields(chat: Chat, wanted: int | None, reply_to: int | None) -> Json:
    """message_thread_id and is_topic_message of a new message: the topic asked for, else that of what it replies to.

    A message in a forum's General topic has neither.
    """
    replied = chat.live(reply_to) if reply_to is not None else None
    has_topics = chat.is_forum or chat.is_private
    thread = wanted or (replied.thread_id if replied is not None else None)
    if has_topics and thread is not None:
        return {"message_thread_id": thread, "is_topic_message": True}
    if replied is not None and chat.type == "supergroup" and not has_topics:
        return {"message_thread_id": replied.thread_id or replied.message_id}
    return {}


def shown_reply(chat: Chat, message: Message) -> Message | None:
    """The message that the server names as replied to, if it still exists.

    In a supergroup a message of a thread that replies to none replies to the root of its thread.
    """
    if message.reply_to is not None:
        return chat.live(message.reply_to)
    root = message.thread_id
    if chat.type != "supergroup" or root is None or root >= message.message_id:
        return None
    return chat.live(root)
