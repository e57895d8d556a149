"""Words of a transcript: they make up its text, their times are those of the speech, and seams do not show."""

import itertools
import json
from collections.abc import Mapping

import pytest

from tests.conftest import Clip, Read
from transcription.asr import vad
from transcription.asr.base import DecodingOptions, SequentialEngine
from transcription.asr.batcher import Batcher
from transcription.asr.recording import Recording
from transcription.asr.segmentation import sentences_of
from transcription.asr.thread_pool import ThreadPool
from transcription.asr.word_times import anchored, fit_words, joined, shifted
from transcription.transcript import Segment, Transcript, Word, from_json, join_text, to_json


def words_of(text: str, *, start_ms: int = 0, each_ms: int = 400) -> tuple[Word, ...]:
    """Words that follow one another without a pause."""
    return tuple(
        Word(f" {word}", start_ms + each_ms * number, start_ms + each_ms * (number + 1), 0.9)
        for number, word in enumerate(text.split())
    )


def window_of(text: str, *, start_ms: int = 0) -> Segment:
    words = words_of(text, start_ms=start_ms)
    return Segment(words[0].start_ms, words[-1].end_ms, text, words)


async def transcribed(engine: SequentialEngine, samples: object, options: DecodingOptions) -> Transcript:
    recording = Recording(samples, vad.detect_speech(samples), options)  # type: ignore[arg-type]
    await Batcher(ThreadPool(1)).transcribe(recording, engine)
    return recording.transcript("base")


def check_words(transcript: Transcript) -> None:
    """What is true of the words of any transcript."""
    before_ms = 0
    for segment in transcript.segments:
        assert joined(segment.words) == segment.text
        assert (segment.start_ms, segment.end_ms) == (segment.words[0].start_ms, segment.words[-1].end_ms)
        for word in segment.words:
            assert before_ms <= word.start_ms <= word.end_ms <= transcript.duration_ms
            assert 0 < word.probability <= 1
            before_ms = word.start_ms


@pytest.mark.parametrize("name", ["ru_ast_vm-savefolder", "en_libri_61"])
async def test_words_make_up_the_text_and_lie_in_the_speech(
    name: str, base: SequentialEngine, read: Read, clips: Mapping[str, Clip]
) -> None:
    """The first one begins, and the last one ends, with what voice activity detection found."""
    samples = await read(name)
    transcript = await transcribed(base, samples, DecodingOptions(clips[name].language, beam_size=1))
    check_words(transcript)
    spans = vad.detect_speech(samples)
    words = [word for segment in transcript.segments for word in segment.words]
    assert abs(words[0].start_ms - spans[0][0] / 16) < 50
    assert abs(words[-1].end_ms - spans[-1][1] / 16) < 50
    assert sum(word.end_ms == word.start_ms for word in words) <= 1
    assert sum(word.probability for word in words) > 0.5 * len(words)


async def test_another_language_becomes_english(base: SequentialEngine, read: Read) -> None:
    """The transcript says so, and names the language that was spoken."""
    transcript = await transcribed(base, await read("de_fleurs_004"), DecodingOptions(translate=True, beam_size=1))
    assert transcript.is_translated
    assert transcript.language == "de"
    assert {"the", "and", "of", "to", "in", "is", "are"} & set(transcript.text.casefold().split())
    check_words(transcript)


async def test_english_is_just_written_down(base: SequentialEngine, read: Read) -> None:
    """There is nothing to translate."""
    samples = await read("en_libri_61")
    translated = await transcribed(base, samples, DecodingOptions(translate=True, beam_size=1))
    assert translated == await transcribed(base, samples, DecodingOptions(beam_size=1))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("One two. Thanks for all. Three four.", "One two. Three four."),
        ("a b a b a b a b c.", "a b a b c."),
        ("Njegov ljubav.", "Његов љубав."),
        ("end of it. As the", "end of it as the"),
        ("(no) - dashes - here", "dashes here"),
    ],
)
def test_words_keep_step_with_a_changed_text(before: str, after: str) -> None:
    """Whatever was cut or written otherwise; times still never decrease."""
    words = fit_words(words_of(before), after)
    assert joined(words) == after
    assert all(a.end_ms <= b.start_ms for a, b in itertools.pairwise(words))
    assert not any(word.text.isspace() for word in words)


