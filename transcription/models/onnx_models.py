"""Models that onnx-asr runs: exports for ONNX Runtime, each with the type of weights that was found sound for it."""

from dataclasses import dataclass

from transcription.models.model import StatedModel


@dataclass(frozen=True, slots=True, kw_only=True)
class OnnxModel(StatedModel):
    """A model and how onnx-asr is to read it."""

    engine: str = "onnx"
    kind: str
    """onnx-asr's name for the model or its architecture, which tells the names of its files."""
    quantization: str | None = None
    """Which of a repository's exports it is, as their file names say; None for those of 32 bits."""
    leading_silence_s: float = 0.0
    """What is put before speech."""
    word_times: bool = True
    """Whether it tells when words are said."""


_ENGLISH = frozenset({"en"})
_RUSSIAN = frozenset({"ru"})
_EUROPEAN = frozenset("bg cs da de el en es et fi fr hr hu it lt lv mt nl pl pt ro ru sk sl sv uk".split())  # noqa: SIM905 - readable
_PARAKEET_SILENCE_S = 0.25
"""Without it the first sounds may be lost: what cjpais/transcribe-rs puts before speech for all Parakeets."""

ONNX_MODELS = (
    OnnxModel(
        name="parakeet-110m",
        kind="nemo-conformer-tdt",
        repo="OpenVoiceOS/nvidia-parakeet-tdt_ctc-110m-onnx",
        licence="CC-BY-4.0",
        languages=_ENGLISH,
        files=("config.json", "encoder-model.onnx", "decoder_joint-model.onnx", "vocab.txt"),
        leading_silence_s=_PARAKEET_SILENCE_S,
        parameters_m=114,
        disk_mb=480,
        relative_cost=0.6,
        resident_mb=610,
        working_mb=200,
    ),
    OnnxModel(
        name="gigaam-v3",
        kind="gigaam-v3-e2e-rnnt",
        quantization="int8",
        repo="istupakov/gigaam-v3-onnx",
        licence="MIT",
        languages=_RUSSIAN,
        files=(
            "config.json",
            "v3_e2e_rnnt_encoder.int8.onnx",
            "v3_e2e_rnnt_decoder.int8.onnx",
            "v3_e2e_rnnt_joint.int8.onnx",
            "v3_e2e_rnnt_vocab.txt",
        ),
        parameters_m=222,
        disk_mb=227,
        relative_cost=1.2,
        resident_mb=480,
        working_mb=160,
    ),
    OnnxModel(
        name="parakeet-v3",
        kind="nemo-conformer-tdt",
        quantization="int8",
        repo="Olicorne/parakeet-tdt-0.6b-v3-optimized-onnx",
        licence="CC-BY-4.0",
        languages=_EUROPEAN,
        files=("config.json", "int8/encoder-model.int8.onnx", "int8/decoder_joint-model.int8.onnx", "vocab.txt"),
        leading_silence_s=_PARAKEET_SILENCE_S,
        parameters_m=627,
        disk_mb=925,
        relative_cost=3.5,
        resident_mb=1500,
        working_mb=300,
    ),
)
"""The usual int8 exports of Parakeet are damaged: this one has weights of 8 bits in blocks (decision 125, which also
says where memory and cost are from: matrix products of the same types and sizes)."""
