"""The error handler: localized sentences for known errors, an incident id for others."""

import uuid
from collections.abc import Awaitable

import structlog
from aiogram import Router
from aiogram.exceptions import ClientDecodeError, TelegramAPIError
from aiogram.types import ErrorEvent, Update

from handlers.dependencies import RunInBackground, Say
from handlers.permissions import RightsUnknown
from handlers.replies import answer_call, reply_in_chat
from transcription import TranscriptionError

log = structlog.get_logger()


class SubmitFailed(Exception):
    """A job could not be stored, for a reason that no other attempt would change."""


async def on_error(event: ErrorEvent, run_in_background: RunInBackground, say: Say) -> None:
    """Say what can be done; what nobody foresaw gets a number, which the owner finds in the log."""
    error = event.exception
    if isinstance(error, TranscriptionError):
        reply = _reply(event.update, say(f"error-{error.code}", **error.details))
    elif isinstance(error, RightsUnknown):
        reply = _reply(event.update, say("rights-unknown"))
    elif isinstance(error, (TelegramAPIError, ClientDecodeError)):
        log.warning("answer not taken", error=type(error).__name__, reason=str(error))
        return
    else:
        incident = uuid.uuid4().hex[:8]
        log.critical("update failed", incident=incident, exc_info=error)
        key = "submit-failed" if isinstance(error, SubmitFailed) else "error-unknown"
        reply = _reply(event.update, say(key, incident=incident))
    if reply:
        run_in_background(reply)


def _reply(update: Update, text: str) -> Awaitable[object] | None:
    if update.callback_query:
        return update.callback_query.answer(text[:200], show_alert=True)
    if update.guest_message:
        return answer_call(update.guest_message, text)
    message = update.message  # what a business account's customers are told is not ours to say
    return reply_in_chat(message, text) if message else None


def build_router() -> Router:
    """Errors of all handlers."""
    router = Router(name="errors")
    router.errors.register(on_error)
    return router
