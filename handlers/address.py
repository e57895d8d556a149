"""Where in Telegram a recording came in and is answered."""

from dataclasses import dataclass, replace
from typing import Protocol

from aiogram.types import Message

from transcription import Job, Source

TELEGRAM = "telegram"
"""The kind of source that all recordings are which come in here."""


@dataclass(frozen=True, slots=True)
class Address:
    """A message, and the topic it stands in. The first three tell it from all others.

    `business_connection_id` is empty in chats with the bot itself. Without a `message_id` there is only a chat.
    """

    business_connection_id: str
    chat_id: int
    message_id: int
    thread_id: int | None = None

    @classmethod
    def of(cls, message: Message) -> "Address":
        """The address of a message."""
        # Replies outside of forums carry a thread id too, to which nothing can be sent.
        thread_id = message.message_thread_id if message.is_topic_message else None
        return cls(message.business_connection_id or "", message.chat.id, message.message_id, thread_id)

    @classmethod
    def parse(cls, source: Source) -> "Address":
        """The address that `source` made this source of."""
        connection_id, chat_id, message_id, thread_id = source.reply_to.rsplit("/", 3)
        return cls(connection_id, int(chat_id), int(message_id), int(thread_id) if thread_id else None)

    @property
    def source(self) -> Source:
        """What transcription is to know of it."""
        conversation = f"{self.business_connection_id}/{self.chat_id}"
        key = f"{conversation}/{self.message_id}"
        return Source(TELEGRAM, key, conversation, f"{key}/{self.thread_id or ''}")

    def moved_to(self, chat_id: int) -> "Address":
        """The supergroup that the chat has become, which has none of its messages and topics."""
        return replace(self, chat_id=chat_id, message_id=0, thread_id=None)


class Deliveries(Protocol):
    """What is known of the answers to jobs."""

    async def chat_id(self, job_id: int) -> int | None:
        """The chat in which a job was answered, or to which its chat has moved; None where neither happened yet."""

    async def find_job(self, chat_id: int, status_message_id: int) -> int | None:
        """The id of the job whose status message this is, if there is one."""


async def reply_address(job: Job, deliveries: Deliveries) -> Address:
    """Where a job is answered: where it came in, or where that chat has moved to."""
    address, chat_id = Address.parse(job.request.source), await deliveries.chat_id(job.id)
    return address if chat_id in {None, address.chat_id} else address.moved_to(chat_id)
