"""The buttons under a text: one unfolds the others, which change it, send it as a file or delete it; and offers."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from aiogram.filters.callback_data import CallbackData
from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup

from handlers.answer_buttons import answer_buttons
from handlers.buttons import button, in_rows, keyboard
from handlers.dependencies import Say
from handlers.languages import native_name
from handlers.likely_languages import is_doubtful
from handlers.look import Look, Menu
from handlers.permissions import Id
from transcription import LANGUAGES, Transcript, UnknownModel, catalogue, without_fillers

LONG_MS = 20_000
"""A text of a shorter recording has no buttons: it is read at a glance."""
FILE_FORMATS = ("txt", "docx", "md", "srt", "vtt", "json", "csv")
LANGUAGES_ON_PAGE = 15
IN_ROW = {Menu.FOLDED: 2, Menu.OPEN: 3, Menu.FILES: 4, Menu.LANGUAGES: 3, Menu.DELETE: 2}
"""So many buttons side by side keep their labels whole on a phone."""


class Action(StrEnum):
    """What a button under a text does."""

    MENU = "menu"
    TIMES = "times"
    PARAGRAPHS = "paragraphs"
    FILLERS = "fillers"
    SPEAKERS = "speakers"
    BETTER = "better"
    NAMES = "names"
    TRANSLATE = "translate"
    FILE = "file"
    LANGUAGE = "language"
    PAGE = "page"
    DELETE = "delete"


class ChangeResult(CallbackData, prefix="text"):
    """A button under the text of a job. `value` is what is to be, and not a change, so that two presses are one."""

    job_id: Id
    action: Action
    value: str = ""


def result_keyboard(
    job_id: int,
    transcript: Transcript,
    look: Look,
    say: Say,
    likely: Sequence[str] = (),
    *,
    has_llm: bool = False,
    has_better: bool = False,
) -> InlineKeyboardMarkup | None:
    """The buttons under a text; none under a short one whose language is certain. `likely` are other languages.

    `has_llm` is whether a language model can be asked about texts, `has_better` whether a better model is there for it.
    """
    if not transcript.text or (transcript.duration_ms < LONG_MS and not is_doubtful(transcript)):
        return None
    buttons = _Buttons(job_id, transcript, look, say, has_better).of_menu(likely)
    asking = answer_buttons(job_id, say) if has_llm and look.menu is Menu.OPEN else []
    return keyboard(asking, *in_rows(buttons, IN_ROW[look.menu]))


@dataclass(frozen=True, slots=True)
class _Buttons:
    """The buttons of one text."""

    job_id: int
    transcript: Transcript
    look: Look
    say: Say
    has_better: bool

    def of_menu(self, likely: Sequence[str]) -> list[InlineKeyboardButton]:
        """Those of the menu that is open."""
        back = self._button("←", Action.MENU, Menu.OPEN)
        match self.look.menu:
            case Menu.FOLDED:
                return self._folded()
            case Menu.FILES:
                return [*(self._button(name.upper(), Action.FILE, name) for name in FILE_FORMATS), back]
            case Menu.LANGUAGES:
                return [*self._languages(likely), back]
            case Menu.DELETE:
                return [self._button(self.say("text-delete-yes-button"), Action.DELETE), back]
        return self._open()

    def _folded(self) -> list[InlineKeyboardButton]:
        is_offered = self.look.offer and self.transcript.speakers is None and not self.look.joined
        buttons = [self._button(self.say("text-offer-button"), Action.SPEAKERS, 1)] if is_offered else []
        if is_doubtful(self.transcript) and not self.look.joined:
            buttons.append(self._button(self.say("text-language-button"), Action.MENU, Menu.LANGUAGES))
        return [*buttons, self._button("⋯", Action.MENU, Menu.OPEN)]

    def _open(self) -> list[InlineKeyboardButton]:
        """All of them; under notes in a row those that are for one recording are left out."""
        is_row = bool(self.look.joined)
        return [
            self._button(self.say("text-file-button"), Action.MENU, Menu.FILES),
            *([] if is_row else self._of_who_and_english()),
            self._switch(Action.TIMES, self.look.times),
            self._switch(Action.PARAGRAPHS, self.look.paragraphs),
            *self._of_fillers(),
            *([] if is_row else self._of_hearing_again()),
            self._button(self.say("text-delete-button"), Action.MENU, Menu.DELETE),
            self._button("×", Action.MENU, Menu.FOLDED),
        ]

    def _of_who_and_english(self) -> list[InlineKeyboardButton]:
        has_speakers, buttons = (self.transcript.speakers or 0) > 1, []
        if has_speakers or not self.transcript.is_translated:
            buttons.append(self._switch(Action.SPEAKERS, has_speakers and self.look.speakers))
        if has_speakers and self.look.speakers:
            buttons.append(self._button(self.say("text-names-button"), Action.NAMES))
        if can_translate(self.transcript):
            buttons.append(self._button(self.say("text-translate-button"), Action.TRANSLATE))
        return buttons

    def _of_fillers(self) -> list[InlineKeyboardButton]:
        has_fillers = without_fillers(self.transcript) is not self.transcript
        return [self._switch(Action.FILLERS, self.look.fillers)] if has_fillers else []

    def _of_hearing_again(self) -> list[InlineKeyboardButton]:
        buttons = []
        if not self.transcript.is_translated:
            buttons.append(self._button(self.say("text-language-button"), Action.MENU, Menu.LANGUAGES))
        if self.has_better or self.look.better is not None:
            buttons.append(self._switch(Action.BETTER, self.look.better is not None))
        return buttons

    def _languages(self, likely: Sequence[str]) -> list[InlineKeyboardButton]:
        """The likely ones, which are page 0, or a page of all."""
        pages = -(-len(LANGUAGES) // LANGUAGES_ON_PAGE)
        page = min(self.look.page, pages)
        first = (page - 1) * LANGUAGES_ON_PAGE
        codes = LANGUAGES[first : first + LANGUAGES_ON_PAGE] if page else likely
        turns = {"…": 1} if not page else {"‹": (page - 2) % pages + 1, "›": page % pages + 1}
        return [
            *(self._button(native_name(code), Action.LANGUAGE, code) for code in codes),
            *(self._button(text, Action.PAGE, other) for text, other in turns.items()),
        ]

    def _button(
        self, text: str, action: Action, value: object = "", *, is_chosen: bool = False
    ) -> InlineKeyboardButton:
        return button(text, ChangeResult(job_id=self.job_id, action=action, value=str(value)), is_chosen=is_chosen)

    def _switch(self, action: Action, is_on: bool) -> InlineKeyboardButton:
        return self._button(self.say(f"text-{action}-button"), action, int(not is_on), is_chosen=is_on)


def can_translate(transcript: Transcript) -> bool:
    """Whether the model of a transcript makes it English, which it is not yet; one that left the catalogue does not."""
    if transcript.is_translated or transcript.language == "en":
        return False
    try:
        return catalogue.find(transcript.model).translates
    except UnknownModel:
        return False
