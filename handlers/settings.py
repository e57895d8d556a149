"""/settings: everything that a chat may choose, in one message whose buttons change it at once."""

from aiogram import Bot, F, Router
from aiogram.filters import Command
from aiogram.types import CallbackQuery, Message

from handlers.chat_settings import AUTO, LongTexts, effective_settings
from handlers.choosing import may_press
from handlers.dependencies import AnyModels, Say
from handlers.model import model_page
from handlers.permissions import Permissions
from handlers.result_keyboard import FILE_FORMATS
from handlers.row import JOIN_S
from handlers.settings_page import (
    NOBODY,
    OFF,
    ON,
    SPEAKERS,
    SWITCHES,
    ChangeSetting,
    SettingsPage,
    ShowSettings,
)
from transcription import LANGUAGES, Service

CHOICES = {
    "language": (AUTO, *LANGUAGES),
    "speakers": SPEAKERS,
    "file_format": FILE_FORMATS,
    "long_texts": tuple(LongTexts),
    "join_s": tuple(map(str, JOIN_S)),
}
"""The values of fields of `Preferences` that a button may set, beside `SWITCHES`."""


async def on_settings(message: Message, service: Service, say: Say) -> None:
    """Show the settings of the chat."""
    page = await _page(message, service, say)
    await message.reply(page.text(), reply_markup=page.keyboard())


async def on_show(
    query: CallbackQuery,
    callback_data: ShowSettings,
    *,
    bot: Bot,
    service: Service,
    models: AnyModels,
    permissions: Permissions,
    compute_type: str,
    say: Say,
) -> None:
    """Turn to the choices of one setting, or back to all."""
    message = query.message
    assert isinstance(message, Message)
    if not await may_press(query, message, bot, permissions, say):
        return
    await query.answer()
    if callback_data.name == "model":
        models_page = await model_page(message, service, models, compute_type, say)
        keyboard = models_page.keyboard(english_only=False)
        await message.edit_text(models_page.text(english_only=False), reply_markup=keyboard)
        return
    page = await _page(message, service, say)
    name = callback_data.name
    await message.edit_text(page.text(name), reply_markup=page.keyboard(name, callback_data.page))


async def on_change(
    query: CallbackQuery,
    callback_data: ChangeSetting,
    *,
    bot: Bot,
    service: Service,
    permissions: Permissions,
    say: Say,
) -> None:
    """Keep what the button says, and show all settings as they are now."""
    message, name, value = query.message, callback_data.name, callback_data.value
    assert isinstance(message, Message)
    if not await may_press(query, message, bot, permissions, say):
        return
    if name in SWITCHES and value in {ON, OFF}:
        await service.change_preferences(message.chat.id, **{name: value == ON})
    elif name == "speakers" and value in SPEAKERS:
        await service.change_preferences(message.chat.id, speakers=None if value == NOBODY else int(value))
    elif name == "join_s" and value in CHOICES[name]:
        await service.change_preferences(message.chat.id, join_s=int(value))
    elif value in CHOICES.get(name, ()):
        await service.change_preferences(message.chat.id, **{name: value})
    await query.answer()
    page = await _page(message, service, say)
    await message.edit_text(page.text(), reply_markup=page.keyboard())


async def _page(message: Message, service: Service, say: Say) -> SettingsPage:
    chat_id, keeps_texts = message.chat.id, service.options.keep_days > 0
    settings = await effective_settings(service, chat_id)
    return SettingsPage(await service.preferences(chat_id), settings, say, keeps_texts=keeps_texts)


def build_router() -> Router:
    """/settings and its buttons."""
    router, named = Router(name="settings"), F.name.in_({"", "model", *CHOICES})
    router.message.register(on_settings, Command("settings"))
    router.callback_query.register(on_show, ShowSettings.filter(named), F.message.text)
    router.callback_query.register(on_change, ChangeSetting.filter(), F.message.text)
    return router
