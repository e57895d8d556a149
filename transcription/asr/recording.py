"""A recording being transcribed: its windows that wait, the results of the others, and the transcript so far."""

from collections import deque
from collections.abc import Sequence
from dataclasses import replace

from transcription.asr.base import (
    BEAM_SIZE,
    BEAM_SIZE_SHORT,
    DOUBTED_S,
    SHORT_S,
    DecodingOptions,
    DecodingResult,
    OnSegment,
    WindowInput,
)
from transcription.asr.hallucinations import HallucinationFilter, ScoredSegment
from transcription.asr.language import Languages
from transcription.asr.language_question import LanguageQuestion
from transcription.asr.script import OneScript
from transcription.asr.segmentation import sentences_of
from transcription.asr.word_times import anchored, fit_words, shifted, spaced
from transcription.audio.ffmpeg import SAMPLE_RATE, Samples, milliseconds
from transcription.audio.windows import MAX_WINDOW, Span, Window, split
from transcription.languages import language_of
from transcription.timings import Timings
from transcription.transcript import Segment, Transcript

AWAITED = 3
"""Later windows that a window of doubtful language waits for before it is emitted."""
MOST_OVERRULED = 0.25
"""Share of a recording's windows that may be decoded again in another language, for the time's sake."""


def _ignore_segment(_segment: Segment, _fraction: float) -> None:
    """For callers who ask for the transcript only."""


