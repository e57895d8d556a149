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
    answer_menu,
    asking,
    business,
    business_mode,
    cancel,
    door,
    errors,
    export,
    fallback,
    find,
    forget,
    guest,
    inline,
    invite,
    join,
    language,
    links,
    media,
    mode,
    model,
    result_menu,
    settings,
    speaker_names,
    speakers,
    start,
    stats,
    unsure,
    users,
    words,
)
from handlers.address import Deferred, Deliveries
from handlers.connections import Connections
from handlers.dependencies import AnyModels, DrawChart, FollowJob
from handlers.media import has_audio
from handlers.people import AccessRules, Allowance, Owners, People, Usage
from handlers.permissions import Permissions
from transcription import Answers, Service


def create_dispatcher(
    *,
    service: Service,
    deliveries: Deliveries,
    deferred: Deferred,
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
    takes_links: bool = False,
    answers: Answers | None = None,
) -> Dispatcher:
    """A dispatcher to poll with `handle_as_tasks=False`: an update is confirmed once its note is written down.

    `compute_type` is what models are run with; `answers` asks a language model, where there is one. Handlers are given
    `service`, `deliveries`, `deferred`, `people`, `allowance`, `owners`, `connections`, `access`, `models`,
    `compute_type`, `locale_codes`, `permissions`, `run_in_background`, `follow_job`, `usage`, `draw_chart`,
    `takes_links`, `answers`, `say`, `locale` and `is_stranger` by these names.
    """
    connections = Connections()
    dispatcher = Dispatcher(
        service=service,
        deliveries=deliveries,
        deferred=deferred,
        people=people,
        allowance=Allowance(people, usage, access),
        owners=owners,
        connections=connections,
        access=access,
        models=models,
        compute_type=compute_type,
        locale_codes=locales.codes,
        permissions=Permissions(access.admins),
        run_in_background=background.start,
        follow_job=follow_job,
        usage=usage,
        draw_chart=draw_chart,
        takes_links=takes_links,
        answers=answers,
    )

    for middleware in (Context(), Locale(locales), Access(access, people, connections), Throttling()):
        dispatcher.update.outer_middleware(middleware)
    handled = (
        *(dispatcher.message, dispatcher.business_message, dispatcher.channel_post, dispatcher.guest_message),
        *(dispatcher.edited_business_message, dispatcher.deleted_business_messages, dispatcher.business_connection),
        *(dispatcher.callback_query, dispatcher.inline_query, dispatcher.stopped_message_generation),
    )
    for observer in handled:
        observer.middleware(background)

    # The copy of a channel's post in its discussion group: its commands were for the bot in the channel.
    dispatcher.message.filter(or_f(~F.is_automatic_forward, has_audio))

    features = (
        *(errors, media, business, guest, asking, door, invite, users, stats, start, mode, business_mode),
        *(model, language, words, speakers, unsure, settings, cancel, forget, find, export, inline, join),
        *(result_menu, answer_menu, speaker_names, links, fallback),
    )
    for feature in features:
        dispatcher.include_router(feature.build_router())
    return dispatcher
