"""Which model a recording is for: a few of its windows are asked for their language before any other is decoded."""

import itertools
from collections.abc import Collection, Sequence

from transcription.asr.base import DecodingResult
from transcription.audio.windows import Window

ASKED = 3
"""Windows that have to agree, spread over the recording: one in several languages is for the model that tells them."""


class LanguageQuestion:
    """Asks windows, one after the other, whether the recording is in one of `languages`, which others transcribe.

    Of each third of the recording it is the window with most speech.
    """

    def __init__(self, languages: Collection[str], windows: Sequence[Window]) -> None:
        parts = min(ASKED, len(windows)) if languages else 0
        bounds = [len(windows) * part // parts for part in range(parts + 1)] if parts else []
        self.languages = languages
        self._asked = [
            max(range(start, end), key=lambda number: windows[number].spoken)
            for start, end in itertools.pairwise(bounds)
        ]
        self._told: list[DecodingResult] = []
        self.next = self._asked[0] if self._asked else None
        """The window that is asked now; None once the answer is known."""
        self.answer: DecodingResult | None = None
        """What the least sure of them said, if all are in one language, which another model transcribes."""

    def hear(self, result: DecodingResult) -> None:
        """The result of the window that was asked."""
        self._told.append(result)
        self.next = None
        if result.is_elsewhere and result.language == self._told[0].language:
            if len(self._told) < len(self._asked):
                self.next = self._asked[len(self._told)]
            else:
                self.answer = min(self._told, key=lambda told: told.language_probability)
