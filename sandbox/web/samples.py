"""Sample voice notes offered on the page, listed in a manifest."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

from sandbox.telegram.model import Json

_WORDS_SHOWN = 8


@dataclass(frozen=True, kw_only=True)
class Sample:
    """A voice note: its file, language code ("none" without speech), length in seconds and transcript."""

    id: str
    path: Path
    language: str
    duration_s: float
    text: str
    licence: str

    def to_json(self) -> Json:
        """As the page shows it: the first words instead of all."""
        words = self.text.split()
        first = " ".join(words[:_WORDS_SHOWN])
        if len(words) > _WORDS_SHOWN:
            first = first.rstrip(".,:;-–— ") + "…"
        shown = {"id": self.id, "language": self.language, "licence": self.licence}
        return {**shown, "duration_s": self.duration_s, "text": first or self.id}


def read_samples(folder: Path | None) -> dict[str, Sample]:
    """Samples by id, as `manifest.tsv` in the folder lists them; none without a folder or a manifest."""
    manifest = folder / "manifest.tsv" if folder is not None else None
    if folder is None or manifest is None or not manifest.is_file():
        return {}
    with manifest.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))
    samples = [
        Sample(
            id=row["id"],
            path=folder / row["file"],
            language=row["lang"],
            duration_s=float(row["seconds"]),
            text=row["text"],
            licence=row.get("licence", ""),
        )
        for row in rows
    ]
    return {sample.id: sample for sample in samples if sample.path.is_file()}
