"""Writes `transcription/speakers/voice_encoder.onnx` from the weights in the Resemblyzer package.

Needs `torch`, `onnx` and `Resemblyzer` (`pip install --no-deps Resemblyzer`), which nothing else here does:

    python scripts/convert_voice_encoder.py transcription/speakers/voice_encoder.onnx

Weights are stored in 16 bits and widened when the file is loaded, which halves it; decision 095 has what that costs.
"""

import sys
from importlib.metadata import distribution
from pathlib import Path

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

BANDS, SIZE, LAYERS = 40, 256, 3
OPSET = 17
Array = NDArray[np.float32]


def main(target: Path) -> None:
    """Build the graph, check it and write it."""
    package = distribution("Resemblyzer")
    source = Path(str(package.locate_file("resemblyzer/pretrained.pt")))
    state = torch.load(source, map_location="cpu", weights_only=True)["model_state"]
    model = create_model({name: tensor.numpy() for name, tensor in state.items()})
    for key, value in {"source": f"Resemblyzer {package.version}, pretrained.pt", "license": "Apache-2.0"}.items():
        model.metadata_props.add(key=key, value=value)
    onnx.checker.check_model(model, full_check=True)
    onnx.save(model, target)


def create_model(state: dict[str, Array]) -> onnx.ModelProto:
    """The encoder: `mels` (batch, frames, 40) to `embeddings` (batch, 256) of length one."""
    nodes, weights = [helper.make_node("Transpose", ["mels"], ["x0"], perm=[1, 0, 2])], []

    def add_weight(name: str, values: Array) -> str:
        weights.append(numpy_helper.from_array(values.astype(np.float16), f"{name}.half"))
        nodes.append(helper.make_node("Cast", [f"{name}.half"], [name], to=TensorProto.FLOAT))
        return name

    for layer in range(LAYERS):
        inputs = [f"x{layer}"]
        inputs += [add_weight(f"w{layer}", _gates(state[f"lstm.weight_ih_l{layer}"])[None])]
        inputs += [add_weight(f"r{layer}", _gates(state[f"lstm.weight_hh_l{layer}"])[None])]
        biases = [_gates(state[f"lstm.bias_{side}_l{layer}"]) for side in ("ih", "hh")]
        inputs += [add_weight(f"b{layer}", np.concatenate(biases)[None])]
        nodes.append(helper.make_node("LSTM", inputs, [f"y{layer}", f"h{layer}"], hidden_size=SIZE))
        nodes.append(helper.make_node("Squeeze", [f"y{layer}", "direction"], [f"x{layer + 1}"]))
    nodes.append(helper.make_node("Squeeze", [f"h{LAYERS - 1}", "first"], ["last"]))
    linear = ["last", add_weight("linear.w", state["linear.weight"]), add_weight("linear.b", state["linear.bias"])]
    nodes.append(helper.make_node("Gemm", linear, ["linear"], transB=1))
    nodes.append(helper.make_node("Relu", ["linear"], ["positive"]))
    nodes.append(helper.make_node("LpNormalization", ["positive"], ["embeddings"], axis=1, p=2))
    weights += [numpy_helper.from_array(np.array([axis]), name) for name, axis in (("first", 0), ("direction", 1))]
    graph = helper.make_graph(
        nodes,
        "voice_encoder",
        [helper.make_tensor_value_info("mels", TensorProto.FLOAT, ["batch", "frames", BANDS])],
        [helper.make_tensor_value_info("embeddings", TensorProto.FLOAT, ["batch", SIZE])],
        weights,
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=8)


def _gates(values: Array) -> Array:
    """Rows in ONNX's order of gates (input, output, forget, cell); PyTorch's is input, forget, cell, output."""
    input_, forget, cell, output = np.split(values, 4)
    return np.concatenate([input_, output, forget, cell])


if __name__ == "__main__":
    main(Path(sys.argv[1]))
