"""Pauses between spans of speech; all in samples."""

from collections.abc import Sequence

from transcription.audio.windows import Span


def first_pause(spans: Sequence[Span], length: int, least: int) -> int | None:
    """Where the first silence of so many samples after speech is that long; all is such silence if nobody speaks."""
    ends = [end for _, end in spans] or [0]
    starts = [*(start for start, _ in spans[1:]), length]
    return next((end + least for end, start in zip(ends, starts, strict=True) if start - end >= least), None)


def spans_before(spans: Sequence[Span], end: int) -> list[Span]:
    """The speech before a sample."""
    return [(start, min(stop, end)) for start, stop in spans if start < end]
