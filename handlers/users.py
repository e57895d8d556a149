"""/users and /ban: the people who use the bot, who may, and how many minutes a day."""

from dataclasses import dataclass

import structlog
from aiogram import Bot, F, Router
from aiogram.filters import Command, CommandObject
from aiogram.filters.callback_data import CallbackData
from aiogram.types import CallbackQuery, InlineKeyboardButton, InlineKeyboardMarkup, Message

from handlers.address import TELEGRAM
from handlers.buttons import button, keyboard
from handlers.dependencies import Say
from handlers.owner import answer_not_owner, is_owner_in_private, is_pressed_by_owner
from handlers.people import AccessRules, Allowance, Owners, People, names
from handlers.permissions import Id, sender_id
from handlers.replies import replied_to
from transcription import Access

log = structlog.get_logger()

PAGE = 8
MINUTES = (0, 10, 30, 60, 120)
"""Limits that have a button; 0 is none."""


class ShowUsers(CallbackData, prefix="users"):
    """A button that shows a page of people."""

    page: int


class ShowUser(CallbackData, prefix="user"):
    """A button that shows one person."""

    user_id: Id
    page: int


class SetAccess(CallbackData, prefix="access"):
    """A button that lets a person in, or bans them."""

    user_id: Id
    page: int
    allow: bool


class SetMinutes(CallbackData, prefix="minutes"):
    """A button that limits a person's minutes a day."""

    user_id: Id
    page: int
    minutes: int