def test_a_pause_lies_between_words() -> None:
    """A word that cross-attention began in the pause begins behind it; the first one does not begin at zero."""
    words = [Word(" One", 0, 1300, 1), Word(" two.", 1300, 2600, 1), Word(" Three", 2600, 4400, 1)]
    spans = [(1000, 2000), (4000, 4600)]
    assert [(word.start_ms, word.end_ms) for word in anchored(words, spans)] == [
        (1000, 1300),
        (1300, 2000),
        (4000, 4600),
    ]


def test_speech_that_the_text_lacks_is_no_part_of_the_word_behind_it() -> None:
    """A sentence left out by Whisper lies before "Two": that is said where it ends, not seconds before."""
    words = [Word(" One.", 0, 800, 1), Word(" Two", 2240, 10040, 1), Word(" three.", 10040, 11000, 1)]
    spans = [(200, 800), (2900, 3250), (3440, 6740), (7060, 8620), (9420, 11000)]
    assert [word.start_ms for word in anchored(words, spans)] == [200, 9420, 10040]


def test_words_go_through_the_store() -> None:
    """Short, and read back as they were; what a former version wrote as well."""
    transcript = Transcript(sentences_of([window_of("It is so. Is it?")]), "en", 1.0, 3000, "base")
    assert from_json(to_json(transcript)) == transcript
    former = to_json(transcript).replace(
        '[" It", 0, 400, 0.9]', '{"text":" It","start_ms":0,"end_ms":400,"probability":0.9}'
    )
    assert "probability" in former
    assert from_json(former) == transcript


def test_a_transcript_of_a_later_version_is_read() -> None:
    """A front reads what a newer worker sends: what it does not know is passed over."""
    transcript = Transcript((Segment(0, 1000, "Hello."),), "en", 0.9, 1000, "base")
    values = json.loads(to_json(transcript))
    values["segments"][0]["mood"] = values["mood"] = "glad"
    assert from_json(json.dumps(values)) == transcript


def test_segments_are_sentences() -> None:
    """One that goes on in the next window is one segment; a very long one is divided where it pauses."""
    windows = [window_of("It is so. And then he"), window_of("went. Home.", start_ms=2500)]
    assert [segment.text for segment in sentences_of(windows)] == ["It is so.", "And then he went.", "Home."]
    long = words_of(" ".join(["word"] * 60))
    paused = (*long[:35], *shifted(long[35:], 500))
    pieces = sentences_of([Segment(0, 24_500, joined(paused), paused)])
    assert [len(piece.words) for piece in pieces] == [35, 25]
    assert join_text(pieces) == joined(paused)


@pytest.mark.parametrize(
    ("before", "after", "text"),
    [
        ("may justly be considered.", "as the invention", "may justly be considered as the invention"),
        ("And the types", "The end. It is the", "And the types the end. It is the"),
        ("he said", "Anna went.", "he said Anna went."),
        ("он говорит.", "Что сроки сдвинулись.", "он говорит, что сроки сдвинулись."),
        ("он говорит.", "Что это?", "он говорит. Что это?"),
        ("What is the end of.", "Anna said.", "What is the end of Anna said."),
        ("It is done.", "Next we go.", "It is done. Next we go."),
        ("Is it?", "yes it is.", "Is it? Yes it is."),
        ("a very very", "very long day", "a very very long day"),
    ],
)
def test_a_text_reads_on_across_a_seam(before: str, after: str, text: str) -> None:
    """Marks and capitals suit both sides, and a word that was cut through is there once; names stay as they are."""
    first = window_of(before)
    pieces = sentences_of([first, window_of(after, start_ms=first.end_ms)])
    assert join_text(pieces) == text
    assert all(joined(piece.words) == piece.text for piece in pieces)


def test_a_word_said_twice_with_a_pause_stays_twice() -> None:
    """Only a cut that was forced can have doubled it."""
    pieces = sentences_of([window_of("Yes"), window_of("yes.", start_ms=900)])
    assert join_text(pieces) == "Yes yes."
