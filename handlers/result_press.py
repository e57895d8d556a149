"""One press of a button under a text: what it changes, and what it has done again."""

import asyncio
from dataclasses import dataclass, replace

from aiogram import Bot
from aiogram.types import BufferedInputFile, ReplyParameters

from handlers.address import Deliveries
from handlers.better import find_better
from handlers.dependencies import AnyModels, FollowJob, RunInBackground, Say
from handlers.erasing import erase_text
from handlers.languages import native_name
from handlers.result import Result, file_name
from handlers.result_keyboard import can_translate
from transcription import FORMATS, Model, Service, TaskOptions, catalogue, render, submit_again


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
        if self._better_model is None and result.view.transcript and language == result.view.transcript.language:
            return await self.change(redo=None)
        by_language = request.options.by_language and self._better_model is None
        options = TaskOptions(speakers=self._speakers, by_language=by_language)
        return await self._show_again("redo" if self._better_model is None else "better", options, language=language)

    async def switch_better(self, models: AnyModels, is_on: bool) -> str:
        """Have the recording transcribed by the best model there is, or show the former text."""
        result = self.result
        if not is_on:
            return await self.change(better=None)
        model = find_better(result.transcript, models)
        if model is None:
            return self.say("better-none")
        options = TaskOptions(speakers=self._speakers)
        return await self._show_again("better", options, language=await self._language(model), model=model.name)

    async def _language(self, model: Model) -> str | None:
        """The language that a better model is told: the one that was chosen here, or the only one it knows."""
        if language := self._heard_in:
            return language
        preferences = await self.service.preferences(self.result.address.chat_id)
        chosen = preferences.language or self.service.defaults.language
        return chosen if chosen in model.languages else model.only_language

    async def _show_again(self, name: str, options: TaskOptions, *, language: str | None, model: str = "") -> str:
        """Have the recording heard once more, in place of what a field of the look names; at once where it was."""
        job = await submit_again(
            self.service,
            self.result.view,
            options,
            self._text,
            language=language,
            model=model or self._better_model,
        )
        if not job.is_delivered:
            return ""
        done = await self.service.view(job.id)
        has_text = done is not None and done.transcript is not None and bool(done.transcript.text)
        return await self.change(**{name: job.id}) if has_text else self.say("no-speech")

    async def _submit(self, options: TaskOptions, if_known: str, reply_to: str) -> str:
        """Ask for more of the text that is shown, which may not be the first one."""
        job = await submit_again(
            self.service,
            self.result.view,
            options,
            reply_to,
            language=self._heard_in,
            model=self._better_model,
        )
        return self.say(if_known) if job.is_delivered else ""

    @property
    def _heard_in(self) -> str | None:
        """The language that was chosen for the text that is shown; None where it is as at first."""
        look, shown = self.result.look, self.result.transcript
        is_again = look.redo is not None or look.better is not None
        return shown.language if is_again and shown.language_probability == 1.0 else None

    @property
    def _better_model(self) -> str | None:
        """The model of the text that is shown, where that is not the first one's."""
        return self.result.transcript.model if self.result.look.better is not None else None

    @property
    def _speakers(self) -> int | None:
        """What another text of the recording is asked of who speaks."""
        return 0 if self.result.has_speakers and self.result.look.speakers else None

    @property
    def _text(self) -> str:
        """The text's first message, as what is to be answered."""
        return replace(self.result.address, message_id=self.result.text_message_id).source.reply_to

    async def erase(self) -> None:
        """Delete the text, with all that is shown in it."""
        result = self.result
        job_ids, messages = (*result.look.job_ids, result.job_id), result.messages.values()
        await erase_text(job_ids, result.address, messages, bot=self.bot, service=self.service, say=self.say)

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
