"""Export a CTranslate2 Whisper model to ONNX, in the files that onnx-asr's `whisper` type reads.

    python scripts/export_whisper_onnx.py var/models/base var/models/base-onnx

So the onnx engine can be tried on real speech with weights that are at hand. Needs `onnx` (dependency group `dev`). The
graphs are those of Hugging Face's optimum by their inputs and outputs: an encoder of 30 s, and a decoder that keeps
keys and values of former steps, with one branch for the first step and one for all others. Weights become float32.
"""

import argparse
import json
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

OPSET = 20
"""The first one with Gelu."""
TYPES = (np.float32, np.int8, np.int16, np.int32, np.float16)
"""Of CTranslate2's numbers for types."""
HEAD = 64
"""Width of an attention head in every Whisper."""


def read_weights(path: Path) -> dict[str, np.ndarray]:
    """The variables of a `model.bin`, those of 16 bits widened."""
    with path.open("rb") as file:
        _number(file, "I")
        _text(file)
        _number(file, "I")
        return dict(_variable(file) for _ in range(_number(file, "I")))


def _variable(file: BinaryIO) -> tuple[str, np.ndarray]:
    name = _text(file)
    shape = [_number(file, "I") for _ in range(_number(file, "B"))]
    kind = TYPES[_number(file, "B")]
    values = np.frombuffer(file.read(_number(file, "I")), kind).reshape(shape)
    return name, values.astype(np.float32) if kind is np.float16 else values


def _number(file: BinaryIO, kind: str) -> int:
    return int(struct.unpack(f"<{kind}", file.read(struct.calcsize(kind)))[0])


def _text(file: BinaryIO) -> str:
    return file.read(_number(file, "H"))[:-1].decode()


class Graph:
    """A graph in the making: calls add nodes, and return the names of their outputs. `part` prefixes weights."""

    def __init__(self, weights: dict[str, np.ndarray], part: str, prefix: str = "") -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.initializers: dict[str, np.ndarray] = {}
        self.weights = weights
        self.part = part
        self.prefix = prefix

    def op(self, kind: str, *inputs: str, **attributes: object) -> str:
        """A node with one output."""
        output = f"{self.prefix}{kind}_{len(self.nodes)}"
        self.nodes.append(helper.make_node(kind, inputs, [output], **attributes))
        return output

    def name(self, output: str, name: str) -> None:
        """Give an output a name of the graph's interface."""
        self.nodes.append(helper.make_node("Identity", [output], [name]))

    def weight(self, name: str) -> str:
        """A variable of the model; matrices are turned for MatMul."""
        values = self.weights[f"{self.part}/{name}"]
        self.initializers[name] = values.T.copy() if name.split("/")[-2].startswith("linear") else values
        return name

    def const(self, *values: int) -> str:
        """Whole numbers."""
        name = f"const_{'_'.join(map(str, values))}"
        self.initializers[name] = np.array(values, np.int64)
        return name

    def norm(self, x: str, name: str) -> str:
        """Layer normalization."""
        return self.op("LayerNormalization", x, self.weight(f"{name}/gamma"), self.weight(f"{name}/beta"), epsilon=1e-5)

    def linear(self, x: str, name: str) -> str:
        """A product with a bias."""
        return self.op("Add", self.op("MatMul", x, self.weight(f"{name}/weight")), self.weight(f"{name}/bias"))

    def split(self, x: str, parts: int) -> list[str]:
        """Equal parts of the last axis."""
        outputs = [f"{self.prefix}part_{len(self.nodes)}_{number}" for number in range(parts)]
        self.nodes.append(helper.make_node("Split", [x], outputs, axis=-1, num_outputs=parts))
        return outputs

    def heads(self, x: str) -> str:
        """From (batch, time, width) to (batch, heads, time, width of a head)."""
        return self.op("Transpose", self.op("Reshape", x, self.const(0, 0, -1, HEAD)), perm=[0, 2, 1, 3])

    def attend(self, query: str, key: str, value: str, name: str, mask: str | None = None) -> str:
        """Attention of heads, and its output layer."""
        self.initializers["scale"] = np.array(HEAD**-0.5, np.float32)
        scores = self.op("MatMul", self.op("Mul", query, "scale"), self.op("Transpose", key, perm=[0, 1, 3, 2]))
        shares = self.op("Softmax", self.op("Add", scores, mask) if mask else scores, axis=-1)
        joined = self.op("Transpose", self.op("MatMul", shares, value), perm=[0, 2, 1, 3])
        return self.linear(self.op("Reshape", joined, self.const(0, 0, -1)), name)

    def feed_forward(self, x: str, name: str) -> str:
        """The two layers after attention, with what goes past them."""
        inner = self.op("Gelu", self.linear(self.norm(x, f"{name}/layer_norm"), f"{name}/linear_0"))
        return self.op("Add", x, self.linear(inner, f"{name}/linear_1"))

    def tensors(self) -> list[onnx.TensorProto]:
        """The initializers."""
        return [numpy_helper.from_array(values, name) for name, values in self.initializers.items()]


