"""One note while it is heard: the windows that wait, those that were heard, and the text so far."""

from collections import deque
from collections.abc import Sequence
from dataclasses import replace

from transcription.audio import SAMPLE_RATE, Samples
from transcription.hearing import BEAM_SIZE, BEAM_SIZE_SHORT, SHORT_S, Attempt, Listening, Sound
from transcription.inventions import Heard, Sieve
from transcription.results import Segment, Transcript
from transcription.windows import Span, Window, cut


class Note:
    """The windows of a note, handed out to be heard in any order, and its transcript, put together in theirs."""

    def __init__(self, samples: Samples, spans: Sequence[Span], listening: Listening) -> None:
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
        self._attempts: dict[int, Attempt] = {}
        self._language = listening.language
        self._probability = 1.0 if listening.language else 0.0
        self._sieve = Sieve()
        self._segments: list[Segment] = []
        self._told = 0

    def afresh(self) -> "Note":
        """The same note, of which nothing was heard yet, and which tells nobody what is."""
        return Note(self._samples, self._spans, replace(self.listening, heard=lambda _segment, _fraction: None))

    @property
    def done(self) -> bool:
        """Whether every window was heard."""
        return self._told == len(self._windows)

    @property
    def knows_language(self) -> bool:
        """Whether it was given or found out."""
        return self._language is not None

    @property
    def waiting(self) -> int:
        """How many windows nobody has taken yet."""
        return len(self._waiting)

    @property
    def next_sound(self) -> Sound:
        """The window that waits first."""
        return self._sound(self._waiting[0])

    def take(self) -> tuple[int, Sound]:
        """The window that waits first, to be heard now, and its number."""
        number = self._waiting.popleft()
        return number, self._sound(number)

    def put_back(self, number: int) -> None:
        """A window that could not be heard waits again."""
        self._waiting.appendleft(number)

    def put(self, number: int, attempt: Attempt) -> None:
        """What a window says; passes on the segments that are certain now."""
        self.doubted += attempt.is_again
        self._attempts[number] = attempt
        if self._language is None:
            self._language, self._probability = attempt.language, attempt.probability
        while self._told in self._attempts:
            self._tell(self._windows[self._told], self._attempts.pop(self._told))

    def transcript(self, model: str) -> Transcript:
        """All that was said."""
        duration_ms = _ms(len(self._samples))
        return Transcript(tuple(self._segments), self._language or "", self._probability, duration_ms, model)

    def _sound(self, number: int) -> Sound:
        window = self._windows[number]
        return Sound(
            self._samples[window.start : window.end], self._language, self.listening.usual, self.listening.prompt
        )

    def _tell(self, window: Window, attempt: Attempt) -> None:
        self._told += 1
        if attempt.is_silence or not attempt.text:
            return
        segment = Segment(_ms(window.spans[0][0]), _ms(window.spans[-1][1]), attempt.text)
        heard = Heard(segment, attempt.logprob, attempt.no_speech, _ms(window.spoken))
        for certain in self._sieve.pass_on(heard):
            self._segments.append(certain)
            self.listening.heard(certain, self._told / len(self._windows))


def _ms(samples: int) -> int:
    return round(samples * 1000 / SAMPLE_RATE)
