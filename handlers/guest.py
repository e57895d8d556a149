"""Guest mode: who replies to a recording with the bot's name is answered there, also where the bot is no member."""

from dataclasses import replace

from aiogram import Bot, Router
from aiogram.types import Message

from handlers.address import Address
from handlers.dependencies import RunInBackground, Say
from handlers.media import DURABLE, durably, has_audio, request_for, submit
from handlers.people import Allowance
from handlers.permissions import sender_id
from handlers.replies import answer_call, mentions_bot
from transcription import Request, Service, TranscriptionError


async def on_call(
    message: Message,
    *,
    bot: Bot,
    service: Service,
    allowance: Allowance,
    run_in_background: RunInBackground,
    say: Say,
    locale: str,
) -> None:
    """Submit the recording that is meant, or answer why not. Raises `SubmitFailed`.

    A call is answered once, by a message that all in its chat see; what only replies to such a message is let be.
    """
    note = next((each for each in (message.reply_to_message, message) if each and has_audio(each)), None)
    if note is None:
        if await mentions_bot(message, bot):
            run_in_background(answer_call(message, say("guest-no-note")))
        return
    request = await _request(message, note, service, locale)
    try:
        await durably(lambda: submit(request, service, allowance))
    except TranscriptionError as error:
        run_in_background(answer_call(message, say(f"error-{error.code}", **error.details)))


async def _request(message: Message, note: Message, service: Service, locale: str) -> Request:
    """A recording as the one who calls wants texts to be: theirs are the settings, the minutes and the text."""
    asker_id = sender_id(message)
    request = await request_for(note, service, locale, asker_id)
    return replace(request, source=Address.of(message).source, user_id=asker_id, locale=locale)


def build_router() -> Router:
    """Calls into chats of which the bot is no member, which come once its owner has turned them on in BotFather."""
    router = Router(name="guest")
    router.guest_message.register(on_call, flags={DURABLE: True})
    return router
