"""/model: what the models cost on this machine, and which one transcribes for a chat."""

from dataclasses import dataclass, field

import structlog
from aiogram import Bot, F, Router
from aiogram.filters import Command
from aiogram.filters.callback_data import CallbackData
from aiogram.types import CallbackQuery, InlineKeyboardButton, InlineKeyboardMarkup, Message

from handlers import chat_settings
from handlers.chat_settings import effective_settings
from handlers.dependencies import AnyModels, Say
from handlers.languages import native_name
from handlers.model_loading import load_with_progress
from handlers.permissions import Permissions
from transcription import BEST, LANGUAGES, Model, Service, TranscriptionError, catalogue

log = structlog.get_logger()


class ShowModels(CallbackData, prefix="models"):
    """A button that turns to the models of more languages, or to those of English only."""

    english_only: bool


class PickModel(CallbackData, prefix="model"):
    """A button that chooses a model."""

    name: str


async def on_model(message: Message, service: Service, models: AnyModels, compute_type: str, say: Say) -> None:
    """Show the models that understand more than English."""
    keyboard = await _keyboard(message.chat.id, service, say, english_only=False)
    await message.reply(_text(False, service, models, compute_type, say), reply_markup=keyboard)


async def on_page(
    query: CallbackQuery,
    callback_data: ShowModels,
    *,
    service: Service,
    models: AnyModels,
    compute_type: str,
    say: Say,
) -> None:
    """Show the other models."""
    assert isinstance(query.message, Message)
    english_only = callback_data.english_only
    keyboard = await _keyboard(query.message.chat.id, service, say, english_only=english_only)
    await query.answer()
    await query.message.edit_text(_text(english_only, service, models, compute_type, say), reply_markup=keyboard)


@dataclass(frozen=True, slots=True)
class ModelPicker:
    """Chooses a model for a chat; `preparing` holds what each chat waits for meanwhile, by the chat's id."""

    preparing: dict[int, str] = field(default_factory=dict)

    async def on_pick(
        self,
        query: CallbackQuery,
        callback_data: PickModel,
        *,
        bot: Bot,
        service: Service,
        models: AnyModels,
        permissions: Permissions,
        say: Say,
    ) -> None:
        """Load a model with progress, and only then make it the chat's; refuse one that does not fit."""
        message = query.message
        assert isinstance(message, Message)
        chat_id = message.chat.id
        if not await permissions.can_manage(bot, message.chat, query.from_user.id):
            await query.answer(say("admins-only"), show_alert=True)
            return
        if chat_id in self.preparing:
            await query.answer(say("model-busy", name=self.preparing[chat_id]), show_alert=True)
            return
        if callback_data.name == await _current(service, chat_id):
            await query.answer(say("model-current", name=callback_data.name))
            return
        if callback_data.name == BEST:
            await query.answer()
            await _choose_best(message, service, say)
            return
        model = catalogue.find(callback_data.name)
        models.check_fits(model.name)
        self.preparing[chat_id] = model.name
        try:
            await query.answer()
            await _prepare(model, message, service, models, say)
        finally:
            del self.preparing[chat_id]


async def _prepare(model: Model, message: Message, service: Service, models: AnyModels, say: Say) -> None:
    try:
        await load_with_progress(model.name, models, message, say)
    except TranscriptionError as error:
        log.warning("model not to be had", model=model.name, error=error.code)
        text = say(f"error-{error.code}", **error.details)
        keyboard = await _keyboard(message.chat.id, service, say, english_only=model.english_only)
        await message.edit_text(text, reply_markup=keyboard)
        return
    await chat_settings.update(service, message.chat.id, model=model.name)
    log.info("model chosen", chat=message.chat.id, model=model.name)
    language = (await service.preferences(message.chat.id)).language or service.defaults.language
    await message.edit_text(_chosen(model, language, say))


async def _choose_best(message: Message, service: Service, say: Say) -> None:
    await chat_settings.update(service, message.chat.id, model=BEST)
    log.info("model chosen", chat=message.chat.id, model=BEST)
    await message.edit_text(say("model-chosen-best", name=str(service.defaults.model)))


async def _current(service: Service, chat_id: int) -> str:
    """The name of what transcribes for a chat: a model's, or `BEST`."""
    settings = await effective_settings(service, chat_id)
    return BEST if settings.by_language else settings.model.name


def _chosen(model: Model, language: str | None, say: Say) -> str:
    """What to say of a model that a chat has now; `language` is what is set for the chat."""
    if model.only_language:
        return say("model-chosen-only", name=model.name, language=native_name(model.only_language))
    if language in LANGUAGES and language not in model.languages:
        return say("model-chosen-without", name=model.name, language=native_name(language))
    return say("model-chosen", name=model.name)


def _text(english_only: bool, service: Service, models: AnyModels, compute_type: str, say: Say) -> str:
    lines = [say("model-title-english" if english_only else "model-title"), ""]
    for model in _models(english_only):
        speed = service.speed(model.name)
        knows_all = catalogue.MODELS["base"].languages <= model.languages
        lines.append(
            say(
                "model-line",
                name=model.name,
                languages=0 if knows_all or english_only else len(model.languages),
                only=native_name(model.only_language) if model.only_language else "",
                disk_mb=model.disk_mb,
                memory_mb=model.memory_mb(compute_type),
                seconds=60 * speed.rtf,
                measured="yes" if speed.is_measured else "no",
                here="yes" if models.available(model.name) else "no",
            )
        )
    if service.defaults.by_language and not english_only:
        lines.append(say("model-line-best", name=str(service.defaults.model)))
    return "\n".join(lines)


async def _keyboard(chat_id: int, service: Service, say: Say, *, english_only: bool) -> InlineKeyboardMarkup:
    current = await _current(service, chat_id)
    labels = {model.name: model.name for model in _models(english_only)}
    if service.defaults.by_language and not english_only:
        labels = {BEST: say("model-best-button"), **labels}
    rows = [
        [
            InlineKeyboardButton(
                text=f"✓ {label}" if name == current else label, callback_data=PickModel(name=name).pack()
            )
        ]
        for name, label in labels.items()
    ]
    other = InlineKeyboardButton(
        text=say("model-all-button" if english_only else "model-english-button"),
        callback_data=ShowModels(english_only=not english_only).pack(),
    )
    return InlineKeyboardMarkup(inline_keyboard=[*rows, [other]])


def _models(english_only: bool) -> list[Model]:
    return [model for model in catalogue.MODELS.values() if model.english_only == english_only]


def build_router() -> Router:
    """/model and its buttons."""
    router = Router(name="model")
    router.message.register(on_model, Command("model"))
    router.callback_query.register(on_page, ShowModels.filter(), F.message.text)
    router.callback_query.register(ModelPicker().on_pick, PickModel.filter(), F.message.text)
    return router
