"""The bot's composition root: builds everything that holds a Bot, on services that all processes share."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, nullcontext
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from aiogram import Bot, Dispatcher

from bot.alerts import Alerts
from bot.charts import Charts
from bot.delivery.delivery import Delivery
from bot.delivery.drafts import Drafts
from bot.delivery.reactions import Reactions
from bot.delivery.sender import MessageSender
from bot.dispatcher import create_dispatcher
from bot.lifecycle import App, Receiver
from bot.localization import Locales
from bot.middlewares.background import Background
from bot.polling import Polling
from bot.telegram.files import fetch
from bot.telegram.health import Health
from bot.telegram.rate_limit import Pacer
from bot.telegram.session import Measure, create_bot
from bot.webhook import Webhook, WebhookOptions
from bot.weekly import WeeklyNotes
from config import Settings, SettingsError
from handlers.address import TELEGRAM
from handlers.people import AccessRules, Owners
from runtime.links import create_link_fetcher
from runtime.services import Services
from runtime.troubles import Watch
from transcription import SourceKind

if TYPE_CHECKING:
    from runtime.metrics.events import Metrics


@dataclass(frozen=True, slots=True)
class Telegram:
    """The way in by Telegram, before there is a service: it has the files of its recordings."""

    settings: Settings
    bot: Bot
    pacer: Pacer

    @property
    def sources(self) -> Mapping[str, SourceKind]:
        """Voice messages, and what is at links."""
        settings = self.settings
        kind = SourceKind(
            partial(fetch, self.bot),
            settings.max_file_bytes,
            counts_voices=settings.keep_days > 0,
            links=create_link_fetcher(settings),
        )
        return {TELEGRAM: kind}

    def create_frontend(self, services: Services) -> App:
        """The bot on a service, connected and not yet running."""
        return create_app(self.settings, services, self.bot, self.pacer)


@asynccontextmanager
async def open_telegram(settings: Settings, metrics: "Metrics | None" = None) -> AsyncIterator[Telegram]:
    """A client of the Bot API, whose calls `metrics` count. Raises `SettingsError`."""
    pacer = Pacer()
    async with create_bot(settings, pacer, _measure(metrics)) as bot:
        yield Telegram(settings, bot, pacer)


def _measure(metrics: "Metrics | None") -> Measure:
    """What counts calls of the Bot API."""
    if metrics is None:
        return nullcontext
    from bot.telegram.metrics import CallMetrics

    return CallMetrics(metrics.registry).measure


def create_app(settings: Settings, services: Services, bot: Bot, pacer: Pacer) -> App:
    """The bot on a service, connected and not yet running. Raises `SettingsError`."""
    locales, background, access = Locales.load(), Background(), access_rules(settings)
    owners = Owners(services.storage.people, access.admins, locales.say)
    bot.session.middleware(health := Health())
    delivery = Delivery(
        bot=bot,
        sender=MessageSender(bot, pacer),
        drafts=Drafts(bot, pacer),
        reactions=Reactions(bot, pacer),
        service=services.service,
        deliveries=services.storage.deliveries,
        locales=locales,
        models=services.models,
        text_file_from=settings.text_file_from,
        has_llm=services.answers is not None,
    )
    dispatcher = create_dispatcher(
        service=services.service,
        deliveries=services.storage.deliveries,
        deferred=services.storage.deferred,
        people=services.storage.people,
        owners=owners,
        usage=services.storage.usage,
        models=services.models,
        locales=locales,
        background=background,
        follow_job=delivery.follow,
        draw_chart=Charts(settings.data_dir).draw,
        access=access,
        compute_type=services.sizing.compute_type,
        takes_links=settings.links,
        answers=services.answers,
    )
    alerts = Alerts(
        bot,
        owners,
        services.storage.database,
        health,
        create_watch=lambda known: Watch([settings.data_dir, settings.models_dir], known),
        workers=partial(_worker_names, services),
        llm=lambda: services.answers.outcome if services.answers else None,
    )
    weekly = WeeklyNotes(bot, owners, services.storage.usage)
    receiver = _create_receiver(settings, bot, dispatcher)
    return App(bot, receiver, health, background, delivery, locales, access.admins, alerts, weekly)


def _worker_names(services: Services) -> tuple[set[str], set[str]]:
    """Those that are there, and those that are gone without a word; none where there is no queue."""
    if services.queue is None:
        return set(), set()
    fleet = services.queue.backend.fleet
    return {offer.name for offer in fleet.offers}, fleet.lost


def access_rules(settings: Settings) -> AccessRules:
    """Who may use the bot. Raises `SettingsError` where nobody could let anybody in."""
    if settings.invite_only and not settings.admin_users:
        raise SettingsError("INVITE_ONLY: nobody could let anybody in; set ADMIN_USERS to your own id")
    return AccessRules(settings.admin_users, settings.allowed_users, settings.invite_only, settings.minutes_per_day)


def _create_receiver(settings: Settings, bot: Bot, dispatcher: Dispatcher) -> Receiver:
    """What brings updates: a webhook where one is set, else polling."""
    if settings.webhook_url is None:
        return Polling(bot, dispatcher)
    secret = {"secret": settings.webhook_secret.get_secret_value()} if settings.webhook_secret else {}
    where = WebhookOptions(url=settings.webhook_url, host=settings.webhook_host, port=settings.webhook_port, **secret)
    return Webhook(bot, dispatcher, where)
