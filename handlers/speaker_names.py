"""Names of the people in a text: a question, and replies to it or to the text such as «1 = Anna»."""

import contextlib
import re

from aiogram import Bot, Router
from aiogram.exceptions import TelegramAPIError
from aiogram.types import ForceReply, Message, ReplyParameters

from handlers.address import Deliveries
from handlers.dependencies import FollowJob, Say
from handlers.messages import delete_message
from handlers.permissions import Permissions, sender_id
from handlers.result import Result, find_result
from transcription import Service

QUESTION = -2
"""The ordinal of the question's message among those of a job."""
MAX_LENGTH = 40
MAX_SPEAKERS = 20
_NUMBERED = re.compile(r"\D{0,20}?(\d{1,2})\s*[=:–—-]\s*(\S.*)")
"""A line such as «Speaker 1 = Anna», «1: Anna»."""
_LISTED = re.compile(r"\s*\n\s*|[,;]")


async def ask_names(result: Result, bot: Bot, deliveries: Deliveries, say: Say) -> None:
    """Ask, in reply to a text, what the people in it are called."""
    address = result.address
    question = await bot.send_message(
        address.chat_id,
        say("names-ask"),
        business_connection_id=address.business_connection_id or None,
        message_thread_id=address.thread_id,
        reply_markup=ForceReply(selective=True, input_field_placeholder=say("names-example")),
        reply_parameters=ReplyParameters(message_id=result.text_message_id, allow_sending_without_reply=True),
    )
    await deliveries.set_part(result.job_id, QUESTION, question.message_id)


def parse_names(text: str, *, is_listed: bool) -> dict[str, str]:
    """Names by number of the voice, from 0; `is_listed` takes names without numbers in their order as well."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    numbered = [_NUMBERED.fullmatch(line) for line in lines]
    if lines and all(numbered):
        pairs = [(int(match[1]) - 1, match[2]) for match in numbered if match]
    else:
        pairs = list(enumerate(_LISTED.split(text.strip()))) if is_listed else []
    names = {str(number): " ".join(name.split())[:MAX_LENGTH] for number, name in pairs if 0 <= number < MAX_SPEAKERS}
    return {number: name for number, name in names.items() if name}


async def names_people(
    message: Message, bot: Bot, service: Service, deliveries: Deliveries
) -> bool | dict[str, object]:
    """Whether a message names the people in a text that it replies to; if so, gives `result` and `names`."""
    replied = message.reply_to_message
    author = replied and (replied.sender_business_bot or replied.from_user)
    if not (message.text and replied and author and author.id == bot.id):
        return False
    job_id = await deliveries.find_job(message.chat.id, replied.message_id)
    result = await find_result(job_id, message.chat.id, service, deliveries) if job_id is not None else None
    if result is None or not result.has_speakers:
        return False
    names = parse_names(message.text, is_listed=result.messages.get(QUESTION) == replied.message_id)
    return {"result": result, "names": names} if names else False


async def on_names(
    message: Message,
    result: Result,
    names: dict[str, str],
    *,
    bot: Bot,
    deliveries: Deliveries,
    permissions: Permissions,
    follow_job: FollowJob,
    say: Say,
) -> None:
    """Call people so in that text from now on, and take the question away."""
    if not await permissions.can_change(bot, message.chat, sender_id(message), result.user_id):
        await message.reply(say("text-not-yours"))
        return
    await deliveries.change_look(result.job_id, {"names": names, "speakers": None})
    follow_job(result.job_id)
    if question := result.messages.get(QUESTION):
        await deliveries.remove_part(result.job_id, QUESTION)
        with contextlib.suppress(TelegramAPIError):  # it is too old, or was deleted by hand
            await delete_message(bot, result.address, question)


def build_router() -> Router:
    """Replies that name people."""
    router = Router(name="speaker_names")
    for observer in (router.message, router.business_message):
        observer.register(on_names, names_people)
    return router
