"""Text, tables and JSON that people and programs can use."""

import csv
import io
import json

import docx
import pytest

from tests.transcription.transcripts import stored
from transcription.formats import FORMATS, FormatOptions, render, uncertain_runs
from transcription.transcript import Segment, Transcript, Word

CALL = Transcript(
    (
        Segment(0, 3_000, "Good morning.", speaker=0),
        Segment(65_000, 66_500, 'I\'d like "tea", please.', speaker=1),
        Segment(3_700_000, 3_701_000, "*Of course*", speaker=None),
    ),
    "en",
    1.0,
    3_702_000,
    "base",
    2,
)
UNSURE = (Word("Meet", 0, 400, 0.9), Word(" Mister", 400, 800, 0.3), Word(" Smyth", 800, 1_200, 0.2))
SENTENCE = Segment(0, 1_500, "Meet Mister Smyth there.", (*UNSURE, Word(" there.", 1_200, 1_500, 0.8)))
DOUBTED = Transcript((SENTENCE,), "en", 1.0, 1_500, "base")


@pytest.mark.parametrize("name", FORMATS)
def test_each_format_holds_all_that_was_said(name: str) -> None:
    """Also with nothing said, where the file is still one of its kind."""
    content = render(name, stored("ru_long_nsh1"))
    text = docx_text(content) if name == "docx" else content.decode()
    assert {"Свет", "зеленоватая", "окраски."} <= set(text.replace('"', " ").replace(",", " ").split())
    render(name, Transcript((), "en", 0.0, 1_000, "base"))


def docx_text(content: bytes) -> str:
    return "\n".join(paragraph.text for paragraph in docx.Document(io.BytesIO(content)).paragraphs)


def test_an_unknown_format_is_an_error() -> None:
    """Nobody gets a file of another kind."""
    with pytest.raises(KeyError):
        render("doc", CALL)


def test_text_says_who_speaks() -> None:
    """By name, by number, or that it is not known, in whatever words the caller has."""
    options = FormatOptions(names={1: "Анна"}, label=lambda number: f"Голос {number}" if number else "Кто-то")
    assert render("txt", CALL, options).decode().split("\n\n") == [
        "Голос 1: Good morning.",
        'Анна: I\'d like "tea", please.',
        "Кто-то: *Of course*\n",
    ]
    assert render("txt", stored("ru_long_nsh1")).decode().startswith("Свет")


def test_markdown_has_times_and_no_accidental_style() -> None:
    """Times as players show them; stars that somebody dictates stay stars."""
    assert render("md", CALL).decode().split("\n\n") == [
        "**0:00 Speaker 1:** Good morning.",
        '**1:05 Speaker 2:** I\'d like "tea", please.',
        "**1:01:40 Unknown speaker:** \\*Of course\\*\n",
    ]


def test_uncertain_words_are_marked() -> None:
    """Neighbours together, the space around them outside; without a threshold nothing is."""
    options = FormatOptions(mark_below=0.5)
    assert render("txt", DOUBTED, options) == b"Meet [Mister Smyth?] there.\n"
    assert render("md", DOUBTED, options) == b"**0:00** Meet \\[Mister Smyth?\\] there.\n"
    assert render("txt", DOUBTED) == b"Meet Mister Smyth there.\n"
    assert uncertain_runs(UNSURE, 0.25) == [("Meet Mister ", False), ("Smyth", True)]
    assert uncertain_runs(UNSURE, 0.95) == [("Meet Mister Smyth", True)]
    document = docx.Document(io.BytesIO(render("docx", DOUBTED, options)))
    assert [run.text for run in document.paragraphs[0].runs if run.underline] == ["Mister Smyth"]


def test_json_has_whispers_shape() -> None:
    """What a reader of `verbose_json` asks for is there, in seconds, and who spoke."""
    content = json.loads(render("json", CALL, FormatOptions(names={1: "Anna"})))
    assert (content["task"], content["language"], content["duration"]) == ("transcribe", "en", 3702.0)
    assert content["text"] == CALL.text
    assert content["segments"][1] == {
        "id": 1,
        "seek": 6500,
        "start": 65.0,
        "end": 66.5,
        "text": 'I\'d like "tea", please.',
        "tokens": [],
        "temperature": 0.0,
        "avg_logprob": 0.0,
        "compression_ratio": pytest.approx(0.74, abs=0.1),
        "no_speech_prob": 0.0,
        "speaker": 1,
        "is_overlap": False,
        "other_speaker": None,
    }
    assert content["speakers"] == [{"id": 0, "name": "Speaker 1"}, {"id": 1, "name": "Anna"}]
    assert content["words"] == []
    words = json.loads(render("json", DOUBTED))["words"]
    assert words[1] == {"word": "Mister", "start": 0.4, "end": 0.8, "probability": 0.3}
    assert json.loads(render("json", DOUBTED))["speakers"] is None


def test_tables_have_a_row_for_each_sentence() -> None:
    """Read back as they were written; Excel needs the mark at the start to read other letters than Latin ones."""
    rows = list(csv.reader(io.StringIO(render("csv", CALL).decode("utf-8-sig"), newline="")))
    assert rows[0] == ["start", "end", "speaker", "text"]
    assert rows[2] == ["65.000", "66.500", "Speaker 2", 'I\'d like "tea", please.']
    assert render("csv", CALL).startswith(b"\xef\xbb\xbfstart,")
    tsv = [line.split("\t") for line in render("tsv", stored("en_long_lj1")).decode().splitlines()]
    assert {len(row) for row in tsv} == {4}
    assert len(tsv) == 1 + 5
    assert all(row[3].endswith(".") for row in tsv[1:])


def test_no_cell_of_a_spreadsheet_is_a_formula() -> None:
    """Neither a name that somebody made up nor a line of a dialogue; programs get both as they are."""
    dialogue = Transcript((Segment(0, 900, "- Hello.", speaker=0), *CALL.segments[1:]), "en", 1.0, 900, "base", 2)
    options = FormatOptions(names={0: "=1+2"})
    assert "0.000,0.900,'=1+2,'- Hello." in render("csv", dialogue, options).decode()
    assert "0.000\t0.900\t=1+2\t- Hello." in render("tsv", dialogue, options).decode()


def test_a_document_opens_with_speakers_times_and_direction() -> None:
    """What XML can't hold is left out, and a right-to-left paragraph is laid out as one."""
    transcript = Transcript((Segment(0, 900, "שלום\x08, מה שלומך?", speaker=0), *CALL.segments[1:]), "he", 1, 1, "base")
    document = docx.Document(io.BytesIO(render("docx", transcript)))
    assert [paragraph.text for paragraph in document.paragraphs][:2] == [
        "0:00 Speaker 1: שלום, מה שלומך?",
        '1:05 Speaker 2: I\'d like "tea", please.',
    ]
    assert [bool(paragraph._p.xpath("w:pPr/w:bidi")) for paragraph in document.paragraphs] == [True, False, False]
