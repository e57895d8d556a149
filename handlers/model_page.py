"""What /model shows: the models there are, what each costs, and a button for each."""

from dataclasses import dataclass

from aiogram.filters.callback_data import CallbackData
from aiogram.types import InlineKeyboardMarkup

from handlers.buttons import button, keyboard
from handlers.dependencies import AnyModels, Say
from handlers.languages import native_name
from handlers.settings_page import back_button
from transcription import BEST, Model, Service, catalogue


class ShowModels(CallbackData, prefix="models"):
    """A button that turns to the models of more languages, or to those of English only."""

    english_only: bool


class PickModel(CallbackData, prefix="model"):
    """A button that chooses a model."""

    name: str


@dataclass(frozen=True, slots=True)
class ModelPage:
    """One of two pages, for a chat that has `current` (a model's name or `BEST`); the other one if this is empty."""

    service: Service
    models: AnyModels
    compute_type: str
    say: Say
    current: str

    def text(self, *, english_only: bool) -> str:
        """What the models of a page cost; with workers, how many have each, for they alone have any."""
        workers, say = self.models.workers, self.say
        if workers is not None and not workers:
            return say("model-no-worker", name=self._default)
        english_only = self._page(english_only)
        title = "model-title-english" if english_only else "model-title" if workers is None else "model-title-workers"
        lines = [say(title), "", *(self._line(model) for model in self._offered(english_only))]
        if self._has_best(english_only):
            lines.append(say("model-line-best", name=str(self.service.defaults.model)))
        if workers is not None and self._default not in workers:
            lines += ["", say("model-gone", name=self._default)]
        return "\n".join(lines)

    def keyboard(self, *, english_only: bool) -> InlineKeyboardMarkup:
        """A button for each model of a page, and one for the other page where that has any."""
        english_only = self._page(english_only)
        labels = {model.name: model.name for model in self._offered(english_only)}
        if self._has_best(english_only):
            labels = {BEST: self.say("model-best-button"), **labels}
        rows = [[button(label, PickModel(name=name), is_chosen=name == self.current)] for name, label in labels.items()]
        if self._offered(not english_only):
            text = self.say("model-all-button" if english_only else "model-english-button")
            rows.append([button(text, ShowModels(english_only=not english_only))])
        return keyboard(*rows, [back_button(self.say)])

    @property
    def _default(self) -> str:
        """The model that transcribes where no other one is better."""
        return str(self.service.defaults.model) if self.current == BEST else self.current

    def _has_best(self, english_only: bool) -> bool:
        return self.service.defaults.by_language and not english_only

    def _page(self, english_only: bool) -> bool:
        return english_only if self._offered(english_only) else not english_only

    def _offered(self, english_only: bool) -> list[Model]:
        workers = self.models.workers
        there = (model for model in catalogue.MODELS.values() if workers is None or model.name in workers)
        return [model for model in there if model.english_only == english_only]

    def _line(self, model: Model) -> str:
        speed, workers = self.service.speed(model.name), self.models.workers
        knows_all = catalogue.MODELS["base"].languages <= model.languages
        return self.say(
            "model-line" if workers is None else "model-line-workers",
            name=model.name,
            languages=0 if knows_all or model.english_only else len(model.languages),
            only=native_name(model.only_language) if model.only_language else "",
            here="yes" if self.models.available(model.name) else "no",
            disk_mb=model.disk_mb,
            memory_mb=model.memory_mb(self.compute_type),
            workers=workers[model.name] if workers else 0,
            seconds=60 * speed.rtf,
            measured="yes" if speed.is_measured else "no",
        )
