"""How a text looks in its chat: what the buttons under it were pressed for."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from handlers.dependencies import Say
from transcription import FormatOptions, Transcript

UNSURE = 0.5
"""Words of a lower probability are shown as doubtful: decision 098 has how many of them are wrong."""


class Menu(StrEnum):
    """Which buttons are under a text."""

    FOLDED = "folded"
    OPEN = "open"
    FILES = "files"
    LANGUAGES = "languages"
    DELETE = "delete"


@dataclass(frozen=True, slots=True)
class Look:
    """How the text of a job looks. The store keeps it as JSON, so that it outlives the process; see `DeliveryStore`."""

    times: bool = False
    """Whether it says when something is said."""
    paragraphs: bool = True
    """Whether it has paragraphs, or is one block."""
    speakers: bool = True
    """Whether it says who speaks, where that is known."""
    unsure: bool = False
    """Whether words that are probably wrong are shown as such."""
    fillers: bool = True
    """Whether it has the sounds that fill a pause, such as "um"."""
    redo: int | None = None
    """The job that found out who speaks, or heard another language, whose transcript is shown in place of the first."""
    better: int | None = None
    """The job of a better model, whose transcript is shown in place of either."""
    joined: Mapping[str, bool] = field(default_factory=dict)
    """The jobs, by their ids, of the notes in a row whose texts are shown after its own."""
    names: Mapping[str, str] = field(default_factory=dict)
    """What voices are called, by their number, which begins at 0."""
    menu: Menu = Menu.FOLDED
    page: int = 0
    """Of the languages that are offered."""
    folds: bool = False
    """Whether what is beyond a screen is folded, and what is beyond three messages only in a file."""
    rich: bool = False
    """Whether what takes several messages is a rich one instead; without effect once Telegram refused that."""
    offer: bool = False
    """Whether a button offers to say who speaks, for several voices are clearly there."""

    @property
    def job_ids(self) -> tuple[int, ...]:
        """The other jobs whose transcripts are shown."""
        again = (job_id for job_id in (self.better, self.redo) if job_id is not None)
        return (*map(int, self.joined), *again)

    @classmethod
    def parse(cls, text: str | None) -> "Look":
        """The look that the store keeps; None is that of all texts at first."""
        fields = json.loads(text) if text else {}
        return cls(**{**fields, "menu": Menu(fields.get("menu", Menu.FOLDED))})

    def format_options(self, say: Say) -> FormatOptions:
        """The same for files, which have times and paragraphs of their own."""

        def label(number: int | None) -> str:
            return say("speaker-unknown") if number is None else say("speaker", number=number)

        names = {int(number): name for number, name in self.names.items()}
        return FormatOptions(names, label, UNSURE if self.unsure else None, self.fillers)


def without_speakers(transcript: Transcript) -> Transcript:
    """The transcript as if nobody had asked who speaks."""
    segments = tuple(
        replace(segment, speaker=None, is_overlap=False, other_speaker=None) for segment in transcript.segments
    )
    return replace(transcript, segments=segments, speakers=None)
