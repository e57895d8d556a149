"""One note while it is heard: the windows that wait, those that were heard, and the text so far."""

from collections import deque
from collections.abc import Sequence
from dataclasses import replace

from transcription.audio import SAMPLE_RATE, Samples
from transcription.hearing import BEAM_SIZE, BEAM_SIZE_SHORT, SHORT_S, DecodingOptions, DecodingResult, WindowInput
from transcription.inventions import Heard, Sieve
from transcription.language import Languages
from transcription.results import Segment, Transcript
from transcription.script import OneScript
from transcription.windows import Span, Window, cut

AWAITED = 3
"""Later windows that a window of doubtful language waits for before it is passed on."""
MOST_OVERRULED = 0.25
"""Share of a note's windows that may be heard again in another language, for the time's sake."""


class Note:
    """The windows of a note, handed out to be heard in any order, and its transcript, put together in theirs."""

    def __init__(self, samples: Samples, spans: Sequence[Span], listening: DecodingOptions) -> None:
        self.listening = listening
        self.beam_size = listening.beam_size or (
            BEAM_SIZE_SHORT if len(samples) <= SHORT_S * SAMPLE_RATE else BEAM_SIZE
        )
        self.alone = False
        """Whether its windows are heard with no other note's, for it may do harm."""
        self.doubted = 0
        """Windows that had to be heard again."""
        self.work_s = 0.0
        """Seconds for which it kept a thread busy."""
        self._samples = samples
        self._spans = spans
        self._windows = cut(samples, spans)
        self._waiting = deque(range(len(self._windows)))
        self._attempts: dict[int, DecodingResult] = {}
        self._languages = Languages(listening.likely_language)
        self._overruled: dict[int, DecodingResult] = {}
        """What was heard of windows that are heard again in another language."""
        self._script = OneScript()
        self._sieve = Sieve()
        self._segments: list[Segment] = []
        self._told = 0

    def afresh(self) -> "Note":
        """The same note, of which nothing was heard yet, and which tells nobody what is."""
        return Note(self._samples, self._spans, replace(self.listening, on_segment=lambda _segment, _fraction: None))

    @property
    def done(self) -> bool:
        """Whether every window was heard."""
        return self._told == len(self._windows)

    @property
    def waiting(self) -> int:
        """How many windows nobody has taken yet."""
        return len(self._waiting)

    @property
    def next_sound(self) -> WindowInput:
        """The window that waits first."""
        return self._sound(self._waiting[0])

    def take(self) -> tuple[int, WindowInput]:
        """The window that waits first, to be heard now, and its number."""
        number = self._waiting.popleft()
        return number, self._sound(number)

    def put_back(self, number: int) -> None:
        """A window that could not be heard waits again."""
        self._waiting.appendleft(number)

    def put(self, number: int, attempt: DecodingResult) -> None:
        """What a window says; passes on the segments that are certain now."""
        self.doubted += attempt.is_fallback
        if number in self._overruled:
            attempt = _better(self._overruled[number], attempt)
        elif attempt.language_probs:
            self._languages.add(number, attempt.language_probs, self._windows[number].spoken / SAMPLE_RATE)
        self._attempts[number] = attempt
        for each in sorted(self._attempts):
            self._overrule(each)
        while self._told in self._attempts and self._is_settled(self._told):
            self._tell(self._windows[self._told], self._attempts.pop(self._told))

    def transcript(self, model: str) -> Transcript:
        """All that was said."""
        language, probability = self._main_language()
        return Transcript(tuple(self._segments), language, probability, _ms(len(self._samples)), model)

    def _main_language(self) -> tuple[str, float]:
        if self.listening.language:
            return self.listening.language, 1.0
        choice = self._languages.main()
        return (choice.language, choice.probability) if choice else ("", 0.0)

    def _is_settled(self, number: int) -> bool:
        """Whether no window that is still to be heard will change the language of this one."""
        attempt = self._attempts[number]
        if number in self._overruled or attempt.is_mixed or not attempt.language_probs:
            return True
        is_last_word = self._languages.heard_after(number) >= AWAITED or len(self._languages) == len(self._windows)
        return is_last_word or self._languages.choice(number).is_sure

    def _overrule(self, number: int) -> None:
        """Have a window heard again if the others show that it was heard in the wrong language."""
        attempt = self._attempts[number]
        if number in self._overruled or attempt.is_mixed or not attempt.language_probs or not self._is_settled(number):
            return
        few = len(self._overruled) < MOST_OVERRULED * len(self._windows)
        if few and self._languages.overrules(number, attempt.language):
            self._overruled[number] = self._attempts.pop(number)
            self.put_back(number)

    def _sound(self, number: int) -> WindowInput:
        window = self._windows[number]
        language, weights = self.listening.language, self._languages.weights(number)
        if number in self._overruled:
            language = self._languages.choice(number).language
        return WindowInput(self._samples[window.start : window.end], language, weights, self.listening.initial_prompt)

    def _tell(self, window: Window, attempt: DecodingResult) -> None:
        self._told += 1
        if attempt.is_silence or not attempt.text:
            return
        text = self._script.write(attempt.text, attempt.language)
        segment = Segment(_ms(window.spans[0][0]), _ms(window.spans[-1][1]), text)
        heard = Heard(segment, attempt.avg_logprob, attempt.no_speech_prob, _ms(window.spoken))
        for certain in self._sieve.pass_on(heard):
            self._segments.append(certain)
            self.listening.on_segment(certain, self._told / len(self._windows))


def _better(overruled: DecodingResult, attempt: DecodingResult) -> DecodingResult:
    """The attempt in the right language, unless only the one in the wrong language is good."""
    return overruled if overruled.is_acceptable and not attempt.is_acceptable else attempt


def _ms(samples: int) -> int:
    return round(samples * 1000 / SAMPLE_RATE)
