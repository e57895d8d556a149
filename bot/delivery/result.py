"""The results of jobs as their chats want to see them, be they new or looked at again."""

import asyncio
import contextlib
from dataclasses import asdict, replace

import structlog

from bot.delivery.reply import STATUS, TEXT_FILE, JobReply
from bot.delivery.result_text import Content, result_contents
from bot.delivery.rich_message import RichRefusals
from bot.delivery.styled_text import SCREEN_UNITS
from bot.localization import Say
from bot.telegram.api_errors import RichRefusedError
from bot.telegram.rate_limit import Priority
from handlers.better import find_better
from handlers.chat_settings import LongTexts
from handlers.dependencies import AnyModels
from handlers.look import Look, Menu
from handlers.result import shown_transcript
from transcription import FORMATS, Preferences, Service, Transcript, View, better_model_of, render
from transcription.storage.deliveries import DeliveryStore

log = structlog.get_logger()

READ_S = 60.0
"""Seconds for which a chat that wants it tidy sees why a recording became no text."""


class Results:
    """Shows results, and shows them otherwise once a look is wanted that their messages do not have."""

    def __init__(
        self,
        service: Service,
        deliveries: DeliveryStore,
        models: AnyModels,
        text_file_from: int,
        closing: asyncio.Event,
        *,
        has_llm: bool = False,
    ) -> None:
        self._closing = closing
        self._service = service
        self._deliveries = deliveries
        self._models = models
        self._text_file_from = text_file_from
        self._rich_refusals = RichRefusals()
        self._has_llm = has_llm

    async def is_stale(self, job_id: int) -> bool:
        """Whether a text is to look otherwise than it does."""
        wanted, shown = await self._deliveries.looks(job_id)
        return wanted != shown

    async def give_up(self, job_id: int) -> None:
        """Leave a text as it is."""
        wanted, _ = await self._deliveries.looks(job_id)
        await self._deliveries.set_shown_look(job_id, wanted)

    async def show(self, reply: JobReply, view: View) -> None:
        """Make the messages of an ended job say its result; a long text also comes as a file, once."""
        job = view.job
        if not job.is_delivered and view.transcript:
            await self._set_first_look(reply, view.transcript)
        wanted, shown = await self._deliveries.looks(job.id)
        try:
            contents = await self._send(reply, view, wanted, shown)
        except RichRefusedError as refusal:
            log.info("rich message refused", job=job.id, reason=str(refusal))
            self._rich_refusals.add(reply.address.chat_id)
            await self._deliveries.change_look(job.id, {"rich": None})
            wanted, _ = await self._deliveries.looks(job.id)
            contents = await self._send(reply, view, wanted, shown)
        preferences = await self._service.preferences(reply.address.chat_id)
        shown_now = await shown_transcript(self._service, view, Look.parse(wanted))
        former_text = await shown_transcript(self._service, view, Look.parse(shown))
        if shown_now and former_text and shown_now.text != former_text.text:
            await reply.remove(TEXT_FILE)  # it says what is no longer shown
        if shown_now and (len(shown_now.text) >= self._text_file_from or contents[0].is_beginning):
            await self._send_file(reply, shown_now, preferences.file_format)
        if wanted != shown:
            await self._deliveries.set_shown_look(job.id, wanted)

    async def conclude(self, reply: JobReply, view: View) -> None:
        """A new result was shown. What says why there is no text goes after a while where the chat wants it so.

        A job that hears a recording once more has no message left but such a one.
        """
        is_text = view.transcript and view.transcript.text and not view.job.request.replaces_text
        tidy = (await self._service.preferences(reply.address.chat_id)).tidy
        if tidy and reply.is_sent and not is_text:
            if not await self._outlived():
                return
            await reply.remove(STATUS)
        await self._service.mark_delivered(view.job.id)

    async def _send(self, reply: JobReply, view: View, wanted: str | None, shown: str | None) -> list[Content]:
        """Make the messages look as is wanted; returns what they say. Raises `RichRefusedError`."""
        contents = await self._contents(view, wanted, reply.say)
        former = await self._contents(view, shown, reply.say) if view.job.is_delivered else ()
        await reply.send_result(contents, former, Priority.PART if _is_offer(wanted, shown) else Priority.FINAL)
        return contents

    async def first_contents(self, view: View, say: Say) -> list[Content]:
        """What an ended job says to one person only: there are no buttons, for their message is not kept."""
        return await asyncio.to_thread(result_contents, view, Look(), view.transcript, say, has_buttons=False)

    async def lone_content(self, view: View, say: Say) -> Content:
        """What an ended job says where there can be one message only, which looks as who asked for it likes texts."""
        transcript, user_id = view.transcript, view.job.request.user_id
        preferences = await self._service.preferences(user_id)
        look = self._chosen_look(user_id, preferences, transcript) if transcript else Look()
        (content,) = await asyncio.to_thread(
            result_contents, view, look, transcript, say, has_buttons=False, is_alone=True
        )
        return content

    async def show_redone(self, reply: JobReply, view: View) -> int:
        """Have the text that a job is based on say what this one found out, or say why it does not; returns its job.

        The text is changed where it stands, for it is still the text of the same recording.
        """
        based_on, transcript = view.job.request.based_on, view.transcript
        assert based_on is not None
        assert transcript
        if not transcript.text:
            await reply.send_result([Content(reply.say("no-speech"))], ())
        elif (transcript.speakers or 0) < 2 and not await self._is_other_text(view, based_on):
            await reply.send_result([Content(reply.say("speakers-one"))], ())
            await self._deliveries.change_look(based_on, {"offer": None})
        else:
            is_better = await better_model_of(self._service, view.job)
            shown = {"better": view.job.id} if is_better else {"redo": view.job.id, "better": None}
            await self._deliveries.change_look(based_on, {**shown, "speakers": None})
            await reply.withdraw(STATUS)
        return based_on

    async def _is_other_text(self, view: View, based_on: int) -> bool:
        """Whether a job heard another language or is a better model's, rather than only found out who speaks."""
        former, request = await self._service.get(based_on), view.job.request
        if former is not None and former.request.language != request.language:
            return True
        look = Look.parse((await self._deliveries.looks(based_on))[0])
        return look.better in {None, view.job.id} and await better_model_of(self._service, view.job) is not None

    def long_look(self, chat_id: int, preferences: Preferences) -> dict[str, bool]:
        """How a text that is longer than a screen looks in a chat."""
        choice = preferences.long_texts
        is_rich = choice == LongTexts.RICH and chat_id not in self._rich_refusals
        return {"folds": choice != LongTexts.SPLIT, "rich": is_rich}

    def _chosen_look(self, chat_id: int, preferences: Preferences, transcript: Transcript) -> Look:
        """How a chat wants a new text to look."""
        is_long, long_look = len(transcript.text) > SCREEN_UNITS, self.long_look(chat_id, preferences)
        return Look(
            unsure=preferences.mark_unsure,
            times=preferences.show_times,
            paragraphs=preferences.paragraphs,
            fillers=not preferences.omit_fillers,
            folds=is_long and long_look["folds"],
            rich=is_long and long_look["rich"],
        )

    async def _set_first_look(self, reply: JobReply, transcript: Transcript) -> None:
        """A new text looks as its chat wants it to, and calls people as that which it is based on."""
        chat_id, based_on = reply.address.chat_id, reply.job.request.based_on
        chosen = self._chosen_look(chat_id, await self._service.preferences(chat_id), transcript)
        usual, wanted = asdict(Look()), asdict(chosen)
        changes: dict[str, object] = {name: value for name, value in wanted.items() if value != usual[name]}
        if based_on is not None and (names := Look.parse((await self._deliveries.looks(based_on))[0]).names):
            changes["names"] = names
        if changes:
            await reply.send_status()
            await self._deliveries.change_look(reply.job.id, changes)

    async def _send_file(self, reply: JobReply, transcript: Transcript, name: str) -> None:
        """Send a long text as a file of the format that its chat has chosen, once."""
        if not reply.has_file:
            options = Look.parse((await self._deliveries.looks(reply.job.id))[0]).format_options(reply.say)
            await reply.send_text_file(await asyncio.to_thread(render, name, transcript, options), FORMATS[name].suffix)

    async def _outlived(self) -> bool:
        """Wait until what was said of a recording without text has been read; False where the process ends before."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._closing.wait(), READ_S)
        return not self._closing.is_set()

    async def _contents(self, view: View, look: str | None, say: Say) -> list[Content]:
        """What the messages say; made in a thread, for the paragraphs of hours take a tenth of a second.

        Where no text is kept, there are no buttons, for they could do nothing.
        """
        parsed, is_kept = Look.parse(look), self._service.options.keep_days > 0
        transcript = await shown_transcript(self._service, view, parsed)
        has_better = bool(transcript and parsed.menu is Menu.OPEN and find_better(transcript, self._models))
        return await asyncio.to_thread(
            result_contents,
            view,
            parsed,
            transcript,
            say,
            has_buttons=is_kept,
            has_llm=self._has_llm,
            has_better=has_better,
        )


def _is_offer(wanted: str | None, shown: str | None) -> bool:
    """Whether nobody pressed anything: there is an offer where there was none."""
    parsed = Look.parse(wanted)
    return parsed.offer and replace(parsed, offer=False) == Look.parse(shown)
