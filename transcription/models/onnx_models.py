"""Models that onnx-asr runs: exports for ONNX Runtime, with the type of weights that was found sound for each."""

from transcription.models.model import StatedModel

PARAKEET_V3_LANGUAGES = frozenset(
    "bg cs da de el en es et fi fr hr hu it lt lv mt nl pl pt ro ru sk sl sv uk".split()  # noqa: SIM905 - readable
)

ONNX_MODELS = (
    StatedModel(
        name="parakeet-110m",
        engine="onnx",
        repo="OpenVoiceOS/nvidia-parakeet-tdt_ctc-110m-onnx",
        licence="CC-BY-4.0",
        languages=frozenset({"en"}),
        files=("config.json", "encoder-model.onnx", "decoder_joint-model.onnx", "vocab.txt"),
        parameters_m=114,
        disk_mb=480,
        relative_cost=1.0,
        resident_mb=560,
        working_mb=250,
    ),
    StatedModel(
        name="gigaam-v3",
        engine="onnx",
        repo="istupakov/gigaam-v3-onnx",
        licence="MIT",
        languages=frozenset({"ru"}),
        files=(
            "config.json",
            "v3_e2e_rnnt_encoder.int8.onnx",
            "v3_e2e_rnnt_decoder.int8.onnx",
            "v3_e2e_rnnt_joint.int8.onnx",
            "v3_e2e_rnnt_vocab.txt",
        ),
        parameters_m=222,
        disk_mb=227,
        relative_cost=2.5,
        resident_mb=300,
        working_mb=250,
    ),
    StatedModel(
        name="parakeet-v3",
        engine="onnx",
        repo="Olicorne/parakeet-tdt-0.6b-v3-optimized-onnx",
        licence="CC-BY-4.0",
        languages=PARAKEET_V3_LANGUAGES,
        files=("config.json", "int8/encoder-model.int8.onnx", "int8/decoder_joint-model.int8.onnx", "vocab.txt"),
        parameters_m=627,
        disk_mb=925,
        relative_cost=4.0,
        resident_mb=1300,
        working_mb=500,
    ),
)
"""Naive int8 exports of Parakeet are damaged (decision 125), hence other ones for those two."""
