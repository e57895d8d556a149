"""The dispatcher: the order of middlewares and routers that every update passes."""

from aiogram import Dispatcher, F
from aiogram.filters import or_f

from bot.localization import Locales
from bot.middlewares.access import Access
from bot.middlewares.background import Background
from bot.middlewares.context import Context
from bot.middlewares.locale import Locale
from bot.middlewares.throttling import Throttling
from handlers import (
    asking,
    cancel,
    errors,
    export,
    fallback,
    find,
    forget,
    inline,
    join,
    language,
    media,
    mode,
    model,
    result_menu,
    settings,
    speaker_names,
    speakers,
    start,
    unsure,
    words,
)
from handlers.address import Deferred, Deliveries
from handlers.dependencies import AnyModels, FollowJob
from handlers.media import has_audio
from handlers.permissions import Permissions
from transcription import Service


def create_dispatcher(
    *,
    service: Service,
    deliveries: Deliveries,
    deferred: Deferred,
    models: AnyModels,
    locales: Locales,
    background: Background,
    follow_job: FollowJob,
    allowed: frozenset[int] = frozenset(),
    admins: frozenset[int] = frozenset(),
    compute_type: str = "auto",
) -> Dispatcher:
    """A dispatcher to poll with `handle_as_tasks=False`: an update is confirmed once its note is written down.

    `allowed` and `admins` are ids of people and chats; `compute_type` is what models are run with. Handlers are given
    `service`, `deliveries`, `deferred`, `models`, `compute_type`, `locale_codes`, `permissions`, `run_in_background`,
    `follow_job`, `say` and `locale` by these names.
    """
    dispatcher = Dispatcher(
        service=service,
        deliveries=deliveries,
        deferred=deferred,
        models=models,
        compute_type=compute_type,
        locale_codes=locales.codes,
        permissions=Permissions(admins),
        run_in_background=background.start,
        follow_job=follow_job,
    )

    for middleware in (Context(), Locale(locales), Access(allowed, admins), Throttling()):
        dispatcher.update.outer_middleware(middleware)
    handled = (
        *(dispatcher.message, dispatcher.business_message, dispatcher.channel_post),
        *(dispatcher.callback_query, dispatcher.inline_query, dispatcher.stopped_message_generation),
    )
    for observer in handled:
        observer.middleware(background)

    # The copy of a channel's post in its discussion group: its commands were for the bot in the channel.
    dispatcher.message.filter(or_f(~F.is_automatic_forward, has_audio))

    features = (
        *(errors, media, asking, start, mode, model, language, words, speakers, unsure, settings, cancel, forget),
        *(find, export, inline, join, result_menu, speaker_names, fallback),
    )
    for feature in features:
        dispatcher.include_router(feature.build_router())
    return dispatcher