class Recording:
    """The windows of a recording, handed out in any order, and its transcript, put together in theirs.

    `spans` is where somebody speaks. Building one blocks, for it splits the samples into windows.
    """

    def __init__(
        self,
        samples: Samples,
        spans: Sequence[Span],
        options: DecodingOptions,
        on_segment: OnSegment = _ignore_segment,
        max_window_s: float = MAX_WINDOW / SAMPLE_RATE,
    ) -> None:
        self.options = options
        length_s = len(samples) / SAMPLE_RATE
        self.beam_size = options.beam_size or (BEAM_SIZE_SHORT if length_s <= SHORT_S else BEAM_SIZE)
        self._second_opinion = not options.beam_size and DOUBTED_S < length_s <= SHORT_S
        self.unbatched = False
        """Whether its windows share a batch with no other recording's, for it may do harm."""
        self.retried_windows = 0
        """Windows that needed a fallback."""
        self.work_s = 0.0
        """Seconds for which it kept a thread busy."""
        self.timings = Timings()
        """Of the batches that its windows were in."""
        self._on_segment = on_segment
        self._samples = samples
        self.spans = spans
        self.limit_windows(max_window_s)
        self._results: dict[int, DecodingResult] = {}
        self._languages = Languages(options.likely_language, language_of(options.app_language))
        self._overruled: dict[int, DecodingResult] = {}
        """The first results of windows that are decoded again in another language."""
        self._script = OneScript(options.app_language)
        self._filter = HallucinationFilter()
        self._segments: list[Segment] = []
        self._emitted = 0

    def fresh_copy(self) -> "Recording":
        """The same recording before any of it was decoded, which tells nobody of its segments."""
        options = replace(self.options, elsewhere=())
        return Recording(self._samples, self.spans, options, max_window_s=self.max_window_s)

    def limit_windows(self, max_window_s: float) -> None:
        """Split it into windows of at most so many seconds, before any of them is popped. Blocks."""
        self.max_window_s = max_window_s
        self._windows = split(self._samples, self.spans, round(max_window_s * SAMPLE_RATE))
        self._question = LanguageQuestion(self.options.elsewhere, self._windows)
        self._waiting = deque(range(len(self._windows)) if self._question.next is None else [self._question.next])

    @property
    def done(self) -> bool:
        """Whether every window was decoded, or none is to be, for another model transcribes it."""
        return self._emitted == len(self._windows) or self.elsewhere is not None

    @property
    def elsewhere(self) -> DecodingResult | None:
        """The language of a recording that another model transcribes, and how sure it is; None for all others."""
        return self._question.answer

    @property
    def waiting(self) -> int:
        """How many windows nobody has popped yet."""
        return len(self._waiting)

    @property
    def next_window(self) -> WindowInput:
        """The window that waits first."""
        return self._window_input(self._waiting[0])

    def pop_window(self) -> tuple[int, WindowInput]:
        """The window that waits first, to be decoded now, and its number."""
        number = self._waiting.popleft()
        return number, self._window_input(number)

    def requeue(self, number: int) -> None:
        """A window that could not be decoded waits again."""
        self._waiting.appendleft(number)

    def add_result(self, number: int, result: DecodingResult) -> None:
        """Take the result of a window, and emit the segments that are certain now."""
        if result.language_probs and number not in self._overruled:
            self._languages.add(number, result.language_probs, self._windows[number].spoken / SAMPLE_RATE)
        if number == self._question.next:
            self._ask(number, result)
        if result.is_elsewhere:
            return
        self.retried_windows += result.is_fallback
        if number in self._overruled:
            result = _better(self._overruled[number], result)
        self._results[number] = result
        for each in sorted(self._results):
            self._overrule(each)
        while self._emitted in self._results and self._is_settled(self._emitted):
            self._emit(self._windows[self._emitted], self._results.pop(self._emitted))

    def transcript(self, model: str) -> Transcript:
        """All that was said; `model` is the name of the model that decoded it."""
        language, probability = self._main_language()
        return Transcript(
            sentences_of(self._segments),
            language,
            probability,
            milliseconds(len(self._samples)),
            model,
            is_translated=self.options.translate and language not in {"", "en"},
        )

    def _main_language(self) -> tuple[str, float]:
        if self.options.language:
            return self.options.language, 1.0
        choice = self._languages.main()
        return (choice.language, choice.probability) if choice else ("", 0.0)

    def _ask(self, number: int, result: DecodingResult) -> None:
        """Ask the next window, or have those decoded that were kept back, where no other model is to do it."""
        self._question.hear(result)
        if self._question.next is not None:
            self._waiting.append(self._question.next)
        elif not self._question.answer:
            decoded = set() if result.is_elsewhere else {number}
            self._waiting.extend(each for each in range(len(self._windows)) if each not in decoded)

    def _is_settled(self, number: int) -> bool:
        """Whether no window that is still to be decoded will change the language of this one."""
        result = self._results[number]
        if number in self._overruled or result.is_mixed or not result.language_probs:
            return True
        is_final = self._languages.count_after(number) >= AWAITED or len(self._languages) == len(self._windows)
        return is_final or self._languages.choice(number).is_sure

    def _overrule(self, number: int) -> None:
        """Have a window decoded again if the others show that its language was the wrong one."""
        result = self._results[number]
        if number in self._overruled or result.is_mixed or not result.language_probs or not self._is_settled(number):
            return
        few = len(self._overruled) < MOST_OVERRULED * len(self._windows)
        if few and self._languages.overrules(number, result.language):
            self._overruled[number] = self._results.pop(number)
            self.requeue(number)

    def _window_input(self, number: int) -> WindowInput:
        window = self._windows[number]
        language, weights = self.options.language, self._languages.weights(number)
        if number in self._overruled:
            language = self._languages.choice(number).language
        return WindowInput(
            self._samples[window.start : window.end],
            language,
            weights,
            self.options.initial_prompt,
            self.options.translate,
            self.options.is_partial,
            self._question.languages if number == self._question.next else (),
            second_opinion=self._second_opinion,
        )

    def _emit(self, window: Window, result: DecodingResult) -> None:
        self._emitted += 1
        if result.is_silence or not result.text or (self.options.is_partial and not result.is_acceptable):
            return
        text = result.text if self.options.translate else self._script.write(result.text, result.language)
        spans = [(milliseconds(start), milliseconds(end)) for start, end in window.spans]
        words = anchored(shifted(result.words, milliseconds(window.start)), spans)
        segment = Segment(
            words[0].start_ms if words else spans[0][0],
            words[-1].end_ms if words else spans[-1][1],
            text,
            spaced(fit_words(words, text)),
            avg_logprob=result.avg_logprob,
            no_speech_prob=result.no_speech_prob,
        )
        scored = ScoredSegment(segment, result.avg_logprob, result.no_speech_prob, milliseconds(window.spoken))
        for certain in self._filter.push(scored):
            self._segments.append(certain)
            self._on_segment(certain, self._emitted / len(self._windows))


def _better(overruled: DecodingResult, result: DecodingResult) -> DecodingResult:
    """The result in the right language, unless only the one in the wrong language is good."""
    return overruled if overruled.is_acceptable and not result.is_acceptable else result
