"""Where in Telegram a recording came in and is answered."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Protocol
from urllib.parse import parse_qsl, urlencode

from aiogram.types import Message

from transcription import Job, Request, Source

TELEGRAM = "telegram"
"""The kind of source that all recordings are which come in here."""


@dataclass(frozen=True, slots=True)
class Author:
    """Who spoke, where the answer does not stand below the recording; a name is what people chose, so anything."""

    name: str
    url: str


@dataclass(frozen=True, slots=True)
class Address:
    """A message, and the topic it stands in. The first three tell it from all others.

    `business_connection_id` is empty in chats with the bot itself. Without a `message_id` there is only a chat. Where
    there is a `reader_id`, the answer is for this person only, and others may have answers of their own. With a
    `guest_query_id` the message called the bot into a chat of which it is no member, and has an answer of its own.
    With an `author` the recording is of another chat than this one, in which it is answered.
    """

    business_connection_id: str
    chat_id: int
    message_id: int
    thread_id: int | None = None
    reader_id: int | None = None
    guest_query_id: str = ""
    author: Author | None = None

    @classmethod
    def of(cls, message: Message) -> "Address":
        """The address of a message."""
        # Replies outside of forums carry a thread id too, to which nothing can be sent.
        thread_id = message.message_thread_id if message.is_topic_message else None
        return cls(
            message.business_connection_id or "",
            message.chat.id,
            message.message_id,
            thread_id,
            guest_query_id=message.guest_query_id or "",
        )

    @classmethod
    def parse(cls, source: Source) -> "Address":
        """The address that `source` made this source of."""
        connection_id, chat_id, message_id, rest = source.reply_to.rsplit("/", 3)
        rest, _, query = rest.partition("?")
        thread_id, _, reader_id = rest.partition(":")
        more = dict(parse_qsl(query))
        author = Author(more["name"], more["url"]) if "name" in more else None
        thread, reader = [int(each) if each else None for each in (thread_id, reader_id)]
        return cls(connection_id, int(chat_id), int(message_id), thread, reader, more.get("guest", ""), author)

    @property
    def source(self) -> Source:
        """What transcription is to know of it."""
        conversation = f"{self.business_connection_id}/{self.chat_id}"
        reader = f":{self.reader_id}" if self.reader_id else ""
        guest = f"?{self.guest_query_id}" if self.guest_query_id else ""
        if guest:  # a private chat of others may have the number of one with the bot
            conversation = f"guest{conversation}"
        more = {"guest": self.guest_query_id} if guest else {}
        more |= asdict(self.author) if self.author else {}
        message = f"{self.business_connection_id}/{self.chat_id}/{self.message_id}"
        reply_to = f"{message}/{self.thread_id or ''}{reader}?{urlencode(more)}".removesuffix("?")
        return Source(TELEGRAM, f"{message}{reader}{guest}", conversation, reply_to)

    def moved_to(self, chat_id: int) -> "Address":
        """The supergroup that the chat has become, which has none of its messages and topics."""
        return replace(self, chat_id=chat_id, message_id=0, thread_id=None)


class Deliveries(Protocol):
    """What is known of the answers to jobs."""

    async def chat_id(self, job_id: int) -> int | None:
        """The chat in which a job was answered, or to which its chat has moved; None where neither happened yet."""

    async def find_job(self, chat_id: int, message_id: int) -> int | None:
        """The id of the job that this message answers, be it its status or a further one, if there is one."""

    async def messages(self, job_id: int) -> dict[int, int]:
        """Ids of the messages that a job was answered with by their ordinal, which is 0 for the status message."""

    async def set_part(self, job_id: int, ordinal: int, message_id: int) -> None:
        """Keep the id of a further message of a job."""

    async def remove_part(self, job_id: int, ordinal: int) -> None:
        """A further message is there no more."""

    async def change_look(self, job_id: int, changes: Mapping[str, object]) -> None:
        """Change some fields of how a job's text is to look; None is a field's default."""

    async def looks(self, job_id: int) -> tuple[str | None, str | None]:
        """How a job's text is to look, and how its messages do, as JSON; None is how all texts look at first."""


class Deferred(Protocol):
    """Recordings that wait to be asked for."""

    async def add(self, request: Request) -> None:
        """Keep a recording, of which nobody wants the text so far."""

    async def find(self, source: Source) -> Request | None:
        """The recording of a message, if it is kept."""

    async def forget(self, user_id: int) -> None:
        """Delete those of one person."""


async def reply_address(job: Job, deliveries: Deliveries) -> Address:
    """Where a job is answered: where it came in, or where that chat has moved to."""
    address, chat_id = Address.parse(job.request.source), await deliveries.chat_id(job.id)
    return address if chat_id in {None, address.chat_id} else address.moved_to(chat_id)