def layers(weights: dict[str, np.ndarray], part: str) -> Iterator[tuple[int, str]]:
    """Number and name of each layer of a part."""
    number = 0
    while f"{part}/layer_{number}/ffn/linear_0/weight" in weights:
        yield number, f"layer_{number}"
        number += 1


def encoder(weights: dict[str, np.ndarray]) -> onnx.ModelProto:
    """From mel features to states, two frames in one."""
    graph = Graph(weights, "encoder")
    x = "input_features"
    for number in (1, 2):
        conv = graph.op(
            "Conv", x, graph.weight(f"conv{number}/weight"), graph.weight(f"conv{number}/bias"), pads=[1, 1],
            strides=[number],
        )  # fmt: skip
        x = graph.op("Gelu", conv)
    x = graph.op("Add", graph.op("Transpose", x, perm=[0, 2, 1]), graph.weight("position_encodings/encodings"))
    for _, layer in layers(weights, "encoder"):
        normed = graph.norm(x, f"{layer}/self_attention/layer_norm")
        query, key, value = map(graph.heads, graph.split(graph.linear(normed, f"{layer}/self_attention/linear_0"), 3))
        x = graph.op("Add", x, graph.attend(query, key, value, f"{layer}/self_attention/linear_1"))
        x = graph.feed_forward(x, f"{layer}/ffn")
    graph.name(graph.norm(x, "layer_norm"), "last_hidden_state")
    return model(
        graph.nodes,
        [_floats("input_features", "batch", weights["encoder/conv1/weight"].shape[1], 3000)],
        [_floats("last_hidden_state", "batch", 1500, weights["encoder/layer_norm/gamma"].size)],
        graph.tensors(),
    )


