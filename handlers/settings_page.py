"""What /settings shows: every setting of a chat in plain words, and a button for each."""

from dataclasses import dataclass

from aiogram.filters.callback_data import CallbackData
from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup

from handlers.buttons import button, in_rows, keyboard
from handlers.chat_settings import AUTO, ChatSettings, LongTexts
from handlers.dependencies import Say
from handlers.languages import native_name
from handlers.result_keyboard import FILE_FORMATS
from handlers.row import JOIN_S
from transcription import LANGUAGES, Preferences

ON, OFF = "1", "0"
SWITCHES = ("paragraphs", "show_times", "mark_unsure", "omit_fillers", "quiet", "tidy", "drafts")
"""Fields of `Preferences` that a button turns on or off."""
NOBODY, FIND_OUT = "off", "0"
SPEAKERS = (NOBODY, FIND_OUT, "2", "3", "4", "5")
"""How many people are told apart, as buttons have it."""
LANGUAGES_ON_PAGE = 16
COLUMNS = 2


class ShowSettings(CallbackData, prefix="settings"):
    """A button that turns to the choices of one setting, or back to all settings where `name` is empty."""

    name: str = ""
    page: int = 0


class ChangeSetting(CallbackData, prefix="set"):
    """A button that sets a field of `Preferences`. `value` is what is to be, so that two presses are one."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class SettingsPage:
    """The settings of a chat, of which `preferences` are those that it chose itself."""

    preferences: Preferences
    settings: ChatSettings
    say: Say
    keeps_texts: bool = True
    """Whether texts are kept, so that they can grow."""

    def text(self, name: str = "") -> str:
        """All settings as they are, or the question that one of them answers."""
        if name:
            return self.say(f"settings-ask-{_key(name)}")
        switches = {name: "on" if getattr(self.preferences, name) else "off" for name in SWITCHES}
        if self.preferences.quiet:
            switches["drafts"] = "quiet"
        return self.say(
            "settings-title",
            language=self._language(self.settings.language or AUTO),
            model=self._model,
            speakers=self._speakers(self._chosen_speakers),
            file=self.preferences.file_format.upper(),
            long_texts=self.preferences.long_texts,
            keeps="yes" if self.keeps_texts else "no",
            join=self._join(self.preferences.join_s),
            **switches,
        )

    def keyboard(self, name: str = "", page: int = 0) -> InlineKeyboardMarkup:
        """A button for each setting, or for each of the choices that one of them has."""
        if not name:
            return keyboard(*in_rows(self._all(), COLUMNS))
        choices = {
            "language": self._languages,
            "speakers": {count: self._speakers(count) for count in SPEAKERS},
            "file_format": {each: each.upper() for each in FILE_FORMATS},
            "long_texts": {each.value: self._long_texts(each) for each in LongTexts},
            "join_s": {str(pause_s): self._join(pause_s) for pause_s in JOIN_S},
        }[name]
        chosen = {
            "language": self.settings.language or AUTO,
            "speakers": self._chosen_speakers,
            "file_format": self.preferences.file_format,
            "long_texts": self.preferences.long_texts,
            "join_s": str(self.preferences.join_s),
        }[name]
        pages = max(1, -(-len(choices) // LANGUAGES_ON_PAGE))
        first = page % pages * LANGUAGES_ON_PAGE
        shown = list(choices.items())[first : first + LANGUAGES_ON_PAGE]
        picks = [
            button(label, ChangeSetting(name=name, value=value), is_chosen=value == chosen) for value, label in shown
        ]
        turns = [("←", page - 1), ("→", page + 1)] if pages > 1 else []
        arrows = [button(arrow, ShowSettings(name=name, page=other % pages)) for arrow, other in turns]
        return keyboard(*in_rows(picks, COLUMNS), [*arrows, back_button(self.say)])

    def _all(self) -> list[InlineKeyboardButton]:
        values = {
            "language": self._language(self.settings.language or AUTO),
            "model": self._model,
            "speakers": self._speakers(self._chosen_speakers),
            "file_format": self.preferences.file_format.upper(),
            "long_texts": self._long_texts(self.preferences.long_texts),
            **({"join_s": self._join(self.preferences.join_s)} if self.keeps_texts else {}),
        }
        menus = [
            button(f"{self.say(f'settings-{_key(name)}-button')}: {value}", ShowSettings(name=name))
            for name, value in values.items()
        ]
        switches = []
        for name in SWITCHES:
            is_on, label = getattr(self.preferences, name), self.say(f"settings-{_key(name)}-button")
            switches.append(button(label, ChangeSetting(name=name, value=OFF if is_on else ON), is_chosen=is_on))
        return menus + switches

    @property
    def _model(self) -> str:
        return self.say("settings-best") if self.settings.by_language else self.settings.model.name

    @property
    def _languages(self) -> dict[str, str]:
        """The languages that the chat's model understands."""
        model = self.settings.model
        codes = [code for code in LANGUAGES if code in model.languages]
        return {code: self._language(code) for code in ([] if model.only_language else [AUTO]) + codes}

    def _language(self, code: str) -> str:
        return self.say("settings-detect") if code == AUTO else native_name(code)

    @property
    def _chosen_speakers(self) -> str:
        return NOBODY if self.preferences.speakers is None else str(self.preferences.speakers)

    def _speakers(self, count: str) -> str:
        return self.say("settings-speakers", count={NOBODY: "off", FIND_OUT: "on"}.get(count, count))

    def _long_texts(self, choice: str) -> str:
        return self.say("settings-long-texts", choice=choice)

    def _join(self, pause_s: int) -> str:
        return self.say("settings-join", seconds=pause_s)


def back_button(say: Say) -> InlineKeyboardButton:
    """The button that leads to all settings."""
    return button(say("settings-back-button"), ShowSettings())


def settings_keyboard(say: Say) -> InlineKeyboardMarkup:
    """Only the button that leads to all settings."""
    return keyboard([back_button(say)])


def _key(name: str) -> str:
    return name.replace("_", "-")
