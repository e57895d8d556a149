"""A corpus: a folder with a `manifest.tsv` of voice notes and their reference texts."""

import csv
from collections import defaultdict
from collections.abc import AsyncIterator, Collection, Iterable
from dataclasses import dataclass
from pathlib import Path

from transcription.audio.ffmpeg import DecodeLimits, Samples, decode

LENGTHS = ("short", "medium", "long")


@dataclass(frozen=True, slots=True)
class Clip:
    """A voice note of a corpus; `text` is its reference, None where it is not to be scored."""

    name: str
    path: Path
    language: str
    seconds: float
    text: str | None
    is_noise: bool
    """Nobody speaks in it: each word that comes back is a hallucination."""

    @property
    def length(self) -> str:
        """`short` up to 15 s, `medium` up to 60 s, else `long`."""
        return "short" if self.seconds <= 15 else "medium" if self.seconds <= 60 else "long"


def read_corpus(folder: Path) -> list[Clip]:
    """The clips that `folder/manifest.tsv` names, as its README says which texts may be scored."""
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
    clips: Iterable[Clip],
    *,
    languages: Collection[str] | None = None,
    lengths: Collection[str] | None = None,
    limit: int | None = None,
) -> list[Clip]:
    """The clips of some languages and lengths, at most `limit` of each language and length, evenly spread."""
    classes: defaultdict[tuple[str, str], list[Clip]] = defaultdict(list)
    for clip in clips:
        if (languages is None or clip.language in languages) and (lengths is None or clip.length in lengths):
            classes[clip.language, clip.length].append(clip)
    return [
        members[number * len(members) // count]
        for members in classes.values()
        for count in [min(limit or len(members), len(members))]
        for number in range(count)
    ]


async def samples_of(clip: Clip) -> Samples:
    """A clip decoded by ffmpeg as the bot does it: 16 kHz mono."""

    async def chunks() -> AsyncIterator[bytes]:
        yield clip.path.read_bytes()

    return await decode(chunks(), DecodeLimits())
