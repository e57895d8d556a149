"""The buttons by which a language model is asked about a text, and what is said around its answers."""

import hashlib
import re
from enum import StrEnum

from aiogram.filters.callback_data import CallbackData
from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup
from aiogram.utils.formatting import Bold, Italic, Text

from handlers.buttons import button, keyboard
from handlers.dependencies import Say
from handlers.message_units import head_within
from handlers.permissions import Id
from transcription import AnswerKind, Draft, KeptAnswer

BEGINNING_UNITS = 700
"""How much of a long answer is shown above its file."""
DRAFT_CHARACTERS = 1900
"""How much is shown of one that is being written: its end, and never more than a message takes."""
LIVE = re.compile(r"(?<![\w.+-])@(?=\w)|(?<![\w/])/(?=\w)")
"""Where Telegram takes the next word for somebody's name, or for a command."""
WORD_JOINER = "\u2060"


class Step(StrEnum):
    """What a button does."""

    ASK = "ask"
    SEND = "send"
    """Let the chat's texts leave this machine, and ask."""
    KEEP = "keep"
    """Don't."""
    STOP = "stop"


class AnswerButton(CallbackData, prefix="llm"):
    """A button about an answer; `place` tells the host that a text may be sent to from others."""

    job_id: Id
    kind: AnswerKind
    step: Step
    place: str = ""


def answer_buttons(job_id: int, say: Say) -> list[InlineKeyboardButton]:
    """A button for each kind of answer."""
    return [
        button(say(f"llm-{kind}-button"), AnswerButton(job_id=job_id, kind=kind, step=Step.ASK)) for kind in AnswerKind
    ]


def leave_keyboard(job_id: int, kind: AnswerKind, host: str, say: Say) -> InlineKeyboardMarkup:
    """Whether a text may leave this machine for a host."""
    steps = ((Step.SEND, "llm-send-button"), (Step.KEEP, "llm-keep-button"))
    place = place_of(host)
    return keyboard(
        [button(say(key), AnswerButton(job_id=job_id, kind=kind, step=step, place=place)) for step, key in steps]
    )


def stop_keyboard(job_id: int, kind: AnswerKind, say: Say) -> InlineKeyboardMarkup:
    """The one button under an answer that is being written."""
    return keyboard([button(say("cancel-button"), AnswerButton(job_id=job_id, kind=kind, step=Step.STOP))])


def place_of(host: str) -> str:
    """A host as a button has room for it."""
    return hashlib.sha256(host.encode()).hexdigest()[:12]


def inert(text: str) -> str:
    """A text in which no name calls anybody and no command can be tapped, for a note may make a model write them."""
    return LIVE.sub(lambda found: found[0] + WORD_JOINER, text)


def draft_text(kind: AnswerKind, draft: Draft, say: Say) -> Text:
    """What an answer that is being written says; the end of it, where it is long."""
    written = draft.text
    text = written if len(written) <= DRAFT_CHARACTERS else f"…{written[-DRAFT_CHARACTERS:]}"
    progress = say("llm-writing", kind=kind, part=draft.part, parts=draft.parts)
    return Text(progress, *(("\n\n", inert(text)) if text else ()))


def answer_text(kind: AnswerKind, answer: KeptAnswer, model: str, say: Say, *, is_file: bool = False) -> Text:
    """A whole answer, and what there is to know of it; its beginning, where the rest is in a file."""
    title = inert(say("llm-title", kind=kind, model=model))
    text = f"{head_within(answer.text, BEGINNING_UNITS).rsplit(maxsplit=1)[0]}…" if is_file else answer.text
    notes = [say("llm-share", percent=int(100 * answer.share))] if answer.share < 1 else []
    notes += [] if answer.is_whole else [say("llm-cut")]
    return Text(Bold(title), "\n\n", inert(text), *(Italic(f"\n\n{note}") for note in notes))
