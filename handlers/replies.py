"""Replies: which message one replies to, beyond what Telegram calls a reply, and sending one."""

from dataclasses import dataclass

from aiogram import Bot
from aiogram.methods import AnswerGuestQuery, SendMessage
from aiogram.types import (
    Chat,
    InlineQueryResultArticle,
    InputTextMessageContent,
    Message,
    ReplyParameters,
)

from handlers.messages import NO_PREVIEW


@dataclass(frozen=True, slots=True)
class Replied:
    """The message that another one replies to; without a chat where Telegram does not tell, as of private ones."""

    chat: Chat | None
    message_id: int


def replied_to(message: Message) -> Replied | None:
    """What the sender chose to reply to; None where that is nothing.

    What is written in a topic without a reply comes as a reply to the topic's root, and every comment to a channel's
    post as one to that post.
    """
    if elsewhere := message.external_reply:
        return Replied(elsewhere.chat, elsewhere.message_id or 0)
    reply = message.reply_to_message
    if reply is None or _is_root(reply, message):
        return None
    return Replied(message.chat, reply.message_id)


async def mentions_bot(message: Message, bot: Bot) -> bool:
    """Whether a text or a caption names the bot."""
    text, entities = message.text or message.caption or "", message.entities or message.caption_entities or []
    names = {entity.extract_from(text).casefold() for entity in entities if entity.type == "mention"}
    return bool(names) and f"@{(await bot.me()).username}".casefold() in names


def reply_in_chat(message: Message, text: str) -> SendMessage:
    """A reply that is also one on behalf of a business account, where aiogram's shortcut names the chat in vain."""
    return message.answer(text, reply_parameters=ReplyParameters(message_id=message.message_id))


def answer_call(message: Message, text: str) -> AnswerGuestQuery:
    """The one answer to a message that calls the bot into a chat of which it is no member."""
    return message.answer_guest_query(guest_message(text))


def guest_message(text: str) -> InlineQueryResultArticle:
    """A message as a guest sends it: nobody chooses it, so its title is never seen."""
    content = InputTextMessageContent(message_text=text, link_preview_options=NO_PREVIEW)
    return InlineQueryResultArticle(id="text", title="text", input_message_content=content)


def _is_root(reply: Message, message: Message) -> bool:
    is_first = reply.message_id == message.message_thread_id
    return is_first and bool(message.is_topic_message or reply.is_automatic_forward)
