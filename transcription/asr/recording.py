"""One note while it is heard: the windows that wait, those that were heard, and the text so far."""

from collections import deque
from collections.abc import Sequence
from dataclasses import replace

from transcription.asr.base import BEAM_SIZE, BEAM_SIZE_SHORT, SHORT_S, DecodingOptions, DecodingResult, WindowInput
from transcription.asr.hallucinations import HallucinationFilter, ScoredSegment
from transcription.asr.language import Languages
from transcription.asr.script import OneScript
from transcription.audio.ffmpeg import SAMPLE_RATE, Samples
from transcription.audio.windows import Span, Window, split
from transcription.transcript import Segment, Transcript

AWAITED = 3
"""Later windows that a window of doubtful language waits for before it is passed on."""
MOST_OVERRULED = 0.25
"""Share of a note's windows that may be heard again in another language, for the time's sake."""


class Recording:
    """The windows of a note, handed out to be heard in any order, and its transcript, put together in theirs."""

    def __init__(self, samples: Samples, spans: Sequence[Span], listening: DecodingOptions) -> None:
        self.options = listening
        self.beam_size = listening.beam_size or (
            BEAM_SIZE_SHORT if len(samples) <= SHORT_S * SAMPLE_RATE else BEAM_SIZE
        )
        self.unbatched = False
        """Whether its windows are heard with no other note's, for it may do harm."""
        self.retried_windows = 0
        """Windows that had to be heard again."""
        self.work_s = 0.0
        """Seconds for which it kept a thread busy."""
        self._samples = samples
        self._spans = spans
        self._windows = split(samples, spans)
        self._waiting = deque(range(len(self._windows)))
        self._results: dict[int, DecodingResult] = {}
        self._languages = Languages(listening.likely_language)
        self._overruled: dict[int, DecodingResult] = {}
        """What was heard of windows that are heard again in another language."""
        self._script = OneScript()
        self._filter = HallucinationFilter()
        self._segments: list[Segment] = []
        self._emitted = 0

    def fresh_copy(self) -> "Recording":
        """The same note, of which nothing was heard yet, and which tells nobody what is."""
        return Recording(self._samples, self._spans, replace(self.options, on_segment=lambda _segment, _fraction: None))

    @property
    def done(self) -> bool:
        """Whether every window was heard."""
        return self._emitted == len(self._windows)

    @property
    def waiting(self) -> int:
        """How many windows nobody has taken yet."""
        return len(self._waiting)

    @property
    def next_window(self) -> WindowInput:
        """The window that waits first."""
        return self._window_input(self._waiting[0])

    def pop_window(self) -> tuple[int, WindowInput]:
        """The window that waits first, to be heard now, and its number."""
        number = self._waiting.popleft()
        return number, self._window_input(number)

    def requeue(self, number: int) -> None:
        """A window that could not be heard waits again."""
        self._waiting.appendleft(number)

    def add_result(self, number: int, attempt: DecodingResult) -> None:
        """What a window says; passes on the segments that are certain now."""
        self.retried_windows += attempt.is_fallback
        if number in self._overruled:
            attempt = _better(self._overruled[number], attempt)
        elif attempt.language_probs:
            self._languages.add(number, attempt.language_probs, self._windows[number].spoken / SAMPLE_RATE)
        self._results[number] = attempt
        for each in sorted(self._results):
            self._overrule(each)
        while self._emitted in self._results and self._is_settled(self._emitted):
            self._emit(self._windows[self._emitted], self._results.pop(self._emitted))

    def transcript(self, model: str) -> Transcript:
        """All that was said."""
        language, probability = self._main_language()
        return Transcript(tuple(self._segments), language, probability, _ms(len(self._samples)), model)

    def _main_language(self) -> tuple[str, float]:
        if self.options.language:
            return self.options.language, 1.0
        choice = self._languages.main()
        return (choice.language, choice.probability) if choice else ("", 0.0)

    def _is_settled(self, number: int) -> bool:
        """Whether no window that is still to be heard will change the language of this one."""
        attempt = self._results[number]
        if number in self._overruled or attempt.is_mixed or not attempt.language_probs:
            return True
        is_last_word = self._languages.heard_after(number) >= AWAITED or len(self._languages) == len(self._windows)
        return is_last_word or self._languages.choice(number).is_sure

    def _overrule(self, number: int) -> None:
        """Have a window heard again if the others show that it was heard in the wrong language."""
        attempt = self._results[number]
        if number in self._overruled or attempt.is_mixed or not attempt.language_probs or not self._is_settled(number):
            return
        few = len(self._overruled) < MOST_OVERRULED * len(self._windows)
        if few and self._languages.overrules(number, attempt.language):
            self._overruled[number] = self._results.pop(number)
            self.requeue(number)

    def _window_input(self, number: int) -> WindowInput:
        window = self._windows[number]
        language, weights = self.options.language, self._languages.weights(number)
        if number in self._overruled:
            language = self._languages.choice(number).language
        return WindowInput(self._samples[window.start : window.end], language, weights, self.options.initial_prompt)

    def _emit(self, window: Window, attempt: DecodingResult) -> None:
        self._emitted += 1
        if attempt.is_silence or not attempt.text:
            return
        text = self._script.write(attempt.text, attempt.language)
        segment = Segment(_ms(window.spans[0][0]), _ms(window.spans[-1][1]), text)
        heard = ScoredSegment(segment, attempt.avg_logprob, attempt.no_speech_prob, _ms(window.spoken))
        for certain in self._filter.push(heard):
            self._segments.append(certain)
            self.options.on_segment(certain, self._emitted / len(self._windows))


def _better(overruled: DecodingResult, attempt: DecodingResult) -> DecodingResult:
    """The attempt in the right language, unless only the one in the wrong language is good."""
    return overruled if overruled.is_acceptable and not attempt.is_acceptable else attempt


def _ms(samples: int) -> int:
    return round(samples * 1000 / SAMPLE_RATE)
