"""Whisper's models, run by CTranslate2: dimensions, and the sizes that follow from them."""

import math
from dataclasses import dataclass

from transcription.languages import LANGUAGES
from transcription.models.model import Model

TOKENS = 51_865
"""Size of the multilingual vocabulary; the English one and that of large-v3 differ by one."""

BYTES_PER_PARAMETER = {
    "auto": 1,
    "int8": 1,
    "int8_float32": 1,
    "int8_float16": 1,
    "int8_bfloat16": 1,
    "int16": 2,
    "float16": 2,
    "bfloat16": 2,
    "float32": 4,
}

ENGLISH = frozenset({"en"})
V3_LANGUAGES = frozenset(LANGUAGES)
V2_LANGUAGES = V3_LANGUAGES - {"yue"}
"""Cantonese came with large-v3."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WhisperModel(Model):
    """A Whisper model.

    `repo` is where faster-whisper 1.2.1 takes that name from. Width and layers are those of the published `config.json`
    and dimension tables; all else is computed from them.
    """

    width: int
    encoder_layers: int
    decoder_layers: int

    @property
    def parameters_m(self) -> float:
        """Millions of parameters: attention and feed-forward weights, embeddings and convolutions.

        Within 1 % of the files at hand: base 72.5 (a float16 file of 145.2 MB), tiny.en 37.7 (75.5 MB).
        """
        return (self.encoder_weights + self.decoder_weights + (448 + 1500 + 240 + 3 * self.width) * self.width) / 1e6

    @property
    def disk_mb(self) -> int:
        """Size of the folder in megabytes: two bytes a parameter (all repos hold float16) and 3 MB of vocabulary."""
        return math.ceil(2 * self.parameters_m) + 3

    def weights_mb(self, compute_type: str) -> float:
        """Megabytes of the weights in memory, which come back when the model is closed; float32 for unknown types."""
        return self.parameters_m * BYTES_PER_PARAMETER.get(compute_type, 4)

    def memory_mb(self, compute_type: str) -> int:
        """Most megabytes that the model adds to the process on a CPU, while it is loaded or while it decodes 30 s.

        Decoding: parameters times bytes, a twentieth for what stays in float32, and 130 MB to work in. Loading: the
        float16 file in memory, the largest matrix of it (the tokens' embeddings) once more in float32, and 20 MB.
        Growth of RSS measured with CTranslate2 4.8, loading / decoding: base int8 269 / 168 MB (271 / 207 estimated),
        base float32 320 / 417 (435), tiny.en int8 176 / 131 (176 / 170), tiny.en float32 181 / 237 (289).
        `auto` counts as int8, which CTranslate2 picked on a CPU with AVX2.
        """
        decoding = self.weights_mb(compute_type) * 1.05 + 130
        loading = self.parameters_m * 2 + 4 * TOKENS * self.width / 1e6 + 20
        return math.ceil(max(decoding, loading))

    @property
    def relative_cost(self) -> float:
        """Seconds of CPU per second of speech relative to base: a guess for models whose speed was not measured.

        A short clip on base is three parts encoder and seven parts decoder. Either grows as its weights do, the
        encoder a little slower because wide layers use a core better: small's took 3.8 times base's at 10 s, with 4.5
        times the weights, hence the exponent 0.88.
        """
        encoder = (self.encoder_weights / BASE.encoder_weights) ** 0.88
        return float(round(0.3 * encoder + 0.7 * self.decoder_weights / BASE.decoder_weights, 2))

    @property
    def encoder_weights(self) -> int:
        """Weights of the encoder's layers."""
        return self.encoder_layers * 12 * self.width**2

    @property
    def decoder_weights(self) -> int:
        """Weights read for each token: layers, which have a second attention, and all tokens' embeddings."""
        return self.decoder_layers * 16 * self.width**2 + TOKENS * self.width


def _whisper(
    name: str,
    repo: str,
    width: int,
    encoder_layers: int,
    decoder_layers: int,
    *,
    languages: frozenset[str] = V2_LANGUAGES,
    translation: bool = True,
) -> WhisperModel:
    """A model of this catalogue. `translation`: whether it was trained to translate, if it knows other languages."""
    return WhisperModel(
        name=name,
        engine="whisper",
        repo=repo,
        licence="MIT",
        languages=languages,
        translates=translation and languages != ENGLISH,
        initial_prompt=True,
        width=width,
        encoder_layers=encoder_layers,
        decoder_layers=decoder_layers,
    )


BASE = _whisper("base", "Systran/faster-whisper-base", 512, 6, 6)

WHISPER_MODELS = (
    _whisper("tiny", "Systran/faster-whisper-tiny", 384, 4, 4),
    _whisper("tiny.en", "Systran/faster-whisper-tiny.en", 384, 4, 4, languages=ENGLISH),
    BASE,
    _whisper("base.en", "Systran/faster-whisper-base.en", 512, 6, 6, languages=ENGLISH),
    _whisper("small", "Systran/faster-whisper-small", 768, 12, 12),
    _whisper("small.en", "Systran/faster-whisper-small.en", 768, 12, 12, languages=ENGLISH),
    _whisper("distil-small.en", "Systran/faster-distil-whisper-small.en", 768, 12, 4, languages=ENGLISH),
    _whisper("medium", "Systran/faster-whisper-medium", 1024, 24, 24),
    _whisper("medium.en", "Systran/faster-whisper-medium.en", 1024, 24, 24, languages=ENGLISH),
    _whisper("distil-medium.en", "Systran/faster-distil-whisper-medium.en", 1024, 24, 2, languages=ENGLISH),
    _whisper(
        "large-v3-turbo",
        "mobiuslabsgmbh/faster-whisper-large-v3-turbo",
        1280,
        32,
        4,
        languages=V3_LANGUAGES,
        translation=False,
    ),
    _whisper("distil-large-v3", "Systran/faster-distil-whisper-large-v3", 1280, 32, 2, languages=ENGLISH),
    _whisper("distil-large-v3.5", "distil-whisper/distil-large-v3.5-ct2", 1280, 32, 2, languages=ENGLISH),
    _whisper("large-v2", "Systran/faster-whisper-large-v2", 1280, 32, 32),
    _whisper("large-v3", "Systran/faster-whisper-large-v3", 1280, 32, 32, languages=V3_LANGUAGES),
)
