"""The buttons under a text: how it looks, who speaks, its translation, and files of it."""

import asyncio
from dataclasses import dataclass, field, replace

from aiogram import Bot, Router
from aiogram.types import BufferedInputFile, CallbackQuery, ReplyParameters

from handlers.address import Deliveries
from handlers.dependencies import FollowJob, RunInBackground, Say
from handlers.erasing import erase_text
from handlers.languages import native_name
from handlers.look import Menu
from handlers.permissions import Permissions
from handlers.rate_limit import Rate, RateLimiter
from handlers.result import Result, file_name, pressed_result
from handlers.result_keyboard import FILE_FORMATS, Action, ChangeResult, can_translate
from handlers.speaker_names import ask_names
from transcription import FORMATS, LANGUAGES, Service, TaskOptions, catalogue, render, submit_again

ONCE_S = 10.0
"""Seconds in which a file, or a question, is sent once: who taps twice wants one."""
ON, OFF = "1", "0"


@dataclass(frozen=True, slots=True)
class Press:
    """One press of a button, by one who may. Changes are stored, and shown by delivery, so that no restart loses them.

    Each method returns what to tell the one who pressed, if anything.
    """

    result: Result
    bot: Bot
    service: Service
    deliveries: Deliveries
    follow_job: FollowJob
    run_in_background: RunInBackground
    say: Say

    async def change(self, **changes: object) -> str:
        """Have the text look otherwise."""
        await self.deliveries.change_look(self.result.job_id, changes)
        self.follow_job(self.result.job_id)
        return ""

    async def switch_speakers(self, is_on: bool) -> str:
        """Say who speaks in the text, or not; what is not known yet is found out from the recording."""
        if not is_on or self.result.has_speakers:
            return await self.change(speakers=is_on)
        if self.result.transcript.speakers is not None or self.result.transcript.is_translated:
            return self.say("speakers-one")
        preferences = await self.service.preferences(self.result.address.chat_id)
        return await self._submit(TaskOptions(speakers=preferences.speakers or 0), "speakers-one", self._text)

    async def translate(self) -> str:
        """Have the recording translated, into a text of its own; by speakers, where this one is."""
        result = self.result
        if not can_translate(result.transcript):
            return self.say("translate-unavailable")
        options = TaskOptions(translate=True, speakers=result.shown.speakers if result.has_speakers else None)
        # In reply to the recording: Telegram makes times lead there from a direct reply only.
        recording = result.address.source.reply_to if result.address.message_id else self._text
        return await self._submit(options, "translate-known", recording)

    async def hear_in(self, language: str) -> str:
        """Have the recording heard in another language; what it says then takes the place of the text."""
        result, request = self.result, self.result.view.job.request
        model = catalogue.find(result.transcript.model)
        if language not in model.languages and not request.options.by_language:
            return self.say(
                "language-not-of-model",
                model=model.name,
                languages=len(model.languages),
                only=native_name(model.only_language) if model.only_language else "",
                language=native_name(language),
            )
        await self.change(menu=None, page=None)
        if language == result.transcript.language:
            return ""
        if result.view.transcript and language == result.view.transcript.language:
            return await self.change(redo=None)
        speakers = 0 if result.has_speakers and result.look.speakers else None
        options = TaskOptions(speakers=speakers, by_language=request.options.by_language)
        job = await submit_again(self.service, result.view, options, self._text, language=language)
        if not job.is_delivered:
            return ""
        done = await self.service.view(job.id)
        has_text = done is not None and done.transcript is not None and bool(done.transcript.text)
        return await self.change(redo=job.id) if has_text else self.say("no-speech")

    async def _submit(self, options: TaskOptions, if_known: str, reply_to: str) -> str:
        """Ask for more of the text that is shown, which may have been heard in another language than at first."""
        shown = self.result.transcript
        language = shown.language if self.result.look.redo is not None and shown.language_probability == 1.0 else None
        job = await submit_again(self.service, self.result.view, options, reply_to, language=language)
        return self.say(if_known) if job.is_delivered else ""

    @property
    def _text(self) -> str:
        """The text's first message, as what is to be answered."""
        return replace(self.result.address, message_id=self.result.text_message_id).source.reply_to

    async def erase(self) -> None:
        """Delete the text."""
        result, messages = self.result, self.result.messages.values()
        await erase_text(result.job_id, result.address, messages, bot=self.bot, service=self.service, say=self.say)

    async def send_file(self, name: str) -> None:
        """Send the text as a file in reply to it, as it looks: with speakers and their names or without."""
        result, address = self.result, self.result.address
        content = await asyncio.to_thread(render, name, result.shown, result.look.format_options(self.say))
        await self.bot.send_document(
            address.chat_id,
            BufferedInputFile(content, file_name(result.view.job, FORMATS[name].suffix)),
            business_connection_id=address.business_connection_id or None,
            message_thread_id=address.thread_id,
            reply_parameters=ReplyParameters(message_id=result.text_message_id, allow_sending_without_reply=True),
        )


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
            await query.answer(await self._do(press, callback_data))

    async def _do(self, press: Press, button: ChangeResult) -> str:
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
        case Action.TIMES | Action.PARAGRAPHS if value in {ON, OFF}:
            return {button.action: value == ON}
    return {}


def build_router() -> Router:
    """The buttons under texts."""
    router, menu = Router(name="result_menu"), ResultMenu()
    router.callback_query.register(menu.on_button, ChangeResult.filter())
    return router
