"""Whisper on CTranslate2, step by step: encoder, languages, texts and word times of windows."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import ctranslate2
import numpy as np
from faster_whisper import WhisperModel
from faster_whisper.audio import pad_or_trim
from faster_whisper.tokenizer import Tokenizer
from faster_whisper.transcribe import get_suppressed_tokens
from numpy.typing import NDArray

from transcription.asr.alignment import align
from transcription.asr.base import BEAM_SIZE, DecodingResult, WindowInput
from transcription.asr.language import Choice, LanguageProbs
from transcription.asr.word_times import fit_words
from transcription.audio.ffmpeg import SAMPLE_RATE, as_floats
from transcription.timings import Timings

TOKENS_PER_S = 10
EXTRA_TOKENS = 20
"""The most that anyone says; fast Russian is nine tokens a second. Beyond it the text is a loop."""
MAX_TOKENS = 448
"""Of prompt and text; CTranslate2 gives the text half of it."""
MAX_PROMPT_TOKENS = 100
"""Tokens. Of a longer prompt the end counts, for there a chat's own words are."""

BEST_OF = 2
"""Samples taken at a temperature above zero. Five take 115 MB more, for windows that hardly ever get better."""
FRAMES_PER_S = 100
STATES_PER_S = 50  # the encoder makes one state of two mel frames


