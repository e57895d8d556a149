"""Which model a recording is for: a few of its windows are asked for their language before any other is decoded."""

import itertools
from collections.abc import Collection, Sequence

from transcription.asr.base import DecodingResult
from transcription.audio.windows import Window

ASKED = 3
"""Windows that have to agree, spread over the recording: one in several languages is for the model that tells them."""


class LanguageQuestion:
    """Asks windows whether the recording is in one of `languages`, which another model transcribes.

    `asked` are the numbers of those windows: of each third of the recording the one with most speech.
    """

    def __init__(self, languages: Collection[str], windows: Sequence[Window]) -> None:
        parts = min(ASKED, len(windows)) if languages else 0
        bounds = [len(windows) * part // parts for part in range(parts + 1)] if parts else []
        self.languages = frozenset(languages)
        self.asked = tuple(
            max(range(start, end), key=lambda number: windows[number].spoken)
            for start, end in itertools.pairwise(bounds)
        )
        self.is_open = bool(self.asked)
        """Whether it is not known yet."""
        self.answer: DecodingResult | None = None
        """What all of them said, if that is one language that is surely another model's."""
        self._told: dict[int, DecodingResult] = {}

    def hear(self, number: int, result: DecodingResult) -> None:
        """The result of one of the windows."""
        self._told[number] = result
        is_here = not result.is_elsewhere or len({told.language for told in self._told.values()}) > 1
        if is_here:
            self.is_open = False
        elif len(self._told) == len(self.asked):
            self.is_open = False
            self.answer = min(self._told.values(), key=lambda told: told.language_probability)

    @property
    def skipped(self) -> list[int]:
        """The windows of which only the language was told."""
        return sorted(number for number, told in self._told.items() if told.is_elsewhere)
