"""The dispatcher: the order of middlewares and routers that every update passes."""

from aiogram import Dispatcher

from bot.localization import Locales
from bot.middlewares.access import Access
from bot.middlewares.background import Background
from bot.middlewares.context import Context
from bot.middlewares.locale import Locale
from bot.middlewares.throttling import Throttling
from handlers import (
    cancel,
    door,
    errors,
    fallback,
    forget,
    invite,
    language,
    media,
    model,
    result_menu,
    speaker_names,
    speakers,
    start,
    stats,
    unsure,
    users,
    words,
)
from handlers.address import Deliveries
from handlers.dependencies import AnyModels, DrawChart, FollowJob
from handlers.people import AccessRules, Allowance, Owners, People, Usage
from handlers.permissions import Permissions
from transcription import Service


def create_dispatcher(
    *,
    service: Service,
    deliveries: Deliveries,
    people: People,
    owners: Owners,
    usage: Usage,
    models: AnyModels,
    locales: Locales,
    background: Background,
    follow_job: FollowJob,
    draw_chart: DrawChart,
    access: AccessRules,
    compute_type: str = "auto",
) -> Dispatcher:
    """A dispatcher to poll with `handle_as_tasks=False`: an update is confirmed once its note is written down.

    `compute_type` is what models are run with. Handlers are given `service`, `deliveries`, `people`, `allowance`,
    `owners`, `access`, `models`, `compute_type`, `locale_codes`, `permissions`, `run_in_background`, `follow_job`,
    `usage`, `draw_chart`, `say`, `locale` and `is_stranger` by these names.
    """
    dispatcher = Dispatcher(
        service=service,
        deliveries=deliveries,
        people=people,
        allowance=Allowance(people, usage, access),
        owners=owners,
        access=access,
        models=models,
        compute_type=compute_type,
        locale_codes=locales.codes,
        permissions=Permissions(access.admins),
        run_in_background=background.start,
        follow_job=follow_job,
        usage=usage,
        draw_chart=draw_chart,
    )

    for middleware in (Context(), Locale(locales), Access(access, people), Throttling()):
        dispatcher.update.outer_middleware(middleware)
    for observer in (dispatcher.message, dispatcher.business_message, dispatcher.callback_query):
        observer.middleware(background)

    features = (
        *(errors, media, door, invite, users, stats, start, model, language, words, speakers, unsure, cancel, forget),
        *(result_menu, speaker_names, fallback),
    )
    for feature in features:
        dispatcher.include_router(feature.build_router())
    return dispatcher
