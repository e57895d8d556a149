"""The door: strangers come in by an invitation, or ask an admin, who has a button to answer."""

import re
from dataclasses import dataclass, field
from functools import partial

import structlog
from aiogram import Bot, Router
from aiogram.enums import ChatType
from aiogram.filters.callback_data import CallbackData
from aiogram.types import CallbackQuery, InlineKeyboardMarkup, Message, Update

from handlers.buttons import button, keyboard
from handlers.dependencies import Say
from handlers.owner import is_pressed_by_owner
from handlers.people import AccessRules, Owners, People, name_of
from handlers.permissions import Id
from handlers.rate_limit import Rate, RateLimiter
from transcription import Access

log = structlog.get_logger()

INVITED = "in_"
"""How the payload of an invitation's link begins; its code follows."""
_INVITATION = re.compile(rf"/start(?:@\w+)? {INVITED}([\w-]{{1,40}})")
REQUESTS = Rate(interval_s=1800.0, burst=5)
"""Requests that the admins are shown one by one; of all others they hear now and then that there are some."""
REMINDERS = Rate(interval_s=3600.0)


class AskAccess(CallbackData, prefix="ask"):
    """A stranger's button: asks to be let in."""


class Decide(CallbackData, prefix="decide"):
    """An admin's button: lets somebody in who asks, or does not."""

    user_id: Id
    allow: bool


def invitation(message: Message) -> str | None:
    """The code of the invitation that somebody opened, if this is one."""
    match = _INVITATION.fullmatch(message.text or "")
    return match[1] if match and message.chat.type == ChatType.PRIVATE else None


def is_at_the_door(update: Update) -> bool:
    """Whether a stranger's update is one for this file."""
    if query := update.callback_query:
        return query.data == AskAccess().pack()
    return update.message is not None and invitation(update.message) is not None


def ask_keyboard(say: Say) -> InlineKeyboardMarkup:
    """The one button that a stranger has."""
    return keyboard([button(say("access-ask-button"), AskAccess())])


@dataclass(frozen=True, slots=True)
class Door:
    """Lets people in; however many ask, the admins hear of few."""

    requests: RateLimiter = field(default_factory=lambda: RateLimiter(REQUESTS))
    reminders: RateLimiter = field(default_factory=lambda: RateLimiter(REMINDERS))

    async def on_invitation(
        self,
        message: Message,
        code: str,
        *,
        people: People,
        access: AccessRules,
        say: Say,
        locale: str,
        is_stranger: bool,
    ) -> None:
        """Let somebody in by an invitation; it is not used up by those who are in already."""
        user_id = message.chat.id
        if not is_stranger:
            await message.answer(say("invited-already"))
        elif await people.use_invite(code, user_id, locale):
            log.info("let in by an invitation", person=user_id)
            await message.answer(say("invited"))
        else:
            log.info("invitation not good any more", person=user_id)
            await message.answer(say("invitation-void"), reply_markup=ask_keyboard(say) if access.admins else None)

    async def on_ask(
        self,
        query: CallbackQuery,
        *,
        bot: Bot,
        people: People,
        owners: Owners,
        say: Say,
        locale: str,
        is_stranger: bool,
    ) -> None:
        """Write a request down, and tell the admins, if they did not hear of many just now."""
        person = query.from_user
        if not is_stranger:
            await self._answer(query, say("invited-already"))
        elif not await people.ask(person.id, locale):
            is_asking = (await people.get(person.id)).access is Access.ASKING
            await self._answer(query, say("access-asked" if is_asking else "access-not-asked"))
        else:
            log.info("asks to be let in", person=person.id)
            await self._answer(query, say("access-asked"))
            if self.requests.try_acquire(None):
                buttons = partial(_decide_keyboard, person.id)
                await owners.tell(bot, "access-request", buttons, name=name_of(person), id=str(person.id))
            elif self.reminders.try_acquire(None):
                await owners.tell(bot, "access-requests")

    async def _answer(self, query: CallbackQuery, text: str) -> None:
        await query.answer()
        if isinstance(query.message, Message):
            await query.message.edit_text(text)

    async def on_decide(
        self,
        query: CallbackQuery,
        callback_data: Decide,
        *,
        bot: Bot,
        people: People,
        owners: Owners,
        access: AccessRules,
        say: Say,
    ) -> None:
        """Answer somebody who asks, once, and tell them."""
        if not await is_pressed_by_owner(query, access, say):
            return
        user_id, verdict = callback_data.user_id, Access.ALLOWED if callback_data.allow else Access.REFUSED
        is_answered = await people.decide(user_id, verdict)
        now = (await people.get(user_id)).access
        await query.answer(say("access-decided", state=now or "none"))
        if isinstance(query.message, Message):
            text = f"{query.message.text}\n\n{say('access-decided', state=now or 'none')}"
            await query.message.edit_text(text)
        if is_answered:
            log.info("access decided", person=user_id, access=verdict, by=query.from_user.id)
            await owners.tell_one(bot, user_id, "access-allowed" if callback_data.allow else "access-declined")


def _decide_keyboard(user_id: int, say: Say) -> InlineKeyboardMarkup:
    row = [
        button(say(f"access-{word}-button"), Decide(user_id=user_id, allow=allow))
        for word, allow in (("allow", True), ("refuse", False))
    ]
    return keyboard(row)


async def _is_invited(message: Message) -> dict[str, object] | bool:
    code = invitation(message)
    return {"code": code} if code else False


def build_router() -> Router:
    """Invitations, requests and their answers."""
    router, door = Router(name="door"), Door()
    router.message.register(door.on_invitation, _is_invited)
    router.callback_query.register(door.on_ask, AskAccess.filter())
    router.callback_query.register(door.on_decide, Decide.filter())
    return router
