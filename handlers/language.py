"""/language: the language that is spoken in a chat, or automatic detection."""

from collections.abc import Sequence
from functools import partial

from aiogram import Bot, F, Router
from aiogram.filters import Command, CommandObject
from aiogram.filters.callback_data import CallbackData
from aiogram.types import CallbackQuery, InlineKeyboardButton, InlineKeyboardMarkup, Message

from handlers.buttons import button, in_rows, keyboard
from handlers.chat_settings import AUTO, effective_settings
from handlers.choosing import choose_by_button, choose_by_command
from handlers.dependencies import Say
from handlers.languages import matching, native_name
from handlers.permissions import Permissions
from transcription import LANGUAGES, Service

PAGE = 16
COLUMNS = 2


class ShowLanguages(CallbackData, prefix="languages"):
    """A button that turns the page."""

    page: int


class PickLanguage(CallbackData, prefix="language"):
    """A button that chooses a language by its Whisper code, or `AUTO`."""

    code: str


async def on_language(
    message: Message,
    command: CommandObject,
    *,
    bot: Bot,
    service: Service,
    permissions: Permissions,
    say: Say,
    locale_codes: Sequence[str],
) -> None:
    """Set the language that was named; where that is unclear, or none was named, show buttons."""
    text = (command.args or "").strip()
    if not text:
        now = (await effective_settings(service, message.chat.id)).language
        await message.reply(say("language-title", language=_shown(now or AUTO, say)), reply_markup=_paged(0, say))
        return
    found = (
        [AUTO] if text.casefold() in {AUTO, say("language-auto-button").casefold()} else matching(text, locale_codes)
    )
    if not found:
        await message.reply(say("language-unknown", text=text[:64]))
    elif len(found) > 1:
        await message.reply(say("language-found"), reply_markup=keyboard(*_rows(found)))
    else:
        choose = partial(_choose, service, say, found[0])
        await choose_by_command(message, choose, bot=bot, permissions=permissions, say=say)


async def on_page(query: CallbackQuery, callback_data: ShowLanguages, say: Say) -> None:
    """Show another page."""
    assert isinstance(query.message, Message)
    await query.answer()
    await query.message.edit_reply_markup(reply_markup=_paged(callback_data.page, say))


async def on_pick(
    query: CallbackQuery, callback_data: PickLanguage, *, bot: Bot, service: Service, permissions: Permissions, say: Say
) -> None:
    """Set the language of the button."""
    choose = partial(_choose, service, say, callback_data.code)
    await choose_by_button(query, choose, bot=bot, permissions=permissions, say=say)


async def _choose(service: Service, say: Say, code: str, chat_id: int) -> str:
    """Keep a chat's language where its model can follow; returns what to say of it."""
    model = (await effective_settings(service, chat_id)).model
    if code not in {*model.languages, *([] if model.only_language else [AUTO])}:
        only = native_name(model.only_language) if model.only_language else ""
        return say(
            "language-not-of-model",
            model=model.name,
            languages=len(model.languages),
            only=only,
            language=_shown(code, say),
        )
    await service.change_preferences(chat_id, language=code)
    return say("language-chosen-auto") if code == AUTO else say("language-chosen", language=native_name(code))


def _shown(code: str, say: Say) -> str:
    return native_name(code) if code in LANGUAGES else say("language-auto")


def _paged(page: int, say: Say) -> InlineKeyboardMarkup:
    pages = -(-len(LANGUAGES) // PAGE)
    auto = button(say("language-auto-button"), PickLanguage(code=AUTO))
    turns = [button(arrow, ShowLanguages(page=other % pages)) for arrow, other in (("←", page - 1), ("→", page + 1))]
    return keyboard([auto], *_rows(LANGUAGES[page * PAGE : (page + 1) * PAGE]), turns)


def _rows(codes: Sequence[str]) -> list[list[InlineKeyboardButton]]:
    return in_rows([button(native_name(code), PickLanguage(code=code)) for code in codes], COLUMNS)


def build_router() -> Router:
    """/language and its buttons."""
    router = Router(name="language")
    router.message.register(on_language, Command("language"))
    router.callback_query.register(on_page, ShowLanguages.filter(), F.message.text)
    router.callback_query.register(on_pick, PickLanguage.filter(F.code.in_({AUTO, *LANGUAGES})), F.message.text)
    return router
