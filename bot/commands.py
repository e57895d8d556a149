"""The menu of commands that Telegram shows."""

from aiogram import Bot
from aiogram.types import BotCommand, BotCommandScopeAllGroupChats, BotCommandScopeAllPrivateChats

from bot.localization import Locales

PRIVATE = ("model", "language", "cancel", "forget", "privacy", "help")
GROUP = ("model", "language", "cancel")


async def set_commands(bot: Bot, locales: Locales) -> None:
    """Tell Telegram the commands, in every language the bot speaks and in the one for all others."""
    for code in (None, *locales.codes):
        say = locales.say(code)
        for scope, names in ((BotCommandScopeAllPrivateChats(), PRIVATE), (BotCommandScopeAllGroupChats(), GROUP)):
            commands = [BotCommand(command=name, description=say(f"command-{name}")) for name in names]
            await bot.set_my_commands(commands, scope=scope, language_code=code)