@dataclass(frozen=True, slots=True)
class UserPages:
    """What /users shows: pages of people, and a card for each."""

    bot: Bot
    people: People
    allowance: Allowance
    say: Say

    async def page(self, number: int) -> tuple[str, InlineKeyboardMarkup | None]:
        """People with a button for each; the last page where there are fewer now."""
        found, count = await self.people.page(TELEGRAM, number * PAGE, PAGE)
        if not found and number > 0:
            return await self.page(0)
        called = await names(self.bot, [each.user_id for each in found])
        rows = []
        for each in found:
            minutes = round(await self.allowance.used_s(each.user_id) / 60)
            name, state = called[each.user_id], each.access or "none"
            label = self.say("users-line", name=name, state=state, minutes=minutes)
            rows.append([button(label, ShowUser(user_id=each.user_id, page=number))])
        pages = -(-count // PAGE)
        if pages > 1:
            turns = (("←", (number - 1) % pages), ("→", (number + 1) % pages))
            rows.append([button(arrow, ShowUsers(page=to)) for arrow, to in turns])
        closed = "yes" if self.allowance.rules.is_closed else "no"
        text = self.say("users-title", count=count, closed=closed, page=number + 1, pages=pages)
        return text, keyboard(*rows) if rows else None

    async def card(self, user_id: int, page: int) -> tuple[str, InlineKeyboardMarkup]:
        """One person, and what can be decided of them."""
        person, allowance, say = await self.people.get(user_id), self.allowance, self.say
        limit = await allowance.limit_minutes(user_id)
        text = say(
            "user-card",
            name=(await names(self.bot, [user_id]))[user_id],
            id=str(user_id),
            state=self._state(user_id, person.access),
            used=round(await allowance.used_s(user_id) / 60),
            limit=limit,
        )
        back = button(say("users-back-button"), ShowUsers(page=page))
        if user_id in allowance.rules.admins:
            return text, keyboard([back])
        limits = [
            button(
                say("minutes-button", minutes=each),
                SetMinutes(user_id=user_id, page=page, minutes=each),
                is_chosen=each == limit,
            )
            for each in MINUTES
        ]
        return text, keyboard(self._verdicts(user_id, person.access, page), limits, [back])

    def _state(self, user_id: int, access: Access | None) -> str:
        if user_id in self.allowance.rules.admins:
            return "admin"
        if access is None and user_id in self.allowance.rules.allowed:
            return "settings"
        return access or ("none" if self.allowance.rules.is_closed else "open")

    def _verdicts(self, user_id: int, access: Access | None, page: int) -> list[InlineKeyboardButton]:
        offered = [(True, "access-allow-button")] if access is not Access.ALLOWED else []
        if access is not Access.BANNED:
            offered.append((False, "access-ban-button"))
        return [button(self.say(key), SetAccess(user_id=user_id, page=page, allow=allow)) for allow, key in offered]


async def on_users(
    message: Message, *, bot: Bot, people: People, allowance: Allowance, access: AccessRules, say: Say
) -> None:
    """Show the first page."""
    if not is_owner_in_private(message, access):
        await answer_not_owner(message, access, say)
        return
    text, buttons = await UserPages(bot, people, allowance, say).page(0)
    await message.answer(text, reply_markup=buttons)


async def on_button(
    query: CallbackQuery,
    callback_data: ShowUsers | ShowUser | SetAccess | SetMinutes,
    *,
    bot: Bot,
    people: People,
    owners: Owners,
    allowance: Allowance,
    access: AccessRules,
    say: Say,
) -> None:
    """Do what a button says, and show what is so now."""
    assert isinstance(query.message, Message)
    if not await is_pressed_by_owner(query, access, say):
        return
    pages = UserPages(bot, people, allowance, say)
    if isinstance(callback_data, ShowUsers):
        text, buttons = await pages.page(max(0, callback_data.page))
    else:
        user_id = callback_data.user_id
        if isinstance(callback_data, SetMinutes):
            await people.set_minutes(user_id, callback_data.minutes)
            log.info("minutes a day set", person=user_id, minutes=callback_data.minutes, by=query.from_user.id)
        elif isinstance(callback_data, SetAccess):
            await set_access(bot, people, owners, user_id, query.from_user.id, allow=callback_data.allow)
        text, buttons = await pages.card(user_id, callback_data.page)
    await query.answer()
    await query.message.edit_text(text, reply_markup=buttons)


async def set_access(bot: Bot, people: People, owners: Owners, user_id: int, by: int, *, allow: bool) -> None:
    """Let a person in or ban them; who had asked to be let in is told that they are."""
    was = (await people.get(user_id)).access
    await people.set_access(user_id, Access.ALLOWED if allow else Access.BANNED)
    log.info("access decided", person=user_id, access="allowed" if allow else "banned", by=by)
    if allow and was in {Access.ASKING, Access.REFUSED}:
        await owners.tell_one(bot, user_id, "access-allowed")


async def on_ban(
    message: Message,
    command: CommandObject,
    *,
    bot: Bot,
    people: People,
    owners: Owners,
    access: AccessRules,
    say: Say,
) -> None:
    """Ban whom an admin names by id, or the sender of the message that is replied to."""
    by = sender_id(message)
    if by not in access.admins:
        await message.reply(say("owner-only"))
        return
    text = (command.args or "").strip()
    replied = message.reply_to_message if replied_to(message) else None
    if text.removeprefix("-").isdecimal() and len(text) < 20:
        user_id = int(text)
    elif replied and not text:
        user_id = sender_id(replied)
    else:
        await message.reply(say("ban-usage"))
        return
    if user_id in {*access.admins, bot.id}:
        await message.reply(say("ban-admin"))
        return
    await set_access(bot, people, owners, user_id, by, allow=False)
    await message.reply(say("ban-done", name=(await names(bot, [user_id]))[user_id]))


def build_router() -> Router:
    """/users with its buttons, and /ban."""
    router = Router(name="users")
    router.message.register(on_users, Command("users"))
    router.message.register(on_ban, Command("ban"))
    for kind in (ShowUsers, ShowUser, SetAccess):
        router.callback_query.register(on_button, kind.filter(), F.message.text)
    router.callback_query.register(on_button, SetMinutes.filter(F.minutes.in_(MINUTES)), F.message.text)
    return router
