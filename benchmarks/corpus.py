"""Corpora: any folder with a `manifest.tsv` of voice notes and what is said in them."""

import csv
from dataclasses import dataclass
from pathlib import Path

from whisper_normalizer.basic import BasicTextNormalizer
from whisper_normalizer.english import EnglishTextNormalizer

UNSPACED = frozenset({"ja", "ko", "th", "zh"})
"""Languages whose words are not told apart by spaces in Whisper's output: each character counts as a word."""


@dataclass(frozen=True, slots=True)
class Note:
    """A voice note of a corpus; `text` is None where it is not to be scored."""

    name: str
    path: Path
    language: str
    seconds: float
    text: str | None

    @property
    def length(self) -> str:
        """`short` up to 15 s, `medium` up to 60 s, else `long`."""
        return "short" if self.seconds <= 15 else "medium" if self.seconds <= 60 else "long"


def read_corpus(folder: Path) -> list[Note]:
    """The notes that `folder/manifest.tsv` names, as its README says which texts may be scored."""
    with (folder / "manifest.tsv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    return [
        Note(row["id"], folder / row["file"], row["lang"], float(row["seconds"]), row["text"] if _scored(row) else None)
        for row in rows
    ]


def _scored(row: dict[str, str]) -> bool:
    speech = row["kind"] in {"read", "spontaneous", "synthetic"}
    return speech and row.get("text_basis") != "asr" and bool(row["text"])


def normalized(text: str, language: str) -> str:
    """A text for scoring: Whisper's normalizer of the language, ё as е, unspaced scripts by character."""
    text = text.replace("ё", "е").replace("Ё", "Е")
    text = (EnglishTextNormalizer() if language == "en" else BasicTextNormalizer())(text)
    return " ".join(text.replace(" ", "")) if language in UNSPACED else text
