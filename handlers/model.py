"""/model: what the models cost on this machine, and which one transcribes for a chat."""

from dataclasses import dataclass, field

import structlog
from aiogram import Bot, F, Router
from aiogram.filters import Command
from aiogram.types import CallbackQuery, Message

from handlers.chat_settings import effective_settings
from handlers.choosing import may_press
from handlers.dependencies import AnyModels, Say
from handlers.languages import native_name
from handlers.model_loading import load_with_progress
from handlers.model_page import ModelPage, PickModel, ShowModels
from handlers.permissions import Permissions
from handlers.settings_page import settings_keyboard
from transcription import BEST, LANGUAGES, Model, Service, TranscriptionError, catalogue

log = structlog.get_logger()


async def on_model(message: Message, service: Service, models: AnyModels, compute_type: str, say: Say) -> None:
    """Show the models that understand more than English."""
    page = await model_page(message, service, models, compute_type, say)
    await message.reply(page.text(english_only=False), reply_markup=page.keyboard(english_only=False))


async def on_page(
    query: CallbackQuery, callback_data: ShowModels, *, service: Service, models: AnyModels, compute_type: str, say: Say
) -> None:
    """Show the other models."""
    assert isinstance(query.message, Message)
    page = await model_page(query.message, service, models, compute_type, say)
    english_only = callback_data.english_only
    await query.answer()
    await query.message.edit_text(
        page.text(english_only=english_only), reply_markup=page.keyboard(english_only=english_only)
    )


async def model_page(message: Message, service: Service, models: AnyModels, compute_type: str, say: Say) -> ModelPage:
    """The models as a message's chat has them now."""
    current = await _current(service, message.chat.id)
    return ModelPage(service, models, compute_type, say, current)


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
        compute_type: str,
        say: Say,
    ) -> None:
        """Load a model with progress, and only then make it the chat's; refuse one that does not fit."""
        message = query.message
        assert isinstance(message, Message)
        chat_id = message.chat.id
        if not await may_press(query, message, bot, permissions, say):
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
            page = await model_page(message, service, models, compute_type, say)
            await _prepare(model, message, page)
        finally:
            del self.preparing[chat_id]


async def _prepare(model: Model, message: Message, page: ModelPage) -> None:
    service, say = page.service, page.say
    try:
        await load_with_progress(model.name, page.models, message, say)
    except TranscriptionError as error:
        log.warning("model not to be had", model=model.name, error=error.code)
        text = say(f"error-{error.code}", **error.details)
        await message.edit_text(text, reply_markup=page.keyboard(english_only=model.english_only))
        return
    await service.change_preferences(message.chat.id, model=model.name)
    log.info("model chosen", chat=message.chat.id, model=model.name)
    language = (await service.preferences(message.chat.id)).language or service.defaults.language
    await message.edit_text(_chosen(model, language, say), reply_markup=settings_keyboard(say))


async def _choose_best(message: Message, service: Service, say: Say) -> None:
    await service.change_preferences(message.chat.id, model=BEST)
    log.info("model chosen", chat=message.chat.id, model=BEST)
    text = say("model-chosen-best", name=str(service.defaults.model))
    await message.edit_text(text, reply_markup=settings_keyboard(say))


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


def build_router() -> Router:
    """/model and its buttons."""
    router = Router(name="model")
    router.message.register(on_model, Command("model"))
    router.callback_query.register(on_page, ShowModels.filter(), F.message.text)
    router.callback_query.register(ModelPicker().on_pick, PickModel.filter(), F.message.text)
    return router
