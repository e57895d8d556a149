"""Waiting for the end of a job, while its chat is shown how far that is, or nothing."""

import asyncio
from dataclasses import dataclass

from bot.delivery.guest_reply import GuestReply
from bot.delivery.reactions import Reactions
from bot.delivery.reply import JobReply
from bot.delivery.sender import MessageSender
from bot.delivery.status import Status
from transcription import Service, View


@dataclass(frozen=True, slots=True)
class Following:
    """Follows one job until it has ended, or this process does; `wakeup` is set when there is news.

    Each method returns how the job stands then, and None where it is forgotten.
    """

    job_id: int
    service: Service
    sender: MessageSender
    wakeup: asyncio.Event
    closing: asyncio.Event

    async def with_status(self, reply: JobReply | GuestReply) -> View | None:
        """Keep a status true meanwhile."""
        status = Status(reply, self.sender, self.wakeup)
        try:
            while (view := await self.service.view(self.job_id)) and not self._is_over(view):
                await status.show(view)
                await status.wait()
        finally:
            status.close()
        return view

    async def quietly(self, reply: JobReply, reactions: Reactions) -> View | None:
        """Show no more than a reaction meanwhile."""
        view = await self.service.view(self.job_id)
        if view and not self._is_over(view):
            await reactions.put(reply.address)
        view = await self.until_over()
        if view is None:
            await reactions.take(reply.address)
        return view

    async def until_over(self) -> View | None:
        """Show nothing meanwhile."""
        while (view := await self.service.view(self.job_id)) and not self._is_over(view):
            await self.wakeup.wait()
            self.wakeup.clear()
        return view

    def _is_over(self, view: View) -> bool:
        return view.job.state.ended or self.closing.is_set()
