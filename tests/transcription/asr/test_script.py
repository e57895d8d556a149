"""One note is written in one script."""

from dataclasses import replace

import pytest

from transcription.asr.base import DecodingResult
from transcription.asr.script import OneScript, has_foreign_letters


def test_the_first_chinese_characters_decide() -> None:
    """Simplified or traditional; what is the same in both does not tell."""
    script = OneScript()
    assert [script.write(text, "zh") for text in ("你好", "这个工具", "檢查識別結果")] == [
        "你好",
        "这个工具",
        "检查识别结果",
    ]
    script = OneScript()
    assert [script.write(text, "zh") for text in ("檢查識別", "这里的工具, Microsoft")] == [
        "檢查識別",
        "這裡的工具, Microsoft",
    ]


def test_japanese_is_left_alone() -> None:
    """Its characters are its own."""
    script = OneScript()
    script.write("这个工具", "zh")
    assert script.write("識別を検査する", "ja") == "識別を検査する"


def test_serbian_keeps_its_first_alphabet() -> None:
    """Two Latin letters may be one Cyrillic letter."""
    script = OneScript()
    assert script.write("Добар дан", "sr") == "Добар дан"
    assert script.write("Njegova ljubav, DŽEP i Đorđe", "sr") == "Његова љубав, ЏЕП и Ђорђе"
    script = OneScript()
    assert script.write("Dobar dan", "sr") == "Dobar dan"
    assert script.write("Његова љубав", "sr") == "Njegova ljubav"


@pytest.mark.parametrize(
    ("tag", "written"),
    [
        ("zh-hant", "這裡的工具"),
        ("zh-TW", "這裡的工具"),
        ("zh-hans-raw", "这里的工具"),
        ("zh", "这里的工具"),
        ("ru", "这里的工具"),
    ],
)
def test_the_readers_app_names_a_script(tag: str, written: str) -> None:
    """From the first text on; a tag that names none leaves it to that text."""
    assert OneScript(tag).write("这里的工具", "zh") == written


def test_serbian_is_written_as_the_reader_has_it() -> None:
    """Texts in other languages are left as they are."""
    script = OneScript("sr-Latn")
    assert [script.write("Добар дан", code) for code in ("sr", "mk")] == ["Dobar dan", "Добар дан"]


@pytest.mark.parametrize(
    ("text", "language", "foreign"),
    [
        ("Я видел xưa cơ ra", "ru", True),
        ("Wmieście był сад", "pl", True),
        ("на вашей remarkарном", "ru", True),
        ("Купил iPhone 15, USB-кабель и 3D-принтер", "ru", False),
        ("Naïve, 21 º, ʻōlelo", "haw", False),
        ("东京 Привет", "zh", False),
    ],
)
def test_letters_of_a_foreign_script_are_known(text: str, language: str, *, foreign: bool) -> None:
    """Names in plain Latin letters are said in every language; what has several scripts is not judged."""
    assert has_foreign_letters(text, language) is foreign


def test_a_text_in_a_foreign_script_is_decoded_again() -> None:
    """However likely it is, unless its parts are in several languages."""
    result = DecodingResult("Я видел xưa cơ ra", "ru", 0.9, -0.2, 0.1)
    assert not result.is_acceptable
    assert replace(result, text="Я видел Audi").is_acceptable
    assert replace(result, is_mixed=True).is_acceptable
