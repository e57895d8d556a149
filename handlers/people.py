"""People as handlers see them: who may use the bot, how much, and those who decide that."""

import asyncio
import math
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Protocol

import structlog
from aiogram import Bot
from aiogram.exceptions import TelegramAPIError, TelegramBadRequest, TelegramForbiddenError
from aiogram.types import Chat, InlineKeyboardMarkup, User

from handlers.address import TELEGRAM
from handlers.dependencies import Say
from transcription import Access, MinutesUsedUp, Period, Person, Request, Statistics

log = structlog.get_logger()

MAX_NAME = 64


class People(Protocol):
    """What was decided of people, and invitations."""

    async def get(self, user_id: int) -> Person:
        """What is known of a person."""

    async def accesses(self, ids: Collection[int]) -> set[Access]:
        """What was decided of these people."""

    async def page(self, source: str, offset: int, limit: int) -> tuple[list[Person], int]:
        """Some people, those who ask first, and how many there are in all."""

    async def set_access(self, user_id: int, access: Access) -> None:
        """Keep what was decided."""

    async def decide(self, user_id: int, access: Access) -> bool:
        """Answer one who asks; False where nobody does, for another one has answered."""

    async def ask(self, user_id: int, locale: str) -> bool:
        """Write down that somebody asks to be let in; False where that was decided or asked, or too many wait."""

    async def set_minutes(self, user_id: int, minutes_per_day: int) -> None:
        """Keep how much a person may have transcribed in a day."""

    async def set_locale(self, user_id: int, locale: str) -> None:
        """Keep the language that a person is written to in."""

    async def set_weekly(self, user_id: int, due_at: float | None) -> None:
        """Keep when a person's next weekly note is due (Unix seconds); None is never."""

    async def invite(self, uses: int, expires_at: float) -> str:
        """The code of a new invitation."""

    async def change_invite(self, code: str, uses: int, expires_at: float) -> bool:
        """Change for how many people and until when it is good; False where it is there no more."""

    async def withdraw_invite(self, code: str) -> None:
        """An invitation is good for nothing more."""

    async def use_invite(self, code: str, user_id: int, locale: str) -> bool:
        """Let a person in by an invitation; False where it is not good any more."""


class Usage(Protocol):
    """How much was transcribed for whom."""

    async def used_s(self, source: str, user_id: int, day: date) -> float:
        """Seconds of a person's recordings that became text on a day, or wait to."""

    async def statistics(
        self, source: str, period: Period, user_id: int | None = None, count: int | None = None
    ) -> Statistics:
        """What was done of this kind of source in the last `count` periods, for a person or for all."""


@dataclass(frozen=True, slots=True)
class AccessRules:
    """What the settings say of access: a closed bot is for those named there, and those whom an admin lets in."""

    admins: frozenset[int] = frozenset()
    allowed: frozenset[int] = frozenset()
    invite_only: bool = False
    minutes_per_day: int = 0

    @property
    def is_closed(self) -> bool:
        """Whether strangers are refused."""
        return self.invite_only or bool(self.allowed)


@dataclass(frozen=True, slots=True)
class Allowance:
    """How much of a day's recordings each person may have transcribed; admins as much as they like."""

    people: People
    usage: Usage
    rules: AccessRules

    async def check(self, request: Request) -> None:
        """Raise `MinutesUsedUp` for a recording that is more than its sender has left of today's minutes."""
        limit = await self.limit_minutes(request.user_id)
        left_s = limit * 60 - await self.used_s(request.user_id) if limit else math.inf
        if left_s <= 0 or left_s < (request.file.duration_s or 0):
            raise MinutesUsedUp(limit=limit, left=max(0, int(left_s // 60)))

    async def limit_minutes(self, user_id: int) -> int:
        """Minutes in a day; 0 is without limit."""
        if user_id in self.rules.admins:
            return 0
        chosen = (await self.people.get(user_id)).minutes_per_day
        return self.rules.minutes_per_day if chosen is None else chosen

    async def used_s(self, user_id: int) -> float:
        """Seconds of today's recordings, those that wait included."""
        return await self.usage.used_s(TELEGRAM, user_id, datetime.now(UTC).astimezone().date())


@dataclass(frozen=True, slots=True)
class Owners:
    """The admins as those who are written to; `say_in` speaks a language. Who never started the bot can't be."""

    people: People
    ids: frozenset[int]
    say_in: Callable[[str | None], Say]

    async def tell(
        self, bot: Bot, key: str, keyboard: Callable[[Say], InlineKeyboardMarkup] | None = None, **args: object
    ) -> None:
        """Write to each of them in their own language."""
        for admin in sorted(self.ids):
            await self.tell_one(bot, admin, key, keyboard, **args)

    async def tell_one(
        self,
        bot: Bot,
        user_id: int,
        key: str,
        keyboard: Callable[[Say], InlineKeyboardMarkup] | None = None,
        **args: object,
    ) -> None:
        """Write to somebody in their own language; where that can't be, it is logged."""
        say = await self.say_to(user_id)
        await self.write(bot, user_id, say(key, **args), keyboard(say) if keyboard else None)

    async def say_to(self, user_id: int) -> Say:
        """Speak somebody's language."""
        return self.say_in((await self.people.get(user_id)).locale)

    async def write(self, bot: Bot, user_id: int, text: str, keyboard: InlineKeyboardMarkup | None = None) -> None:
        """Write to somebody; where they can't be written to, it is logged."""
        try:
            await bot.send_message(user_id, text, reply_markup=keyboard)
        except (TelegramBadRequest, TelegramForbiddenError) as error:
            log.warning("can't be written to", user=user_id, reason=error.message)


def name_of(person: User | Chat) -> str:
    """What a person is called: what they chose themselves, so it may be anything."""
    name = " ".join(person.full_name.split())[:MAX_NAME] or str(person.id)
    return f"{name} (@{person.username})" if person.username else name


async def names(bot: Bot, ids: Collection[int]) -> dict[int, str]:
    """What people are called now, as Telegram says; their ids where it does not."""

    async def name(user_id: int) -> str:
        try:
            return name_of(await bot.get_chat(user_id))
        except TelegramAPIError:
            return str(user_id)

    return dict(zip(ids, await asyncio.gather(*map(name, ids)), strict=True))
