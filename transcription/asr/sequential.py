"""faster-whisper's own loop over a recording, which is used with `ADAPTIVE_CONTEXT=off`."""

from collections.abc import Callable

from faster_whisper import WhisperModel
from faster_whisper.transcribe import Word as StockWord

from transcription.asr.base import BEAM_SIZE, DecodingOptions, OnSegment
from transcription.asr.segmentation import sentences_of
from transcription.asr.word_times import fit_words, spaced
from transcription.audio.ffmpeg import SAMPLE_RATE, Samples, as_floats
from transcription.errors import Cancelled
from transcription.transcript import Segment, Transcript, Word


def transcribe_sequential(
    model: WhisperModel,
    name: str,
    samples: Samples,
    options: DecodingOptions,
    *,
    on_segment: OnSegment,
    stopped: Callable[[], bool],
) -> Transcript:
    """What is said in a recording, in windows of 30 s, one after the other; as `SequentialEngine` says. Blocks."""
    duration_s = len(samples) / SAMPLE_RATE
    found, info = model.transcribe(
        as_floats(samples),
        language=options.language,
        beam_size=options.beam_size or BEAM_SIZE,
        initial_prompt=options.initial_prompt or None,
        vad_filter=True,
        word_timestamps=True,
        task="translate" if options.translate else "transcribe",
    )
    segments = []
    for each in found:
        if stopped():
            raise Cancelled
        words = (_word(word) for word in each.words or ())
        text = each.text.strip()
        segments.append(
            Segment(
                round(each.start * 1000),
                round(each.end * 1000),
                text,
                spaced(fit_words(tuple(words), text)),
                each.avg_logprob,
                each.no_speech_prob,
            )
        )
        on_segment(segments[-1], min(1.0, each.end / duration_s))
    return Transcript(
        sentences_of(segments),
        info.language,
        info.language_probability,
        round(duration_s * 1000),
        name,
        is_translated=options.translate and info.language != "en",
    )


def _word(word: StockWord) -> Word:
    return Word(word.word, round(word.start * 1000), round(word.end * 1000), round(word.probability, 3))
