"""An item of a live session: what is final of it, and what was decoded last."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from transcription.asr.local_agreement import LocalAgreement, continuation
from transcription.live.events import TextChanged
from transcription.transcript import Transcript


@dataclass(eq=False, slots=True)
class Item:
    """What somebody says between two long pauses, or two commits."""

    number: int
    text: str = ""
    is_speech: bool = False
    samples: int = 0
    """Of its stretches that are finished."""
    agreement: LocalAgreement = field(default_factory=LocalAgreement)
    decoded_to: int = 0
    """End of the sound that was decoded last."""
    last: Transcript | None = None

    def changed(self, words: Sequence[str]) -> TextChanged:
        """Append final words."""
        delta = continuation(self.text, words)
        self.text += delta
        return TextChanged(self.number, delta, continuation(self.text, [self.agreement.tentative]))
