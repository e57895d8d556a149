"""The command menu that Telegram shows."""

from collections.abc import Collection

import structlog
from aiogram import Bot
from aiogram.exceptions import TelegramAPIError
from aiogram.types import (
    BotCommand,
    BotCommandScopeAllGroupChats,
    BotCommandScopeAllPrivateChats,
    BotCommandScopeChat,
    BotCommandScopeUnion,
)

from bot.localization import Locales

log = structlog.get_logger()

PRIVATE = (
    *("model", "language", "words", "speakers", "unsure", "settings", "find", "history", "export", "join", "cancel"),
    *("stats", "forget", "privacy", "help"),
)
GROUP = (
    *("mode", "text", "model", "language", "words", "speakers", "unsure", "settings", "find", "history", "join"),
    "cancel",
)
OWNER = ("users", "invite", "ban")


async def set_commands(bot: Bot, locales: Locales, admins: Collection[int] = ()) -> None:
    """Tell Telegram the commands, in every language the bot speaks and in the one for all others.

    Admins see theirs in their private chat, where they have one.

    What it refuses is logged only: a bot without a menu still works.
    """
    scopes: list[tuple[BotCommandScopeUnion, tuple[str, ...]]] = [
        (BotCommandScopeAllPrivateChats(), PRIVATE),
        (BotCommandScopeAllGroupChats(), GROUP),
        *((BotCommandScopeChat(chat_id=admin), (*PRIVATE, *OWNER)) for admin in admins),
    ]
    for code in (None, *locales.codes):
        say = locales.say(code)
        for scope, names in scopes:
            commands = [BotCommand(command=name, description=say(f"command-{name}")) for name in names]
            try:
                await bot.set_my_commands(commands, scope=scope, language_code=code)
            except TelegramAPIError as error:
                log.warning("menu not set", language=code, scope=scope.type, error=type(error).__name__)
