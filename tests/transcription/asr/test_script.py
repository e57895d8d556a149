"""One note is written in one script."""

import pytest

from transcription.asr.script import OneScript


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
