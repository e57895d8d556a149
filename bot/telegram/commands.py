"""The command menu that Telegram shows."""

import structlog
from aiogram import Bot
from aiogram.exceptions import TelegramAPIError
from aiogram.types import BotCommand, BotCommandScopeAllGroupChats, BotCommandScopeAllPrivateChats

from bot.localization import Locales

log = structlog.get_logger()

PRIVATE = (
    *("model", "language", "words", "speakers", "unsure", "settings", "find", "history", "export", "join", "cancel"),
    *("forget", "privacy", "help"),
)
GROUP = (
    *("mode", "text", "model", "language", "words", "speakers", "unsure", "settings", "find", "history", "join"),
    "cancel",
)


async def set_commands(bot: Bot, locales: Locales) -> None:
    """Tell Telegram the commands, in every language the bot speaks and in the one for all others.

    What it refuses is logged only: a bot without a menu still works.
    """
    for code in (None, *locales.codes):
        say = locales.say(code)
        for scope, names in ((BotCommandScopeAllPrivateChats(), PRIVATE), (BotCommandScopeAllGroupChats(), GROUP)):
            commands = [BotCommand(command=name, description=say(f"command-{name}")) for name in names]
            try:
                await bot.set_my_commands(commands, scope=scope, language_code=code)
            except TelegramAPIError as error:
                log.warning("menu not set", language=code, scope=scope.type, error=type(error).__name__)
