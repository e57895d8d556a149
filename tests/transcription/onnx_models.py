"""Small models in the files that onnx-asr reads: GigaAM's and Parakeet's inputs and outputs, with made-up weights.

Where it is loud, each says its sentence once, a piece a frame; after each piece its table knows the next ones.
"""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

BLANK = "<blk>"
Table = Mapping[str, Mapping[str, float]]
"""How likely which pieces are after each; the first come after `<blk>`."""

PRIVET = ("▁При", "вет", ",", "▁мир", ".")


def sentence(*pieces: str) -> Table:
    """One piece after the other, and no more."""
    return {before: {piece: 1.0} for before, piece in zip((BLANK, *pieces), pieces, strict=False)}


def gigaam(folder: Path) -> Path:
    """A GigaAM v3 that says "Привет, мир.": 64 bands, every fourth frame, decoder and joint network apart."""
    folder.mkdir(parents=True)
    names, weights = _vocabulary(sentence(*PRIVET))
    frames = [*_loudness(-12.0, 64), *_every(4, "encoded", "encoded_len", TensorProto.INT32)]
    outputs = [_floats("encoded", "batch", 1, "time"), _ints("encoded_len", TensorProto.INT32, "batch")]
    inputs = [_floats("audio_signal", "batch", 64, "frames"), _ints("length", TensorProto.INT64, "batch")]
    _save(folder / "v3_e2e_rnnt_encoder.int8.onnx", frames, inputs, outputs)
    decoder = [
        helper.make_node("Gather", ["table", "x"], ["dec"]),
        helper.make_node("Identity", ["h.1"], ["h"]),
        helper.make_node("Identity", ["c.1"], ["c"]),
    ]
    states = [_floats(name, 1, 1, 320) for name in ("h.1", "c.1", "h", "c")]
    inputs, outputs = (
        [_ints("x", TensorProto.INT64, 1, 1), *states[:2]],
        [_floats("dec", 1, 1, len(names)), *states[2:]],
    )
    _save(folder / "v3_e2e_rnnt_decoder.int8.onnx", decoder, inputs, outputs, {"table": weights})
    joint = [
        helper.make_node("Mul", ["enc", "dec"], ["likely"]),
        helper.make_node("Add", ["likely", "blank"], ["biased"]),
        helper.make_node("Reshape", ["biased", "shape"], ["joint"]),
    ]
    inputs, outputs = (
        [_floats("enc", 1, 1, 1), _floats("dec", 1, len(names), 1)],
        [_floats("joint", 1, 1, 1, len(names))],
    )
    tensors = {"blank": _blank(names)[None, :, None], "shape": np.array([1, 1, 1, len(names)])}
    _save(folder / "v3_e2e_rnnt_joint.int8.onnx", joint, inputs, outputs, tensors)
    _describe(folder, "v3_e2e_rnnt_vocab.txt", names, {"features_size": 64, "version": "v3", "max_tokens_per_step": 1})
    return folder


def parakeet(folder: Path, table: Table, quantization: str = ".int8") -> Path:
    """A Parakeet TDT: features of 128 bands, every eighth frame, and how many of them a piece takes: two."""
    folder.mkdir(parents=True)
    names, weights = _vocabulary(table)
    frames = [*_loudness(0.0, 128), *_every(8, "outputs", "encoded_lengths", TensorProto.INT64)]
    outputs = [_floats("outputs", "batch", 1, "time"), _ints("encoded_lengths", TensorProto.INT64, "batch")]
    inputs = [_floats("audio_signal", "batch", 128, "frames"), _ints("length", TensorProto.INT64, "batch")]
    _save(folder / f"encoder-model{quantization}.onnx", frames, inputs, outputs)
    durations = np.array([0, 0, 1, 0, 0], np.float32)[None, None, None]
    joint = [
        helper.make_node("Gather", ["table", "targets"], ["next"]),
        helper.make_node("Mul", ["encoder_outputs", "next"], ["likely"]),
        helper.make_node("Add", ["likely", "blank"], ["biased"]),
        helper.make_node("Reshape", ["biased", "shape"], ["pieces"]),
        helper.make_node("Concat", ["pieces", "durations"], ["outputs"], axis=-1),
        *(helper.make_node("Identity", [f"input_states_{n}"], [f"output_states_{n}"]) for n in (1, 2)),
    ]
    states = [_floats(f"{way}_states_{n}", 2, 1, 640) for way in ("input", "output") for n in (1, 2)]
    inputs = [_floats("encoder_outputs", 1, 1, 1), _ints("targets", TensorProto.INT32, 1, 1)]
    inputs += [_ints("target_length", TensorProto.INT32, 1), *states[:2]]
    outputs = [_floats("outputs", 1, 1, 1, len(names) + durations.size), *states[2:]]
    shape = np.array([1, 1, 1, len(names)])
    tensors = {"table": weights, "blank": _blank(names), "shape": shape, "durations": durations}
    _save(folder / f"decoder_joint-model{quantization}.onnx", joint, inputs, outputs, tensors)
    _describe(folder, "vocab.txt", names, {"model_type": "nemo-conformer-tdt", "features_size": 128})
    return folder


