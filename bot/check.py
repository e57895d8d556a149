"""The findings of `--check`: those of runtime, and whether Telegram answers to the token."""

from collections.abc import AsyncIterator

from aiogram.exceptions import TelegramAPIError, TelegramUnauthorizedError
from aiogram.utils.token import TokenValidationError

import runtime.check
from bot.telegram.session import create_bot
from config import Settings
from runtime.check import Commands, Finding
from runtime.log import redact


async def check(settings: Settings, commands: Commands) -> AsyncIterator[Finding]:
    """Look at all that the bot needs, and change nothing: a bot may be running meanwhile."""
    async for finding in runtime.check.check(settings, commands):
        yield finding
    yield await _token(settings)


async def _token(settings: Settings) -> Finding:
    if settings.bot_token is None:
        return Finding(well=False, text="BOT_TOKEN: not set, so a start is the sandbox's; get one from @BotFather")
    way, proxy = settings.telegram_api_url, settings.proxy_url
    if proxy:
        way = f"{way} by TELEGRAM_PROXY {redact(proxy)}"
    try:
        async with create_bot(settings) as bot:
            me = await bot.me()
    except (TelegramUnauthorizedError, TokenValidationError):
        return Finding(well=False, text="BOT_TOKEN: the Bot API server does not know it; copy it from @BotFather again")
    except TelegramAPIError as error:
        hint = "" if proxy or not settings.on_cloud else "; where Telegram is blocked, TELEGRAM_PROXY names a way out"
        return Finding(well=False, text=f"network: no answer from {way} ({error.message}){hint}")
    return Finding(well=True, text=f"token: @{me.username} at {way}")
