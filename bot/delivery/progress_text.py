"""What a job's status message says until the job has ended."""

from bot.delivery.splitting import tail_within
from bot.localization import Say
from handlers.message_units import MESSAGE_UNITS, head_within
from transcription import Stage, View

TEXT_SO_FAR_UNITS = MESSAGE_UNITS - 200
"""Leaves room for the line that says how far the work is."""


def progress_text(view: View, say: Say) -> str:
    """A status while the job is queued or running, with the text so far."""
    if view.fetched_mb is not None:
        return say("status-fetching", mb=view.fetched_mb)
    if view.position is not None:
        key = "status-held-up" if view.is_held_up else "status-queued"
        key = "status-no-worker" if view.lacks_worker else key
        return say(key, position=view.position, eta=view.eta_s or 0)
    if view.stage is not None:
        stage = "downloading" if view.stage is Stage.DOWNLOAD else "loading"
        return say(f"status-{stage}-model", percent=_percent(view))
    if view.is_preliminary:
        return with_note(view.text, say("status-draft"))
    if not view.text:
        return say("status-starting")
    so_far = tail_within(view.text, TEXT_SO_FAR_UNITS)
    if so_far != view.text:
        so_far = f"… {so_far}"
    return f"{say('status-running', percent=_percent(view), eta=view.eta_s or 0)}\n\n{so_far}"


def with_note(text: str, note: str) -> str:
    """As much of the beginning of a text as there is room for, and what is to be said of it."""
    beginning = head_within(text, TEXT_SO_FAR_UNITS)
    return f"{text if beginning == text else f'{beginning} …'}\n\n{note}"


def _percent(view: View) -> int:
    return round(100 * view.fraction)
