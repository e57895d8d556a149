"""Corpora: any folder with a `manifest.tsv` of voice notes and what is said in them."""

import csv
from collections import defaultdict
from collections.abc import AsyncIterator, Collection, Iterable
from dataclasses import dataclass
from pathlib import Path

from transcription.audio.ffmpeg import DecodeLimits, Samples, decode

LENGTHS = ("short", "medium", "long")


@dataclass(frozen=True, slots=True)
class Clip:
    """A voice note of a corpus; `text` is None where it is not to be scored."""

    name: str
    path: Path
    language: str
    seconds: float
    text: str | None
    is_noise: bool
    """Nobody speaks in it: each word that comes back is invented."""

    @property
    def length(self) -> str:
        """`short` up to 15 s, `medium` up to 60 s, else `long`."""
        return "short" if self.seconds <= 15 else "medium" if self.seconds <= 60 else "long"


def read_corpus(folder: Path) -> list[Clip]:
    """The notes that `folder/manifest.tsv` names, as its README says which texts may be scored."""
    with (folder / "manifest.tsv").open(encoding="utf-8") as file:
        return [
            Clip(
                name=row["id"],
                path=folder / row["file"],
                language=row["lang"],
                seconds=float(row["seconds"]),
                text=row["text"] if _scored(row) else None,
                is_noise=row["kind"] == "noise",
            )
            for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        ]


def _scored(row: dict[str, str]) -> bool:
    speech = row["kind"] in {"read", "spontaneous", "synthetic"}
    return speech and row.get("text_basis") != "asr" and bool(row["text"])


def chosen(
    notes: Iterable[Clip],
    *,
    languages: Collection[str] | None = None,
    lengths: Collection[str] | None = None,
    limit: int | None = None,
) -> list[Clip]:
    """The notes of some languages and lengths, at most `limit` of each language and length, evenly spread."""
    classes: defaultdict[tuple[str, str], list[Clip]] = defaultdict(list)
    for note in notes:
        if (languages is None or note.language in languages) and (lengths is None or note.length in lengths):
            classes[note.language, note.length].append(note)
    return [
        members[number * len(members) // count]
        for members in classes.values()
        for count in [min(limit or len(members), len(members))]
        for number in range(count)
    ]


async def samples_of(note: Clip) -> Samples:
    """A note as the bot decodes it."""

    async def chunks() -> AsyncIterator[bytes]:
        yield note.path.read_bytes()

    return await decode(chunks(), DecodeLimits())
