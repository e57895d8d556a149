"""The buttons under a text: one that unfolds the others, which change the text or send it as a file, and an offer."""

from enum import StrEnum

from aiogram.filters.callback_data import CallbackData
from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup

from handlers.dependencies import Say
from handlers.look import Look, Menu
from handlers.permissions import Id
from transcription import Transcript, UnknownModel, catalogue

LONG_MS = 20_000
"""A text of a shorter recording has no buttons: it is read at a glance."""
FILE_FORMATS = ("txt", "docx", "md", "srt", "vtt", "json", "csv")
IN_ROW = {Menu.FOLDED: 2, Menu.OPEN: 3, Menu.FILES: 4}
"""So many buttons side by side keep their labels whole on a phone."""


class Action(StrEnum):
    """What a button under a text does."""

    MENU = "menu"
    TIMES = "times"
    PARAGRAPHS = "paragraphs"
    SPEAKERS = "speakers"
    NAMES = "names"
    TRANSLATE = "translate"
    FILE = "file"


class ChangeResult(CallbackData, prefix="text"):
    """A button under the text of a job. `value` is what is to be, and not a change, so that two presses are one."""

    job_id: Id
    action: Action
    value: str = ""


def result_keyboard(job_id: int, transcript: Transcript, look: Look, say: Say) -> InlineKeyboardMarkup | None:
    """The buttons under a text; None under a short one."""
    if transcript.duration_ms < LONG_MS or not transcript.text:
        return None

    def button(text: str, action: Action, value: object = "") -> InlineKeyboardButton:
        data = ChangeResult(job_id=job_id, action=action, value=str(value))
        return InlineKeyboardButton(text=text, callback_data=data.pack())

    def switch(action: Action, is_on: bool) -> InlineKeyboardButton:
        label = say(f"text-{action}-button")
        return button(f"✓ {label}" if is_on else label, action, int(not is_on))

    has_speakers = (transcript.speakers or 0) > 1
    if look.menu is Menu.FOLDED:
        is_offered = look.offer and transcript.speakers is None
        buttons = [button(say("text-offer-button"), Action.SPEAKERS, 1)] if is_offered else []
        buttons.append(button("⋯", Action.MENU, Menu.OPEN))
    elif look.menu is Menu.FILES:
        buttons = [button(name.upper(), Action.FILE, name) for name in FILE_FORMATS]
        buttons.append(button("←", Action.MENU, Menu.OPEN))
    else:
        buttons = [button(say("text-file-button"), Action.MENU, Menu.FILES)]
        if has_speakers or not transcript.is_translated:
            buttons.append(switch(Action.SPEAKERS, has_speakers and look.speakers))
        if has_speakers and look.speakers:
            buttons.append(button(say("text-names-button"), Action.NAMES))
        if can_translate(transcript):
            buttons.append(button(say("text-translate-button"), Action.TRANSLATE))
        buttons += [switch(Action.TIMES, look.times), switch(Action.PARAGRAPHS, look.paragraphs)]
        buttons.append(button("×", Action.MENU, Menu.FOLDED))
    in_row = IN_ROW[look.menu]
    rows = [buttons[at : at + in_row] for at in range(0, len(buttons), in_row)]
    return InlineKeyboardMarkup(inline_keyboard=rows)


def can_translate(transcript: Transcript) -> bool:
    """Whether the model of a transcript makes it English, which it is not yet; one that left the catalogue does not."""
    if transcript.is_translated or transcript.language == "en":
        return False
    try:
        return catalogue.find(transcript.model).translates
    except UnknownModel:
        return False
