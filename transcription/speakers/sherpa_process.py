"""The process in which sherpa-onnx tells speakers apart: 16 kHz samples of 16 bits come in, lines of JSON go out.

A script, not a module of this package: it imports nothing of it. Arguments: the segmentation model, the embedding
model, and the number of people (-1 to find out).
"""

import json
import sys

import numpy as np
import sherpa_onnx


def main(segmentation: str, embedding: str, people: str) -> None:
    """Write `{"fraction": …}` while it works, then `{"segments": [[start_s, end_s, speaker], …]}`."""
    samples = np.frombuffer(sys.stdin.buffer.read(), np.int16).astype(np.float32) / 32768
    config = sherpa_onnx.OfflineSpeakerDiarizationConfig(
        segmentation=sherpa_onnx.OfflineSpeakerSegmentationModelConfig(
            pyannote=sherpa_onnx.OfflineSpeakerSegmentationPyannoteModelConfig(model=segmentation)
        ),
        embedding=sherpa_onnx.SpeakerEmbeddingExtractorConfig(model=embedding),
        clustering=sherpa_onnx.FastClusteringConfig(num_clusters=int(people)),
    )
    if not config.validate():
        sys.exit("sherpa-onnx does not take these models")

    def on_progress(done: int, total: int) -> int:
        _write({"fraction": done / total})
        return 0

    result = sherpa_onnx.OfflineSpeakerDiarization(config).process(samples, callback=on_progress)
    _write({"segments": [[each.start, each.end, each.speaker] for each in result.sort_by_start_time()]})


def _write(message: object) -> None:
    sys.stdout.write(f"{json.dumps(message)}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
