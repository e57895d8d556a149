"""Small graphs with inputs, outputs and metadata of sherpa-onnx's models: loud is speech, and pitch is the voice."""

from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

WINDOW = 16_000
FRAME = 160
MELS = 80


def save_graphs(folder: Path) -> None:
    """Write `segmentation.onnx` and `embedding.onnx`."""
    _save(
        _segmentation(),
        folder / "segmentation.onnx",
        {
            "model_type": "pyannote-segmentation-3.0",
            "sample_rate": 16000,
            "window_size": WINDOW,
            "receptive_field_size": FRAME,
            "receptive_field_shift": FRAME,
            "num_speakers": 3,
            "powerset_max_classes": 2,
            "num_classes": 7,
        },
    )
    _save(
        _embedding(),
        folder / "embedding.onnx",
        {
            "framework": "nemo",
            "language": "English",
            "sample_rate": 16000,
            "output_dim": MELS,
            "feat_dim": MELS,
            "window_size_ms": 25,
            "window_stride_ms": 10,
            "window_type": "hann",
            "feature_normalize_type": "",
        },
    )


def _segmentation() -> onnx.GraphProto:
    """The mean loudness of a frame as the score of the first speaker, against a constant one of silence."""
    weights = np.zeros((7, 1, 1), np.float32)
    weights[1] = 1
    bias = np.array([0.01, 0, -1, -1, -1, -1, -1], np.float32)
    nodes = [
        helper.make_node("Abs", ["x"], ["loud"]),
        helper.make_node("AveragePool", ["loud"], ["mean"], kernel_shape=[FRAME], strides=[FRAME]),
        helper.make_node("Conv", ["mean", "weights", "bias"], ["scores"]),
        helper.make_node("Transpose", ["scores"], ["y"], perm=[0, 2, 1]),
    ]
    return helper.make_graph(
        nodes,
        "segmentation",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, 1, "T"])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, [1, "F", 7])],
        [numpy_helper.from_array(weights, "weights"), numpy_helper.from_array(bias, "bias")],
    )


def _embedding() -> onnx.GraphProto:
    """The mean power in each mel band."""
    nodes = [
        helper.make_node("Exp", ["audio_signal"], ["power"]),
        helper.make_node("ReduceMean", ["power"], ["embs"], axes=[2], keepdims=0),
        helper.make_node("Cast", ["length"], ["logits"], to=TensorProto.FLOAT),
    ]
    return helper.make_graph(
        nodes,
        "embedding",
        [
            helper.make_tensor_value_info("audio_signal", TensorProto.FLOAT, [1, MELS, "T"]),
            helper.make_tensor_value_info("length", TensorProto.INT64, [1]),
        ],
        [
            helper.make_tensor_value_info("logits", TensorProto.FLOAT, [1]),
            helper.make_tensor_value_info("embs", TensorProto.FLOAT, [1, MELS]),
        ],
    )


def _save(graph: onnx.GraphProto, path: Path, metadata: dict[str, object]) -> None:
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)
    helper.set_model_props(model, {name: str(value) for name, value in metadata.items()})
    onnx.checker.check_model(model)
    onnx.save(model, str(path))
