"""The sentences of the API's errors."""

from collections.abc import Iterator

import pytest

from api.errors import SENTENCES
from transcription import TranscriptionError
from transcription.llm.errors import LlmFailed


def kinds(error: type[TranscriptionError]) -> Iterator[type[TranscriptionError]]:
    yield error
    for kind in error.__subclasses__():
        yield from kinds(kind)


@pytest.mark.parametrize("code", sorted({kind.code for kind in kinds(TranscriptionError)} - {LlmFailed.code}))
def test_every_error_of_transcription_has_a_sentence(code: str) -> None:
    """Or a client would read of an incident that no log has; the API asks no language model."""
    assert code in SENTENCES
