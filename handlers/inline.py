"""Inline mode: `@bot words` in any chat offers one's own texts, to be sent there."""

from dataclasses import dataclass, field

from aiogram import Router
from aiogram.types import (
    InlineQuery,
    InlineQueryResultArticle,
    InlineQueryResultsButton,
    InputTextMessageContent,
)

from handlers.dependencies import Say
from handlers.message_units import MESSAGE_UNITS, head_within, utf16_units
from handlers.messages import NO_PREVIEW
from handlers.rate_limit import Rate, RateLimiter
from handlers.text_pages import text_title
from transcription import KeptText, Service, TextQuery

PAGE = 10
"""Texts that are offered at once; further ones come as one scrolls."""
MAX_DIGITS = 9
"""Of the number from which on texts are offered: an app gives back what it was given, a modified one anything."""
RATE = Rate(interval_s=0.3, burst=20)
"""Questions of a person that are answered: apps ask after each few letters."""


@dataclass(frozen=True, slots=True)
class Inline:
    """The handler of inline queries."""

    limiter: RateLimiter = field(default_factory=lambda: RateLimiter(RATE))

    async def on_query(self, query: InlineQuery, *, service: Service, say: Say) -> None:
        """Offer the texts of the one who asks, and of nobody else; neither apps nor Telegram may keep the answer."""
        user_id = query.from_user.id
        if not self.limiter.try_acquire(user_id):
            return
        first = int(query.offset) if query.offset.isdecimal() and len(query.offset) <= MAX_DIGITS else 0
        found = await service.texts.find(user_id, query.query, first=first, count=PAGE, is_typing=True)
        say_nothing = InlineQueryResultsButton(text=say("inline-nothing"), start_parameter="inline")
        await query.answer(
            [_article(text, found.query, say) for text in found.texts],
            cache_time=0,
            is_personal=True,
            next_offset=str(first + PAGE) if first + PAGE < found.total else "",
            button=None if found.total else say_nothing,
        )


def _article(text: KeptText, query: TextQuery, say: Say) -> InlineQueryResultArticle:
    """A text as it is offered, and sent: as much of it as a message holds."""
    return InlineQueryResultArticle(
        id=str(text.job.id),
        title=text_title(text, say),
        description="".join(piece for piece, _ in query.snippet(text.transcript.text)),
        input_message_content=InputTextMessageContent(
            message_text=_cut(text.transcript.text), link_preview_options=NO_PREVIEW
        ),
    )


def _cut(text: str) -> str:
    """The beginning of a text that a message holds, cut between words."""
    if utf16_units(text) <= MESSAGE_UNITS:
        return text
    head = head_within(text, MESSAGE_UNITS - 1)
    return f"{head.rpartition(' ')[0] or head}…"


def build_router() -> Router:
    """Inline queries, which come once the bot's owner has turned them on in BotFather."""
    router = Router(name="inline")
    router.inline_query.register(Inline().on_query)
    return router