def _vocabulary(table: Table) -> tuple[list[str], np.ndarray]:
    pieces = dict.fromkeys(piece for following in table.values() for piece in following)
    names = ["<unk>", *(piece for piece in pieces if piece != "<unk>"), BLANK]
    weights = np.zeros((len(names), len(names)), np.float32)
    for before, following in table.items():
        for piece, likelihood in following.items():
            weights[names.index(before), names.index(piece)] = likelihood
    return names, weights


def _blank(names: Sequence[str]) -> np.ndarray:
    """What makes nothing likelier than all else where it is not loud."""
    bias = np.zeros(len(names), np.float32)
    bias[-1] = 0.25
    return bias


def _loudness(threshold: float, bands: int) -> list[onnx.NodeProto]:
    """The mean over all bands above a threshold, of each frame."""
    value = numpy_helper.from_array(np.array(threshold, np.float32))
    axes = numpy_helper.from_array(np.array([1]))
    return [
        helper.make_node("Constant", [], ["threshold"], value=value),
        helper.make_node("Constant", [], ["bands"], value=axes),
        helper.make_node("ReduceMean", ["audio_signal", "bands"], ["mean"], keepdims=1),
        helper.make_node("Sub", ["mean", "threshold"], ["loud"]),
    ]


def _every(step: int, encoded: str, lengths: str, kind: int) -> list[onnx.NodeProto]:
    """Each so many-th frame, and how many of them there are."""
    constants = {"one": np.array(1), "step": np.array(step), "steps": np.array([step])}
    constants |= {"start": np.array([0]), "end": np.array([2**62]), "time": np.array([2])}
    return [
        *(
            helper.make_node("Constant", [], [name], value=numpy_helper.from_array(value))
            for name, value in constants.items()
        ),
        helper.make_node("Slice", ["loud", "start", "end", "time", "steps"], [encoded]),
        helper.make_node("Sub", ["length", "one"], ["before_last"]),
        helper.make_node("Div", ["before_last", "step"], ["whole_steps"]),
        helper.make_node("Add", ["whole_steps", "one"], ["count"]),
        helper.make_node("Cast", ["count"], [lengths], to=kind),
    ]


def _floats(name: str, *shape: str | int) -> onnx.ValueInfoProto:
    return helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)


def _ints(name: str, kind: int, *shape: str | int) -> onnx.ValueInfoProto:
    return helper.make_tensor_value_info(name, kind, shape)


def _save(
    path: Path,
    nodes: Sequence[onnx.NodeProto],
    inputs: Sequence[onnx.ValueInfoProto],
    outputs: Sequence[onnx.ValueInfoProto],
    tensors: Mapping[str, np.ndarray] = MappingProxyType({}),
) -> None:
    initializers = [numpy_helper.from_array(values, name) for name, values in tensors.items()]
    graph = helper.make_graph(nodes, path.stem, inputs, outputs, initializers)
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=9), path)


def _describe(folder: Path, vocabulary: str, names: Sequence[str], config: Mapping[str, object]) -> None:
    lines = (f"{name} {number}\n" for number, name in enumerate(names))
    (folder / vocabulary).write_text("".join(lines), encoding="utf-8")
    (folder / "config.json").write_text(json.dumps(config))
