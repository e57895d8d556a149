"""Pages of one's own texts, as a message with buttons: what was found, or all, the newest first."""

from collections.abc import Sequence
from datetime import datetime

from aiogram.enums import ChatType
from aiogram.filters.callback_data import CallbackData
from aiogram.types import Chat, InlineKeyboardMarkup
from aiogram.utils.formatting import Bold, Text, TextLink, as_list

from handlers.address import Address
from handlers.buttons import button, keyboard
from handlers.dependencies import Say
from handlers.permissions import Id
from transcription import FoundTexts, Job, KeptText, Service, Source, TextQuery

PAGE = 5
"""Texts on a page."""
SUPERGROUPS = -1_000_000_000_000
"""Ids of supergroups are below; what is left of them is their number in links."""


class TurnPage(CallbackData, prefix="texts"):
    """A button that shows another page of a person's texts: of those that were found, or of all."""

    user_id: Id
    first: Id
    is_found: bool


class OpenText(CallbackData, prefix="text"):
    """A button that shows a text of a person again."""

    user_id: Id
    job_id: Id


async def find_page(service: Service, user_id: int, words: str, chat: Chat, first: int = 0) -> FoundTexts:
    """A page of a person's texts: of this chat, or in private of all."""
    return await service.texts.find(user_id, words, beside=conversation(chat), first=max(0, first), count=PAGE)


def conversation(chat: Chat) -> Source | None:
    """Whose texts may be shown in a chat: its own, or in private those of all."""
    return None if chat.type == ChatType.PRIVATE else Address("", chat.id, 0).source


def page_text(found: FoundTexts, words: str, first: int, say: Say) -> Text:
    """What a page says. The words that were looked for are its first bold ones: the next page is found by them."""
    count = say("texts-count", count=found.total)
    title = Text("🔎 ", Bold(words), " – ", count) if words else Text("🗂 ", count)
    items = (_item(number, text, found.query, say) for number, text in enumerate(found.texts, start=first + 1))
    return as_list(title, *items, sep="\n\n")


def _item(number: int, text: KeptText, query: TextQuery, say: Say) -> Text:
    when, link = text_title(text, say), message_link(text.job)
    pieces = (Bold(piece) if is_hit else piece for piece, is_hit in query.snippet(text.transcript.text))
    return Text(f"{number}. ", TextLink(when, url=link) if link else when, "\n", *pieces)


def text_title(text: KeptText, say: Say) -> str:
    """When a recording came, and how long it is."""
    at = datetime.fromtimestamp(text.job.created_at).astimezone()
    return say("texts-title", at=at, seconds=max(1, text.transcript.duration_ms / 1000))


def message_link(job: Job) -> str | None:
    """A link to a recording's message; None where Telegram has none, as outside of supergroups."""
    address = Address.parse(job.request.source)
    if address.chat_id >= SUPERGROUPS or address.business_connection_id:
        return None
    thread = f"{address.thread_id}/" if address.thread_id else ""
    return f"https://t.me/c/{SUPERGROUPS - address.chat_id}/{thread}{address.message_id}"


def page_keyboard(found: FoundTexts, user_id: int, first: int, *, is_found: bool) -> InlineKeyboardMarkup:
    """A button for each text, and those that turn the page."""
    numbers = [
        button(str(number), OpenText(user_id=user_id, job_id=text.job.id))
        for number, text in enumerate(found.texts, start=first + 1)
    ]
    turns: Sequence[tuple[str, int]] = (
        *([("←", max(0, first - PAGE))] if first else []),
        *([("→", first + PAGE)] if first + PAGE < found.total else []),
    )
    row = [button(arrow, TurnPage(user_id=user_id, first=to, is_found=is_found)) for arrow, to in turns]
    return keyboard(numbers, row)
