"""A corpus: a folder of voice notes and their reference texts, listed in a `manifest.tsv` or laid out by name."""

import csv
import subprocess
from collections import defaultdict
from collections.abc import AsyncIterator, Collection, Iterable
from dataclasses import dataclass
from pathlib import Path

import py3langid

from transcription.audio.ffmpeg import DecodeLimits, Samples, decode

LENGTHS = ("short", "medium", "long")
MANIFEST, AUDIOS, REFERENCES = "manifest.tsv", "audios", "text-references"
UNDETERMINED = "und"
"""The language of a recording without a reference, by ISO 639-2."""


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
    """The clips of a folder: those of its `manifest.tsv`, else those of `audios/` with texts in `text-references/`.

    Raises `FileNotFoundError` where it has neither.
    """
    if (folder / MANIFEST).exists():
        return _listed(folder)
    if (folder / AUDIOS).is_dir():
        return [_named(path, folder / REFERENCES) for path in sorted((folder / AUDIOS).iterdir()) if path.is_file()]
    raise FileNotFoundError(f"{folder} has neither a {MANIFEST} nor a folder {AUDIOS}")


def _listed(folder: Path) -> list[Clip]:
    """The clips that the manifest names, as its README says which texts may be scored."""
    with (folder / MANIFEST).open(encoding="utf-8") as file:
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


def _named(path: Path, references: Path) -> Clip:
    """A recording whose reference has its name; an empty one says that nobody speaks."""
    text = _reference(path.stem, references)
    return Clip(
        name=path.name,
        path=path,
        language=py3langid.classify(text)[0] if text else UNDETERMINED,
        seconds=_seconds(path),
        text=text or None,
        is_noise=text == "",
    )


def _reference(stem: str, references: Path) -> str | None:
    """The text of `sample1`; `sample1-loud` has that of `sample1` where it has none of its own."""
    while not (file := references / f"{stem}.txt").is_file():
        stem, hyphen, _ = stem.rpartition("-")
        if not hyphen:
            return None
    return " ".join(file.read_text(encoding="utf-8-sig").split())


def _seconds(path: Path) -> float:
    """How long a recording is. Raises `ValueError` where the file is no audio."""
    command = ["ffprobe", "-v", "error", "-show_entries", "format=duration", "-of", "csv=p=0", str(path)]
    try:
        return float(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    except (subprocess.CalledProcessError, ValueError):
        raise ValueError(f"{path} is no audio that ffmpeg knows the length of") from None


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
