"""The bot's composition root: builds everything that holds a Bot, on services that all processes share."""

from contextlib import AsyncExitStack
from functools import partial

from aiogram import Bot, Dispatcher

from bot.delivery.delivery import Delivery
from bot.delivery.sender import MessageSender
from bot.dispatcher import create_dispatcher
from bot.lifecycle import App, Receiver
from bot.localization import Locales
from bot.middlewares.background import Background
from bot.polling import Polling
from bot.telegram.files import fetch
from bot.telegram.health import Health
from bot.telegram.rate_limit import Pacer
from bot.telegram.session import create_bot
from bot.webhook import Webhook, WebhookOptions
from config import Settings
from runtime.lifecycle import exclusive_lock, run, stop_on_signals
from runtime.services import Services, create_services

DRAIN_S = 10.0


async def serve(settings: Settings, *, fresh: bool = False, drain_s: float = DRAIN_S) -> None:
    """Run the bot until SIGTERM or SIGINT; notes in hand get `drain_s`, the rest is taken up at the next start.

    `fresh` begins with an empty database. Raises `SettingsError` for settings that only show to be wrong in use, and
    `TelegramUnauthorizedError`.
    """
    stopping, pacer = stop_on_signals(), Pacer()
    async with AsyncExitStack() as stack:
        stack.enter_context(exclusive_lock(settings.data_dir, fresh=fresh))
        bot = await stack.enter_async_context(create_bot(settings, pacer))
        services = await stack.enter_async_context(create_services(settings, partial(fetch, bot)))
        await run(services, create_app(settings, services, bot, pacer), stopping, drain_s)


def create_app(settings: Settings, services: Services, bot: Bot, pacer: Pacer) -> App:
    """The bot on a service, connected and not yet running."""
    locales, background = Locales.load(), Background()
    bot.session.middleware(health := Health())
    delivery = Delivery(
        sender=MessageSender(bot, pacer),
        service=services.service,
        deliveries=services.storage.deliveries,
        locales=locales,
        text_file_from=settings.text_file_from,
    )
    dispatcher = create_dispatcher(
        service=services.service,
        deliveries=services.storage.deliveries,
        models=services.models,
        locales=locales,
        background=background,
        follow_job=delivery.follow,
        allowed=settings.allowed_users,
        admins=settings.admin_users,
        compute_type=services.sizing.compute_type,
    )
    return App(bot, _create_receiver(settings, bot, dispatcher), health, background, delivery, locales)


def _create_receiver(settings: Settings, bot: Bot, dispatcher: Dispatcher) -> Receiver:
    """What brings updates: a webhook where one is set, else polling."""
    if settings.webhook_url is None:
        return Polling(bot, dispatcher)
    secret = {"secret": settings.webhook_secret.get_secret_value()} if settings.webhook_secret else {}
    where = WebhookOptions(url=settings.webhook_url, host=settings.webhook_host, port=settings.webhook_port, **secret)
    return Webhook(bot, dispatcher, where)
