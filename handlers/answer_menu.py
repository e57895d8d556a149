"""Summary, tidy-up and to-do list of a text, by a language model: the buttons, and the way of an answer."""

import asyncio
from contextlib import aclosing
from dataclasses import dataclass, field

from aiogram import Bot, Router
from aiogram.types import CallbackQuery

from handlers.address import Deliveries
from handlers.answer_buttons import AnswerButton, Step, place_of
from handlers.answer_reply import AnswerReply
from handlers.dependencies import Say
from handlers.permissions import Permissions
from handlers.rate_limit import Rate, RateLimiter
from handlers.result import pressed_result
from transcription import AnswerKind, Answers, Draft, KeptAnswer, LlmFailed, LlmFailure, Question, Service, render

EVERY_S = 3.0
"""Seconds between edits of an answer that grows, as of a text."""
GROUP_EVERY_S = 10.0
"""The same in groups, which have 20 messages a minute for all that is said in them."""
ONCE_S = 10.0
"""Seconds in which a question is put once: who taps twice wants one."""
PER_PERSON = Rate(interval_s=30.0, burst=5)
"""Answers that are not kept yet; each may keep a server busy for a minute."""


@dataclass(frozen=True, slots=True)
class AnswerMenu:
    """The handler of the buttons about answers; `running` are those that are being written, by job and kind."""

    running: dict[tuple[int, AnswerKind], "asyncio.Task[None]"] = field(default_factory=dict)
    once: RateLimiter = field(default_factory=lambda: RateLimiter(Rate(ONCE_S)))
    per_person: RateLimiter = field(default_factory=lambda: RateLimiter(PER_PERSON))

    async def on_button(
        self,
        query: CallbackQuery,
        callback_data: AnswerButton,
        *,
        bot: Bot,
        service: Service,
        deliveries: Deliveries,
        permissions: Permissions,
        answers: Answers | None,
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
        if result is None or query.message is None:
            return
        if answers is None:
            await query.answer(say("llm-off"), show_alert=True)
            return
        reply = AnswerReply(result, callback_data.kind, answers.model, bot, deliveries, say)
        if callback_data.step is not Step.ASK:
            await reply.take_over(query.message.message_id)
        writing = Writing(reply, answers, service)
        match callback_data.step:
            case Step.STOP:
                await self._stop(writing, query)
            case Step.KEEP:
                await query.answer(say("llm-kept"))
                await reply.remove()
            case Step.SEND if callback_data.place == place_of(answers.host):
                await service.change_preferences(result.address.chat_id, llm_host=answers.host)
                await self._ask(writing, query)
            case _ if not await writing.may_leave():
                await query.answer()
                if self.once.try_acquire((result.job_id, callback_data.kind)):
                    await reply.ask_leave(answers.host)
            case _:
                await self._ask(writing, query)

    async def _ask(self, writing: "Writing", query: CallbackQuery) -> None:
        """Show the answer that is kept, or have one written; a second press meanwhile changes nothing."""
        reply, key = writing.reply, writing.key
        if key in self.running:
            await query.answer(reply.say("llm-running"))
            return
        task = self.running[key] = asyncio.create_task(self._answer(writing, query))
        try:
            await asyncio.wait([task])
        finally:
            del self.running[key]
            task.cancel()
        if task.cancelled():
            await reply.remove()
        else:
            task.result()

    async def _answer(self, writing: "Writing", query: CallbackQuery) -> None:
        question, say = await writing.question(), writing.reply.say
        kept = await writing.answers.find(question)
        if kept is None and not self.per_person.try_acquire(query.from_user.id):
            busy = LlmFailed(reason=LlmFailure.BUSY, seconds=PER_PERSON.interval_s)
            await query.answer(say(f"error-{busy.code}", **busy.details), show_alert=True)
            return
        await query.answer()
        if kept:
            await writing.reply.finish(kept)
        else:
            await writing.write(question)

    async def _stop(self, writing: "Writing", query: CallbackQuery) -> None:
        """End what is being written; a message that a former process left goes as well."""
        if task := self.running.get(writing.key):
            task.cancel()
            await query.answer(writing.reply.say("cancel-toast"))
        else:
            await query.answer(writing.reply.say("cancel-ended"))
            await writing.reply.remove()


@dataclass(frozen=True, slots=True)
class Writing:
    """One answer on its way from the model to its message."""

    reply: AnswerReply
    answers: Answers
    service: Service

    @property
    def key(self) -> tuple[int, AnswerKind]:
        """What tells it from others."""
        return self.reply.result.job_id, self.reply.kind

    async def may_leave(self) -> bool:
        """Whether the text may be sent to where the model is: to this machine, or to a host that the chat agreed to."""
        preferences = await self.service.preferences(self.reply.result.address.chat_id)
        return self.answers.is_local or preferences.llm_host == self.answers.host

    async def question(self) -> Question:
        """What to ask: the text as it looks, with who speaks where it says so."""
        result = self.reply.result
        options = result.look.format_options(self.reply.say)
        text = (await asyncio.to_thread(render, "txt", result.shown, options)).decode().strip()
        language = "en" if result.shown.is_translated else result.shown.language
        return Question(result.job_id, self.reply.kind, text, language)

    async def write(self, question: Question) -> None:
        """Show the answer while it grows, then whole, or why there is none; nothing of a text that was forgotten."""
        await self.reply.begin()
        latest = shown = Draft("")
        answer: KeptAnswer | None = None

        async def read() -> None:
            nonlocal latest, answer
            async with aclosing(self.answers.ask(question)) as drafts:
                async for each in drafts:
                    if isinstance(each, Draft):
                        latest = each
                    else:
                        answer = each

        pause_s = EVERY_S if self.reply.result.address.chat_id > 0 else GROUP_EVERY_S
        reading = asyncio.create_task(read())
        try:
            while not (await asyncio.wait([reading], timeout=pause_s))[0] and await self._is_kept():
                if latest != shown:
                    await self.reply.show(shown := latest)
            if not await self._is_kept():
                await self.reply.remove()
                return
            await reading
        except LlmFailed as error:
            await self.reply.fail(error)
        finally:
            reading.cancel()
            await asyncio.gather(reading, return_exceptions=True)
        if answer:
            await self.reply.finish(answer)

    async def _is_kept(self) -> bool:
        return await self.service.get(self.reply.result.job_id) is not None


def build_router() -> Router:
    """The buttons about answers."""
    router, menu = Router(name="answer_menu"), AnswerMenu()
    router.callback_query.register(menu.on_button, AnswerButton.filter())
    return router