def decoder(weights: dict[str, np.ndarray]) -> onnx.ModelProto:
    """From tokens and states to logits, with the keys and values of all layers in and out."""
    width = weights["decoder/layer_norm/gamma"].size
    initializers: dict[str, np.ndarray] = {}
    branches = {}
    for name, has_past in (("then_branch", True), ("else_branch", False)):
        graph = Graph(weights, "decoder", f"{name}_")
        outputs = _decoder_step(graph, has_past=has_past)
        initializers |= graph.initializers
        branches[name] = helper.make_graph(graph.nodes, name, [], [_floats(output) for output in outputs])
    caches = [
        f"{number}.{kind}.{what}"
        for number, _ in layers(weights, "decoder")
        for kind in ("decoder", "encoder")
        for what in ("key", "value")
    ]
    presents = [f"present.{cache}" for cache in caches]
    choice = helper.make_node("If", ["use_cache_branch"], ["logits", *presents], **branches)
    inputs = [
        helper.make_tensor_value_info("input_ids", TensorProto.INT64, ["batch", "time"]),
        _floats("encoder_hidden_states", "batch", "frames", width),
        *(_floats(f"past_key_values.{cache}", "past_batch", width // HEAD, f"past_{cache}", HEAD) for cache in caches),
        helper.make_tensor_value_info("use_cache_branch", TensorProto.BOOL, [1]),
    ]
    cached = [_floats(present, "out_batch", width // HEAD, f"{present}_time", HEAD) for present in presents]
    logits = _floats("logits", "batch", "time", len(weights["decoder/embeddings/weight"]))
    tensors = [numpy_helper.from_array(values, name) for name, values in initializers.items()]
    return model([choice], inputs, [logits, *cached], tensors)


def _decoder_step(graph: Graph, *, has_past: bool) -> list[str]:
    """The nodes of one branch; returns its outputs: logits, then keys and values of each layer."""
    graph.initializers["embeddings"] = graph.weights["decoder/embeddings/weight"].T.copy()
    ids = graph.op("Transpose", graph.op("Gather", "embeddings", "input_ids", axis=1), perm=[1, 2, 0])
    time = graph.op("Shape", "input_ids", start=1, end=2)
    start = graph.op("Shape", "past_key_values.0.decoder.key", start=2, end=3) if has_past else graph.const(0)
    end = graph.op("Add", start, time)
    x = graph.op("Add", ids, graph.op("Slice", graph.weight("position_encodings/encodings"), start, end))
    graph.initializers["forbidden"] = np.triu(np.full((448, 448), -1e9, np.float32), 1)
    rows = graph.op("Slice", "forbidden", start, end, graph.const(0))
    mask = graph.op("Slice", rows, graph.const(0), end, graph.const(1))
    present = []
    for number, layer in layers(graph.weights, "decoder"):
        own, past = f"{layer}/self_attention", f"past_key_values.{number}"
        joined = graph.linear(graph.norm(x, f"{own}/layer_norm"), f"{own}/linear_0")
        query, key, value = map(graph.heads, graph.split(joined, 3))
        if has_past:
            key = graph.op("Concat", f"{past}.decoder.key", key, axis=2)
            value = graph.op("Concat", f"{past}.decoder.value", value, axis=2)
        x = graph.op("Add", x, graph.attend(query, key, value, f"{own}/linear_1", mask))
        cross = f"{layer}/attention"
        query = graph.heads(graph.linear(graph.norm(x, f"{cross}/layer_norm"), f"{cross}/linear_0"))
        if has_past:
            heard = [graph.op("Identity", f"{past}.encoder.{what}") for what in ("key", "value")]
        else:
            heard = [*map(graph.heads, graph.split(graph.linear("encoder_hidden_states", f"{cross}/linear_1"), 2))]
        x = graph.op("Add", x, graph.attend(query, *heard, f"{cross}/linear_2"))
        x = graph.feed_forward(x, f"{layer}/ffn")
        present += [key, value, *heard]
    normed = graph.norm(x, "layer_norm")
    return [graph.op("MatMul", normed, "embeddings"), *present]


def _floats(name: str, *shape: str | int) -> onnx.ValueInfoProto:
    return helper.make_tensor_value_info(name, TensorProto.FLOAT, shape or None)


def model(
    nodes: list[onnx.NodeProto],
    inputs: list[onnx.ValueInfoProto],
    outputs: list[onnx.ValueInfoProto],
    tensors: list[onnx.TensorProto],
) -> onnx.ModelProto:
    """A checked model."""
    graph = helper.make_graph(nodes, "whisper", inputs, outputs, tensors)
    made = helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=10)
    onnx.checker.check_model(made)
    return made


def export(source: Path, target: Path) -> None:
    """Write a folder for onnx-asr from one of CTranslate2."""
    weights = read_weights(source / "model.bin")
    target.mkdir(parents=True, exist_ok=True)
    onnx.save(encoder(weights), target / "encoder_model.onnx")
    onnx.save(decoder(weights), target / "decoder_model_merged.onnx")
    tokenizer = json.loads((source / "tokenizer.json").read_text(encoding="utf-8"))
    added = {token["content"]: token["id"] for token in tokenizer["added_tokens"]}
    (target / "added_tokens.json").write_text(json.dumps(added, ensure_ascii=False), encoding="utf-8")
    vocabulary = json.dumps(tokenizer["model"]["vocab"], ensure_ascii=False)
    (target / "vocab.json").write_text(vocabulary, encoding="utf-8")
    mels = weights["encoder/conv1/weight"].shape[1]
    (target / "config.json").write_text(json.dumps({"model_type": "whisper", "num_mel_bins": mels}), encoding="utf-8")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("source", type=Path, help="a folder with model.bin and tokenizer.json")
    parser.add_argument("target", type=Path, help="the folder to write")
    arguments = parser.parse_args()
    export(arguments.source, arguments.target)
