"""Notes in a row as one text: it stands under the first of them, and grows by each further one."""

from bot.delivery.progress_text import with_note
from bot.delivery.reply import STATUS, JobReply
from bot.delivery.result import Results
from bot.delivery.result_text import Content
from handlers.look import Look
from handlers.result import shown_transcript
from transcription import Job, Service, Transcript, View
from transcription.storage.deliveries import DeliveryStore


class Rows:
    """Joins the texts of a row, in whichever order its notes were heard.

    What is joined is a part of how the text under the first note is to look, so no restart loses any of it.
    """

    def __init__(self, service: Service, deliveries: DeliveryStore, results: Results) -> None:
        self._service = service
        self._deliveries = deliveries
        self._results = results

    async def anchor(self, view: View) -> Job | None:
        """The note whose text an ended one's goes on; None where it stands by itself.

        One that is not delivered yet is waited for: it may have a text.
        """
        text = view.transcript
        if view.job.request.row_of is None or text is None or not _can_join(text):
            return None
        for job in await self._service.texts.row(view.job.request.row_of):
            other = await self._service.view(job.id) if job.id < view.job.id else None
            if other is None:
                continue
            if not other.job.state.ended:
                return other.job
            shown = await shown_transcript(self._service, other, Look.parse((await self._deliveries.looks(job.id))[0]))
            if shown is None or not _can_join(shown) or shown.language != text.language:
                continue
            if not other.job.is_delivered or STATUS in await self._deliveries.messages(job.id):
                return other.job
        return None

    async def wait(self, reply: JobReply, view: View) -> None:
        """Show a text under its own note until it can go where it belongs; in a quiet chat the sign on it stays."""
        assert view.transcript
        if not reply.is_quiet:
            waiting = with_note(view.transcript.text, reply.say("row-waits"))
            await reply.send_result([Content(waiting)], ())

    async def join(self, reply: JobReply, view: View, anchor: Job) -> None:
        """Have an anchor's text grow by that of a note, whose own messages go."""
        chat_id = reply.address.chat_id
        long_look = self._results.long_look(chat_id, await self._service.preferences(chat_id))
        changes = {"joined": {str(view.job.id): True}, **{name: value or None for name, value in long_look.items()}}
        await self._deliveries.change_look(anchor.id, changes)
        await reply.withdraw(STATUS)

    async def waiting(self, job_id: int) -> list[int]:
        """Ids of the notes that waited for a job of their row, which is delivered, became no text, or is no more."""
        view = await self._service.view(job_id)
        if view and not view.job.is_delivered and (not view.job.state.ended or _can_join(view.transcript)):
            return []
        row = await self._service.texts.row((view and view.job.request.row_of) or job_id)
        return [each.id for each in row if each.id > job_id and each.state.ended and not each.is_delivered]


def _can_join(transcript: Transcript | None) -> bool:
    """Whether a text is there, all of it, and nobody is told apart in it."""
    if transcript is None or transcript.is_partial or (transcript.speakers or 0) > 1:
        return False
    return bool(transcript.text)
