"""The catalogue of models: dimensions, size on disk, memory and relative cost of each."""

import math
from dataclasses import dataclass

from transcription.errors import UnknownModel

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

BASE_RTF = 0.15
"""Seconds of work per second of audio assumed for base until something is measured: int8 on one core of a small VPS."""


@dataclass(frozen=True, slots=True)
class Model:
    """A model and the engine that runs it; all of today's are Whisper's, run by CTranslate2.

    `repo` is where faster-whisper 1.2.1 takes that name from. Width and layers are those of the published `config.json`
    and dimension tables; all else is computed from them.
    """

    name: str
    repo: str
    width: int
    encoder_layers: int
    decoder_layers: int
    english_only: bool = False
    translation: bool = True
    """Whether it was trained to translate, if it knows other languages than English at all."""
    engine: str = "whisper"
    """Name of the engine in the mapping that the registry is given."""

    @property
    def translates(self) -> bool:
        """Whether it translates into English."""
        return self.translation and not self.english_only

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
        base = MODELS["base"]
        encoder = (self.encoder_weights / base.encoder_weights) ** 0.88
        return float(round(0.3 * encoder + 0.7 * self.decoder_weights / base.decoder_weights, 2))

    @property
    def encoder_weights(self) -> int:
        """Weights of the encoder's layers."""
        return self.encoder_layers * 12 * self.width**2

    @property
    def decoder_weights(self) -> int:
        """Weights read for each token: layers, which have a second attention, and all tokens' embeddings."""
        return self.decoder_layers * 16 * self.width**2 + TOKENS * self.width


_ALL = (
    Model("tiny", "Systran/faster-whisper-tiny", 384, 4, 4),
    Model("tiny.en", "Systran/faster-whisper-tiny.en", 384, 4, 4, english_only=True),
    Model("base", "Systran/faster-whisper-base", 512, 6, 6),
    Model("base.en", "Systran/faster-whisper-base.en", 512, 6, 6, english_only=True),
    Model("small", "Systran/faster-whisper-small", 768, 12, 12),
    Model("small.en", "Systran/faster-whisper-small.en", 768, 12, 12, english_only=True),
    Model("distil-small.en", "Systran/faster-distil-whisper-small.en", 768, 12, 4, english_only=True),
    Model("medium", "Systran/faster-whisper-medium", 1024, 24, 24),
    Model("medium.en", "Systran/faster-whisper-medium.en", 1024, 24, 24, english_only=True),
    Model("distil-medium.en", "Systran/faster-distil-whisper-medium.en", 1024, 24, 2, english_only=True),
    Model("large-v3-turbo", "mobiuslabsgmbh/faster-whisper-large-v3-turbo", 1280, 32, 4, translation=False),
    Model("distil-large-v3", "Systran/faster-distil-whisper-large-v3", 1280, 32, 2, english_only=True),
    Model("distil-large-v3.5", "distil-whisper/distil-large-v3.5-ct2", 1280, 32, 2, english_only=True),
    Model("large-v2", "Systran/faster-whisper-large-v2", 1280, 32, 32),
    Model("large-v3", "Systran/faster-whisper-large-v3", 1280, 32, 32),
)

MODELS = {model.name: model for model in _ALL}
"""Every model by its name, in the order in which they are offered: small ones first, an English twin after its own."""

ALIASES = {"turbo": "large-v3-turbo", "large": "large-v3"}


def find(name: str) -> Model:
    """The model of a name or alias; raises `UnknownModel`."""
    model = MODELS.get(ALIASES.get(name, name))
    if model is None:
        raise UnknownModel(model=name)
    return model


def final_model(model: str, refine_model: str, language: str | None) -> str:
    """The model of the final text where `refine_model` goes over texts: `model`, unless that is larger and fits."""
    own, larger = MODELS.get(model), MODELS.get(ALIASES.get(refine_model, refine_model))
    if own is None or larger is None or own.parameters_m >= larger.parameters_m:
        return model
    is_understood = not larger.english_only or language == "en" or own.english_only
    return larger.name if is_understood else model
