"""The buttons under a text: how it looks, who speaks, its translation, another language or model, and files of it."""

from dataclasses import dataclass, field

from aiogram import Bot, Router
from aiogram.types import CallbackQuery

from handlers.address import Deliveries
from handlers.dependencies import AnyModels, FollowJob, RunInBackground, Say
from handlers.look import Menu
from handlers.permissions import Permissions
from handlers.rate_limit import Rate, RateLimiter
from handlers.result import pressed_result
from handlers.result_keyboard import FILE_FORMATS, Action, ChangeResult
from handlers.result_press import Press
from handlers.speaker_names import ask_names
from transcription import LANGUAGES, Service

ONCE_S = 10.0
"""Seconds in which a file, or a question, is sent once: who taps twice wants one."""
ON, OFF = "1", "0"


@dataclass(frozen=True, slots=True)
class ResultMenu:
    """The handler of all buttons under texts."""

    once: RateLimiter = field(default_factory=lambda: RateLimiter(Rate(ONCE_S)))

    async def on_button(
        self,
        query: CallbackQuery,
        callback_data: ChangeResult,
        *,
        bot: Bot,
        service: Service,
        deliveries: Deliveries,
        models: AnyModels,
        permissions: Permissions,
        follow_job: FollowJob,
        run_in_background: RunInBackground,
        say: Say,
    ) -> None:
        """Do what a button is for, where its text is still kept and who presses it may."""
        result = await pressed_result(
            query,
            callback_data.job_id,
            bot=bot,
            service=service,
            deliveries=deliveries,
            permissions=permissions,
            say=say,
        )
        if result:
            press = Press(result, bot, service, deliveries, follow_job, run_in_background, say)
            await query.answer(await self._do(press, callback_data, models))

    async def _do(self, press: Press, button: ChangeResult, models: AnyModels) -> str:
        """Do what a button is for; nothing for a forged one. Returns what to say of it."""
        job_id, value = press.result.job_id, button.value
        if changes := _changes(button):
            return await press.change(**changes)
        match button.action:
            case Action.LANGUAGE if value in LANGUAGES:
                return await press.hear_in(value)
            case Action.DELETE if self.once.try_acquire((job_id, button.action)):
                press.run_in_background(press.erase())
            case Action.SPEAKERS if value in {ON, OFF}:
                return await press.switch_speakers(value == ON)
            case Action.BETTER if value in {ON, OFF}:
                return await press.switch_better(models, value == ON)
            case Action.TRANSLATE:
                return await press.translate()
            case Action.NAMES if self.once.try_acquire((job_id, button.action)):
                press.run_in_background(ask_names(press.result, press.bot, press.deliveries, press.say))
            case Action.FILE if value in FILE_FORMATS and self.once.try_acquire((job_id, value)):
                press.run_in_background(press.send_file(value))
        return ""


def _changes(button: ChangeResult) -> dict[str, object]:
    """What a button changes of how the text looks; nothing where it is for something else."""
    value = button.value
    match button.action:
        case Action.MENU if value in set(Menu):
            return {"menu": value, "page": None}
        case Action.PAGE if value.isdecimal() and len(value) < 4:
            return {"page": int(value)}
        case Action.TIMES | Action.PARAGRAPHS | Action.FILLERS if value in {ON, OFF}:
            return {button.action: value == ON}
    return {}


def build_router() -> Router:
    """The buttons under texts."""
    router, menu = Router(name="result_menu"), ResultMenu()
    router.callback_query.register(menu.on_button, ChangeResult.filter())
    return router
