"""/speakers: whether a chat's texts say who speaks, and how many people there are."""

from functools import partial

from aiogram import Bot, F, Router
from aiogram.filters import Command, CommandObject
from aiogram.filters.callback_data import CallbackData
from aiogram.types import CallbackQuery, InlineKeyboardMarkup, Message

from handlers.buttons import button, keyboard
from handlers.choosing import choose_by_button, choose_by_command
from handlers.dependencies import Say
from handlers.permissions import Permissions
from transcription import Service

OFF, FIND_OUT = "off", "on"
COUNTS = tuple(str(count) for count in range(2, 11))
OFFERED = (OFF, FIND_OUT, "2", "3")


class PickSpeakers(CallbackData, prefix="speakers"):
    """A button that chooses how many people are told apart."""

    count: str


async def on_speakers(
    message: Message, command: CommandObject, *, bot: Bot, service: Service, permissions: Permissions, say: Say
) -> None:
    """Choose what was named; where nothing was, or nothing known, show what is chosen, and buttons."""
    text = (command.args or "").casefold().strip(" .")
    words = {say(f"{word}-button").casefold().strip("."): word for word in (OFF, FIND_OUT)}
    count = words.get(text, text)
    if count not in {OFF, FIND_OUT, *COUNTS}:
        now = (await service.preferences(message.chat.id)).speakers
        await message.reply(say("speakers-title", count=_count(now)), reply_markup=_keyboard(_count(now), say))
    else:
        choose = partial(_choose, service, say, count)
        await choose_by_command(message, choose, bot=bot, permissions=permissions, say=say)


async def on_pick(
    query: CallbackQuery, callback_data: PickSpeakers, *, bot: Bot, service: Service, permissions: Permissions, say: Say
) -> None:
    """Choose what the button says."""
    choose = partial(_choose, service, say, callback_data.count)
    await choose_by_button(query, choose, bot=bot, permissions=permissions, say=say)


async def _choose(service: Service, say: Say, count: str, chat_id: int) -> str:
    """Keep it; returns what to say of it."""
    speakers = None if count == OFF else 0 if count == FIND_OUT else int(count)
    await service.change_preferences(chat_id, speakers=speakers)
    return say("speakers-chosen", count=_count(speakers))


def _count(speakers: int | None) -> str | int:
    """As sentences and buttons have it."""
    return OFF if speakers is None else speakers or FIND_OUT


def _keyboard(now: str | int, say: Say) -> InlineKeyboardMarkup:
    labels = {each: say(f"{each}-button") if each in {OFF, FIND_OUT} else each for each in OFFERED}
    return keyboard(
        [button(label, PickSpeakers(count=count), is_chosen=count == str(now)) for count, label in labels.items()]
    )


def build_router() -> Router:
    """/speakers and its buttons."""
    router = Router(name="speakers")
    router.message.register(on_speakers, Command("speakers"))
    router.callback_query.register(on_pick, PickSpeakers.filter(F.count.in_({OFF, FIND_OUT, *COUNTS})), F.message.text)
    return router