class WhisperDecoder:
    """Encodes and decodes windows with one model, prompt, beam size and task: `translate` asks for English."""

    def __init__(
        self, model: WhisperModel, prompt: str = "", beam_size: int = BEAM_SIZE, *, translate: bool = False
    ) -> None:
        self._model = model
        self._beam_size = beam_size
        self._translate = translate
        self._tokenizers: dict[str, Tokenizer] = {}
        any_tokenizer = self._tokenizer("en")
        self._suppressed = list(get_suppressed_tokens(any_tokenizer, (-1,)))
        tokens = any_tokenizer.encode(f" {prompt.strip()}")[-MAX_PROMPT_TOKENS:] if prompt.strip() else []
        self.timings = Timings()
        self._before = [any_tokenizer.sot_prev, *tokens] if tokens else []

    @property
    def is_multilingual(self) -> bool:
        """Whether the model knows more than English."""
        return bool(self._model.model.is_multilingual)

    def encode(self, windows: Sequence[WindowInput], context_s: float = 0.0) -> ctranslate2.StorageView:
        """Windows as one batch, in a context of so many seconds, or that of the longest."""
        frames = round(FRAMES_PER_S * (context_s or max(window.context_s for window in windows)))
        with self.timings.measure("features"):
            features = [self._features(window, frames) for window in windows]
        with self.timings.measure("encoder"):
            if len(windows) == 1 or self._model.model.device != "cpu":
                return self._model.encode(np.stack(features))
            # On a CPU a batch is encoded in half as much time again as its windows one by one.
            rows: NDArray[np.float32] = np.concatenate([np.asarray(self._model.encode(each)) for each in features])
            return ctranslate2.StorageView.from_array(rows)

    def _features(self, window: WindowInput, frames: int) -> NDArray[np.float32]:
        features = self._model.feature_extractor(as_floats(window.samples))[:, :-1]  # the last one belongs to padding
        padded: NDArray[np.float32] = pad_or_trim(features, frames)
        return padded

    def language_probs(self, encoded: ctranslate2.StorageView, windows: Sequence[WindowInput]) -> list[LanguageProbs]:
        """How likely each language is in each window, by its sound; a given one is certain."""
        if not self.is_multilingual:
            return [{"en": 1.0}] * len(windows)
        if all(window.language for window in windows):
            return [{window.language or "": 1.0} for window in windows]
        pairs = zip(windows, self.detect(encoded), strict=True)
        return [{window.language: 1.0} if window.language else found for window, found in pairs]

    def detect(self, encoded: ctranslate2.StorageView) -> list[LanguageProbs]:
        """How likely each language is in each of these, by its sound alone."""
        with self.timings.measure("language"):
            found = self._model.model.detect_language(encoded)
        return [{token[2:-2]: prob for token, prob in each} for each in found]

    def states(self, encoded: ctranslate2.StorageView, number: int) -> NDArray[np.float32]:
        """What the encoder made of one window of a batch and of the silence that pads it."""
        states: NDArray[np.float32] = np.asarray(encoded.to_device(ctranslate2.Device.cpu))[number]
        return states

    def only(self, encoded: ctranslate2.StorageView, numbers: Sequence[int]) -> ctranslate2.StorageView:
        """What the encoder made of some windows of a batch; all of it where there are none."""
        states = np.asarray(encoded.to_device(ctranslate2.Device.cpu))[numbers]
        return ctranslate2.StorageView.from_array(np.ascontiguousarray(states)) if numbers else encoded

    def with_words(self, result: DecodingResult, states: NDArray[np.float32], window: WindowInput) -> DecodingResult:
        """A result with the words of its text."""
        if result.words or not result.text:
            return result
        tokenizer = self._tokenizer(result.language)
        with self.timings.measure("align"):
            words = align(
                self._model.model,
                states,
                own_states(window),
                result.tokens,
                start_sequence=tokenizer.sot_sequence,
                tokenizer=self._tokenizer("en") if self._translate else tokenizer,
            )
        return replace(result, words=fit_words(words, result.text))

    def decode(
        self,
        encoded: ctranslate2.StorageView,
        choices: Sequence[Choice],
        windows: Sequence[WindowInput],
        temperature: float = 0.0,
        beam_size: int | None = None,
    ) -> list[DecodingResult]:
        """The texts of encoded windows, each in the language chosen for it."""
        prompts = [self._prompt(choice.language) for choice in choices]
        limit = _max_tokens(windows)
        search: dict[str, Any] = (
            {"beam_size": 1, "num_hypotheses": BEST_OF, "sampling_topk": 0, "sampling_temperature": temperature}
            if temperature
            else {"beam_size": beam_size or self._beam_size}
        )
        with self.timings.measure("decoder"):
            results = self._model.model.generate(
                encoded,
                prompts,
                # CTranslate2 takes half of it for the text, and no more than the prompt leaves.
                max_length=min(MAX_TOKENS, limit + max(limit, len(prompts[0]))),
                return_scores=True,
                return_no_speech_prob=True,
                suppress_tokens=self._suppressed,
                **search,
            )
        return [self._result(*each, limit) for each in zip(results, choices, windows, strict=True)]

    def _result(self, result: Any, choice: Choice, window: WindowInput, limit: int) -> DecodingResult:
        tokens = list(result.sequences_ids[0])
        text = str(self._tokenizer(choice.language).decode(tokens)).strip()
        return DecodingResult(
            text if any(character.isalnum() for character in text) else "",
            choice.language,
            choice.probability,
            avg_logprob=result.scores[0] * len(tokens) / (len(tokens) + 1),  # the end token counts, too
            no_speech_prob=result.no_speech_prob,
            hit_token_limit=len(tokens) >= limit,
            tokens=tuple(tokens),
            window_s=_seconds(window),
        )

    def _prompt(self, language: str) -> list[int]:
        tokenizer = self._tokenizer(language)
        return [*self._before, *tokenizer.sot_sequence, tokenizer.no_timestamps]

    def _tokenizer(self, language: str) -> Tokenizer:
        if language not in self._tokenizers:
            is_multilingual = self._model.model.is_multilingual
            task = "translate" if self._translate and language != "en" else "transcribe"
            self._tokenizers[language] = Tokenizer(self._model.hf_tokenizer, is_multilingual, task, language)
        return self._tokenizers[language]


def _max_tokens(windows: Sequence[WindowInput]) -> int:
    return min(MAX_TOKENS // 2, EXTRA_TOKENS + round(max(map(_seconds, windows)) * TOKENS_PER_S))


def _seconds(window: WindowInput) -> float:
    return len(window.samples) / SAMPLE_RATE


def own_states(window: WindowInput) -> int:
    """How many of the encoder's states are of the window itself, not of the silence that pads it."""
    return round(_seconds(window) * STATES_PER_S)
