"""/invite: a link by which an admin lets people in."""

import time
from functools import partial

import structlog
from aiogram import Bot, F, Router
from aiogram.filters import Command
from aiogram.filters.callback_data import CallbackData
from aiogram.types import CallbackQuery, InlineKeyboardMarkup, Message
from aiogram.utils.deep_linking import create_start_link

from handlers.buttons import button, keyboard
from handlers.dependencies import Say
from handlers.door import INVITED
from handlers.messages import NO_PREVIEW
from handlers.owner import answer_not_owner, is_owner_in_private, is_pressed_by_owner
from handlers.people import AccessRules, People

log = structlog.get_logger()

USES, DAYS = (1, 5, 20), (1, 7, 30)
"""For how many people an invitation may be good, and for how long; at first for one person and a week."""
DAY_S = 86400.0


class ChangeInvite(CallbackData, prefix="invite"):
    """A button that makes an invitation good for other numbers, or for nothing where `uses` is 0."""

    code: str
    uses: int
    days: int


async def on_invite(message: Message, *, bot: Bot, people: People, access: AccessRules, say: Say) -> None:
    """Make an invitation, where strangers are refused at all."""
    if not is_owner_in_private(message, access):
        await answer_not_owner(message, access, say)
    elif not access.is_closed:
        await message.answer(say("invite-open"))
    else:
        uses, days = USES[0], DAYS[1]
        code = await people.invite(uses, time.time() + days * DAY_S)
        log.info("invitation made", by=message.chat.id)
        text, buttons = await _text(bot, code, uses, days, say), _keyboard(code, uses, days, say)
        await message.answer(text, reply_markup=buttons, link_preview_options=NO_PREVIEW)


async def on_change(
    query: CallbackQuery, callback_data: ChangeInvite, *, bot: Bot, people: People, access: AccessRules, say: Say
) -> None:
    """Make it good for what the button says."""
    assert isinstance(query.message, Message)
    code, uses, days = callback_data.code, callback_data.uses, callback_data.days
    if not await is_pressed_by_owner(query, access, say):
        return
    await query.answer()
    if not uses:
        await people.withdraw_invite(code)
        log.info("invitation withdrawn", by=query.from_user.id)
        await query.message.edit_text(say("invite-withdrawn"))
    elif await people.change_invite(code, uses, time.time() + days * DAY_S):
        text, buttons = await _text(bot, code, uses, days, say), _keyboard(code, uses, days, say)
        await query.message.edit_text(text, reply_markup=buttons, link_preview_options=NO_PREVIEW)
    else:
        await query.message.edit_text(say("invite-gone"))


async def _text(bot: Bot, code: str, uses: int, days: int, say: Say) -> str:
    return say("invite", link=await create_start_link(bot, f"{INVITED}{code}"), uses=uses, days=days)


def _keyboard(code: str, uses: int, days: int, say: Say) -> InlineKeyboardMarkup:
    change = partial(ChangeInvite, code=code)
    for_people = [
        button(say("invite-uses", uses=each), change(uses=each, days=days), is_chosen=each == uses) for each in USES
    ]
    for_days = [
        button(say("invite-days", days=each), change(uses=uses, days=each), is_chosen=each == days) for each in DAYS
    ]
    return keyboard(for_people, for_days, [button(say("invite-withdraw-button"), change(uses=0, days=days))])


def build_router() -> Router:
    """/invite and its buttons."""
    router = Router(name="invite")
    router.message.register(on_invite, Command("invite"))
    router.callback_query.register(
        on_change, ChangeInvite.filter(F.uses.in_({0, *USES}) & F.days.in_(DAYS)), F.message.text
    )
    return router
