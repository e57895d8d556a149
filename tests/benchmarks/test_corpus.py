import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

from benchmarks.cli import parse
from benchmarks.corpus import Clip, read_corpus
from tests import conftest


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory, clips: Mapping[str, conftest.Clip]) -> dict[str, Clip]:
    """The clips by name of a folder with `audios` and, for most of them, what is said in `text-references`."""
    folder = tmp_path_factory.mktemp("corpus")
    audios, texts = folder / "audios", folder / "text-references"
    audios.mkdir()
    texts.mkdir()
    for clip, name in (("en_sense_0930", "sample1"), ("ru_nsh_0070", "sample2")):
        command = ["ffmpeg", "-v", "error", "-i", clips[clip].path, audios / f"{name}.m4a"]
        subprocess.run(command, check=True)
        (texts / f"{name}.txt").write_text(clips[clip].text.replace(" ", "\n", 1) + "\n", encoding="utf-8")
    for name in ("sample1-loud", "untold", "silence"):
        shutil.copy(audios / "sample1.m4a", audios / f"{name}.m4a")
    (texts / "silence.txt").write_text("\n")
    return {clip.name: clip for clip in read_corpus(folder)}


def test_a_folder_of_audios_and_texts_is_a_corpus(
    corpus: Mapping[str, Clip], clips: Mapping[str, conftest.Clip]
) -> None:
    """Each recording has the text of its name, a variant that of the recording it was made from, and its language."""
    first, loud, second = (corpus[f"{name}.m4a"] for name in ("sample1", "sample1-loud", "sample2"))
    assert first.text == loud.text == clips["en_sense_0930"].text
    assert second.text == clips["ru_nsh_0070"].text
    assert [first.language, loud.language, second.language] == ["en", "en", "ru"]
    assert first.seconds == pytest.approx(clips["en_sense_0930"].duration_s, abs=0.1)


def test_what_no_text_is_of_is_not_scored(corpus: Mapping[str, Clip]) -> None:
    """A recording without a reference is timed alone; an empty reference says that nobody speaks."""
    untold, silence = corpus["untold.m4a"], corpus["silence.m4a"]
    assert (untold.text, untold.language, untold.is_noise) == (None, "und", False)
    assert (silence.text, silence.is_noise) == (None, True)


@pytest.mark.parametrize("audios", [False, True])
def test_what_is_no_corpus_is_said(tmp_path: Path, audios: bool, capsys: pytest.CaptureFixture[str]) -> None:
    """A folder without recordings, and a file among them that is none, end with a line that names them."""
    if audios:
        (tmp_path / "audios").mkdir()
        (tmp_path / "audios" / "notes.docx").write_bytes(b"no sound")
    with pytest.raises(SystemExit):
        parse(["--corpus", str(tmp_path)])
    assert ("notes.docx" if audios else str(tmp_path)) in capsys.readouterr().err
