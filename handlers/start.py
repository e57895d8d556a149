"""/start, /help and /privacy."""

from aiogram import Router
from aiogram.filters import Command
from aiogram.types import Message

from handlers.say import Say
from transcription.service import Service


async def on_start(message: Message, say: Say) -> None:
    """Greet."""
    await message.answer(say("start"))


async def on_help(message: Message, say: Say) -> None:
    """List what the bot can do."""
    await message.answer(say("help"))


async def on_privacy(message: Message, service: Service, say: Say) -> None:
    """Say what is kept, and for how long."""
    await message.answer(say("privacy", days=service.options.keep_days))


def build_router() -> Router:
    """The commands that only say something."""
    router = Router(name="start")
    router.message.register(on_start, Command("start"))
    router.message.register(on_help, Command("help"))
    router.message.register(on_privacy, Command("privacy"))
    return router
