"""What is chosen for a formatted transcript, and how its speakers are called."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from transcription.transcript import Transcript


def english_label(number: int | None) -> str:
    """How a speaker without a name is called, by number from 1; None is a speaker who is not known."""
    return "Unknown speaker" if number is None else f"Speaker {number}"


@dataclass(frozen=True, slots=True)
class FormatOptions:
    """How a transcript is written; all formats take the same options, and each what it has a place for."""

    names: Mapping[int, str] = field(default_factory=dict)
    """Names by speaker, counted from 0 as in `Segment.speaker`."""
    label: Callable[[int | None], str] = english_label
    """How the others are called, by number from 1; None is a speaker who is not known."""
    mark_below: float | None = None
    """Words of a lower probability (0..1) are marked in txt, md and docx; None marks none."""
    fillers: bool = True
    """Whether the sounds that fill a pause are written, as json has them in any case."""

    def speaker_names(self, transcript: Transcript) -> Mapping[int | None, str]:
        """How each speaker is called; none where only one speaks, who was given no name."""
        names = self.all_names(transcript)
        return names if len(names) > 1 or names.keys() & self.names.keys() else {}

    def all_names(self, transcript: Transcript) -> Mapping[int | None, str]:
        """How each speaker is called, also the only one."""
        return {speaker: self._name(speaker) for speaker in {segment.speaker for segment in transcript.segments}}

    def _name(self, speaker: int | None) -> str:
        if speaker is None:
            return self.label(None)
        return " ".join(self.names.get(speaker, "").split()) or self.label(speaker + 1)
